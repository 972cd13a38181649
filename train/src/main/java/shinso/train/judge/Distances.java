package shinso.train.judge;

import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/** Squared Euclidean distances between two sets of examples. */
final class Distances {
  private Distances() {}

  /**
   * Returns |x − y|² of all pairs: {@code [m, d]} and {@code [n, d]} give {@code [m, n]}.
   *
   * @throws IllegalArgumentException if examples have different sizes
   */
  static Tensor squared(Tensor x, Tensor y) {
    Tensor a = x.flatten(1);
    Tensor b = y.flatten(1);
    Check.rank("distances", a.shape(), 2, "[n, d]");
    if (a.shape().dim(1) != b.shape().dim(1)) {
      throw new IllegalArgumentException(
          "distances: examples of %d and of %d numbers"
              .formatted(a.shape().dim(1), b.shape().dim(1)));
    }
    Tensor cross = a.matmul(b.transpose()).mul(2);
    Tensor sum = a.square().sumKeep(1).add(b.square().sum(1)); // [m, n]
    return sum.sub(cross).maximum(0);
  }
}
