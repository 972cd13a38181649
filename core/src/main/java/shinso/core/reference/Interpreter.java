package shinso.core.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.IndexOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.tensor.DType;

/**
 * Runs a graph node by node. The values of a node are doubles in row-major order; those of an F32
 * node are rounded to float once, when the node has been computed, so that it makes no difference
 * which nodes are evaluated in one go. Integers are exact doubles.
 */
final class Interpreter implements Executable {
  /** What a node takes, about. */
  private static final long NODE_BYTES = 200;

  private final Graph graph;

  /** For each node the last one that reads it, or the node itself. */
  private final int[] lastUse;

  Interpreter(Graph graph) {
    this.graph = graph;
    lastUse = new int[graph.nodes().size()];
    for (int i = 0; i < lastUse.length; i++) {
      lastUse[i] = i;
      for (int operand : graph.node(i).operands()) {
        lastUse[operand] = i;
      }
    }
    for (int output : graph.outputs()) {
      lastUse[output] = Integer.MAX_VALUE;
    }
  }

  /**
   * An output is written when everything has been computed, so that it may take any donated input.
   */
  @Override
  public int inPlaceInput(int output) {
    return graph.donated()[output];
  }

  @Override
  public long memoryBytes() {
    return NODE_BYTES * lastUse.length;
  }

  @Override
  public void run(Buffer[] inputs, Buffer[] outputs) {
    double[] @Nullable [] values = new double[graph.nodes().size()] @Nullable [];
    int[] inputNodes = graph.inputs();
    for (int i = 0; i < inputNodes.length; i++) {
      values[inputNodes[i]] = inputs[i].toDoubleArray();
    }
    for (int i = 0; i < values.length; i++) {
      Graph.Node node = graph.node(i);
      if (!(node.op() instanceof Leaf.Data)) {
        values[i] = rounded(compute(node, operands(values, node)), node.dtype());
      }
      for (int operand : node.operands()) {
        if (lastUse[operand] == i) {
          values[operand] = null;
        }
      }
      if (lastUse[i] == i) {
        values[i] = null;
      }
    }
    int[] outputNodes = graph.outputs();
    for (int i = 0; i < outputNodes.length; i++) {
      double[] value = known(values, outputNodes[i]);
      for (int j = 0; j < value.length; j++) {
        outputs[i].set(j, value[j]);
      }
    }
  }

  private static List<double[]> operands(double[] @Nullable [] values, Graph.Node node) {
    List<double[]> in = new ArrayList<>();
    for (int operand : node.operands()) {
      in.add(known(values, operand));
    }
    return in;
  }

  private static double[] known(double[] @Nullable [] values, int number) {
    double[] value = values[number];
    if (value == null) {
      throw new IllegalStateException("node " + number + " is not computed");
    }
    return value;
  }

  private static double[] rounded(double[] values, DType dtype) {
    if (dtype == DType.F32) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) values[i];
      }
    }
    return values;
  }

  private double[] compute(Graph.Node node, List<double[]> in) {
    boolean integer = node.dtype() == DType.I32;
    return switch (node.op()) {
      case Leaf leaf -> leaf(leaf, integer);
      case UnaryOp op -> Elementwise.unary(op.kind(), integer, in.get(0));
      case BinaryOp op -> Elementwise.binary(op.kind(), integer, in.get(0), in.get(1));
      case SelectOp op -> Elementwise.select(in.get(0), in.get(1), in.get(2));
      case CastOp op -> Elementwise.cast(op.to(), in.get(0));
      case ReduceOp op -> Folds.reduce(op, integer, operand(node, 0), in.get(0));
      case ScanOp op -> Folds.scan(op, integer, operand(node, 0), in.get(0));
      case MovementOp op -> Movements.move(op, operands(node), node, in);
      case ContractionOp op ->
          Contractions.contract(op, operand(node, 0), operand(node, 1), node, in);
      case WindowOp op -> Windows.pool(op, operand(node, 0).shape(), node.shape(), in);
      case IndexOp op -> Indexing.index(op, integer, operand(node, 0), node, in);
      case RandomOp op -> Draws.draw(op, node.shape(), in);
    };
  }

  private Graph.Node operand(Graph.Node node, int i) {
    return graph.node(node.operand(i));
  }

  private List<Graph.Node> operands(Graph.Node node) {
    return node.operands().stream().map(graph::node).toList();
  }

  private static double[] leaf(Leaf leaf, boolean integer) {
    return switch (leaf) {
      case Leaf.Data d -> throw new IllegalStateException("data is not computed: " + d);
      case Leaf.Constant c -> new double[] {integer ? (int) c.value() : c.value()};
      case Leaf.Iota iota -> {
        double[] y = new double[iota.length()];
        Arrays.setAll(y, i -> i);
        yield y;
      }
    };
  }
}
