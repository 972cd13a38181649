package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import shinso.core.graph.Graph;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.ReduceOp;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/**
 * Rewrites a simplified graph so that the planner meets fewer cases: a reduction runs over
 * neighbouring axes only, argmax over the last axis, and every output is a value of its own that
 * some kernel writes. {@code STOP_GRADIENT}, which the simplifier removes, stands for a copy.
 */
final class Lowering {
  /** The operation that copies. */
  static final UnaryOp COPY = new UnaryOp(UnaryOp.Kind.STOP_GRADIENT);

  private final List<Graph.Node> nodes = new ArrayList<>();

  private Lowering() {}

  static Graph lower(Graph graph) {
    Lowering l = new Lowering();
    int[] renamed = new int[graph.nodes().size()];
    for (int i = 0; i < renamed.length; i++) {
      Graph.Node n = graph.node(i);
      List<Integer> in = n.operands().stream().map(o -> renamed[o]).toList();
      renamed[i] =
          switch (n.op()) {
            case ReduceOp r when r.kind() == ReduceOp.Kind.ARGMAX -> l.argmax(r, in.getFirst());
            case ReduceOp r -> l.reduce(r, in.getFirst());
            default -> l.add(n.op(), in, n.shape(), n.dtype());
          };
    }
    int[] outputs = IntStream.of(graph.outputs()).map(o -> renamed[o]).toArray();
    l.ownOutputs(outputs);
    return new Graph(l.nodes, outputs, graph.donated());
  }

  private int add(Op op, List<Integer> in, Shape shape, DType dtype) {
    nodes.add(new Graph.Node(op, in, shape, dtype));
    return nodes.size() - 1;
  }

  private int add(Op op, int x) {
    Graph.Node n = nodes.get(x);
    return add(op, List.of(x), op.shape(List.of(n.shape())), op.dtype(List.of(n.dtype())));
  }

  /**
   * Splits the axes into runs of neighbours, the innermost first; axes of length 1 don't separate.
   */
  private int reduce(ReduceOp r, int x) {
    Shape shape = nodes.get(x).shape();
    List<Integer> run = new ArrayList<>();
    int result = x;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (r.axes().contains(axis)) {
        run.addFirst(axis);
      } else if (shape.dim(axis) != 1 && !run.isEmpty()) {
        result = add(new ReduceOp(r.kind(), run), result);
        run = new ArrayList<>();
      }
    }
    return run.isEmpty() ? result : add(new ReduceOp(r.kind(), run), result);
  }

  private int argmax(ReduceOp r, int x) {
    int rank = nodes.get(x).shape().rank();
    int axis = r.axes().getFirst();
    if (axis == rank - 1) {
      return add(r, x);
    }
    List<Integer> swap = swap(rank, axis);
    int last = add(new MovementOp.Permute(swap), x);
    return add(new MovementOp.Permute(swap), add(new ReduceOp(r.kind(), List.of(rank - 1)), last));
  }

  /** The order that exchanges an axis with the last one; its own inverse. */
  private static List<Integer> swap(int rank, int axis) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    order.set(axis, rank - 1);
    order.set(rank - 1, axis);
    return order;
  }

  private void ownOutputs(int[] outputs) {
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < outputs.length; i++) {
      int source = outputs[i];
      // A reshape needs no copy of its own: the value under it is written to the output.
      while (nodes.get(source).op() instanceof MovementOp.Reshape) {
        source = nodes.get(source).operand(0);
      }
      Op op = nodes.get(source).op();
      if (op instanceof Leaf || Views.isView(op) || !taken.add(source)) {
        Graph.Node n = nodes.get(outputs[i]);
        outputs[i] = add(COPY, List.of(outputs[i]), n.shape(), n.dtype());
        taken.add(outputs[i]);
      } else {
        outputs[i] = source;
      }
    }
  }
}
