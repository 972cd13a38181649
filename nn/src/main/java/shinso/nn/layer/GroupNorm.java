package shinso.nn.layer;

import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Group normalisation: {@code [b, *, f] -> [b, *, f]}. The features of each example are divided
 * into groups of neighbours, and mean and variance (divided by n) are those of a group at all
 * positions; one feature a group is instance normalisation.
 *
 * <p>Source: Wu and He, "Group normalization" (2018), equations 1, 2, 6 and 7.
 *
 * @param gain γ, {@code [f]}
 * @param bias β, {@code [f]}
 * @param groups a divisor of the number of features
 * @param epsilon ε &gt; 0
 */
public record GroupNorm(Param gain, Param bias, int groups, double epsilon) implements Layer {
  private static final String NAME = "groupNorm";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if gain and bias are no vectors of one length, or this does
   *     not divide into groups
   */
  public GroupNorm {
    Normalization.require(NAME, gain, bias, epsilon);
    if (gain.shape().rank() != 1 || groups < 1 || gain.shape().dim(0) % groups != 0) {
      throw new IllegalArgumentException(
          "groupNorm: features %s don't divide into %d groups".formatted(gain.shape(), groups));
    }
  }

  /** Returns a layer with gain 1, bias 0 and ε = 10⁻⁵. */
  public static GroupNorm of(int features, int groups) {
    return new GroupNorm(
        Param.of(Tensor.ones(features)), Param.of(Tensor.zeros(features)), groups, 1e-5);
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = outputShape(x.shape());
    Tensor rows = x.reshape(s.dim(0), -1, s.dim(-1)); // [b, positions, f]
    return Normalization.Moments.of(rows, this::average).normalized(gain, bias, epsilon).reshape(s);
  }

  /** The means of groups, one for each feature: {@code [b, positions, f] -> [b, 1, f]}. */
  private Tensor average(Tensor rows) {
    // Over positions first, where features lie side by side.
    int b = rows.shape().dim(0);
    int f = rows.shape().dim(2);
    Shape grouped = Shape.of(b, groups, f / groups);
    Tensor each = rows.mean(1).reshape(grouped);
    return each.meanKeep(-1).broadcastTo(grouped).reshape(b, 1, f);
  }

  @Override
  public Shape outputShape(Shape input) {
    Normalization.requireFeatures(NAME, input, gain.shape());
    return input;
  }

  /** Returns the name, the number of features and that of groups. */
  @Override
  public String toString() {
    return "GroupNorm(%d, %d groups)".formatted(gain.shape().dim(0), groups);
  }
}
