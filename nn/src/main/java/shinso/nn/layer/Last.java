package shinso.nn.layer;

import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The last time step of a sequence: {@code [batch, time, *] -> [batch, *]}. Where the {@linkplain
 * Pass#withLengths pass has lengths}, it is each sequence's own last step.
 */
public record Last() implements Layer {
  /**
   * Returns the last step.
   *
   * @throws IllegalArgumentException if there is no time axis, or no step
   * @throws IndexOutOfBoundsException when it runs, if a length is 0 or above {@code time}
   */
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = x.shape();
    if (s.rank() < 2 || s.dim(1) == 0) {
      throw new IllegalArgumentException(
          "last: sequences [batch, time, …] of at least one step, not " + s);
    }
    Tensor lengths = Recurrence.lengths("last", s, pass);
    if (lengths == null) {
      return x.at(1, -1);
    }
    return Recurrence.steps(x, lengths.sub(1).unsqueeze(1)).squeeze(1);
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "Last";
  }
}
