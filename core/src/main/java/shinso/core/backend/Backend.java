package shinso.core.backend;

import java.util.List;
import java.util.Map;
import shinso.core.graph.Graph;

/** Compiles graphs. Implementations are found with {@link java.util.ServiceLoader}. */
public interface Backend {
  /** Returns a short name, which the system property {@code shinso.backend} takes. */
  String name();

  /** Returns a number by which the fastest usable backend is found: the largest wins. */
  int priority();

  /** Returns whether this backend can run at all on this machine; if not, why is in the log. */
  boolean isUsable();

  /**
   * Returns a program for a graph of F32 and I32 nodes.
   *
   * @throws OutOfMemoryError if the memory that it needs can't be had, naming the largest tensors
   */
  Executable compile(Graph graph);

  /**
   * Returns what people want to know about this backend here, by name and in the order in which it
   * is shown: threads, vector width, native libraries or why they are not used.
   */
  default Map<String, String> describe() {
    return Map.of();
  }

  /**
   * Does some work and returns the time that each kernel took in it, in any order; nothing if this
   * backend doesn't know. Users call {@link StepProfile#of}.
   *
   * @throws IllegalStateException if a profile is being made already
   */
  default List<StepProfile.Row> profile(Runnable work) {
    work.run();
    return List.of();
  }

  /**
   * Tries out what the native libraries in use are known to get wrong, in processes of its own, and
   * returns what was found here, by fault. Programs are kept from these faults in any case.
   */
  default Map<String, String> tryKnownFaults() {
    return Map.of();
  }
}
