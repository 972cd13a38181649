/** The CPU backend: Vector API kernels and oneDNN through the foreign function interface. */
module shinso.cpu {
  requires jdk.incubator.vector;
  requires org.slf4j;
  requires shinso.core;

  provides shinso.core.backend.Backend with
      shinso.cpu.CpuBackend;
}
