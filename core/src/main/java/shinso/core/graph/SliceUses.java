package shinso.core.graph;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;

/**
 * Which values are only looked at through slices, as the gates of a recurrent layer are: computing
 * the slices then is no more work than computing the whole, and each can be computed where it is
 * used.
 */
final class SliceUses {
  private final Graph graph;
  private final int[] users;
  private final long[] seen;

  /** Nodes that something reads as a whole. */
  private final BitSet whole = new BitSet();

  SliceUses(Graph graph) {
    this.graph = graph;
    int n = graph.nodes().size();
    this.users = new int[n];
    this.seen = new long[n];
    IntStream.of(graph.outputs()).forEach(whole::set);
    for (int i = n - 1; i >= 0; i--) {
      Op op = graph.node(i).op();
      boolean elementwise = isElementwise(op);
      long shown =
          op instanceof MovementOp.Slice
              ? size(i)
              : elementwise && isOnlySliced(i) ? seen[i] : Long.MAX_VALUE;
      for (int o : graph.node(i).operands()) {
        users[o]++;
        if (shown == Long.MAX_VALUE) {
          whole.set(o);
        } else {
          seen[o] += shown;
        }
      }
    }
  }

  private long size(int node) {
    return graph.node(node).shape().size();
  }

  static boolean isElementwise(Op op) {
    return op instanceof UnaryOp
        || op instanceof BinaryOp
        || op instanceof SelectOp
        || op instanceof CastOp;
  }

  /** Whether an element-wise node, or a slice, is seen through slices of altogether no larger size. */
  boolean isOnlySliced(int node) {
    Op op = graph.node(node).op();
    return (op instanceof MovementOp.Slice || (isElementwise(op) && !endsContraction(node)))
        && !whole.get(node)
        && users[node] > 0
        && seen[node] <= size(node);
  }

  /** Whether this is what a contraction does with its result while it has it at hand. */
  private boolean endsContraction(int node) {
    Graph.Node n = graph.node(node);
    if (!(n.op() instanceof BinaryOp)) {
      return false;
    }
    int[] operands = n.operands().stream().mapToInt(o -> o).toArray();
    boolean product =
        Arrays.stream(operands)
            .anyMatch(
                o -> graph.node(o).op() instanceof ContractionOp || endsContraction(o));
    boolean spread =
        Arrays.stream(operands).anyMatch(o -> graph.node(o).op() instanceof MovementOp.Broadcast);
    return product && spread;
  }
}
