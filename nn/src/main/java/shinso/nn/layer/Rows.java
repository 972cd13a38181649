package shinso.nn.layer;

import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The rows of images as the steps of sequences, from top to bottom: {@code [batch, height, width,
 * channels] -> [batch, height, width channels]}.
 */
public record Rows() implements Layer {
  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the input is no images
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x.reshape(outputShape(x.shape()));
  }

  @Override
  public Shape outputShape(Shape input) {
    Check.rank("rows", input, 4, "[batch, height, width, channels]");
    return Shape.of(input.dim(0), input.dim(1), input.dim(2) * input.dim(3));
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "Rows";
  }
}
