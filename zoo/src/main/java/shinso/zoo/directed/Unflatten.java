package shinso.zoo.directed;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;

/**
 * Vectors as images: {@code [b, h w c] -> [b, h, w, c]}.
 *
 * @param h rows
 * @param w columns
 * @param c channels
 */
record Unflatten(int h, int w, int c) implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x.reshape(x.shape().dim(0), h, w, c);
  }

  @Override
  public Shape outputShape(Shape input) {
    return Shape.of(input.dim(0), h, w, c);
  }
}
