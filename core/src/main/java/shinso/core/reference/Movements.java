package shinso.core.reference;

import java.util.Arrays;
import java.util.List;
import shinso.core.graph.Graph;
import shinso.core.op.MovementOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/** Operations that put elements elsewhere: each is a copy from or to computed offsets. */
final class Movements {
  private Movements() {}

  static double[] move(
      MovementOp movement, List<Graph.Node> operands, Graph.Node result, List<double[]> in) {
    double[] x = in.getFirst();
    Shape from = operands.getFirst().shape();
    Shape to = result.shape();
    int[] strides = from.strides();
    int[] taken = new int[to.rank()];
    int start = 0;
    switch (movement) {
      case MovementOp.Reshape op -> {
        return x;
      }
      case MovementOp.Permute op -> Arrays.setAll(taken, i -> strides[op.order().get(i)]);
      case MovementOp.Broadcast op ->
          Arrays.setAll(taken, i -> from.dim(i) == to.dim(i) ? strides[i] : 0);
      case MovementOp.Slice op -> {
        for (int i = 0; i < taken.length; i++) {
          start += op.start().get(i) * strides[i];
          taken[i] = op.step().get(i) * strides[i];
        }
      }
      case MovementOp.Flip op -> {
        for (int i = 0; i < taken.length; i++) {
          boolean reversed = op.axes().contains(i);
          start += reversed ? (from.dim(i) - 1) * strides[i] : 0;
          taken[i] = reversed ? -strides[i] : strides[i];
        }
      }
      case MovementOp.Pad op -> {
        return pad(op, from, result, x);
      }
      case MovementOp.Concat op -> {
        return concat(op, operands, to, in);
      }
    }
    int[] offsets = Offsets.of(to, start, taken);
    double[] y = new double[offsets.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[offsets[i]];
    }
    return y;
  }

  private static double[] pad(MovementOp.Pad op, Shape from, Graph.Node result, double[] x) {
    double[] y = new double[result.shape().size()];
    Arrays.fill(y, result.dtype() == DType.I32 ? (int) op.value() : op.value());
    int[] strides = result.shape().strides();
    int start = 0;
    for (int i = 0; i < strides.length; i++) {
      start += op.before().get(i) * strides[i];
      strides[i] *= op.interior().get(i) + 1;
    }
    put(x, y, Offsets.of(from, start, strides));
    return y;
  }

  private static double[] concat(
      MovementOp.Concat op, List<Graph.Node> operands, Shape to, List<double[]> in) {
    double[] y = new double[to.size()];
    int position = 0;
    for (int i = 0; i < in.size(); i++) {
      Shape part = operands.get(i).shape();
      put(in.get(i), y, Offsets.of(part, position * to.strides()[op.axis()], to.strides()));
      position += part.dim(op.axis());
    }
    return y;
  }

  private static void put(double[] from, double[] to, int[] offsets) {
    for (int i = 0; i < from.length; i++) {
      to[offsets[i]] = from[i];
    }
  }
}
