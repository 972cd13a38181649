package shinso.cpu;

import shinso.core.backend.BackendConformance;

/** The backend with oneDNN on two threads. */
final class OneDnnConformanceTest extends BackendConformance {
  OneDnnConformanceTest() {
    super(new CpuBackend(2, true));
  }
}
