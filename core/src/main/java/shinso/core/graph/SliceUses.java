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
  /** Elements of a product that caches don't hold; the rows of a smaller one stay together. */
  private static final int LARGE = 1 << 18;

  /** Rows of a product at least, that are computed apart. */
  private static final int FEWEST_ROWS = 16;

  /** Operations between a slice and the value that it reaches: what is done there is recursive. */
  private static final int REACH = 32;

  private final Graph graph;
  private final int[] users;
  private final long[] seen;
  private final int[] distance;

  /** Nodes that something reads as a whole. */
  private final BitSet whole = new BitSet();

  /** Nodes that something reads otherwise than some rows of them. */
  private final BitSet notByRows = new BitSet();

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
              : elementwise && (isOnlySliced(i) || isSlicedByRows(i)) ? seen[i] : Long.MAX_VALUE;
      boolean byRows = isRows(i) || isSlicedByRows(i);
      for (int o : graph.node(i).operands()) {
        users[o]++;
        notByRows.set(o, notByRows.get(o) || !byRows);
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

  /**
   * Whether a large matrix product, or what is done with it while it is at hand, is seen through
   * ranges of its rows of altogether no larger size.
   */
  boolean isSlicedByRows(int node) {
    Graph.Node n = graph.node(node);
    boolean product =
        n.op() instanceof ContractionOp.MatMul m && !m.transposeA() || epilogues.get(node);
    return product
        && n.shape().rank() == 2
        && size(node) >= LARGE
        && !whole.get(node)
        && !notByRows.get(node)
        && users[node] > 0
        && seen[node] <= size(node);
  }

  /** Whether a node is a range of rows of a matrix. */
  private boolean isRows(int node) {
    Graph.Node n = graph.node(node);
    return n.op() instanceof MovementOp.Slice s
        && n.shape().rank() == 2
        && n.shape().dim(0) >= FEWEST_ROWS
        && s.equals(
            Slices.range(
                graph.node(n.operand(0)).shape(), 0, s.start().getFirst(), s.stop().getFirst()));
  }

  private boolean isProduct(int node) {
    return graph.node(node).op() instanceof ContractionOp || epilogues.get(node);
  }

  /** Whether a node will be a product of its own, unless more is seen of the product. */
  private boolean isRowsOfProduct(int node) {
    return isRows(node)
        && isProduct(graph.node(node).operand(0))
        && size(graph.node(node).operand(0)) >= LARGE;
  }

  /** Finds what contractions do with their results while they have them at hand. */
  private void findEpilogues() {
    for (int i = 0; i < users.length; i++) {
      Graph.Node n = graph.node(i);
      if (n.op() instanceof BinaryOp) {
        int spread = 0;
        int products = 0;
        for (int o : n.operands()) {
          spread += graph.node(o).op() instanceof MovementOp.Broadcast ? 1 : 0;
          products += isProduct(o) || isRowsOfProduct(o) ? 1 : 0;
        }
        epilogues.set(i, products > 0 && spread + products == 2);
      }
    }
  }
}
