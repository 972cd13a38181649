package shinso.core.reference;

import java.util.List;
import shinso.core.graph.Graph;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.Shape;

/**
 * Matrix products and convolutions. The innermost loops run over neighbouring elements; that is all
 * the tuning.
 */
final class Contractions {
  private Contractions() {}

  static double[] contract(
      ContractionOp contraction,
      Graph.Node left,
      Graph.Node right,
      Graph.Node result,
      List<double[]> in) {
    double[] a = in.get(0);
    double[] b = in.get(1);
    double[] y = new double[result.shape().size()];
    switch (contraction) {
      case ContractionOp.MatMul op -> matmul(op, left.shape(), right.shape(), a, b, y);
      case ContractionOp.Conv2d op ->
          forEachTap(
              op.spec(),
              left.shape(),
              right.shape(),
              result.shape(),
              (x, w, o, channels, filters, allFilters) -> {
                for (int c = 0; c < channels; c++) {
                  addScaled(a[x + c], b, w + c * allFilters, y, o, filters);
                }
              });
      case ContractionOp.Conv2dBackwardData op ->
          forEachTap(
              op.spec(),
              result.shape(),
              right.shape(),
              left.shape(),
              (x, w, o, channels, filters, allFilters) -> {
                for (int c = 0; c < channels; c++) {
                  y[x + c] += dot(a, o, b, w + c * allFilters, filters);
                }
              });
      case ContractionOp.Conv2dBackwardWeights op ->
          forEachTap(
              op.spec(),
              left.shape(),
              result.shape(),
              right.shape(),
              (x, w, o, channels, filters, allFilters) -> {
                for (int c = 0; c < channels; c++) {
                  addScaled(a[x + c], b, o, y, w + c * allFilters, filters);
                }
              });
    }
    return y;
  }

  private static void matmul(
      ContractionOp.MatMul op, Shape left, Shape right, double[] a, double[] b, double[] y) {
    int m = left.dim(op.transposeA() ? -1 : -2);
    int k = left.dim(op.transposeA() ? -2 : -1);
    int n = right.dim(op.transposeB() ? -2 : -1);
    int batch = left.slice(0, left.rank() - 2).size();
    double[] rowsOfB = op.transposeB() ? transposed(b, batch, n, k) : b;
    double[] rowsOfA = op.transposeA() ? transposed(a, batch, k, m) : a;
    for (int row = 0; row < batch * m; row++) {
      int matrix = row / m;
      for (int i = 0; i < k; i++) {
        addScaled(rowsOfA[row * k + i], rowsOfB, (matrix * k + i) * n, y, row * n, n);
      }
    }
  }

  private static double[] transposed(double[] x, int batch, int rows, int columns) {
    return gather(
        x, Offsets.of(Shape.of(batch, columns, rows), 0, new int[] {rows * columns, 1, columns}));
  }

  private static double[] gather(double[] x, int[] offsets) {
    double[] y = new double[offsets.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[offsets[i]];
    }
    return y;
  }

  /** What is done where a tap of a filter meets a pixel of the image. */
  @FunctionalInterface
  private interface Tap {
    /**
     * Handles one group of channels.
     *
     * @param x offset of the pixel's channels in the images
     * @param w offset of the tap's filters for the first of these channels
     * @param y offset of the output pixel's filters
     * @param channels in this group
     * @param filters in this group
     * @param allFilters in all groups, the distance of neighbouring channels in w
     */
    void accept(int x, int w, int y, int channels, int filters, int allFilters);
  }

  private static void forEachTap(ConvSpec spec, Shape x, Shape w, Shape y, Tap tap) {
    int channels = w.dim(2);
    int filters = w.dim(3) / spec.groups();
    for (int image = 0; image < y.dim(0); image++) {
      for (int oh = 0; oh < y.dim(1); oh++) {
        for (int ow = 0; ow < y.dim(2); ow++) {
          for (int kh = 0; kh < w.dim(0); kh++) {
            for (int kw = 0; kw < w.dim(1); kw++) {
              int ih = oh * spec.strideH() - spec.padTop() + kh * spec.dilationH();
              int iw = ow * spec.strideW() - spec.padLeft() + kw * spec.dilationW();
              if (ih < 0 || ih >= x.dim(1) || iw < 0 || iw >= x.dim(2)) {
                continue;
              }
              int px = ((image * x.dim(1) + ih) * x.dim(2) + iw) * x.dim(3);
              int pw = (kh * w.dim(1) + kw) * channels * w.dim(3);
              int py = ((image * y.dim(1) + oh) * y.dim(2) + ow) * y.dim(3);
              for (int g = 0; g < spec.groups(); g++) {
                tap.accept(
                    px + g * channels,
                    pw + g * filters,
                    py + g * filters,
                    channels,
                    filters,
                    w.dim(3));
              }
            }
          }
        }
      }
    }
  }

  private static void addScaled(double s, double[] x, int fromX, double[] y, int fromY, int count) {
    for (int i = 0; i < count; i++) {
      y[fromY + i] += s * x[fromX + i];
    }
  }

  private static double dot(double[] a, int fromA, double[] b, int fromB, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += a[fromA + i] * b[fromB + i];
    }
    return sum;
  }
}
