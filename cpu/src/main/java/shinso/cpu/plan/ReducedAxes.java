package shinso.cpu.plan;

import shinso.core.graph.Graph;
import shinso.core.op.ReduceOp;
import shinso.core.tensor.Shape;

/**
 * A reduction over neighbouring axes, as one over the middle axis of {@code [before, length,
 * after]}.
 *
 * @param before elements in front of the axes
 * @param length elements that become one
 * @param after elements behind the axes
 */
record ReducedAxes(int before, int length, int after) {
  static ReducedAxes of(Graph graph, int node) {
    ReduceOp op = (ReduceOp) graph.node(node).op();
    Shape shape = graph.node(graph.node(node).operand(0)).shape();
    int first = op.axes().isEmpty() ? 0 : op.axes().getFirst();
    int last = op.axes().isEmpty() ? -1 : op.axes().getLast();
    return new ReducedAxes(
        shape.slice(0, first).size(),
        shape.slice(first, last + 1).size(),
        shape.slice(last + 1, shape.rank()).size());
  }

  /** Whether the reduced axes are the first or the last ones, so that a pass can do it. */
  boolean isSimple() {
    return before == 1 || after == 1;
  }

  /** The row length of the space in which it is done; 0 if everything becomes one number. */
  int columns() {
    if (before == 1 && after == 1) {
      return 0;
    }
    return after == 1 ? length : after;
  }
}
