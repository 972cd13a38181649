package shinso.nn.loss;

import java.util.List;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * How far predicted numbers are off, from sums that add up over batches.
 *
 * @param count the number of elements
 * @param absolute Σ |y − t|
 * @param squared Σ (y − t)²
 * @param target Σ t
 * @param targetSquared Σ t²
 */
public record RegressionReport(
    double count, double absolute, double squared, double target, double targetSquared) {
  /**
   * Returns what a report is made of as a tensor {@code [5]}, the components in order. Targets that
   * are far from 0 compared with their spread should be standardised: R² subtracts their squares.
   *
   * @throws IllegalArgumentException if prediction and target differ in shape
   */
  public static Tensor sums(Tensor prediction, Tensor target) {
    Check.sameShape("regression report", prediction.shape(), target.shape());
    Tensor e = prediction.sub(target);
    return Tensor.stack(
        0,
        List.of(
            Tensor.constant(prediction.shape().size(), e.dtype()),
            e.abs().sum(),
            e.square().sum(),
            target.sum(),
            target.square().sum()));
  }

  /**
   * Returns the report of sums {@code [5]}.
   *
   * @throws IllegalArgumentException if there are not five
   */
  public static RegressionReport of(Tensor sums) {
    double[] s = sums.toDoubleArray();
    if (s.length != 5) {
      throw new IllegalArgumentException("regression report: five sums, not " + sums.shape());
    }
    return new RegressionReport(s[0], s[1], s[2], s[3], s[4]);
  }

  /** Returns the mean absolute error. */
  public double mae() {
    return absolute / count;
  }

  /** Returns the mean squared error. */
  public double mse() {
    return squared / count;
  }

  /** Returns the root of the mean squared error, in the unit of the target. */
  public double rmse() {
    return Math.sqrt(mse());
  }

  /**
   * Returns the coefficient of determination R², 1 − Σ (y − t)² / Σ (t − mean)²: 1 if all is
   * predicted, 0 if as well as by the mean.
   */
  public double rSquared() {
    return 1 - squared / (targetSquared - target * target / count);
  }
}
