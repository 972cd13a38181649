package shinso.verify.fuzz;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.Leaf;
import shinso.core.op.Op;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/**
 * What a graph's values should be and how far off they may be: the graph is computed in double once
 * as it is and several times with every intermediate result rounded at random, by a few units in
 * the last place of a float.
 *
 * <p>Values whose operands are close to a point where a function jumps, such as a comparison of
 * numbers that are equal but for roundings, are in doubt, and so is all that depends on them.
 */
final class Oracle {
  /** Computations with roundings. */
  private static final int RUNS = 6;

  /** How much larger than those of the runs an error may be. */
  static final double FACTOR = 16;

  /** Magnitudes whose sums may overflow. */
  private static final double LARGE = Float.MAX_VALUE / 64;

  private final Graph graph;
  private final Value[] values;

  /** Whether the sign of a zero may be seen; that of a sum of zeros is nobody's promise. */
  private final boolean signsOfZeros;

  private final SplittableRandom random = new SplittableRandom(1);

  /**
   * What a node's value should be.
   *
   * @param runs the first one is exact, the others with roundings; a single one if these make no
   *     difference
   * @param doubtful which elements may be something else
   */
  record Value(double[][] runs, BitSet doubtful) {
    double exact(int i) {
      return runs[0][i];
    }

    boolean isExact() {
      return runs.length == 1;
    }

    /** Whether all runs agree, be it on zeros of different signs. */
    boolean isCertain() {
      return IntStream.range(0, runs[0].length).allMatch(i -> error(i) == 0);
    }

    double[] run(int k) {
      return runs[Math.min(k, runs.length - 1)];
    }

    /** How far off an element may be; infinite where runs differ in kind. */
    double error(int i) {
      double error = 0;
      for (int k = 1; k < runs.length; k++) {
        double a = runs[0][i];
        double b = runs[k][i];
        if (Double.compare(a, b) != 0 && a != b) {
          double difference = Math.abs(a - b);
          error = Math.max(error, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
        }
      }
      return FACTOR * error;
    }

    /** Whether a number is right, as far as one can know. */
    boolean accepts(int i, double actual) {
      double e = runs[0][i];
      if (doubtful.get(i) || actual == e || (Double.isNaN(actual) && Double.isNaN(e))) {
        return true;
      }
      return Math.abs(actual - e) <= error(i);
    }
  }

  private Oracle(Graph graph) {
    this.graph = graph;
    this.signsOfZeros = graph.nodes().stream().anyMatch(n -> tellsZerosApart(n.op()));
    this.values = new Value[graph.nodes().size()];
  }

  /** Computes a graph's outputs from the values of its inputs. */
  static List<Value> outputs(Graph graph, List<double[]> inputs) {
    Oracle o = new Oracle(graph);
    int[] nodes = graph.inputs();
    for (int i = 0; i < nodes.length; i++) {
      o.values[nodes[i]] = new Value(new double[][] {inputs.get(i)}, new BitSet());
    }
    for (int i = 0; i < o.values.length; i++) {
      if (!(graph.node(i).op() instanceof Leaf.Data)) {
        o.values[i] = o.compute(graph.node(i));
      }
    }
    return Arrays.stream(graph.outputs()).mapToObj(n -> o.values[n]).toList();
  }

  private Value compute(Graph.Node n) {
    List<Value> operands = n.operands().stream().map(o -> values[o]).toList();
    List<Shape> shapes = n.operands().stream().map(o -> graph.node(o).shape()).toList();
    Doubles.Node node = new Doubles.Node(n.op(), n.dtype(), n.shape(), shapes);
    boolean exact = operands.stream().allMatch(Value::isExact);
    boolean certain = exact || operands.stream().allMatch(Value::isCertain);
    Rounding rounding = n.dtype() == DType.I32 ? Rounding.NONE : Rounding.of(n.op());
    List<double[]> first = operands.stream().map(v -> v.run(0)).toList();
    double[] y = node.run(first);
    double[] scale =
        rounding == Rounding.SUM ? Rounding.scale(n.op(), node, first, certain) : new double[0];
    BitSet doubtful = new Doubts(graph, n, operands).of();
    if (n.dtype() == DType.F32) {
      Rounding.overflow(y);
    }
    boolean changes = !exact || changes(n.dtype(), rounding, y, scale) || hasZeros(rounding, y);
    double[][] runs = new double[changes ? 1 + RUNS : 1][];
    runs[0] = y;
    for (int k = 1; k < runs.length; k++) {
      int run = k;
      double[] z = exact ? y.clone() : node.run(operands.stream().map(v -> v.run(run)).toList());
      if (n.dtype() == DType.F32) {
        rounding.apply(z, scale, k % 2 == 1, random);
        if (signsOfZeros && rounding == Rounding.SUM) {
          Rounding.signZeros(z, k % 2 == 1 ? 0.0 : -0.0);
        }
        Rounding.overflow(z);
      } else if (n.dtype() == DType.F64) {
        rounding.applyDouble(z, scale, random);
      }
      runs[k] = z;
    }
    Value value = new Value(runs, doubtful);
    overflowingSums(value, scale, first);
    settle(value, n.dtype());
    return value;
  }

  /** Sums that may overflow half way, to an infinity or to the difference of two. */
  private static void overflowingSums(Value value, double[] scale, List<double[]> operands) {
    double most = 0;
    for (int i = 0; i < scale.length; i++) {
      most = Double.isNaN(scale[i]) ? most : Math.max(most, scale[i]);
    }
    if (most < LARGE) {
      return;
    }
    double finite = 0;
    for (double[] x : operands) {
      for (double v : x) {
        finite = Double.isFinite(v) ? Math.max(finite, Math.abs(v)) : finite;
      }
    }
    for (int i = 0; i < scale.length; i++) {
      double y = value.exact(i);
      boolean overflows = Double.isInfinite(scale[i]) ? finite * finite > LARGE : scale[i] > LARGE;
      if (overflows && !Double.isNaN(y)) {
        value.doubtful.set(i);
      }
    }
  }

  private static boolean tellsZerosApart(Op op) {
    return op instanceof UnaryOp(UnaryOp.Kind kind) && kind == UnaryOp.Kind.RECIPROCAL
        || op instanceof BinaryOp(BinaryOp.Kind two)
            && (two == BinaryOp.Kind.DIV || two == BinaryOp.Kind.POW);
  }

  private boolean hasZeros(Rounding rounding, double[] y) {
    return signsOfZeros && rounding == Rounding.SUM && Arrays.stream(y).anyMatch(v -> v == 0);
  }

  private static boolean changes(DType type, Rounding rounding, double[] y, double[] scale) {
    for (int i = 0; i < y.length && rounding != Rounding.NONE; i++) {
      boolean tiny = y[i] != 0 && Math.abs(y[i]) < 2 * Float.MIN_NORMAL;
      boolean rounds =
          switch (rounding) {
            case NONE -> false;
            case NEAREST ->
                !Double.isNaN(y[i]) && (type == DType.F64 ? y[i] != 0 : y[i] != (float) y[i]);
            case FUNCTION -> y[i] != 0 && Double.isFinite(y[i]);
            case SUM -> scale[i] != 0;
          };
      if (tiny || rounds) {
        return true;
      }
    }
    return false;
  }

  /** Lets runs agree where they can't be told from each other any more. */
  private static void settle(Value value, DType type) {
    for (int i = 0; i < value.runs[0].length && !value.isExact(); i++) {
      double error = value.error(i);
      if (error == Double.POSITIVE_INFINITY || (type == DType.I32 && error > 0)) {
        value.doubtful.set(i);
      }
      if (value.doubtful.get(i)) {
        for (double[] run : value.runs) {
          run[i] = value.runs[0][i];
        }
      }
    }
  }

  /** The values of a program's inputs. */
  static List<double[]> doubles(Buffer[] buffers) {
    return Arrays.stream(buffers).map(Buffer::toDoubleArray).toList();
  }
}
