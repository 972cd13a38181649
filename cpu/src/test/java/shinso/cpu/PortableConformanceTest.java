package shinso.cpu;

import shinso.core.backend.BackendConformance;

/** The backend with its own kernels alone, on three threads. */
final class PortableConformanceTest extends BackendConformance {
  PortableConformanceTest() {
    super(new CpuBackend(3, false));
  }
}
