/**
 * Examples that are made to be taken for something else, and training against them. An {@link
 * shinso.nn.adversarial.Attack} works on any {@link shinso.nn.model.Classifier}; the two ways of
 * training are {@linkplain shinso.nn.penalty.Regularizer terms} of any supervised learner.
 */
@NullMarked
package shinso.nn.adversarial;

import org.jspecify.annotations.NullMarked;
