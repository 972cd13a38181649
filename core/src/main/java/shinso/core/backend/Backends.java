package shinso.core.backend;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import shinso.core.graph.Graph;
import shinso.core.op.CastOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;

/** Finds the backend that programs run on. */
public final class Backends {
  private static final Backend REFERENCE = new ReferenceBackend();

  private Backends() {}

  /**
   * Returns the backend for a graph: the reference interpreter if all that it computes is F64, as
   * when gradients are checked; else the one that the system property {@code shinso.backend} names,
   * else the usable one with the highest priority.
   */
  public static Backend of(Graph graph) {
    boolean doubles = graph.nodes().stream().anyMatch(n -> n.dtype() == DType.F64);
    boolean others =
        graph.nodes().stream().anyMatch(n -> isComputation(n.op()) && n.dtype() == DType.F32);
    return doubles && !others ? REFERENCE : preferred();
  }

  /** Whether an operation does more than provide numbers or look at them in another way. */
  private static boolean isComputation(Op op) {
    return !(op instanceof Leaf || op instanceof CastOp || op instanceof MovementOp);
  }

  /** Returns the backend that F32 programs run on. */
  public static Backend preferred() {
    return Preferred.BACKEND;
  }

  private static final class Preferred {
    static final Backend BACKEND = find(System.getProperty("shinso.backend", ""));

    private static List<Backend> installed() {
      List<Backend> found = installed(Thread.currentThread().getContextClassLoader());
      // The first thread that asks may be of a pool that knows no class path but the JVM's.
      return found.isEmpty() ? installed(Backends.class.getClassLoader()) : found;
    }

    private static List<Backend> installed(@Nullable ClassLoader loader) {
      return ServiceLoader.load(Backend.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    }

    private static Backend find(String name) {
      List<Backend> found = installed();
      if (name.equals(REFERENCE.name())) {
        return REFERENCE;
      }
      if (!name.isEmpty()) {
        return found.stream()
            .filter(b -> b.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "shinso.backend: there is no backend '%s'; there are %s and reference"
                        .formatted(name, found.stream().map(Backend::name).toList())));
      }
      return found.stream()
          .filter(Backend::isUsable)
          .max(Comparator.comparingInt(Backend::priority))
          .orElse(REFERENCE);
    }
  }
}
