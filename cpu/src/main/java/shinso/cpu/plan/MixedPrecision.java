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
import shinso.cpu.layout.Layout;

/**
 * Rounds the operands of contractions to bfloat16, where the contraction gains more time than
 * rounding takes. A rounded value is a value of its own, made once for all contractions that read
 * it; contractions add up in float32 and their results are float32, as is everything else.
 */
final class MixedPrecision {
  /**
   * The operation that rounds to bfloat16. Graphs of this backend have no F64, so that a cast to it
   * can stand for this; the node's type stays F32.
   */
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
  private final Map<Integer, Integer> halves = new HashMap<>();

  private MixedPrecision(Graph graph) {
    this.graph = graph;
    this.renamed = new int[graph.nodes().size()];
  }

  /** Whether an operation is {@link #ROUND}. */
  static boolean isRounding(Op op) {
    return op.equals(ROUND);
  }

  static Graph apply(Graph graph) {
    return new MixedPrecision(graph).apply();
  }

  private Graph apply() {
    Map<Integer, Integer> readers = new HashMap<>();
    for (Graph.Node n : graph.nodes()) {
      if (n.op() instanceof ContractionOp) {
        n.operands().forEach(o -> readers.merge(source(n.op(), o), 1, Integer::sum));
      }
    }
    for (int i = 0; i < renamed.length; i++) {
      Graph.Node n = graph.node(i);
      List<Integer> in =
          n.op() instanceof ContractionOp c && pays(c, n, readers)
              ? n.operands().stream().map(o -> half(o, source(c, o))).toList()
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
    for (int o : n.operands()) {
      int source = source(op, o);
      int count = readers.getOrDefault(source, 1);
      cost += (START + ROUNDED * graph.node(source).shape().size()) / count;
    }
    return n.shape().size() > 0 && SAVED * flops(op, n) > cost;
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

  /**
   * The value that is rounded for a contraction: what its operand is a view of, unless that is
   * larger or the contraction can't read such a view.
   */
  private int source(Op reader, int operand) {
    int root = operand;
    int size = graph.node(operand).shape().size();
    while (Views.isView(graph.node(root).op())
        && graph.node(graph.node(root).operand(0)).shape().size() <= size) {
      root = graph.node(root).operand(0);
    }
    Layout layout = layout(operand, root);
    return layout != null && Views.reads(reader, layout) ? root : operand;
  }

  private @Nullable Layout layout(int node, int root) {
    if (node == root) {
      return Layout.dense(graph.node(node).shape());
    }
    Layout under = layout(graph.node(node).operand(0), root);
    return under == null ? null : under.apply((MovementOp) graph.node(node).op());
  }

  /** The rounded value as the operand looks at its source. */
  private int half(int node, int source) {
    Integer known = halves.get(node);
    if (known != null) {
      return known;
    }
    Graph.Node n = graph.node(node);
    int made =
        node == source
            ? add(ROUND, List.of(renamed[node]), n.shape(), n.dtype())
            : add(n.op(), List.of(half(n.operand(0), source)), n.shape(), n.dtype());
    halves.put(node, made);
    return made;
  }
}
