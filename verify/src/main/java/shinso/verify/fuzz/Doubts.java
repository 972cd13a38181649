package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.IndexOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.PoolSpec;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/** Which elements of a node's value are in doubt. */
final class Doubts {
  private final Graph graph;
  private final Graph.Node node;
  private final List<Oracle.Value> in;
  private final BitSet doubtful = new BitSet();
  private final int count;

  Doubts(Graph graph, Graph.Node node, List<Oracle.Value> in) {
    this.graph = graph;
    this.node = node;
    this.in = in;
    this.count = node.shape().size();
  }

  BitSet of() {
    if (in.stream().anyMatch(v -> !v.doubtful().isEmpty())) {
      inherited();
    }
    if (in.stream().anyMatch(v -> !v.isExact())) {
      own();
    }
    return doubtful;
  }

  // ---- doubts that operands hand on

  private void inherited() {
    switch (node.op()) {
      case UnaryOp u -> doubtful.or(in.get(0).doubtful());
      case CastOp c -> doubtful.or(in.get(0).doubtful());
      case BinaryOp b -> in.forEach(v -> doubtful.or(v.doubtful()));
      case SelectOp s -> {
        doubtful.or(in.get(0).doubtful());
        mark(i -> in.get(in.get(0).exact(i) != 0 ? 1 : 2).doubtful().get(i));
      }
      case ReduceOp r -> spread(new ReduceOp(ReduceOp.Kind.SUM, r.axes()));
      case ScanOp s -> spread(s);
      case MovementOp.Pad p -> spread(new MovementOp.Pad(p.before(), p.after(), p.interior(), 0));
      case MovementOp m -> spread(m);
      case ContractionOp c -> {
        spread(c, flags(0), ones(1));
        spread(c, ones(0), flags(1));
      }
      case WindowOp w -> {
        if (in.size() == 2 && !in.get(0).doubtful().isEmpty()) {
          all();
        } else if (in.size() == 2) {
          spread(w, in.get(0).run(0), flags(1));
        } else {
          spread(w);
        }
      }
      case IndexOp.Gather g -> positions(g);
      case IndexOp.ScatterAdd s -> positions(s);
      case IndexOp.OneHot o -> all();
      case IndexOp.ArgSort a -> all();
      case RandomOp r -> all();
      case Leaf l -> {}
    }
  }

  private void positions(IndexOp op) {
    if (in.get(1).doubtful().isEmpty()) {
      spread(op, flags(0), in.get(1).run(0));
    } else {
      all();
    }
  }

  private void all() {
    doubtful.set(0, count);
  }

  /** Doubts go where the elements themselves go. */
  private void spread(Op op) {
    spread(op, IntStream.range(0, in.size()).mapToObj(this::flags).toArray(double[][]::new));
  }

  private void spread(Op op, double[]... operands) {
    List<Shape> shapes = node.operands().stream().map(o -> graph.node(o).shape()).toList();
    double[] y =
        new Doubles.Node(op, DType.F64, node.shape(), shapes)
            .run(new ArrayList<>(List.of(operands)));
    mark(i -> y[i] != 0);
  }

  private double[] flags(int operand) {
    double[] flags = new double[in.get(operand).run(0).length];
    in.get(operand).doubtful().stream().forEach(i -> flags[i] = 1);
    return flags;
  }

  private double[] ones(int operand) {
    double[] ones = new double[in.get(operand).run(0).length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private void mark(IntPredicate p) {
    for (int i = 0; i < count; i++) {
      if (p.test(i)) {
        doubtful.set(i);
      }
    }
  }

  // ---- doubts that arise here

  private void own() {
    Oracle.Value x = in.get(0);
    switch (node.op()) {
      case UnaryOp u -> {
        switch (u.kind()) {
          case SIGN, NOT -> mark(i -> isNear(x, i, 0));
          case FLOOR -> mark(i -> jumps(x, i, Math::floor));
          case ROUND -> mark(i -> jumps(x, i, Math::rint));
          case RECIPROCAL, SQRT, LOG -> mark(i -> isSingular(x, i, 0));
          case LOG1P -> mark(i -> isSingular(x, i, -1));
          case EXP, EXPM1, SIN, COS -> mark(i -> x.error(i) > 0.05);
          case NEG, ABS, RELU, STOP_GRADIENT, TANH, SIGMOID, SOFTPLUS, ERF -> {}
        }
      }
      case BinaryOp b -> {
        Oracle.Value y = in.get(1);
        switch (b.kind()) {
          case LESS, LESS_EQUAL, EQUAL, NOT_EQUAL -> mark(i -> isTie(x, i, y, i));
          case DIV -> mark(i -> isSingular(y, i, 0));
          case POW ->
              mark(i ->
                  isSingular(x, i, 0)
                      || x.error(i) > 0.05 * Math.abs(x.exact(i))
                      || y.error(i) * Math.abs(Math.log(Math.abs(x.exact(i)))) > 0.05
                      || (x.exact(i) < 0 && jumps(y, i, Math::floor))); // an integer, or not
          case ADD, SUB, MUL, MAXIMUM, MINIMUM -> {}
        }
      }
      case SelectOp s -> mark(i -> isNear(x, i, 0));
      case CastOp c -> {
        if (c.to() == DType.I32) {
          mark(i -> jumps(x, i, v -> (int) v));
        }
      }
      case ReduceOp r -> {
        if (r.kind() == ReduceOp.Kind.ARGMAX) {
          argmax(r.axes().getFirst());
        }
      }
      case IndexOp.ArgSort a -> argSort();
      case WindowOp.MaxPoolScatter m -> windows(m.spec(), true);
      case WindowOp.MaxPoolGather m -> windows(m.spec(), false);
      case RandomOp.Gamma g -> all();
      case RandomOp r -> {}
      case MovementOp m -> {}
      case ContractionOp c -> {}
      case ScanOp s -> {}
      case IndexOp i -> {}
      case WindowOp w -> {}
      case Leaf l -> {}
    }
  }

  /** Whether an element may be a number and may be another one, the same in no run. */
  private static boolean isNear(Oracle.Value x, int i, double c) {
    double error = x.error(i);
    if (error == 0) {
      return false;
    }
    boolean always = true;
    for (double[] run : x.runs()) {
      always &= run[i] == c;
    }
    return !always && Math.abs(x.exact(i) - c) <= error;
  }

  private static boolean isSingular(Oracle.Value x, int i, double c) {
    double error = x.error(i);
    return error > 0 && !(Math.abs(x.exact(i) - c) > 8 * error);
  }

  private interface Step {
    double of(double x);
  }

  private static boolean jumps(Oracle.Value x, int i, Step step) {
    double error = x.error(i);
    double v = x.exact(i);
    return error > 0
        && (step.of(v - error) != step.of(v + error) || step.of(v) != step.of(v + error));
  }

  /** Whether roundings decide which of two elements is larger. Copies of one value are equal. */
  private static boolean isTie(Oracle.Value x, int i, Oracle.Value y, int j) {
    double error = x.error(i) + y.error(j);
    if (error == 0) {
      return false;
    }
    boolean always = true;
    int runs = Math.max(x.runs().length, y.runs().length);
    for (int k = 0; k < runs; k++) {
      always &= x.run(k)[i] == y.run(k)[j];
    }
    return !always && !(Math.abs(x.exact(i) - y.exact(j)) > error);
  }

  private void argmax(int axis) {
    Shape s = graph.node(node.operand(0)).shape();
    int length = s.dim(axis);
    int inner = s.slice(axis + 1, s.rank()).size();
    Oracle.Value x = in.get(0);
    for (int i = 0; i < count; i++) {
      int first = i / inner * length * inner + i % inner;
      int best = first;
      for (int j = 1; j < length; j++) {
        best = isLarger(x.exact(first + j * inner), x.exact(best)) ? first + j * inner : best;
      }
      for (int j = 0; j < length; j++) {
        int other = first + j * inner;
        if (other != best && isTie(x, other, x, best)) {
          doubtful.set(i);
        }
      }
    }
  }

  private static boolean isLarger(double a, double b) {
    return a > b || (Double.isNaN(a) && !Double.isNaN(b));
  }

  /** A row in which two neighbours might change places. */
  private void argSort() {
    int length = Math.max(1, node.shape().dim(-1));
    Oracle.Value x = in.get(0);
    for (int row = 0; row < count; row += length) {
      int from = row;
      int[] order =
          IntStream.range(row, row + length)
              .boxed()
              .sorted((a, b) -> Double.compare(x.exact(a) + 0.0, x.exact(b) + 0.0))
              .mapToInt(i -> i)
              .toArray();
      for (int j = 1; j < length; j++) {
        if (isTie(x, order[j - 1], x, order[j])) {
          doubtful.set(from, from + length);
        }
      }
    }
  }

  /** Windows of which roundings decide where the largest element is. */
  private void windows(PoolSpec spec, boolean scatters) {
    Shape s = graph.node(node.operand(0)).shape();
    Oracle.Value x = in.get(0);
    int oh = spec.outHeight(s.dim(1));
    int ow = spec.outWidth(s.dim(2));
    for (int o = 0; o < s.dim(0) * oh * ow * s.dim(3); o++) {
      int channel = o % s.dim(3);
      int column = o / s.dim(3) % ow * spec.strideW() - spec.padLeft();
      int row = o / s.dim(3) / ow % oh * spec.strideH() - spec.padTop();
      int image = o / s.dim(3) / ow / oh;
      List<Integer> window = new ArrayList<>();
      for (int h = Math.max(0, row); h < Math.min(s.dim(1), row + spec.height()); h++) {
        for (int w = Math.max(0, column); w < Math.min(s.dim(2), column + spec.width()); w++) {
          window.add(((image * s.dim(1) + h) * s.dim(2) + w) * s.dim(3) + channel);
        }
      }
      int best = window.getFirst();
      for (int i : window) {
        best = isLarger(x.exact(i), x.exact(best)) ? i : best;
      }
      int largest = best;
      if (window.stream().anyMatch(i -> i != largest && isTie(x, i, x, largest))) {
        if (scatters) {
          window.forEach(doubtful::set);
        } else {
          doubtful.set(o);
        }
      }
    }
  }
}
