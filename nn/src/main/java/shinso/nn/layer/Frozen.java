package shinso.nn.layer;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A layer whose parameters are saved but not trained: {@code [*] -> [*]}. Gradients flow through it
 * to what lies before.
 *
 * @param layer what doesn't learn
 * @param keepsStatistics whether normalisation inside of it uses its running statistics, and leaves
 *     them as they are, in training as in inference
 */
public record Frozen(@State Layer layer, boolean keepsStatistics) implements Layer {
  /** Returns a layer frozen with its statistics. */
  public static Frozen of(Layer layer) {
    return new Frozen(layer, true);
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return layer.forward(x, keepsStatistics ? pass.usingStatistics() : pass);
  }

  @Override
  public Shape outputShape(Shape input) {
    return layer.outputShape(input);
  }

  /** Returns the layer in brackets. */
  @Override
  public String toString() {
    return "Frozen(" + layer + ")";
  }
}
