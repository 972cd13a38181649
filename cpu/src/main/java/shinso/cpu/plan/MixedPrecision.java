package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.cpu.kernel.KernelFactory;
import shinso.cpu.layout.Layout;

/**
 * Rounds the operands of contractions to bfloat16, where the contraction gains more time than
 * rounding takes. A rounded value is a value of its own, made once for all contractions that read
 * it; contractions add up in float32 and their results are float32, as is everything else.
 */
final class MixedPrecision {
  /** The operation that rounds to bfloat16: a cast to another type, in a node that stays F32. */
  static final CastOp ROUND = new CastOp(DType.F64);

  /** Nanoseconds saved by an operation of a contraction, at two threads. */
  private static final double SAVED = 1e-3;

  /** Nanoseconds that rounding an element takes. */
  private static final double ROUNDED = 0.1;

  /** Nanoseconds that a kernel takes to start. */
  private static final double START = 1500;

  private final Graph graph;
  private final List<Graph.Node> nodes = new ArrayList<>();
  private final int[] renamed;

  /** The rounded value of each that is. */
  private final Map<Integer, Integer> halves = new HashMap<>();

  /** Views of rounded values, by the view and the value. */
  private final Map<List<Integer>, Integer> looks = new HashMap<>();

  private MixedPrecision(Graph graph) {
    this.graph = graph;
    this.renamed = new int[graph.nodes().size()];
  }

  /** Whether a node rounds to bfloat16. */
  static boolean isRounding(Graph.Node node) {
    return ROUND.equals(node.op()) && node.dtype() == DType.F32;
  }

  static Graph apply(Graph graph) {
    return new MixedPrecision(graph).apply();
  }

  private Graph apply() {
    Map<Integer, Integer> readers = new HashMap<>();
    for (Graph.Node n : graph.nodes()) {
      if (n.op() instanceof ContractionOp) {
        sources(n).forEach(s -> readers.merge(s, 1, Integer::sum));
      }
    }
    for (int i = 0; i < renamed.length; i++) {
      Graph.Node n = graph.node(i);
      List<Integer> in =
          n.op() instanceof ContractionOp c && pays(c, n, readers)
              ? List.of(half(n.operand(0), source(n, 0)), half(n.operand(1), source(n, 1)))
              : n.operands().stream().map(o -> renamed[o]).toList();
      renamed[i] = add(n.op(), in, n.shape(), n.dtype());
    }
    int[] outputs = IntStream.of(graph.outputs()).map(o -> renamed[o]).toArray();
    return new Graph(nodes, outputs, graph.donated());
  }

  private int add(Op op, List<Integer> in, Shape shape, DType dtype) {
    nodes.add(new Graph.Node(op, in, shape, dtype));
    return nodes.size() - 1;
  }

  private boolean pays(ContractionOp op, Graph.Node n, Map<Integer, Integer> readers) {
    double cost = 0;
    for (int source : sources(n)) {
      int count = readers.getOrDefault(source, 1);
      cost += (START + ROUNDED * graph.node(source).shape().size()) / count;
    }
    return n.dtype() == DType.F32
        && n.shape().size() > 0
        && SAVED * flops(op, n) > cost
        && KernelFactory.takesRounded(
            op, graph.node(n.operand(0)).shape(), graph.node(n.operand(1)).shape(), n.shape());
  }

  private double flops(ContractionOp op, Graph.Node n) {
    Shape a = graph.node(n.operand(0)).shape();
    Shape b = graph.node(n.operand(1)).shape();
    return 2.0
        * switch (op) {
          case ContractionOp.MatMul m ->
              (double) n.shape().size() * a.dim(m.transposeA() ? -2 : -1);
          case ContractionOp.Conv2d c -> (double) n.shape().size() * b.size() / b.dim(-1);
          case ContractionOp.Conv2dBackwardData c -> (double) a.size() * b.size() / b.dim(-1);
          case ContractionOp.Conv2dBackwardWeights c ->
              (double) b.size() * n.shape().size() / n.shape().dim(-1);
        };
  }

  private List<Integer> sources(Graph.Node contraction) {
    return List.of(source(contraction, 0), source(contraction, 1));
  }

  /**
   * The value that is rounded for a contraction: what its operand is a view of, unless that is
   * larger or the contraction can't read such a view.
   */
  private int source(Graph.Node reader, int position) {
    int operand = reader.operand(position);
    int root = operand;
    int size = graph.node(operand).shape().size();
    while (Views.isView(graph.node(root).op())
        && graph.node(graph.node(root).operand(0)).shape().size() <= size) {
      root = graph.node(root).operand(0);
    }
    Layout layout = layout(operand, root);
    boolean reads = layout != null && KernelFactory.readsRounded(reader.op(), position, layout);
    return reads ? root : operand;
  }

  /** How an operand lies in the memory of its source, or null if strides can't express it. */
  private @Nullable Layout layout(int operand, int source) {
    Layout layout = Layout.dense(graph.node(source).shape());
    for (int view : views(operand, source)) {
      layout = layout.apply((MovementOp) graph.node(view).op());
      if (layout == null) {
        return null;
      }
    }
    return layout;
  }

  /** The movements that lead from a source to an operand, in order. */
  private List<Integer> views(int operand, int source) {
    List<Integer> views = new ArrayList<>();
    for (int n = operand; n != source; n = graph.node(n).operand(0)) {
      views.add(n);
    }
    return views.reversed();
  }

  /** The rounded value as the operand looks at its source. */
  private int half(int operand, int source) {
    int half = halves.computeIfAbsent(source, s -> add(ROUND, List.of(renamed[s]), s));
    for (int view : views(operand, source)) {
      int under = half;
      half =
          looks.computeIfAbsent(
              List.of(view, source), v -> add(graph.node(view).op(), List.of(under), view));
    }
    return half;
  }

  private int add(Op op, List<Integer> in, int like) {
    Graph.Node n = graph.node(like);
    return add(op, in, n.shape(), n.dtype());
  }
}
