/**
 * Probability distributions whose parameters are tensors: log-densities, draws, moments, entropies
 * and divergences, all expressions that can be differentiated.
 *
 * <p>The shape of a draw is {@code [batch.., event..]}: the batch shape is that of parameters
 * broadcast against each other, one distribution for each position; the event shape is what one
 * draw of one distribution has, {@code []} for numbers and classes. A log-probability has the batch
 * shape. {@link shinso.nn.distribution.Distribution#independent} makes trailing axes of the batch
 * part of the event, so that the log-probabilities are summed over them: a diagonal Gaussian over
 * vectors is {@code Normal.ofScale(mean, scale).independent(1)}.
 *
 * <p>Scales are kept as their logarithm, as networks give them; {@code ofScale} takes them as they
 * are. Where a draw is a smooth function of parameters and fixed noise, gradients flow through it,
 * and the Javadoc of {@code sample} says so.
 */
@NullMarked
package shinso.nn.distribution;

import org.jspecify.annotations.NullMarked;
