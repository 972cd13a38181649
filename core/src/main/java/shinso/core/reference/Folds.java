package shinso.core.reference;

import java.util.Arrays;
import shinso.core.graph.Graph;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;

/**
 * Reductions and cumulative sums, element after element in row-major order. Sums of integers wrap
 * around.
 */
final class Folds {
  private Folds() {}

  static double[] reduce(ReduceOp op, boolean integer, Graph.Node operand, double[] x) {
    if (op.kind() == ReduceOp.Kind.ARGMAX) {
      return argmax(Offsets.around(operand.shape(), op.axes().getFirst()), x);
    }
    int[] dims = operand.shape().dims();
    op.axes().forEach(axis -> dims[axis] = 1);
    int size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    int[] strides = new int[dims.length];
    int stride = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = op.axes().contains(i) ? 0 : stride;
      stride *= dims[i];
    }
    double[] y = new double[size];
    Arrays.fill(
        y,
        switch (op.kind()) {
          case SUM, ARGMAX -> 0;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
        });
    int[] offsets = Offsets.of(operand.shape(), 0, strides);
    for (int i = 0; i < x.length; i++) {
      double old = y[offsets[i]];
      y[offsets[i]] =
          switch (op.kind()) {
            case SUM -> integer ? (int) old + (int) x[i] : old + x[i];
            case MAX -> Math.max(old, x[i]);
            case MIN -> Math.min(old, x[i]);
            case ARGMAX -> throw new IllegalStateException("handled above");
          };
    }
    return y;
  }

  private static double[] argmax(Offsets.Split s, double[] x) {
    double[] y = new double[s.outer() * s.inner()];
    for (int o = 0; o < s.outer(); o++) {
      for (int i = 0; i < s.inner(); i++) {
        int best = 0;
        for (int j = 1; j < s.length(); j++) {
          int first = o * s.length() * s.inner() + i;
          if (isLarger(x[first + j * s.inner()], x[first + best * s.inner()])) {
            best = j;
          }
        }
        y[o * s.inner() + i] = best;
      }
    }
    return y;
  }

  /**
   * Whether a takes the place of b as the largest element so far: NaN is larger than everything
   * else.
   */
  static boolean isLarger(double a, double b) {
    return a > b || (Double.isNaN(a) && !Double.isNaN(b));
  }

  static double[] scan(ScanOp op, boolean integer, Graph.Node operand, double[] x) {
    Offsets.Split s = Offsets.around(operand.shape(), op.axis());
    double[] y = new double[x.length];
    for (int o = 0; o < s.outer(); o++) {
      for (int i = 0; i < s.inner(); i++) {
        double sum = 0;
        for (int step = 0; step < s.length(); step++) {
          int j = op.reverse() ? s.length() - 1 - step : step;
          int at = (o * s.length() + j) * s.inner() + i;
          double next = integer ? (int) sum + (int) x[at] : sum + x[at];
          y[at] = op.exclusive() ? sum : next;
          sum = next;
        }
      }
    }
    return y;
  }
}
