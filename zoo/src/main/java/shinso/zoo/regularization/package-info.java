/**
 * What keeps a network from learning its examples by heart: penalties, early stopping, shared
 * weights, sparse codes, ensembles, noise, and what is known about the data.
 */
@NullMarked
package shinso.zoo.regularization;

import org.jspecify.annotations.NullMarked;
