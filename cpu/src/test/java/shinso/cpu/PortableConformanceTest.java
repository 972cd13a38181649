package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.AfterAll;
import shinso.core.backend.BackendConformance;
import shinso.cpu.simd.Warmer;

/** The backend with its own kernels alone, on three threads. */
final class PortableConformanceTest extends BackendConformance {
  PortableConformanceTest() {
    super(new CpuBackend(3, false));
  }

  @AfterAll
  static void warmingUpDidNotFail() {
    assertNull(Warmer.failure());
  }
}
