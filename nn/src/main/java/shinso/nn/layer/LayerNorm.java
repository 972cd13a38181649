package shinso.nn.layer;

import java.util.Arrays;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Layer normalisation: {@code [*, f..] -> [*, f..]}, each example, or each position of a sequence
 * or picture, on its own.
 *
 * <pre>
 * y = γ (x − μ) / √(σ² + ε) + β
 * </pre>
 *
 * with mean and variance (divided by n) over the axes of the gain, in training as in inference.
 *
 * <p>Source: Ba, Kiros and Hinton, "Layer normalization" (2016).
 *
 * @param gain γ, {@code [f..]}: the last axes of the input
 * @param bias β, {@code [f..]}
 * @param epsilon ε &gt; 0
 */
public record LayerNorm(Param gain, Param bias, double epsilon) implements Layer {
  private static final String NAME = "layerNorm";

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if gain and bias differ in shape or ε is not positive
   */
  public LayerNorm {
    Normalization.require(NAME, gain, bias, epsilon);
  }

  /** Returns a layer over the last axes, with gain 1, bias 0 and ε = 10⁻⁵. */
  public static LayerNorm of(int... features) {
    return new LayerNorm(Param.of(Tensor.ones(features)), Param.of(Tensor.zeros(features)), 1e-5);
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    outputShape(x.shape());
    int[] axes = new int[gain.shape().rank()];
    Arrays.setAll(axes, i -> i - axes.length);
    return Normalization.Moments.of(x, t -> t.meanKeep(axes)).normalized(gain, bias, epsilon);
  }

  @Override
  public Shape outputShape(Shape input) {
    Normalization.requireFeatures(NAME, input, gain.shape());
    return input;
  }

  /** Returns the name and the shape that is normalised. */
  @Override
  public String toString() {
    return "LayerNorm" + gain.shape();
  }
}
