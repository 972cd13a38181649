package shinso.nn.layer;

import shinso.core.op.PoolSpec;
import shinso.core.tensor.Tensor;

/**
 * The power mean of each window, {@code [n, h, w, c] -> [n, oh, ow, c]} or of sequences {@code [n,
 * t, c] -> [n, ot, c]}, of which the columns of the windows count:
 *
 * <pre>
 * y = (mean |x|ᴾ)^(1/P)
 * </pre>
 *
 * <p>With what comes out of a rectifier it is average pooling for P = 1 and goes to max pooling as
 * P grows.
 *
 * <p>Source: Sermanet, Chintala and LeCun, "Convolutional neural networks applied to house numbers
 * digit classification" (2012), section 2.2.
 *
 * @param spec the windows
 * @param p P ≥ 1, which may be infinite
 */
public record LpPool(PoolSpec spec, double p) implements Layer {
  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if P is below 1
   */
  public LpPool {
    if (!(p >= 1)) {
      throw new IllegalArgumentException("lpPool: P is at least 1, not " + p);
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x.shape().rank() == 3
        ? x.unsqueeze(1).lpPool(MaxPool.row(spec), p).squeeze(1)
        : x.lpPool(spec, p);
  }

  /** Returns the window and P. */
  @Override
  public String toString() {
    return "LpPool(" + MaxPool.describe(spec) + ", P " + p + ")";
  }
}
