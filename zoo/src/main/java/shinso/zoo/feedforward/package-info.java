/** Networks without cycles whose layers are fully connected. */
@NullMarked
package shinso.zoo.feedforward;

import org.jspecify.annotations.NullMarked;
