package shinso.core.reference;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.graph.Graph;
import shinso.core.op.IndexOp;

/** Operations on positions. */
final class Indexing {
  private Indexing() {}

  static double[] index(
      IndexOp indexing, boolean integer, Graph.Node operand, Graph.Node result, List<double[]> in) {
    return switch (indexing) {
      case IndexOp.Gather op -> {
        Offsets.Split s = Offsets.around(operand.shape(), op.axis());
        yield gather(s, in.get(0), positions(op.label(), in.get(1), s.length()));
      }
      case IndexOp.ScatterAdd op -> {
        Offsets.Split s = Offsets.around(result.shape(), op.axis());
        yield scatterAdd(s, integer, in.get(0), positions(op.label(), in.get(1), s.length()));
      }
      case IndexOp.OneHot op -> oneHot(checked(op.label(), in.get(0), 0, op.depth()), op.depth());
      case IndexOp.ArgSort op -> argSort(op.descending(), in.get(0), operand.shape().dim(-1));
    };
  }

  /** Positions counted from the start, of such that may be counted from the end. */
  private static double[] positions(String op, double[] indices, int length) {
    double[] positions = checked(op, indices, -length, length).clone();
    for (int i = 0; i < positions.length; i++) {
      positions[i] += positions[i] < 0 ? length : 0;
    }
    return positions;
  }

  private static double[] checked(String op, double[] indices, int least, int length) {
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < least || indices[i] >= length) {
        String allowed = length == 0 ? "an empty axis" : least + " to " + (length - 1);
        throw new IndexOutOfBoundsException(
            "%s: index %d at position %d is outside %s"
                .formatted(op, (int) indices[i], i, allowed));
      }
    }
    return indices;
  }

  private static double[] gather(Offsets.Split s, double[] x, double[] indices) {
    double[] y = new double[s.outer() * indices.length * s.inner()];
    for (int o = 0; o < s.outer(); o++) {
      for (int i = 0; i < indices.length; i++) {
        int from = (o * s.length() + (int) indices[i]) * s.inner();
        System.arraycopy(x, from, y, (o * indices.length + i) * s.inner(), s.inner());
      }
    }
    return y;
  }

  private static double[] scatterAdd(
      Offsets.Split s, boolean integer, double[] x, double[] indices) {
    double[] y = new double[s.outer() * s.length() * s.inner()];
    for (int o = 0; o < s.outer(); o++) {
      for (int i = 0; i < indices.length; i++) {
        int from = (o * indices.length + i) * s.inner();
        int to = (o * s.length() + (int) indices[i]) * s.inner();
        for (int j = 0; j < s.inner(); j++) {
          double sum = y[to + j] + x[from + j];
          y[to + j] = integer ? (int) (long) sum : sum;
        }
      }
    }
    return y;
  }

  private static double[] oneHot(double[] indices, int depth) {
    double[] y = new double[indices.length * depth];
    for (int i = 0; i < indices.length; i++) {
      y[i * depth + (int) indices[i]] = 1;
    }
    return y;
  }

  private static double[] argSort(boolean descending, double[] x, int length) {
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += length) {
      int first = row;
      // Adding 0 makes -0 equal to 0, which the comparison of doubles otherwise tells apart; it has
      // NaN as the largest.
      Comparator<Integer> order = Comparator.comparingDouble(i -> x[first + i] + 0.0);
      Integer[] positions =
          IntStream.range(0, length)
              .boxed()
              .sorted(descending ? order.reversed() : order)
              .toArray(Integer[]::new);
      for (int i = 0; i < length; i++) {
        y[row + i] = positions[i];
      }
    }
    return y;
  }
}
