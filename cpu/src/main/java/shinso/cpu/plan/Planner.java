package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.graph.Simplifier;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.tensor.DType;
import shinso.cpu.kernel.Epilogue;
import shinso.cpu.kernel.KernelFactory;
import shinso.cpu.kernel.Operand;
import shinso.cpu.kernel.ReferenceKernel;
import shinso.cpu.kernel.Workspace;
import shinso.cpu.layout.Layout;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;

/**
 * Compiles a graph: simplifies it, gathers its nodes into units, makes a kernel of each and plans
 * their memory.
 */
public final class Planner {
  private final Graph graph;
  private final Views views;
  private final Clusters clusters;
  private final Epilogues epilogues;
  private final Units units;
  private final Placements placements;
  private final Workers workers;
  private final KernelFactory factory;

  private final List<Kernel> kernels = new ArrayList<>();
  private final List<long[]> workspaces = new ArrayList<>();
  private final Map<Unit, LoopBuilder> loops = new HashMap<>();
  private long slabBytes;
  private long unsharedBytes;

  private Planner(Graph graph, Workers workers, @Nullable OneDnn oneDnn) {
    this.graph = graph;
    this.workers = workers;
    this.views = new Views(graph);
    this.epilogues = new Epilogues(graph, views);
    this.clusters = new Clusters(graph, views, epilogues);
    this.units = new Units(graph, views, clusters);
    this.placements = new Placements(graph, views, clusters, epilogues, units);
    this.factory = new KernelFactory(oneDnn);
  }

  /** Compiles a graph whose contractions are computed in F32. */
  public static Executable compile(Graph graph, Workers workers, @Nullable OneDnn oneDnn) {
    return compile(graph, workers, oneDnn, Precision.F32);
  }

  /**
   * Compiles a graph.
   *
   * @param oneDnn the library for contractions, or null to use the portable kernels
   * @param precision of the operands of contractions; the portable kernels have F32 only
   */
  public static Executable compile(
      Graph graph, Workers workers, @Nullable OneDnn oneDnn, Precision precision) {
    Graph lowered = Lowering.lower(Simplifier.simplify(graph));
    boolean mixed = precision == Precision.BF16 && oneDnn != null && oneDnn.hasBfloat16();
    Graph ready = mixed ? MixedPrecision.apply(lowered) : Transposes.apply(lowered);
    return new Planner(ready, workers, oneDnn).plan();
  }

  private Executable plan() {
    List<Unit> order = units.schedule();
    do {
      kernels.clear();
      workspaces.clear();
      loops.clear();
      for (int step = 0; step < order.size(); step++) {
        Kernel kernel = kernel(order.get(step), step);
        if (kernel != null) {
          kernels.add(kernel);
        }
      }
    } while (separate());
    int[] inPlace = placements.donors();
    long[] offsets = offsets(order);
    assert PlanCheck.verify(
        graph, views, placements, epilogues, order, inPlace, offsets, workspaces, slabBytes);
    return new CompiledGraph(
        graph,
        kernels,
        order.stream().mapToLong(this::traffic).toArray(),
        inPlace,
        offsets,
        constants(),
        slabBytes,
        unsharedBytes,
        workers);
  }

  /**
   * Takes back places of operands that the finished passes read after their successors are written;
   * returns whether there were any.
   */
  private boolean separate() {
    List<Integer> wrong = new ArrayList<>();
    placements
        .successors()
        .forEach((operand, result) -> {
          LoopBuilder loop = loops.get(units.of(result));
          if (loop == null || !loop.readsBefore(operand, result)) {
            wrong.add(operand);
          }
        });
    wrong.forEach(placements::separate);
    return !wrong.isEmpty();
  }

  /** The bytes that a unit reads or writes. */
  private long traffic(Unit unit) {
    long read = unit.reads.stream().mapToLong(this::bytes).sum();
    return read + unit.members.stream().filter(units.stored()::get).mapToLong(this::bytes).sum();
  }

  /** The kernel of a unit, or null if there is nothing left to do. */
  private @Nullable Kernel kernel(Unit unit, int step) {
    Workspace workspace = bytes -> workspace(bytes, step);
    Kernel copy = copy(unit);
    if (copy != null) {
      return copy;
    }
    if (unit.cluster != null) {
      LoopBuilder loop =
          new LoopBuilder(graph, views, placements, clusters, unit.cluster, units.stored());
      loops.put(unit, loop);
      Map<Integer, Integer> partials = new HashMap<>();
      loop.partials().forEach((node, size) -> partials.put(node, workspace.allocate(4L * size)));
      return loop.build(node -> Objects.requireNonNull(partials.get(node)), workers.count());
    }
    Graph.Node n = graph.node(unit.head());
    List<Operand> operands = n.operands().stream().map(this::operand).toList();
    if (Views.hasDoubles(graph, unit.head())) {
      return new ReferenceKernel(
          n,
          n.operands().stream().map(graph::node).toList(),
          operands,
          new Operand(unit.head(), placements.layout(unit.head()), n.dtype()));
    }
    int written = unit.result();
    // What a contraction does with its result may have another shape; its elements lie the same.
    Layout place = placements.layout(written).apply(new MovementOp.Reshape(n.shape()));
    Operand result = new Operand(written, Objects.requireNonNull(place), n.dtype());
    if (n.op() instanceof MovementOp.Concat c && n.shape().size() > 0) {
      return join(c, unit.head(), operands, result);
    }
    return factory.make(n.op(), operands, epilogue(unit.head()), result, workspace);
  }

  private Epilogue epilogue(int contraction) {
    Epilogues.Absorbed a = epilogues.of(contraction);
    return a == null
        ? Epilogue.NONE
        : new Epilogue(a.bias() < 0 ? null : operand(a.bias()), a.relu(), a.sum() >= 0);
  }

  /** The kernel of a unit that only copies a view in another order, or null. */
  private @Nullable Kernel copy(Unit unit) {
    int node = unit.head();
    Graph.Node n = graph.node(node);
    if (unit.cluster == null
        || unit.members.size() > 1
        || !views.isCopy(node)
        || placements.home(node) >= 0
        || IntStream.of(graph.outputs()).anyMatch(o -> o == node)) {
      return null;
    }
    int source = n.operand(0);
    Layout view = placements.layout(source).apply((MovementOp) n.op());
    Layout shown = view == null ? placements.layout(source) : view;
    Operand from = new Operand(views.root(source), shown, n.dtype());
    Layout to = Layout.dense(view == null ? graph.node(source).shape() : n.shape());
    return factory.copy(from, new Operand(node, to, n.dtype()));
  }

  private Operand operand(int node) {
    int root = views.root(node);
    return new Operand(root, placements.layout(node), graph.node(node).dtype(), isHalf(root));
  }

  private @Nullable Kernel join(
      MovementOp.Concat op, int node, List<Operand> operands, Operand result) {
    BitSet placed = new BitSet();
    for (int i = 0; i < operands.size(); i++) {
      placed.set(i, placements.isInPlace(node, i));
    }
    return placed.cardinality() == operands.size()
        ? null
        : factory.join(op, operands, placed, result);
  }

  private int workspace(long bytes, int step) {
    workspaces.add(new long[] {bytes, step});
    return graph.nodes().size() + workspaces.size() - 1;
  }

  /** The place of each value in the slab; −1 for those that live elsewhere. */
  private long[] offsets(List<Unit> order) {
    int n = graph.nodes().size();
    int[] first = new int[n];
    int[] last = new int[n];
    Arrays.fill(first, -1);
    for (int step = 0; step < order.size(); step++) {
      for (int m : order.get(step).members) {
        first[m] = step;
        last[m] = Math.max(last[m], step);
      }
      for (int r : order.get(step).reads) {
        last[r] = Math.max(last[r], step);
      }
    }
    BitSet outputs = new BitSet();
    for (int o : graph.outputs()) {
      outputs.set(o);
    }
    // A part comes before what it is joined to, so these reach the outermost home.
    for (int i = 0; i < n; i++) {
      int home = placements.home(i);
      if (home >= 0) {
        first[home] = Math.min(first[home], first[i]);
        last[home] = Math.max(last[home], last[i]);
      }
    }
    MemoryPlan plan = new MemoryPlan();
    for (int i = 0; i < n; i++) {
      if (placements.home(i) < 0 && first[i] >= 0 && units.stored().get(i) && !outputs.get(i)) {
        plan.add(i, bytes(i), first[i], last[i]);
      }
    }
    for (int i = 0; i < workspaces.size(); i++) {
      long[] w = workspaces.get(i);
      plan.add(n + i, w[0], (int) w[1], (int) w[1]);
    }
    plan.place();
    long[] offsets = new long[n + workspaces.size()];
    Arrays.fill(offsets, -1);
    plan.copyTo(offsets);
    for (int i = n - 1; i >= 0; i--) {
      int home = placements.home(i);
      if (home >= 0) {
        offsets[i] = offsets[home] + 4L * placements.offset(i);
      }
    }
    slabBytes = plan.bytes();
    unsharedBytes = plan.bytesWithoutSharing();
    return offsets;
  }

  private long bytes(int node) {
    int element = isHalf(node) ? 2 : graph.node(node).dtype().bytes();
    return (long) graph.node(node).shape().size() * element;
  }

  private boolean isHalf(int value) {
    return MixedPrecision.isRounding(graph.node(value));
  }

  /** The values of leaves that never change, for kernels that want them in memory. */
  private Map<Integer, Buffer> constants() {
    Map<Integer, Buffer> constants = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Op op = graph.node(i).op();
      if (op instanceof Leaf.Constant c) {
        Buffer b = Buffer.allocateNative(c.type(), 1, "constant");
        b.set(0, c.value());
        constants.put(i, b);
      } else if (op instanceof Leaf.Iota iota) {
        Buffer b = Buffer.allocateNative(DType.I32, iota.length(), "iota");
        for (int k = 0; k < iota.length(); k++) {
          b.set(k, k);
        }
        constants.put(i, b);
      }
    }
    return constants;
  }
}
