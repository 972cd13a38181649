package shinso.core.program;

import java.util.List;
import java.util.function.Function;
import shinso.core.backend.Backends;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Computes lazy tensors. Compiled programs are kept, the least recently used being dropped. */
public final class Evaluator {
  private static final ProgramCache<Graph, Executable> PROGRAMS =
      new ProgramCache<>(Function.identity());

  private Evaluator() {}

  /**
   * Computes what is not known yet of some tensors, in one program.
   *
   * @throws IllegalStateException if one depends on the placeholder of a program that is being
   *     traced
   */
  public static void evaluate(List<Tensor> tensors) {
    List<Tensor> wanted =
        tensors.stream().filter(t -> TensorAccess.buffer(t) == null).distinct().toList();
    if (wanted.isEmpty()) {
      return;
    }
    GraphBuilder builder = new GraphBuilder();
    Graph graph = builder.build(wanted.stream().mapToInt(builder::add).toArray());
    Buffer[] inputs = new Buffer[builder.leaves().size()];
    for (int i = 0; i < inputs.length; i++) {
      Buffer known = TensorAccess.buffer(builder.leaves().get(i));
      if (known == null) {
        throw new IllegalStateException(
            "the value of "
                + TensorAccess.label(builder.leaves().get(i))
                + " is known only when the program runs; return what you want to see as a metric of the step");
      }
      inputs[i] = known;
    }
    Buffer[] outputs = wanted.stream().map(Evaluator::allocate).toArray(Buffer[]::new);
    executable(graph).run(inputs, outputs);
    for (int i = 0; i < outputs.length; i++) {
      TensorAccess.remember(wanted.get(i), outputs[i]);
    }
  }

  private static Buffer allocate(Tensor t) {
    return Buffer.allocateResult(t.dtype(), t.shape().size(), TensorAccess.label(t));
  }

  /** Returns the program of a graph, the same for equal graphs. */
  static Executable executable(Graph graph) {
    synchronized (PROGRAMS) {
      Executable known = PROGRAMS.get(graph);
      if (known != null) {
        return known;
      }
    }
    // Compiled outside of the lock: two threads may do the same work once, but none waits for
    // another's graph.
    Executable made = Backends.of(graph).compile(graph);
    synchronized (PROGRAMS) {
      PROGRAMS.put(graph, made);
    }
    return made;
  }
}
