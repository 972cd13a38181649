package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.graph.Graph;
import shinso.core.op.ContractionOp;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/**
 * Transposes a matrix once that many products read across, as the weights of a recurrence in its
 * backward pass: each product would copy it otherwise.
 */
final class Transposes {
  /** Products from which on copying once pays. */
  private static final int LEAST = 8;

  /** Products of fewer rows have kernels that read across, or copy little. */
  private static final int LEAST_ROWS = 16;

  /** Elements of a matrix that stays in a core's cache from one product to the next. */
  private static final int MOST_ELEMENTS = 1 << 17;

  private final Graph graph;
  private final List<Graph.Node> nodes = new ArrayList<>();
  private final int[] renamed;

  /** The transposed matrix, by the matrix. */
  private final Map<Integer, Integer> transposed = new HashMap<>();

  private Transposes(Graph graph) {
    this.graph = graph;
    this.renamed = new int[graph.nodes().size()];
  }

  static Graph apply(Graph graph) {
    return new Transposes(graph).apply();
  }

  private Graph apply() {
    Map<Integer, Integer> uses = new HashMap<>();
    for (Graph.Node n : graph.nodes()) {
      if (readsAcross(n)) {
        uses.merge(n.operand(1), 1, Integer::sum);
      }
    }
    if (uses.values().stream().noneMatch(u -> u >= LEAST)) {
      return graph;
    }
    for (int i = 0; i < renamed.length; i++) {
      Graph.Node n = graph.node(i);
      if (readsAcross(n) && uses.getOrDefault(n.operand(1), 0) >= LEAST) {
        ContractionOp.MatMul product = new ContractionOp.MatMul(false, false);
        int right = transposed.computeIfAbsent(n.operand(1), this::transpose);
        renamed[i] = add(product, List.of(renamed[n.operand(0)], right), n.shape(), n.dtype());
      } else {
        List<Integer> in = n.operands().stream().map(o -> renamed[o]).toList();
        renamed[i] = add(n.op(), in, n.shape(), n.dtype());
      }
    }
    int[] outputs = IntStream.of(graph.outputs()).map(o -> renamed[o]).toArray();
    return new Graph(nodes, outputs, graph.donated());
  }

  private boolean readsAcross(Graph.Node n) {
    return n.op() instanceof ContractionOp.MatMul(boolean a, boolean b)
        && b
        && !a
        && n.shape().rank() == 2
        && n.shape().dim(0) >= LEAST_ROWS
        && graph.node(n.operand(1)).shape().size() <= MOST_ELEMENTS;
  }

  /** A concatenation of one part is a copy. */
  private int transpose(int matrix) {
    Graph.Node n = graph.node(matrix);
    Shape across = Shape.of(n.shape().dim(1), n.shape().dim(0));
    Op permute = new MovementOp.Permute(List.of(1, 0));
    int view = add(permute, List.of(renamed[matrix]), across, n.dtype());
    return add(new MovementOp.Concat(0), List.of(view), across, n.dtype());
  }

  private int add(Op op, List<Integer> in, Shape shape, DType dtype) {
    nodes.add(new Graph.Node(op, in, shape, dtype));
    return nodes.size() - 1;
  }
}
