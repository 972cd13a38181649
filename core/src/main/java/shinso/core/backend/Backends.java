package shinso.core.backend;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
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

  /** Not a constant: what is wrong with an option is to be said each time, and in a plain line. */
  private static volatile @Nullable Backend preferred;

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

  /**
   * Returns the backend that F32 programs run on.
   *
   * @throws OptionException if an option that chooses or configures it has a value that can't be
   * @throws IllegalStateException if the JVM lacks a flag that it needs
   */
  public static Backend preferred() {
    Backend found = preferred;
    return found == null ? choose() : found;
  }

  private static synchronized Backend choose() {
    Backend chosen = preferred;
    if (chosen == null) {
      chosen = find(System.getProperty("shinso.backend", ""));
      preferred = chosen;
    }
    return chosen;
  }

  private static List<Backend> installed() {
    List<Backend> found = installed(Thread.currentThread().getContextClassLoader());
    // The first thread that asks may be of a pool that knows no class path but the JVM's.
    return found.isEmpty() ? installed(Backends.class.getClassLoader()) : found;
  }

  private static List<Backend> installed(@Nullable ClassLoader loader) {
    try {
      return ServiceLoader.load(Backend.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
    } catch (ServiceConfigurationError e) {
      if (e.getCause() instanceof OptionException wrong) {
        throw wrong;
      }
      throw e;
    }
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
          .orElseThrow(() -> new OptionException("shinso.backend", name, names(found)));
    }
    return found.stream()
        .filter(Backend::isUsable)
        .max(Comparator.comparingInt(Backend::priority))
        .orElse(REFERENCE);
  }

  private static String names(List<Backend> found) {
    return found.stream().map(b -> b.name() + " or ").collect(Collectors.joining())
        + REFERENCE.name();
  }
}
