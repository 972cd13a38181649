package shinso.core.backend;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.Leaf;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Evaluates tensors on a backend of the caller's choice. */
public final class Evaluation {
  private Evaluation() {}

  /** Returns the values of a tensor by the reference interpreter. */
  public static Buffer reference(Tensor t) {
    return of(new ReferenceBackend(), List.of(t))[0];
  }

  /** Returns the values of tensors, computed by one program. */
  public static Buffer[] of(Backend backend, List<Tensor> tensors) {
    GraphBuilder builder = new GraphBuilder();
    Graph graph = builder.build(tensors.stream().mapToInt(builder::add).toArray());
    Buffer[] outputs = outputs(graph);
    backend.compile(graph).run(leaves(builder), outputs);
    return outputs;
  }

  /** Returns the values of tensors, computed by one program for each operation. */
  public static Buffer[] stepByStep(Backend backend, List<Tensor> tensors) {
    GraphBuilder builder = new GraphBuilder();
    int[] numbers = tensors.stream().mapToInt(builder::add).toArray();
    Graph graph = builder.build(numbers);
    Buffer[] values = new Buffer[graph.nodes().size()];
    Buffer[] inputs = leaves(builder);
    int[] inputNumbers = graph.inputs();
    for (int i = 0; i < inputs.length; i++) {
      values[inputNumbers[i]] = inputs[i];
    }
    for (int i = 0; i < values.length; i++) {
      Graph.Node node = graph.node(i);
      if (!(node.op() instanceof Leaf.Data)) {
        Buffer[] operands = node.operands().stream().map(o -> values[o]).toArray(Buffer[]::new);
        values[i] = of(backend, List.of(step(graph, node, operands)))[0];
      }
    }
    return Arrays.stream(numbers).mapToObj(n -> values[n]).toArray(Buffer[]::new);
  }

  private static Tensor step(Graph graph, Graph.Node node, Buffer[] operands) {
    Tensor[] leaves = new Tensor[operands.length];
    for (int i = 0; i < leaves.length; i++) {
      leaves[i] = TensorAccess.ofBuffer(graph.node(node.operand(i)).shape(), operands[i]);
    }
    return TensorAccess.apply(node.op(), leaves);
  }

  /** Returns the known values of a graph's inputs. */
  public static Buffer[] leaves(GraphBuilder builder) {
    return builder.leaves().stream()
        .map(t -> Objects.requireNonNull(TensorAccess.buffer(t)))
        .toArray(Buffer[]::new);
  }

  /** Returns buffers for the outputs of a graph, filled with something else than zeros. */
  public static Buffer[] outputs(Graph graph) {
    return Arrays.stream(graph.outputs())
        .mapToObj(n -> {
          Graph.Node node = graph.node(n);
          Buffer b = Buffer.allocate(node.dtype(), node.shape().size(), "test output");
          for (int i = 0; i < b.count(); i++) {
            b.set(i, 12345);
          }
          return b;
        })
        .toArray(Buffer[]::new);
  }
}
