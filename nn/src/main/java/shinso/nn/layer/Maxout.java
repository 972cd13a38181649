package shinso.nn.layer;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The largest of each k neighbouring features, {@code [*, n k] -> [*, n]}; behind an affine layer,
 * a unit that learns its own convex activation.
 *
 * <p>Source: Goodfellow et al., "Maxout networks" (2013), section 3.
 *
 * @param pieces k, how many features share an output
 */
public record Maxout(int pieces) implements Layer {
  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public Maxout {
    if (pieces < 1) {
      throw new IllegalArgumentException("maxout: at least 1 piece, not " + pieces);
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = x.shape();
    if (s.rank() < 1 || s.dim(-1) % pieces != 0) {
      throw new IllegalArgumentException(
          "maxout: the last axis of %s doesn't divide into groups of %d".formatted(s, pieces));
    }
    return x.reshape(s.with(-1, s.dim(-1) / pieces).insert(-1, pieces)).max(-1);
  }

  /** Returns the name and number of pieces. */
  @Override
  public String toString() {
    return "Maxout(" + pieces + ")";
  }
}
