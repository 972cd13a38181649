package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.Op;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/**
 * Finds contractions whose result is only used to add a bias to it, and then perhaps only by a
 * rectifier: they do both while the result is still in registers. A product of matrices that is
 * only added to the result of another contraction adds itself to it in memory. Only exactly rounded
 * operations are taken in, so the bits stay the same.
 */
final class Epilogues {
  /**
   * What a contraction does with its result.
   *
   * @param bias the node of the vector that is added to the last axis, or −1
   * @param relu whether the maximum with 0 is taken
   * @param sum the node of the contraction's result in whose memory the product is added to it, or
   *     −1
   * @param nodes the nodes that are computed on the way; the last one is the value that is written
   */
  record Absorbed(int bias, boolean relu, int sum, List<Integer> nodes) {
    int result() {
      return nodes.getLast();
    }
  }

  private final Graph graph;
  private final Views views;
  private final int[] uses;
  private final int[] user;
  private final Map<Integer, Absorbed> found = new HashMap<>();

  /** Results of contractions, with what they do with them. */
  private final BitSet results = new BitSet();

  /** Nodes that a contraction computes on the way. */
  private final BitSet taken = new BitSet();

  Epilogues(Graph graph, Views views) {
    this.graph = graph;
    this.views = views;
    this.uses = new int[graph.nodes().size()];
    this.user = new int[uses.length];
    for (int i = 0; i < uses.length; i++) {
      // A view's reader reads its root; a view itself reads nothing.
      if (views.isValue(i)) {
        for (int o : graph.node(i).operands()) {
          uses[views.root(o)]++;
          user[views.root(o)] = i;
        }
      }
    }
    for (int o : graph.outputs()) {
      uses[o] += 2;
    }
    // From the results backwards: of two products of one row that are added up, each could be the
    // other's bias; the later one takes the sum.
    for (int i = uses.length - 1; i >= 0; i--) {
      Op op = graph.node(i).op();
      if (graph.node(i).dtype() == DType.F64) {
        continue;
      }
      if (op instanceof ContractionOp.MatMul || op instanceof ContractionOp.Conv2d) {
        match(i);
      }
      if (op instanceof ContractionOp) {
        Absorbed e = found.get(i);
        results.set(e == null ? i : e.result());
      }
    }
    BitSet outputs = new BitSet();
    IntStream.of(graph.outputs()).forEach(outputs::set);
    // The later of two products is added to the earlier one, so that numbers still tell what can
    // depend on what.
    for (int i = 0; i < uses.length; i++) {
      if (graph.node(i).op() instanceof ContractionOp.MatMul m && results.get(i)) {
        matchSum(i, m, outputs);
      }
    }
  }

  private void match(int contraction) {
    int result = contraction;
    int bias = -1;
    boolean relu = false;
    List<Integer> absorbed = new ArrayList<>();
    int next = onlyUser(result, BinaryOp.Kind.ADD);
    if (next >= 0) {
      int other = otherOperand(next, result);
      int columns = graph.node(contraction).shape().dim(-1);
      if (other >= 0 && isBias(other, columns)) {
        bias = other;
        result = next;
        absorbed.add(next);
      }
    }
    next = onlyUser(result, BinaryOp.Kind.MAXIMUM);
    if (next >= 0) {
      int other = otherOperand(next, result);
      if (other >= 0 && isZero(other)) {
        relu = true;
        absorbed.add(next);
      }
    }
    if (!absorbed.isEmpty()) {
      absorbed.forEach(taken::set);
      found.put(contraction, new Absorbed(bias, relu, -1, absorbed));
    }
  }

  private void matchSum(int product, ContractionOp.MatMul op, BitSet outputs) {
    Graph.Node n = graph.node(product);
    int next = onlyUser(product, BinaryOp.Kind.ADD);
    if (next < 0 || outputs.get(next) || n.shape().rank() != 2 || isVector(n, op)) {
      return;
    }
    int other = otherOperand(next, product);
    int root = other < 0 ? -1 : views.root(other);
    if (root >= 0
        && root < product
        && results.get(root)
        && uses[root] == 1
        && views.layout(other).isDense()
        && graph.node(other).shape().size() == n.shape().size()) {
      // What has been added is no longer there for others to be added to.
      results.clear(product);
      results.clear(root);
      results.set(next);
      taken.set(next);
      found.put(product, new Absorbed(-1, false, root, List.of(next)));
    }
  }

  /** Whether one side of a product is a vector, for which there is a kernel that can't add. */
  private boolean isVector(Graph.Node n, ContractionOp.MatMul op) {
    Shape a = graph.node(n.operand(0)).shape();
    return n.shape().dim(0) == 1
        || n.shape().dim(1) == 1
        || a.dim(op.transposeA() ? 0 : 1) == 0
        || n.shape().size() == 0;
  }

  private int onlyUser(int node, BinaryOp.Kind kind) {
    boolean single = uses[node] == 1 && !taken.get(user[node]);
    return single && graph.node(user[node]).op().equals(new BinaryOp(kind)) ? user[node] : -1;
  }

  /** The other operand, if this one is read element by element; −1 otherwise. */
  private int otherOperand(int binary, int root) {
    int a = graph.node(binary).operand(0);
    int b = graph.node(binary).operand(1);
    int mine = views.root(a) == root ? a : b;
    boolean same =
        views.layout(mine).isDense()
            && graph.node(mine).shape().size() == graph.node(root).shape().size();
    return same ? (mine == a ? b : a) : -1;
  }

  private boolean isBias(int node, int columns) {
    int root = views.root(node);
    return !views.isConstant(node)
        && graph.node(root).shape().size() == columns
        && views.layout(node).isColumnBroadcast(columns);
  }

  private boolean isZero(int node) {
    return graph.node(views.root(node)).op() instanceof Leaf.Constant c && c.value() == 0;
  }

  /** What is added to others in their memory: the result by the value it is added to. */
  Map<Integer, Integer> sums() {
    Map<Integer, Integer> sums = new TreeMap<>();
    for (Absorbed e : found.values()) {
      if (e.sum() >= 0) {
        sums.put(e.sum(), e.result());
      }
    }
    return sums;
  }

  /** What a contraction takes in, or null. */
  @Nullable Absorbed of(int contraction) {
    return found.get(contraction);
  }
}
