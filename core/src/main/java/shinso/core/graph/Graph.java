package shinso.core.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import shinso.core.op.Leaf;
import shinso.core.op.Op;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;

/**
 * A tensor expression with numbered nodes in topological order. Graphs with equal nodes are equal,
 * so that a compiled program is found again. The inputs are the {@link Leaf.Data} nodes, in their
 * order among the nodes.
 */
public final class Graph {
  private final List<Node> nodes;
  private final int[] inputs;
  private final int[] outputs;
  private final int[] donated;
  private final int hash;

  /**
   * An operation and the numbers of its operands.
   *
   * @param operands numbers of earlier nodes
   */
  public record Node(Op op, List<Integer> operands, Shape shape, DType dtype) {
    /** Returns the number of an operand. */
    public int operand(int i) {
      return operands.get(i);
    }
  }

  /**
   * Creates a graph.
   *
   * @param outputs the numbers of the nodes whose values are wanted
   * @param donated for each output the input (its position among the inputs) that is not needed
   *     afterwards and whose memory the output may take, or −1
   */
  public Graph(List<Node> nodes, int[] outputs, int[] donated) {
    this.nodes = List.copyOf(nodes);
    this.outputs = outputs.clone();
    this.donated = donated.clone();
    this.inputs =
        IntStream.range(0, nodes.size())
            .filter(i -> nodes.get(i).op() instanceof Leaf.Data)
            .toArray();
    this.hash = 31 * this.nodes.hashCode() + Arrays.hashCode(outputs);
  }

  /** Returns the nodes; operands come before the nodes that use them. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Returns a node. */
  public Node node(int number) {
    return nodes.get(number);
  }

  /** Returns the numbers of the input nodes. */
  public int[] inputs() {
    return inputs.clone();
  }

  /** Returns the numbers of the output nodes. */
  public int[] outputs() {
    return outputs.clone();
  }

  /** Returns, for each output, the position of the input whose memory it may take, or −1. */
  public int[] donated() {
    return donated.clone();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Graph g
        && hash == g.hash
        && nodes.equals(g.nodes)
        && Arrays.equals(outputs, g.outputs)
        && Arrays.equals(donated, g.donated);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Returns one line a node: number, type, shape, operation, operands. */
  @Override
  public String toString() {
    return IntStream.range(0, nodes.size())
        .mapToObj(i -> {
          Node n = nodes.get(i);
          return "%%%d: %s%s = %s %s".formatted(i, n.dtype(), n.shape(), n.op(), n.operands());
        })
        .collect(Collectors.joining("\n", "", "\noutputs " + Arrays.toString(outputs)));
  }
}
