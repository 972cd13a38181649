package shinso.nn.estimator;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Logistic;

/**
 * Draws near the corners of the simplex, smooth in the logits z: the maximum of Gumbel-max sampling
 * is softened by a temperature τ.
 *
 * <pre>
 * y = softmax((z + g) / τ),   gᵢ = −log(−log uᵢ)       of categorical variables, one-hot
 * y = σ((z + l) / τ),         l = log u − log(1 − u)   of Bernoulli variables
 * </pre>
 *
 * <p>The largest element has the probabilities of the classes at any τ. The gradient is that of the
 * softened cost: biased, less so at low temperatures, at which its variance grows. {@link #hard}
 * gives draws of 0 and 1 and the gradient of the soft ones, "straight-through Gumbel-softmax". A
 * temperature that changes is a tensor: {@code GumbelSoftmax.of(schedule.rate(steps.value()))}.
 *
 * <p>Source: Jang, Gu and Poole, "Categorical reparameterization with Gumbel-softmax" (2017).
 *
 * @param temperature τ &gt; 0, a scalar
 * @param isHard whether values are those of the corners
 */
public record GumbelSoftmax(Tensor temperature, boolean isHard) implements Relaxed {
  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if the temperature is no scalar
   */
  public GumbelSoftmax {
    if (temperature.shape().size() != 1) {
      throw new IllegalArgumentException(
          "gumbel-softmax: the temperature is one number, not " + temperature.shape());
    }
  }

  /**
   * Returns soft draws at a temperature.
   *
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static GumbelSoftmax of(double temperature) {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "gumbel-softmax: a temperature is positive and finite, not " + temperature);
    }
    return of(Tensor.scalar(temperature));
  }

  /** Returns soft draws at a temperature that is computed, {@code []}. */
  public static GumbelSoftmax of(Tensor temperature) {
    return new GumbelSoftmax(temperature, false);
  }

  /** Returns this with draws of 0 and 1. */
  public GumbelSoftmax hard() {
    return new GumbelSoftmax(temperature, true);
  }

  @Override
  public Draw draw(Distribution p, Rng rng) {
    Tensor y =
        Relaxed.units(
            "gumbel-softmax",
            p,
            z -> {
              Tensor noisy = new Logistic(z, z.zerosLike()).sample(rng);
              Tensor soft = noisy.div(tau(z)).sigmoid();
              return isHard ? Relaxed.withGradientOf(noisy.greater(0).cast(z.dtype()), soft) : soft;
            },
            z -> {
              // A uniform draw may be 0, whose logarithm isn't finite.
              Tensor u = z.uniformLike(rng).maximum(0x1p-25);
              Tensor noisy = z.sub(u.log().neg().log());
              Tensor soft = noisy.div(tau(z)).softmax(-1);
              return isHard ? Relaxed.withGradientOf(Relaxed.largest(noisy), soft) : soft;
            });
    return new Draw(y, null);
  }

  private Tensor tau(Tensor z) {
    return temperature.reshape().cast(z.dtype());
  }
}
