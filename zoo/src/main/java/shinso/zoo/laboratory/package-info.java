/** Small experiments of the kind that a course on networks sets: one question each, one picture. */
@NullMarked
package shinso.zoo.laboratory;

import org.jspecify.annotations.NullMarked;
