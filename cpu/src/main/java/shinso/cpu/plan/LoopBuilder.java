package shinso.cpu.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;
import shinso.cpu.fuse.Instruction;
import shinso.cpu.fuse.Loop;
import shinso.cpu.fuse.Ref;
import shinso.cpu.fuse.Sink;
import shinso.cpu.fuse.Space;
import shinso.cpu.fuse.StridedTile;
import shinso.cpu.layout.Layout;

/** Translates a cluster into a fused pass. */
final class LoopBuilder {
  private final Graph graph;
  private final Views views;
  private final Placements placements;
  private final Clusters clusters;
  private final Cluster cluster;
  private final BitSet stored;
  private final Space space;

  private final List<Ref> refs = new ArrayList<>();
  private final Map<Ref, Integer> refNumbers = new HashMap<>();
  private final List<Instruction.Fill> fills = new ArrayList<>();
  private final List<Instruction> program = new ArrayList<>();
  private final List<Sink> sinks = new ArrayList<>();

  /** What the pass does in the end. */
  private List<Instruction> joined = List.of();

  /** The reference that holds a member's value. */
  private final Map<Integer, Integer> values = new HashMap<>();

  /** References that hold something loaded or expanded already. */
  private final Map<Object, Integer> loaded = new HashMap<>();

  private int virtual;

  /**
   * Prepares a translation.
   *
   * @param stored the nodes that are needed in memory
   */
  LoopBuilder(
      Graph graph,
      Views views,
      Placements placements,
      Clusters clusters,
      Cluster cluster,
      BitSet stored) {
    this.graph = graph;
    this.views = views;
    this.placements = placements;
    this.clusters = clusters;
    this.cluster = cluster;
    this.stored = stored;
    boolean sums =
        cluster.members.stream()
            .anyMatch(
                m -> isReduction(m) && clusters.isSink(cluster, m) && reduction(m).after() > 1);
    int work = cluster.members.stream().mapToInt(m -> work(graph.node(m).op())).sum();
    this.space = Space.of(cluster.size, cluster.columns, work, sums);
  }

  /** About how many additions take as long as this operation, an element. */
  private static int work(Op op) {
    return switch (op) {
      case UnaryOp u ->
          switch (u.kind()) {
            case NEG, ABS, SIGN, RELU, NOT, STOP_GRADIENT, RECIPROCAL, SQRT, FLOOR, ROUND -> 1;
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, TANH, SIGMOID, SOFTPLUS, ERF -> 6;
          };
      case BinaryOp b -> b.kind() == BinaryOp.Kind.POW ? 20 : 1;
      case RandomOp.Draw d -> 20;
      default -> 1;
    };
  }

  /**
   * Returns the elements of memory for partial results that a sink needs, for each member that is
   * one.
   */
  Map<Integer, Integer> partials() {
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int m : cluster.members) {
      if (isReduction(m) && clusters.isSink(cluster, m)) {
        sizes.put(
            m,
            switch (shape(m)) {
              case COLUMNS -> space.chunks() * space.columns();
              case ROW_VALUES -> cluster.rows();
              case ALL, ROWS -> space.tiles();
            });
      }
    }
    return sizes;
  }

  /**
   * Returns the pass.
   *
   * @param partialValue the number of the value that holds a sink's partial results
   */
  Loop build(IntUnaryOperator partialValue, int workers) {
    for (int m : cluster.members) {
      translate(m, partialValue);
      Integer value = values.get(m);
      if (value != null && stored.get(m) && hasGaps(m)) {
        int base = ref(new Ref.Base(m, 0));
        program.add(new Instruction.Store(new StridedTile(placements.layout(m)), value, base));
      }
    }
    Segments segments = new Segments(List.copyOf(program), refs, fills, space);
    program.clear();
    program.addAll(segments.order());
    joined = segments.joined();
    int registers = allocate();
    String label =
        "fused "
            + cluster.size
            + " "
            + cluster.members.stream()
                .map(m -> graph.node(m).op().label())
                .distinct()
                .limit(6)
                .collect(Collectors.joining("+"));
    return new Loop(space, refs, fills, joined, sinks, registers, workers, label);
  }

  /**
   * Whether an operand is read, in every tile, before a result is written, or by the same
   * instruction: that reads an element before it writes it.
   */
  boolean readsBefore(int operand, int result) {
    int read = -1;
    int written = joined.size();
    for (int i = joined.size() - 1; i >= 0; i--) {
      Instruction in = joined.get(i);
      IntStream sources =
          in instanceof Instruction.Fused f
              ? f.operands().stream().mapToInt(o -> o)
              : IntStream.of(in.sources());
      IntStream targets =
          switch (in) {
            case Instruction.Fused f -> f.results().stream().mapToInt(r -> r);
            case Instruction.Store s -> IntStream.of(s.base());
            default -> IntStream.of(in.target()).filter(t -> t >= 0);
          };
      if (read < 0 && sources.anyMatch(s -> isOf(operand, s))) {
        read = i;
      }
      if (targets.anyMatch(t -> isOf(result, t))) {
        written = i;
      }
    }
    return read <= written;
  }

  private boolean isOf(int value, int ref) {
    return switch (refs.get(ref)) {
      case Ref.Memory m -> m.value() == value;
      case Ref.Base b -> b.value() == value;
      case Ref.Scalar s -> s.value() == value;
      case Ref.Register r -> false;
      case Ref.Immediate m -> false;
    };
  }

  private boolean isReduction(int node) {
    return Clusters.isReduction(graph.node(node).op());
  }

  private ReducedAxes reduction(int node) {
    return ReducedAxes.of(graph, node);
  }

  private Sink.Shape shape(int sink) {
    ReducedAxes r = reduction(sink);
    if (r.before() == 1 && r.after() == 1) {
      return isRow(r.length()) ? Sink.Shape.ROW_VALUES : Sink.Shape.ALL;
    }
    return r.after() > 1 ? Sink.Shape.COLUMNS : Sink.Shape.ROWS;
  }

  private void translate(int node, IntUnaryOperator partialValue) {
    Graph.Node n = graph.node(node);
    Op op = n.op();
    if (op instanceof ReduceOp r) {
      int a = operand(node, 0, false);
      if (clusters.isSink(cluster, node)) {
        sinks.add(new Sink(r.kind(), shape(node), node, partialValue.applyAsInt(node)));
        program.add(new Instruction.Accumulate(sinks.size() - 1, a));
      } else {
        program.add(new Instruction.ReduceRows(r.kind(), target(node, true), a));
      }
      return;
    }
    boolean row = isRow(n.shape().size());
    boolean integer = n.dtype() == DType.I32;
    switch (op) {
      case UnaryOp u -> {
        int a = operand(node, 0, false);
        program.add(new Instruction.Apply1(u.kind(), integer, target(node, row), a, row));
      }
      case BinaryOp b -> {
        int x = operand(node, 0, true);
        int y = operand(node, 1, true);
        if (isScalar(x) && isScalar(y)) {
          x = fill(x);
        }
        program.add(new Instruction.Apply2(b.kind(), integer, target(node, row), x, y, row));
      }
      case SelectOp s -> {
        int c = operand(node, 0, false);
        int x = operand(node, 1, false);
        int y = operand(node, 2, false);
        boolean integers = graph.node(n.operand(0)).dtype() == DType.I32;
        program.add(new Instruction.Choose(integers, target(node, row), c, x, y, row));
      }
      case CastOp c -> {
        int a = operand(node, 0, false);
        program.add(new Instruction.Convert(c.to() == DType.F32, target(node, row), a, row));
      }
      case RandomOp.Draw d -> {
        int key = n.operand(0);
        int a = ref(new Ref.Base(views.root(key), placements.layout(key).offset()));
        boolean normal = d.kind() == RandomOp.Draw.Kind.NORMAL;
        program.add(new Instruction.Draw(normal, target(node, row), a, row));
      }
      case MovementOp m -> {
        int a = operand(node, 0, false);
        program.add(
            new Instruction.Apply1(UnaryOp.Kind.STOP_GRADIENT, integer, target(node, row), a, row));
      }
      default -> throw new IllegalStateException("not part of a fused pass: " + op);
    }
  }

  /** Whether something of this size is one element a row here. */
  private boolean isRow(int size) {
    return size != cluster.size;
  }

  private int target(int node, boolean row) {
    boolean direct = stored.get(node) && !hasGaps(node);
    int ref = direct ? ref(new Ref.Memory(node, 0, row)) : register();
    values.put(node, ref);
    return ref;
  }

  /** Whether a value is part of a larger one whose rows are longer. */
  private boolean hasGaps(int node) {
    return placements.home(node) >= 0 && !placements.layout(node).isDense();
  }

  private int register() {
    refs.add(new Ref.Register(virtual++));
    return refs.size() - 1;
  }

  private int ref(Ref r) {
    return refNumbers.computeIfAbsent(
        r,
        key -> {
          refs.add(key);
          return refs.size() - 1;
        });
  }

  private boolean isScalar(int ref) {
    return refs.get(ref) instanceof Ref.Immediate || refs.get(ref) instanceof Ref.Scalar;
  }

  private int fill(int scalar) {
    return loaded.computeIfAbsent(
        List.of("fill", scalar),
        k -> {
          int r = register();
          fills.add(new Instruction.Fill(r, scalar));
          return r;
        });
  }

  /** The reference of an operand; where scalars aren't allowed, a register filled with one. */
  private int operand(int node, int i, boolean scalars) {
    int operand = graph.node(node).operand(i);
    int root = views.root(operand);
    Layout layout = placements.read(node, operand);
    boolean row = isRow(layout.size());
    if (graph.node(root).op() instanceof Leaf.Constant c) {
      int bits =
          c.type() == DType.I32 ? (int) c.value() : Float.floatToRawIntBits((float) c.value());
      int ref = ref(new Ref.Immediate(bits));
      return scalars ? ref : fill(ref);
    }
    if (clusters.of(root) == cluster) {
      return member(node, operand, root);
    }
    if (layout.isScalar()) {
      int ref = ref(new Ref.Scalar(root, layout.offset()));
      return scalars ? ref : fill(ref);
    }
    Layout c = layout.collapsed();
    if (c.rank() == 1 && c.stride(0) == 1) {
      return ref(new Ref.Memory(root, layout.offset(), row));
    }
    int base = ref(new Ref.Base(root, layout.offset()));
    return loaded.computeIfAbsent(
        List.of(base, layout.collapsed(), row),
        k -> {
          int r = register();
          program.add(new Instruction.Load(new StridedTile(layout), r, base, row));
          return r;
        });
  }

  private int member(int node, int operand, int root) {
    Integer value = values.get(root);
    if (value == null) {
      throw new IllegalStateException("a member reads " + root + " before it is computed");
    }
    if (clusters.relation(cluster, node, operand) == Clusters.Relation.SAME) {
      return value;
    }
    return loaded.computeIfAbsent(
        List.of("expand", value),
        k -> {
          int r = register();
          program.add(new Instruction.Expand(r, value));
          return r;
        });
  }

  /** Gives registers numbers, the same one again as soon as its content isn't needed any more. */
  private int allocate() {
    int[] lastUse = new int[refs.size()];
    Set<Integer> kept = new HashSet<>();
    fills.forEach(f -> kept.add(f.target()));
    for (int i = 0; i < program.size(); i++) {
      for (int s : program.get(i).sources()) {
        lastUse[s] = i;
      }
    }
    Deque<Integer> free = new ArrayDeque<>();
    int used = 0;
    for (int k : kept) {
      refs.set(k, new Ref.Register(used++));
    }
    Map<Integer, Integer> assigned = new HashMap<>();
    for (int i = 0; i < program.size(); i++) {
      Instruction in = program.get(i);
      int t = in.target();
      boolean needsOwn = in instanceof Instruction.Expand || in instanceof Instruction.ReduceRows;
      if (!needsOwn) {
        release(in, i, lastUse, kept, assigned, free);
      }
      if (t >= 0
          && refs.get(t) instanceof Ref.Register
          && !kept.contains(t)
          && !assigned.containsKey(t)) {
        int number = free.isEmpty() ? used++ : free.pop();
        assigned.put(t, number);
        if (lastUse[t] <= i) {
          lastUse[t] = i;
        }
      }
      if (needsOwn) {
        release(in, i, lastUse, kept, assigned, free);
      }
      if (t >= 0 && assigned.containsKey(t) && lastUse[t] == i && !free.contains(assigned.get(t))) {
        free.push(assigned.get(t));
      }
    }
    assigned.forEach((ref, number) -> refs.set(ref, new Ref.Register(number)));
    return used;
  }

  private void release(
      Instruction in,
      int i,
      int[] lastUse,
      Set<Integer> kept,
      Map<Integer, Integer> assigned,
      Deque<Integer> free) {
    for (int s : in.sources()) {
      Integer number = assigned.get(s);
      if (number != null && lastUse[s] == i && !kept.contains(s) && !free.contains(number)) {
        free.push(number);
      }
    }
  }
}
