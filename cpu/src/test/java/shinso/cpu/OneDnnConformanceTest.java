package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.AfterAll;
import shinso.core.backend.BackendConformance;
import shinso.cpu.simd.Warmer;

/** The backend with oneDNN on two threads. */
final class OneDnnConformanceTest extends BackendConformance {
  OneDnnConformanceTest() {
    super(new CpuBackend(2, true));
  }

  @AfterAll
  static void warmingUpDidNotFail() {
    assertNull(Warmer.failure());
  }
}
