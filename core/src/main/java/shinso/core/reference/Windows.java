package shinso.core.reference;

import java.util.Arrays;
import java.util.List;
import shinso.core.op.PoolSpec;
import shinso.core.op.WindowOp;
import shinso.core.tensor.Shape;

/** Pooling. Padding belongs to no window; it is at most counted. */
final class Windows {
  private Windows() {}

  static double[] pool(WindowOp pooling, Shape from, Shape to, List<double[]> in) {
    double[] x = in.getFirst();
    double[] y = new double[to.size()];
    switch (pooling) {
      case WindowOp.MaxPool op -> {
        int[] at = maxima(op.spec(), from, to, x);
        for (int i = 0; i < y.length; i++) {
          y[i] = x[at[i]];
        }
      }
      case WindowOp.MaxPoolGather op -> {
        int[] at = maxima(op.spec(), from, to, x);
        for (int i = 0; i < y.length; i++) {
          y[i] = in.get(1)[at[i]];
        }
      }
      case WindowOp.MaxPoolScatter op -> {
        double[] values = in.get(1);
        PoolSpec s = op.spec();
        Shape windows =
            Shape.of(from.dim(0), s.outHeight(from.dim(1)), s.outWidth(from.dim(2)), from.dim(3));
        int[] at = maxima(s, from, windows, x);
        for (int i = 0; i < at.length; i++) {
          y[at[i]] += values[i];
        }
      }
      case WindowOp.AveragePool op ->
          forEachPair(
              op.spec(),
              from,
              to,
              (pixel, window, covered) ->
                  y[window] += x[pixel] / (op.countPadding() ? area(op.spec()) : covered));
      case WindowOp.AveragePoolBackward op ->
          forEachPair(
              op.spec(),
              to,
              from,
              (pixel, window, covered) ->
                  y[pixel] += x[window] / (op.countPadding() ? area(op.spec()) : covered));
    }
    return y;
  }

  private static int area(PoolSpec spec) {
    return spec.height() * spec.width();
  }

  /** Returns for each window the offset of its first maximum in the images. */
  private static int[] maxima(PoolSpec spec, Shape images, Shape windows, double[] x) {
    int[] at = new int[windows.size()];
    Arrays.fill(at, -1);
    forEachPair(
        spec,
        images,
        windows,
        (pixel, window, covered) -> {
          if (at[window] < 0 || Folds.isLarger(x[pixel], x[at[window]])) {
            at[window] = pixel;
          }
        });
    return at;
  }

  /** What is done with an element of an image and a window that covers it. */
  @FunctionalInterface
  private interface Pair {
    void accept(int pixel, int window, int covered);
  }

  /** Visits all pairs; {@code covered} is the number of the image's elements in the window. */
  private static void forEachPair(PoolSpec s, Shape images, Shape windows, Pair pair) {
    int height = images.dim(1);
    int width = images.dim(2);
    int channels = images.dim(3);
    for (int n = 0; n < windows.dim(0); n++) {
      for (int oh = 0; oh < windows.dim(1); oh++) {
        for (int ow = 0; ow < windows.dim(2); ow++) {
          int top = oh * s.strideH() - s.padTop();
          int left = ow * s.strideW() - s.padLeft();
          int lastRow = Math.min(top + s.height(), height);
          int lastColumn = Math.min(left + s.width(), width);
          int covered = (lastRow - Math.max(top, 0)) * (lastColumn - Math.max(left, 0));
          for (int ih = Math.max(top, 0); ih < lastRow; ih++) {
            for (int iw = Math.max(left, 0); iw < lastColumn; iw++) {
              for (int c = 0; c < channels; c++) {
                int pixel = ((n * height + ih) * width + iw) * channels + c;
                int window = ((n * windows.dim(1) + oh) * windows.dim(2) + ow) * channels + c;
                pair.accept(pixel, window, covered);
              }
            }
          }
        }
      }
    }
  }
}
