package shinso.core.graph;

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
  /** Operations between a slice and the value that it reaches: what is done there is recursive. */
  private static final int REACH = 32;

  private final Graph graph;
  private final int[] users;
  private final long[] seen;
  private final int[] distance;

  /** Nodes that something reads as a whole. */
  private final BitSet whole = new BitSet();

  /** Sums of a contraction and a bias, and rectifiers behind them: the contraction's own. */
  private final BitSet epilogues = new BitSet();

  SliceUses(Graph graph) {
    this.graph = graph;
    int n = graph.nodes().size();
    this.users = new int[n];
    this.seen = new long[n];
    this.distance = new int[n];
    findEpilogues();
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
          distance[o] = Math.max(distance[o], 1 + (elementwise ? distance[i] : 0));
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

  /**
   * Whether an element-wise node, or a slice, is seen through slices of altogether no larger size.
   */
  boolean isOnlySliced(int node) {
    Op op = graph.node(node).op();
    return (op instanceof MovementOp.Slice || (isElementwise(op) && !epilogues.get(node)))
        && !whole.get(node)
        && users[node] > 0
        && distance[node] <= REACH
        && seen[node] <= size(node);
  }

  /** Finds what contractions do with their results while they have them at hand. */
  private void findEpilogues() {
    for (int i = 0; i < users.length; i++) {
      Graph.Node n = graph.node(i);
      if (n.op() instanceof BinaryOp) {
        boolean spread = false;
        boolean product = false;
        for (int o : n.operands()) {
          Op op = graph.node(o).op();
          spread |= op instanceof MovementOp.Broadcast;
          product |= op instanceof ContractionOp || epilogues.get(o);
        }
        epilogues.set(i, spread && product);
      }
    }
  }
}
