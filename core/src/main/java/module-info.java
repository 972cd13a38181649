/** Tensors, operations, differentiation, programs, and the reference interpreter. */
module shinso.core {
  requires static transitive org.jspecify;
  requires jdk.management;

  exports shinso.core.autodiff;
  exports shinso.core.backend;
  exports shinso.core.graph;
  exports shinso.core.op;
  exports shinso.core.program;
  exports shinso.core.random;
  exports shinso.core.reference;
  exports shinso.core.tensor;

  uses shinso.core.backend.Backend;
}
