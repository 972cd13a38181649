package shinso.nn.optim;

import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;

/** Sets that parameters are kept in: each function maps a value to the nearest one in the set. */
public final class Projections {
  private Projections() {}

  /**
   * Keeps the norm of each column, the weights that lead into one unit, at most at a limit: {@code
   * w ← w min(1, limit / ‖w‖)}, over all axes but the last one. {@code [*, out] -> [*, out]}
   *
   * <p>Source: Srivastava et al., "Dropout" (2014), section 5.1, max-norm regularisation.
   *
   * @throws IllegalArgumentException if the limit is not positive; the projection, if a value has
   *     no axis
   */
  public static UnaryOperator<Tensor> columnNorm(double limit) {
    requirePositive("columnNorm", limit);
    return w -> {
      int rank = w.shape().rank();
      if (rank == 0) {
        throw new IllegalArgumentException("columnNorm: a scalar has no columns");
      }
      int[] inputs = IntStream.range(0, rank - 1).toArray();
      Tensor squares = rank == 1 ? w.square() : w.square().sumKeep(inputs); // [1, …, out]
      Tensor excess = squares.maximum(limit * limit).div(limit * limit).sqrt();
      return w.div(excess);
    };
  }

  /**
   * Keeps every element between two numbers.
   *
   * @throws IllegalArgumentException if there is nothing between them
   */
  public static UnaryOperator<Tensor> clip(double least, double most) {
    if (!(least <= most)) {
      throw new IllegalArgumentException(
          "clip: the least value is at most the largest, not %s and %s".formatted(least, most));
    }
    return w -> w.clip(least, most);
  }

  private static void requirePositive(String what, double limit) {
    if (!(limit > 0 && limit < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + ": the limit is positive and finite, not " + limit);
    }
  }
}
