/**
 * What training makes small, and what is reported beside it. Losses take logits, not probabilities:
 * the logarithm and the exponential cancel before they can overflow. All are tensor expressions;
 * means are over the batch.
 */
@NullMarked
package shinso.nn.loss;

import org.jspecify.annotations.NullMarked;
