package shinso.verify.architecture.broken.core.program;

import shinso.verify.architecture.broken.core.graph.UsesProgram;

/** Uses the graph, as it should. */
public record Program(UsesProgram graph) {}
