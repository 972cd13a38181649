package shinso.core.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.PoolSpec;
import shinso.core.op.ReduceOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/**
 * Rewrites a graph into a smaller one of the same meaning: neutral elements, movements that cancel
 * or merge, slices that reach through to what they show, arithmetic of constants, transposes
 * absorbed by matrix products, equal nodes made one, unused nodes dropped. Inputs keep their number
 * and order even if they are no longer used.
 *
 * <p>A program has the bits of its operations carried out one after the other, with these
 * exceptions:
 *
 * <ul>
 *   <li>A product of matrices is the same sums in an order that depends on how its operands lie, on
 *       which of its rows are wanted, and on whether it is added to another contraction's result.
 *       So it may differ in its last bits where an operand is seen transposed or sliced, where only
 *       some rows are computed, or where it adds itself to a sum.
 *   <li>The sum of whole images to which max pooling scatters is the sum of what it scatters.
 *   <li>An operation that is left out because it changes no number (a multiplication by 1, a mean
 *       of one element) doesn't flush a subnormal number to zero, either.
 * </ul>
 */
public final class Simplifier {
  private final List<Graph.Node> nodes = new ArrayList<>();
  private final Map<Graph.Node, Integer> known = new HashMap<>();

  /** The number that fills a node, by node. */
  private final Map<Integer, Double> splats = new HashMap<>();

  /** Element-wise nodes and products of which only slices are needed. */
  private final BitSet sliced = new BitSet();

  /** The concatenations that a node is part of. */
  private final Map<Integer, NavigableSet<Integer>> joined = new HashMap<>();

  private Simplifier() {}

  /** Returns the simplified graph. */
  public static Graph simplify(Graph graph) {
    Simplifier s = new Simplifier();
    SliceUses uses = new SliceUses(graph);
    int[] renamed = new int[graph.nodes().size()];
    for (int i = 0; i < renamed.length; i++) {
      Graph.Node n = graph.node(i);
      renamed[i] = s.emit(n.op(), n.operands().stream().map(o -> renamed[o]).toList(), n.dtype());
      // Some rows of a product are what is computed, and not what something else shows of them.
      boolean rows = n.op() instanceof MovementOp.Slice && uses.isSlicedByRows(n.operand(0));
      s.sliced.set(renamed[i], uses.isSlicedByRows(i) || (uses.isOnlySliced(i) && !rows));
    }
    int[] outputs = IntStream.of(graph.outputs()).map(o -> renamed[o]).toArray();
    return dropUnused(new Graph(s.nodes, outputs, graph.donated()));
  }

  private int emit(Op op, List<Integer> in, DType dtype) {
    return switch (op) {
      case Leaf.Data d -> append(new Graph.Node(op, in, d.to(), dtype));
      case Leaf.Constant c -> constant(c.value(), dtype);
      case UnaryOp u -> unary(u, in.getFirst(), dtype);
      case BinaryOp b -> binary(b, in.get(0), in.get(1), dtype);
      case SelectOp s -> select(s, in, dtype);
      case CastOp c ->
          nodes.get(in.getFirst()).dtype() == c.to() ? in.getFirst() : node(op, in, dtype);
      case ReduceOp r -> reduce(r, in.getFirst(), dtype);
      case MovementOp m -> movement(m, in, dtype);
      case ContractionOp.MatMul m -> matmul(m, in.get(0), in.get(1), dtype);
      default -> node(op, in, dtype);
    };
  }

  private int node(Op op, List<Integer> in, DType dtype) {
    Shape shape = op.shape(in.stream().map(i -> nodes.get(i).shape()).toList());
    Graph.Node n = new Graph.Node(op, in, shape, dtype);
    Integer same = known.get(n);
    if (same != null) {
      return same;
    }
    int number = append(n);
    known.put(n, number);
    return number;
  }

  private int append(Graph.Node n) {
    nodes.add(n);
    return nodes.size() - 1;
  }

  private int constant(double number, DType dtype) {
    // What a comparison is folded of has the type's digits.
    double value = dtype == DType.F32 ? (float) number : number;
    int node = node(new Leaf.Constant(value, dtype), List.of(), dtype);
    splats.put(node, value);
    return node;
  }

  private int filled(Shape shape, double value, DType dtype) {
    int scalar = constant(value, dtype);
    int[] ones = new int[shape.rank()];
    Arrays.fill(ones, 1);
    int aligned = movement(new MovementOp.Reshape(Shape.of(ones)), List.of(scalar), dtype);
    return movement(new MovementOp.Broadcast(shape), List.of(aligned), dtype);
  }

  private boolean isSplat(int number, double value) {
    Double s = splats.get(number);
    return s != null && s.equals(value);
  }

  private int unary(UnaryOp u, int x, DType dtype) {
    Graph.Node n = nodes.get(x);
    if (u.kind() == UnaryOp.Kind.STOP_GRADIENT) {
      return x;
    }
    if (u.kind() == UnaryOp.Kind.RELU) {
      return binary(new BinaryOp(BinaryOp.Kind.MAXIMUM), x, filled(n.shape(), 0, dtype), dtype);
    }
    if (u.kind() == UnaryOp.Kind.NEG) {
      if (n.op() instanceof UnaryOp(UnaryOp.Kind k) && k == UnaryOp.Kind.NEG) {
        return n.operand(0);
      }
      Double s = splats.get(x);
      if (s != null && dtype.isFloating()) {
        return filled(n.shape(), -s, dtype);
      }
    }
    return node(u, List.of(x), dtype);
  }

  private int binary(BinaryOp b, int x, int y, DType dtype) {
    switch (b.kind()) {
      case ADD -> {
        // Adding +0 would turn −0 into +0.
        double zero = dtype.isFloating() ? -0.0 : 0;
        if (isSplat(y, zero)) {
          return x;
        }
        if (isSplat(x, zero)) {
          return y;
        }
      }
      case SUB -> {
        if (isSplat(y, 0)) {
          return x;
        }
      }
      case MUL -> {
        if (isSplat(y, 1)) {
          return x;
        }
        if (isSplat(x, 1)) {
          return y;
        }
      }
      case DIV -> {
        if (isSplat(y, 1)) {
          return x;
        }
      }
      case POW -> {
        if (isSplat(x, 1) || isSplat(y, 0) || isSplat(y, -0.0)) {
          return filled(nodes.get(x).shape(), 1, dtype);
        }
      }
      default -> {}
    }
    Double a = splats.get(x);
    Double c = splats.get(y);
    if (a != null && c != null && dtype.isFloating()) {
      Double folded = fold(b.kind(), a, c, dtype);
      if (folded != null) {
        return filled(nodes.get(x).shape(), folded, dtype);
      }
    }
    return node(b, List.of(x, y), dtype);
  }

  /**
   * Exactly rounded operations only, so that a constant has the bits that the kernel would give.
   */
  private static @Nullable Double fold(BinaryOp.Kind kind, double a, double b, DType dtype) {
    boolean single = dtype == DType.F32;
    return switch (kind) {
      case ADD -> single ? (double) ((float) a + (float) b) : a + b;
      case SUB -> single ? (double) ((float) a - (float) b) : a - b;
      case MUL -> single ? (double) ((float) a * (float) b) : a * b;
      case DIV -> single ? (double) ((float) a / (float) b) : a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case LESS -> a < b ? 1.0 : 0.0;
      case LESS_EQUAL -> a <= b ? 1.0 : 0.0;
      case EQUAL -> a == b ? 1.0 : 0.0;
      case NOT_EQUAL -> a != b ? 1.0 : 0.0;
      case POW -> null;
    };
  }

  private int select(SelectOp s, List<Integer> in, DType dtype) {
    Double condition = splats.get(in.get(0));
    if (condition != null) {
      return condition != 0 ? in.get(1) : in.get(2);
    }
    if (in.get(1).equals(in.get(2))) {
      return in.get(1);
    }
    Integer scattered = maskedScatter(in.get(0), in.get(1), in.get(2), dtype);
    return scattered == null ? node(s, in, dtype) : scattered;
  }

  /**
   * The gradient of a rectifier behind that of max pooling: what is scattered can be masked before,
   * in a quarter of the place or less. An element that a window scatters to is positive if and only
   * if the window's maximum is, and everything else is zero with or without a mask.
   */
  private @Nullable Integer maskedScatter(int condition, int a, int b, DType dtype) {
    if (!(nodes.get(condition).op() instanceof BinaryOp(BinaryOp.Kind kind))
        || kind != BinaryOp.Kind.LESS
        || !isSplat(nodes.get(condition).operand(0), 0)
        || !(nodes.get(a).op() instanceof WindowOp.MaxPoolScatter(PoolSpec spec))
        || !isSplat(b, 0)
        || nodes.get(a).operand(0) != nodes.get(condition).operand(1)) {
      return null;
    }
    int x = nodes.get(a).operand(0);
    int g = nodes.get(a).operand(1);
    int largest = node(new WindowOp.MaxPool(spec), List.of(x), dtype);
    int zero = filled(nodes.get(g).shape(), 0, dtype);
    int positive = node(new BinaryOp(BinaryOp.Kind.LESS), List.of(zero, largest), dtype);
    int masked = node(new SelectOp(), List.of(positive, g, zero), dtype);
    return node(new WindowOp.MaxPoolScatter(spec), List.of(x, masked), dtype);
  }

  private int reduce(ReduceOp r, int x, DType dtype) {
    if (r.kind() == ReduceOp.Kind.ARGMAX) {
      return node(r, List.of(x), dtype);
    }
    Shape shape = nodes.get(x).shape();
    if (r.kind() == ReduceOp.Kind.SUM
        && nodes.get(x).op() instanceof WindowOp.MaxPoolScatter
        && r.axes().containsAll(List.of(1, 2))
        && !r.axes().contains(3)) {
      // Whole images are summed: where in them the values lie makes no difference.
      return reduce(r, nodes.get(x).operand(1), dtype);
    }
    List<Integer> longer = r.axes().stream().filter(a -> shape.dim(a) != 1).toList();
    return longer.isEmpty() ? x : node(new ReduceOp(r.kind(), longer), List.of(x), dtype);
  }

  private int movement(MovementOp m, List<Integer> in, DType dtype) {
    int x = in.getFirst();
    Graph.Node n = nodes.get(x);
    MovementOp merged = merge(m, n.op());
    if (merged != null) {
      return movement(merged, List.of(n.operand(0)), dtype);
    }
    if (isNeutral(m, n.shape(), in.size())) {
      return x;
    }
    if (m instanceof MovementOp.Slice slice) {
      return slice(slice, x, dtype);
    }
    if (m instanceof MovementOp.Permute(List<Integer> order) && keepsOrder(order, n.shape())) {
      return movement(new MovementOp.Reshape(m.shape(List.of(n.shape()))), in, dtype);
    }
    if (m instanceof MovementOp.Concat(int axis)) {
      int part = partOfConcat(axis, in, dtype);
      if (part < 0) {
        part = concatOfSlices(axis, in, dtype);
      }
      if (part >= 0) {
        return part;
      }
    }
    int number = node(m, in, dtype);
    if (m instanceof MovementOp.Concat) {
      in.stream()
          .distinct()
          .forEach(o -> joined.computeIfAbsent(o, k -> new TreeSet<>()).add(number));
    }
    Double s = splats.get(x);
    boolean pads = m instanceof MovementOp.Pad || m instanceof MovementOp.Concat;
    if (s != null && !pads) {
      splats.put(number, s);
    }
    return number;
  }

  /** A slice, followed through movements to what it shows. */
  private int slice(MovementOp.Slice slice, int of, DType dtype) {
    MovementOp.Slice s = slice;
    int x = of;
    Deque<MovementOp> after = new ArrayDeque<>();
    while (!isNeutral(s, nodes.get(x).shape(), 1)) {
      Graph.Node n = nodes.get(x);
      Slices.Found found =
          Slices.of(s, n, n.operands().stream().map(o -> nodes.get(o).shape()).toList());
      if (found instanceof Slices.Found.Part part) {
        x = part.node();
        s = part.slice();
        if (part.then() != null) {
          after.push(part.then());
        }
      } else {
        x =
            found instanceof Slices.Found.Filling f
                ? filled(s.shape(List.of(n.shape())), f.value(), dtype)
                : computedSlice(s, x, dtype);
        break;
      }
    }
    for (MovementOp m : after) {
      x = movement(m, List.of(x), dtype);
    }
    return x;
  }

  /** The slice of something computed, or what computes only the slice. */
  private int computedSlice(MovementOp.Slice s, int x, DType dtype) {
    Graph.Node n = nodes.get(x);
    if (sliced.get(x) && SliceUses.isElementwise(n.op())) {
      List<Integer> parts =
          n.operands().stream().map(o -> movement(s, List.of(o), nodes.get(o).dtype())).toList();
      return emit(n.op(), parts, dtype);
    }
    if (sliced.get(x) && n.op() instanceof ContractionOp.MatMul && n.shape().rank() == 2) {
      int from = s.start().getFirst();
      int to = s.stop().getFirst();
      if (s.equals(Slices.range(n.shape(), 0, from, to))) {
        int a = n.operand(0);
        MovementOp.Slice rows = Slices.range(nodes.get(a).shape(), 0, from, to);
        int part = movement(rows, List.of(a), nodes.get(a).dtype());
        return emit(n.op(), List.of(part, n.operand(1)), dtype);
      }
    }
    int number = node(s, List.of(x), dtype);
    Double value = splats.get(x);
    if (value != null) {
      splats.put(number, value);
    }
    return number;
  }

  /**
   * The slice of the concatenation of which slices are to be joined, or −1: if all are the same
   * part along another axis, and not less than half.
   */
  private int concatOfSlices(int axis, List<Integer> in, DType dtype) {
    Graph.Node first = nodes.get(in.getFirst());
    if (!(first.op() instanceof MovementOp.Slice(var start, var stop, var step))) {
      return -1;
    }
    if (!in.stream().allMatch(i -> nodes.get(i).op().equals(first.op()))) {
      return -1;
    }
    List<Integer> wholes = in.stream().map(i -> nodes.get(i).operand(0)).toList();
    Shape whole = nodes.get(wholes.getFirst()).shape();
    if (!wholes.stream().allMatch(w -> nodes.get(w).shape().equals(whole))
        || first.shape().dim(axis) != whole.dim(axis)
        || step.get(axis) != 1
        || 2 * first.shape().size() < whole.size()) {
      return -1;
    }
    int joined = movement(new MovementOp.Concat(axis), wholes, dtype);
    List<Integer> to = new ArrayList<>(stop);
    to.set(axis, nodes.get(joined).shape().dim(axis));
    return movement(new MovementOp.Slice(start, to, step), List.of(joined), dtype);
  }

  /** Whether a permutation leaves the axes that are longer than 1 in their order. */
  private static boolean keepsOrder(List<Integer> order, Shape shape) {
    List<Integer> longer = order.stream().filter(a -> shape.dim(a) != 1).toList();
    return longer.equals(longer.stream().sorted().toList());
  }

  /** The slice of an earlier concatenation of not much more that has these neighbours, or −1. */
  private int partOfConcat(int axis, List<Integer> in, DType dtype) {
    for (int c : joined.getOrDefault(in.getFirst(), new TreeSet<>())) {
      List<Integer> all = nodes.get(c).operands();
      int at = Collections.indexOfSubList(all, in);
      if (at >= 0
          && 2 * in.size() >= all.size()
          && nodes.get(c).op().equals(new MovementOp.Concat(axis))) {
        int from = all.subList(0, at).stream().mapToInt(o -> nodes.get(o).shape().dim(axis)).sum();
        int length = in.stream().mapToInt(o -> nodes.get(o).shape().dim(axis)).sum();
        Shape whole = nodes.get(c).shape();
        return movement(Slices.range(whole, axis, from, from + length), List.of(c), dtype);
      }
    }
    return -1;
  }

  /** The one movement that does what two do, or null. */
  private static @Nullable MovementOp merge(MovementOp outer, Op inner) {
    if (outer instanceof MovementOp.Reshape && inner instanceof MovementOp.Reshape) {
      return outer;
    }
    if (outer instanceof MovementOp.Broadcast && inner instanceof MovementOp.Broadcast) {
      return outer;
    }
    if (outer instanceof MovementOp.Permute(List<Integer> o)
        && inner instanceof MovementOp.Permute(List<Integer> i)) {
      return new MovementOp.Permute(o.stream().map(i::get).toList());
    }
    return null;
  }

  private static boolean isNeutral(MovementOp m, Shape from, int operands) {
    return switch (m) {
      case MovementOp.Reshape r -> r.to().equals(from);
      case MovementOp.Broadcast b -> b.to().equals(from);
      case MovementOp.Permute p ->
          p.order().equals(IntStream.range(0, from.rank()).boxed().toList());
      case MovementOp.Slice s ->
          s.start().stream().allMatch(i -> i == 0)
              && s.step().stream().allMatch(i -> i == 1)
              && Shape.of(s.stop()).equals(from);
      case MovementOp.Pad p ->
          Stream.of(p.before(), p.after(), p.interior())
              .flatMap(List::stream)
              .allMatch(i -> i == 0);
      case MovementOp.Concat c -> operands == 1;
      case MovementOp.Flip f -> f.axes().stream().allMatch(a -> from.dim(a) == 1);
    };
  }

  private int matmul(ContractionOp.MatMul m, int a, int b, DType dtype) {
    boolean swapA = isTranspose(a);
    boolean swapB = isTranspose(b);
    if (!swapA && !swapB) {
      return node(m, List.of(a, b), dtype);
    }
    int left = swapA ? nodes.get(a).operand(0) : a;
    int right = swapB ? nodes.get(b).operand(0) : b;
    return matmul(
        new ContractionOp.MatMul(m.transposeA() ^ swapA, m.transposeB() ^ swapB),
        left,
        right,
        dtype);
  }

  /** Whether a node exchanges the last two axes and nothing else. */
  private boolean isTranspose(int number) {
    if (!(nodes.get(number).op() instanceof MovementOp.Permute(List<Integer> order))) {
      return false;
    }
    int rank = order.size();
    return rank >= 2
        && order.get(rank - 1) == rank - 2
        && order.get(rank - 2) == rank - 1
        && IntStream.range(0, rank - 2).allMatch(i -> order.get(i) == i);
  }

  private static Graph dropUnused(Graph graph) {
    BitSet used = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    IntStream.of(graph.outputs()).forEach(open::push);
    IntStream.of(graph.inputs()).forEach(used::set);
    while (!open.isEmpty()) {
      int n = open.pop();
      if (!used.get(n)) {
        used.set(n);
        graph.node(n).operands().forEach(open::push);
      }
    }
    int[] renamed = new int[graph.nodes().size()];
    List<Graph.Node> kept = new ArrayList<>();
    for (int i = used.nextSetBit(0); i >= 0; i = used.nextSetBit(i + 1)) {
      Graph.Node n = graph.node(i);
      renamed[i] = kept.size();
      kept.add(
          new Graph.Node(
              n.op(), n.operands().stream().map(o -> renamed[o]).toList(), n.shape(), n.dtype()));
    }
    int[] outputs = IntStream.of(graph.outputs()).map(o -> renamed[o]).toArray();
    return new Graph(kept, outputs, graph.donated());
  }
}
