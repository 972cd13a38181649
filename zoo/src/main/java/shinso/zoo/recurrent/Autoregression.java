package shinso.zoo.recurrent;

import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.model.Regressor;

/**
 * Linear autoregressive predictor of order p, by least squares: Yule, "On a method of investigating
 * periodicities in disturbed series, with special reference to Wolfer's sunspot numbers" (1927).
 *
 * <pre>
 * x̂_{t+1} = c + Σ_{i=1…p} a_i x_{t+1−i}
 * </pre>
 *
 * @param weights a_p … a₁ and then c, {@code [p + 1, 1]}
 */
record Autoregression(Tensor weights) implements Regressor {
  /**
   * Returns the predictor of an order that is best on examples.
   *
   * @param windows values up to the present one, {@code [n, time, 1]}
   * @param next the values after them, {@code [n, 1]}
   * @throws IllegalArgumentException if windows are shorter than p
   */
  static Autoregression fit(Tensor windows, Tensor next, int order) {
    return new Autoregression(
        LinearAlgebra.leastSquares(design(windows, order), next, 0).evaluate());
  }

  int order() {
    return weights.shape().dim(0) - 1;
  }

  /** Returns what comes after windows: {@code [n, time, 1] -> [n, 1]}. */
  @Override
  public Tensor predict(Tensor windows) {
    return design(windows, order()).matmul(weights);
  }

  /** Returns the last values of windows, and ones: {@code [n, p + 1]}. */
  private static Tensor design(Tensor windows, int order) {
    int time = windows.shape().dim(1);
    if (order < 0 || order > time) {
      throw new IllegalArgumentException(
          "autoregression: windows of %d steps allow the orders 0 to %d, not %d"
              .formatted(time, time, order));
    }
    return windows.squeeze(2).slice(1, time - order, time).pad(1, 0, 1, 1);
  }
}
