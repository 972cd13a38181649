package shinso.nn.layer;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** The last time step of a sequence: {@code [batch, time, *] -> [batch, *]}. */
public record Last() implements Layer {
  /**
   * Returns the last step.
   *
   * @throws IllegalArgumentException if there is no time axis, or no step
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = x.shape();
    if (s.rank() < 2 || s.dim(1) == 0) {
      throw new IllegalArgumentException(
          "last: sequences [batch, time, …] of at least one step, not " + s);
    }
    return x.at(1, -1);
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "Last";
  }
}
