package shinso.nn.layer;

import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Rectifier with learned slopes, {@code max(x, 0) + slope · min(x, 0)}: {@code [*, n] -> [*, n]}.
 *
 * <p>Source: He et al., "Delving deep into rectifiers" (2015), equation 1.
 *
 * @param slope one for each feature {@code [n]}, or one for all {@code [1]}
 */
public record Prelu(Param slope) implements Layer {
  /** Returns a layer with one slope for each feature, at first 0.25 as in the source. */
  public static Prelu of(int features) {
    return new Prelu(Param.of(Tensor.full(Shape.of(features), 0.25)));
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return Tensor.select(x.greater(0), x, x.mul(slope.value()));
  }

  /** Returns the name and number of slopes. */
  @Override
  public String toString() {
    return "Prelu(" + slope.shape().size() + ")";
  }
}
