package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import shinso.core.backend.Backend;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.ContractionOp;
import shinso.core.op.Op;
import shinso.core.op.WindowOp;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * A program as a graph: first the new values of its parameters, then its outputs.
 *
 * @param donated for each output the input whose memory it may take, or −1
 * @param inputs the values of the graph's inputs
 */
record Subject(FuzzProgram program, Graph graph, int[] donated, Buffer[] inputs) {
  /** Another number than any program gives, to see what isn't written. */
  private static final double UNWRITTEN = 12345.6789;

  /** Numbers the values of a program. */
  static Subject of(FuzzProgram program, List<Tensor> values) {
    GraphBuilder builder = new GraphBuilder();
    List<Tensor> results = new ArrayList<>();
    program.updates().forEach(u -> results.add(values.get(u.value())));
    program.outputs().forEach(o -> results.add(values.get(o)));
    int[] outputs = results.stream().mapToInt(builder::add).toArray();
    Buffer[] inputs =
        builder.leaves().stream()
            .map(t -> Objects.requireNonNull(TensorAccess.buffer(t)))
            .toArray(Buffer[]::new);
    int[] donated = new int[outputs.length];
    Arrays.fill(donated, -1);
    for (int i = 0; i < program.updates().size(); i++) {
      donated[i] = builder.leaves().indexOf(values.get(program.updates().get(i).leaf()));
    }
    return new Subject(program, builder.build(outputs), donated, inputs);
  }

  /** Whether there are products, whose terms are added in an order that kernels choose. */
  boolean contracts() {
    return has(ContractionOp.class);
  }

  /**
   * Whether bits may depend on how the program is divided: if there are products, or if the
   * simplifier may have used its only licence to change bits.
   */
  boolean dependsOnDivision() {
    return contracts() || has(WindowOp.MaxPoolScatter.class);
  }

  private boolean has(Class<? extends Op> kind) {
    return graph.nodes().stream().anyMatch(n -> kind.isInstance(n.op()));
  }

  Buffer[] run(Backend backend) {
    Buffer[] out = outputs(graph);
    backend.compile(graph).run(inputs, out);
    return out;
  }

  /** Buffers for a graph's outputs that hold something else than zeros. */
  static Buffer[] outputs(Graph graph) {
    return Arrays.stream(graph.outputs())
        .mapToObj(n -> {
          Graph.Node node = graph.node(n);
          Buffer b = Buffer.allocate(node.dtype(), node.shape().size(), "fuzz output");
          for (int i = 0; i < b.count(); i++) {
            b.set(i, UNWRITTEN);
          }
          return b;
        })
        .toArray(Buffer[]::new);
  }

  /** A copy that has an address, as parameters have. */
  static Buffer copy(Buffer b) {
    Buffer copy = Buffer.allocateNative(b.dtype(), b.count(), "fuzz parameter");
    copy.copyFrom(b);
    return copy;
  }
}
