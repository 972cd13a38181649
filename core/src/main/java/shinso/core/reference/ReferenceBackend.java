package shinso.core.reference;

import shinso.core.backend.Backend;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;

/** The reference interpreter as a backend. */
public final class ReferenceBackend implements Backend {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public boolean isUsable() {
    return true;
  }

  @Override
  public Executable compile(Graph graph) {
    return new Interpreter(graph);
  }
}
