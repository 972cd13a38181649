package shinso.core.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.op.Leaf;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Numbers the tensors that some results depend on. A tensor whose values are known is a leaf, and
 * equal operations on equal operands become one node.
 */
public final class GraphBuilder {
  private final List<Graph.Node> nodes = new ArrayList<>();
  private final List<Tensor> leaves = new ArrayList<>();
  private final Map<Tensor, Integer> numbers = new IdentityHashMap<>();
  private final Map<Graph.Node, Integer> known = new HashMap<>();

  /** Adds what a result depends on and returns its number. */
  public int add(Tensor result) {
    // An explicit stack: chains of ten thousand operations must not overflow the thread's.
    Deque<Tensor> stack = new ArrayDeque<>();
    stack.push(result);
    while (!stack.isEmpty()) {
      Tensor t = stack.peek();
      if (numbers.containsKey(t)) {
        stack.pop();
        continue;
      }
      boolean ready = true;
      if (TensorAccess.buffer(t) == null) {
        for (int i = t.inputs().size() - 1; i >= 0; i--) {
          if (!numbers.containsKey(t.inputs().get(i))) {
            stack.push(t.inputs().get(i));
            ready = false;
          }
        }
      }
      if (ready) {
        stack.pop();
        numbers.put(t, number(t));
      }
    }
    return number(numbers, result);
  }

  private int number(Tensor t) {
    if (TensorAccess.buffer(t) != null || t.op() instanceof Leaf.Data) {
      leaves.add(t);
      nodes.add(
          new Graph.Node(new Leaf.Data(t.shape(), t.dtype()), List.of(), t.shape(), t.dtype()));
      return nodes.size() - 1;
    }
    List<Integer> operands = t.inputs().stream().map(i -> number(numbers, i)).toList();
    Graph.Node node = new Graph.Node(t.op(), operands, t.shape(), t.dtype());
    return known.computeIfAbsent(
        node,
        n -> {
          nodes.add(n);
          return nodes.size() - 1;
        });
  }

  private static int number(Map<Tensor, Integer> numbers, Tensor t) {
    Integer number = numbers.get(t);
    if (number == null) {
      throw new IllegalStateException("not numbered yet: " + TensorAccess.label(t));
    }
    return number;
  }

  /** Returns the leaves in the order of the graph's inputs. */
  public List<Tensor> leaves() {
    return leaves;
  }

  /**
   * Returns the graph of all that was added, with these outputs and donations as {@link Graph}
   * takes them.
   */
  public Graph build(int[] outputs, int[] donated) {
    return new Graph(nodes, outputs, donated);
  }

  /** Returns the graph of all that was added, without donations. */
  public Graph build(int[] outputs) {
    int[] none = new int[outputs.length];
    Arrays.fill(none, -1);
    return build(outputs, none);
  }
}
