package shinso.nn.layer;

import java.util.Arrays;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The last time step of a sequence: {@code [batch, time, *] -> [batch, *]}. Where the {@linkplain
 * Pass#withLengths pass has lengths}, it is each sequence's own last step.
 */
public record Last() implements Layer {
  private static final int NOWHERE = Integer.MAX_VALUE;

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
    // A length of 0 must not count from the end.
    Tensor last = Tensor.select(lengths.greater(0), lengths.sub(1), NOWHERE); // [batch]
    int[] column = new int[s.rank()];
    Arrays.fill(column, 1);
    column[0] = s.dim(0);
    return x.takeAlong(1, last.reshape(column).broadcastTo(s.with(1, 1))).squeeze(1);
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return "Last";
  }
}
