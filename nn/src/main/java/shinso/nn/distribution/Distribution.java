package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** A probability distribution, or a batch of them. */
public interface Distribution {
  /** Returns the shape of the batch of distributions, {@code []} for one. */
  Shape batchShape();

  /** Returns the shape of one draw of one distribution, {@code []} for a number. */
  default Shape eventShape() {
    return Shape.SCALAR;
  }

  /**
   * Returns log p(x) in nats: {@code [*, batch.., event..] -> [*, batch..]}; x broadcasts against
   * the batch.
   */
  Tensor logProbability(Tensor x);

  /**
   * Returns independent draws.
   *
   * @param samples the axes that come before those of the batch
   * @return {@code [samples.., batch.., event..]}
   */
  Tensor sample(Shape samples, Rng rng);

  /** Returns one draw of each distribution of the batch: {@code [batch.., event..]}. */
  default Tensor sample(Rng rng) {
    return sample(Shape.SCALAR, rng);
  }

  /** Returns several draws of each distribution: {@code [count, batch.., event..]}. */
  default Tensor sample(int count, Rng rng) {
    return sample(Shape.of(count), rng);
  }

  /**
   * Returns whether a draw is a differentiable function of all parameters and of noise, so that the
   * gradient of an expectation flows through it; false by default.
   */
  default boolean isReparameterized() {
    return false;
  }

  /**
   * Returns the entropy, the mean of −log p(x), in nats: {@code [batch..]}.
   *
   * @throws UnsupportedOperationException if there is no closed form
   */
  default Tensor entropy() {
    throw new UnsupportedOperationException(
        "%s: the entropy has no closed form; estimate it by the mean of −logProbability(sample(n,"
                .formatted(getClass().getSimpleName())
            + " rng))");
  }

  /**
   * Returns the means: {@code [batch.., event..]}.
   *
   * @throws UnsupportedOperationException if draws are no numbers
   */
  Tensor mean();

  /**
   * Returns the variances of the event's elements: {@code [batch.., event..]}.
   *
   * @throws UnsupportedOperationException if draws are no numbers
   */
  Tensor variance();

  /**
   * Returns this with the last axes of the batch made the first axes of the event, whose elements
   * are independent.
   *
   * @throws IllegalArgumentException if the batch has fewer axes
   */
  default Distribution independent(int axes) {
    return new Independent(this, axes);
  }
}
