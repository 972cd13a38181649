/**
 * Terms that are added to a loss to keep parameters small or sparse: {@code loss + α R(w)}. For
 * decay as part of an update, see {@link shinso.nn.optim}.
 */
@NullMarked
package shinso.nn.penalty;

import org.jspecify.annotations.NullMarked;
