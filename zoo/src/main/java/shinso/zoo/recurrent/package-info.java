/** Recurrent networks: a state that is carried from step to step of a sequence. */
@NullMarked
package shinso.zoo.recurrent;

import org.jspecify.annotations.NullMarked;
