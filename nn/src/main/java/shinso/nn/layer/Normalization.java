package shinso.nn.layer;

import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** What the normalising layers share. */
final class Normalization {
  private Normalization() {}

  /** Requires a gain and a bias of one shape, and a positive ε. */
  static void require(String layer, Param gain, Param bias, double epsilon) {
    if (!gain.shape().equals(bias.shape()) || gain.shape().rank() == 0) {
      throw new IllegalArgumentException(
          "%s: gain and bias have one shape, one number a feature, not %s and %s"
              .formatted(layer, gain.shape(), bias.shape()));
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException(layer + ": ε is positive, not " + epsilon);
    }
  }

  /** Requires that the last axes of a batch are those of the gain. */
  static void requireFeatures(String layer, Shape x, Shape features) {
    int at = x.rank() - features.rank();
    if (at < 1 || !x.slice(at, x.rank()).equals(features)) {
      throw new IllegalArgumentException(
          "%s: a batch [b, .., %s, not %s".formatted(layer, features.toString().substring(1), x));
    }
  }

  /**
   * A batch less its means, and what is known of it then. The means are constants: no function of
   * the rest that a shift doesn't change has other derivatives for that, and those of mean and
   * variance need no sums of their own.
   *
   * @param shift the means, without gradient
   * @param rest x − shift
   * @param mean of the rest: 0 but for rounding, and what carries the gradient
   * @param variance of the rest, divided by n
   */
  record Moments(Tensor shift, Tensor rest, Tensor mean, Tensor variance) {
    /**
     * Returns the moments of a batch.
     *
     * @param average gives means that broadcast against the batch
     */
    static Moments of(Tensor x, UnaryOperator<Tensor> average) {
      Tensor shift = average.apply(x).stopGradient();
      Tensor rest = x.sub(shift);
      Tensor mean = average.apply(rest);
      // Not below 0 if all values are one large number.
      Tensor variance = average.apply(rest.square()).sub(mean.square()).relu();
      return new Moments(shift, rest, mean, variance);
    }

    /** γ (x − mean) / √(variance + ε) + β. */
    Tensor normalized(Param gain, Param bias, double epsilon) {
      Tensor factor = gain.value().div(variance.add(epsilon).sqrt());
      return rest.mul(factor).add(bias.value().sub(mean.mul(factor)));
    }
  }
}
