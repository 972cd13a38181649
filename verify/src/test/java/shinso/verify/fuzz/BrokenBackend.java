package shinso.verify.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.backend.Backend;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.op.MovementOp;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;

/** The reference interpreter, which does something wrong with some graphs. */
final class BrokenBackend implements Backend {
  private final Backend right = new ReferenceBackend();
  private final Predicate<Graph> breaks;
  private final Fault fault;

  /** What goes wrong. */
  enum Fault {
    /** The last element of the last output that has two or more is off by one. */
    SPOILS,
    /** Compiling throws. */
    THROWS,
    /** The JVM ends. */
    HALTS
  }

  BrokenBackend(Predicate<Graph> breaks, Fault fault) {
    this.breaks = breaks;
    this.fault = fault;
  }

  /** Graphs that join something that was sliced. */
  static boolean joinsSlices(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(n ->
            n.op() instanceof MovementOp.Concat
                && n.operands().stream()
                    .anyMatch(o -> graph.node(o).op() instanceof MovementOp.Slice));
  }

  @Override
  public String name() {
    return "broken";
  }

  @Override
  public int priority() {
    return -1;
  }

  @Override
  public boolean isUsable() {
    return true;
  }

  @Override
  public Map<String, String> describe() {
    return right.describe();
  }

  @Override
  public Executable compile(Graph graph) {
    Executable e = right.compile(graph);
    if (!breaks.test(graph)) {
      return e;
    }
    return switch (fault) {
      case THROWS -> throw new IllegalStateException("node 17 of 99 is in the way");
      case HALTS -> {
        Runtime.getRuntime().halt(134);
        throw new IllegalStateException("unreachable");
      }
      case SPOILS -> new Spoiling(e);
    };
  }

  private record Spoiling(Executable right) implements Executable {
    @Override
    public int inPlaceInput(int output) {
      return right.inPlaceInput(output);
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs) {
      right.run(inputs, outputs);
      List<Buffer> large =
          Arrays.stream(outputs).filter(b -> b.count() > 1 && b.dtype() == DType.F32).toList();
      if (!large.isEmpty()) {
        Buffer b = large.getLast();
        b.set(b.count() - 1, b.get(b.count() - 1) + 1);
      }
    }

    @Override
    public long memoryBytes() {
      return right.memoryBytes();
    }
  }
}
