package shinso.cpu;

import java.util.Arrays;
import java.util.List;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Kernel;

/** Compiles and runs what computes some tensors on a backend of choice. */
final class Programs {
  private Programs() {}

  static Tensor normal(int seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).evaluate();
  }

  static CompiledGraph compile(CpuBackend backend, List<Tensor> wanted) {
    return (CompiledGraph) backend.compile(graph(new GraphBuilder(), wanted));
  }

  static List<float[]> run(CpuBackend backend, List<Tensor> wanted) {
    GraphBuilder builder = new GraphBuilder();
    Graph graph = graph(builder, wanted);
    Buffer[] inputs = builder.leaves().stream().map(TensorAccess::buffer).toArray(Buffer[]::new);
    Buffer[] outputs =
        wanted.stream()
            .map(t -> Buffer.allocate(t.dtype(), t.shape().size(), "test"))
            .toArray(Buffer[]::new);
    backend.compile(graph).run(inputs, outputs);
    return Arrays.stream(outputs).map(Buffer::toFloatArray).toList();
  }

  /** Returns how many kernels have a label that begins so. */
  static long count(CompiledGraph program, String label) {
    return program.kernels().stream().map(Kernel::label).filter(l -> l.startsWith(label)).count();
  }

  private static Graph graph(GraphBuilder builder, List<Tensor> wanted) {
    return builder.build(wanted.stream().mapToInt(builder::add).toArray());
  }
}
