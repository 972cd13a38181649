/**
 * Auto-encoders from which one can sample, and their kin: what is known is disturbed, the way back
 * is learned, and the two steps in turn are a Markov chain that makes examples up.
 */
@NullMarked
package shinso.zoo.autoencoder;

import org.jspecify.annotations.NullMarked;
