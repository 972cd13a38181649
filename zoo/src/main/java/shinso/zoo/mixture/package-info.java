/** Mixture density networks: a network that gives a whole distribution for each input. */
@NullMarked
package shinso.zoo.mixture;

import org.jspecify.annotations.NullMarked;
