package shinso.zoo.energy;

import java.util.List;
import shinso.core.tensor.Tensor;

/**
 * How the fixed-point equations of a factorial posterior are iterated. An example whose
 * probabilities all move by less than the tolerance has converged and is left alone from then on,
 * so that what comes out doesn't depend on its batch.
 *
 * @param iterations the most that are made
 * @param tolerance the change of a probability that counts as none
 * @param damping the share of the old probability that is kept, 0 for none; it calms oscillations
 */
public record MeanField(int iterations, double tolerance, double damping) {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if there are no iterations, the tolerance is negative, or the
   *     damping is not in [0, 1)
   */
  public MeanField {
    if (iterations < 1 || !(tolerance >= 0) || !(damping >= 0 && damping < 1)) {
      throw new IllegalArgumentException(
          "mean field: 1 iteration or more, a tolerance of 0 or more and a damping in [0, 1), not"
              + " %d, %s and %s".formatted(iterations, tolerance, damping));
    }
  }

  /** Returns undamped iterations until no probability moves by more than 0.0001. */
  public static MeanField of(int iterations) {
    return new MeanField(iterations, 1e-4, 0);
  }

  /**
   * A factorial posterior, and how it was found.
   *
   * @param layers Q(h = 1 | v) of each hidden layer, the lowest first: {@code [n, units]} each
   * @param iterations made for each example: {@code [n]}
   * @param change the largest of a probability in the last of them: {@code [n]}
   */
  public record Posterior(List<Tensor> layers, Tensor iterations, Tensor change) {}
}
