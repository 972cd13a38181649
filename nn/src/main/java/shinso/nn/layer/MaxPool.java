package shinso.nn.layer;

import shinso.core.op.PoolSpec;
import shinso.core.tensor.Tensor;

/**
 * The largest element of each window, {@code [n, h, w, c] -> [n, oh, ow, c]}, or of sequences
 * {@code [n, t, c] -> [n, ot, c]}, of which the columns of the windows count.
 *
 * @param spec the windows
 */
public record MaxPool(PoolSpec spec) implements Layer {
  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return x.shape().rank() == 3 ? x.maxPool1d(spec) : x.maxPool(spec);
  }

  /** Returns the window, and what else is not the usual. */
  @Override
  public String toString() {
    return "MaxPool(" + describe(spec) + ")";
  }

  /** Returns the columns of windows, for sequences. */
  static PoolSpec row(PoolSpec s) {
    return new PoolSpec(1, s.width(), 1, s.strideW(), 0, 0, s.padLeft(), s.padRight());
  }

  /** Says what a window is like, for all that pool. */
  static String describe(PoolSpec s) {
    String text = s.height() + "x" + s.width();
    if (s.strideH() != s.height() || s.strideW() != s.width()) {
      text += ", stride " + s.strideH() + "x" + s.strideW();
    }
    if (s.padTop() + s.padBottom() + s.padLeft() + s.padRight() > 0) {
      text +=
          ", padding %d %d %d %d".formatted(s.padTop(), s.padBottom(), s.padLeft(), s.padRight());
    }
    return text;
  }
}
