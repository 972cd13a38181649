package shinso.nn.layer;

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

  /** (x − mean) / √(variance + ε) over some axes. */
  static Tensor standardize(Tensor x, double epsilon, int... axes) {
    Tensor centred = x.sub(x.meanKeep(axes));
    return centred.div(centred.square().meanKeep(axes).add(epsilon).sqrt());
  }
}
