package shinso.verify.architecture.broken.core.graph;

import shinso.verify.architecture.broken.core.program.Program;

/** The graph is below the program: a cycle of packages. */
public final class UsesProgram {
  Program program() {
    return new Program(this);
  }
}
