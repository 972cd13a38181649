package shinso.nn.layer;

import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * A function of tensors with parameters. Implementations are records, so that {@link Parameters}
 * finds what they own; the first axis of input and output is the batch.
 */
@FunctionalInterface
public interface Layer {
  /**
   * Returns the output for a batch.
   *
   * @throws IllegalArgumentException if the layer doesn't take this shape
   */
  Tensor forward(Tensor x, Pass pass);

  /**
   * Returns the output's shape for an F32 input of a shape, both with the batch; computes nothing.
   *
   * @throws IllegalArgumentException if the layer doesn't take this shape
   */
  default Shape outputShape(Shape input) {
    return forward(TensorAccess.placeholder(input, DType.F32), Pass.inference()).shape();
  }
}
