/** Directed generative networks: noise goes in, examples come out. */
@NullMarked
package shinso.zoo.directed;

import org.jspecify.annotations.NullMarked;
