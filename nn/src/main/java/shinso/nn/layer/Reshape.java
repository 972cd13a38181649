package shinso.nn.layer;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The features of an example on other axes, in their order: {@code [n, *] -> [n, *example]}. What
 * {@link Flatten} does, undone.
 *
 * @param example the shape of an example afterwards, without the batch
 */
public record Reshape(Shape example) implements Layer {
  /**
   * Returns the examples in the other shape.
   *
   * @throws IllegalArgumentException if an example doesn't have as many features as the shape
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    int n = x.shape().dim(0);
    if (x.shape().size() != n * example.size()) {
      throw new IllegalArgumentException(
          "reshape: %s has no examples of %d features, as %s needs"
              .formatted(x.shape(), example.size(), example));
    }
    return x.reshape(Shape.of(n).concat(example));
  }

  /** Returns the name and the shape. */
  @Override
  public String toString() {
    return "Reshape" + example;
  }
}
