package shinso.nn.layer;

import shinso.core.op.PoolSpec;
import shinso.core.tensor.Tensor;

/**
 * The mean of each window, {@code [n, h, w, c] -> [n, oh, ow, c]}, or of sequences {@code [n, t, c]
 * -> [n, ot, c]}, of which the columns of the windows count.
 *
 * @param spec the windows
 * @param countPadding whether padding counts as zeros, or the mean is over the image's elements
 *     alone
 */
public record AveragePool(PoolSpec spec, boolean countPadding) implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x.shape().rank() == 3
        ? x.averagePool1d(spec, countPadding)
        : x.averagePool(spec, countPadding);
  }

  /** Returns the window, and what else is not the usual. */
  @Override
  public String toString() {
    return "AveragePool(" + MaxPool.describe(spec) + (countPadding ? ", counting padding)" : ")");
  }
}
