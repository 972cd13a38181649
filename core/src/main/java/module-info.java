/** Tensors, operations, differentiation, programs, and the reference interpreter. */
module shinso.core {
  requires static transitive org.jspecify;
}
