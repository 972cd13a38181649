package shinso.cpu.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.Op;

/**
 * Finds contractions whose result is only used to add a bias to it, and then perhaps only by a
 * rectifier: they do both while the result is still in registers. Only exactly rounded operations
 * are taken in, so the bits stay the same.
 */
final class Epilogues {
  /**
   * What a contraction does with its result.
   *
   * @param bias the node of the vector that is added to the last axis, or −1
   * @param relu whether the maximum with 0 is taken
   * @param absorbed the nodes that are computed on the way; the last one is the value that is
   *     written
   */
  record Epilogue(int bias, boolean relu, List<Integer> absorbed) {}

  private final Graph graph;
  private final Views views;
  private final int[] uses;
  private final int[] user;
  private final Map<Integer, Epilogue> found = new HashMap<>();

  Epilogues(Graph graph, Views views) {
    this.graph = graph;
    this.views = views;
    this.uses = new int[graph.nodes().size()];
    this.user = new int[uses.length];
    for (int i = 0; i < uses.length; i++) {
      // A view's reader reads its root; a view itself reads nothing.
      if (!Views.isView(graph.node(i).op()) || views.isCopy(i)) {
        for (int o : graph.node(i).operands()) {
          uses[views.root(o)]++;
          user[views.root(o)] = i;
        }
      }
    }
    for (int o : graph.outputs()) {
      uses[o] += 2;
    }
    for (int i = 0; i < uses.length; i++) {
      Op op = graph.node(i).op();
      if (op instanceof ContractionOp.MatMul || op instanceof ContractionOp.Conv2d) {
        match(i);
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
      found.put(contraction, new Epilogue(bias, relu, absorbed));
    }
  }

  private int onlyUser(int node, BinaryOp.Kind kind) {
    boolean single = uses[node] == 1;
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

  /** What a contraction takes in, or null. */
  @Nullable Epilogue of(int contraction) {
    return found.get(contraction);
  }
}
