package shinso.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StepProfileTest {
  @Test
  void kernelsOfOneNameAreARow() {
    StepProfile p =
        new StepProfile(
            List.of(
                new StepProfile.Row("copy", 1, 0.5, 0, 4e6),
                new StepProfile.Row("matmul 8x9x7", 1, 1, 3e6, 1e6),
                new StepProfile.Row("copy", 1, 1.5, 0, 12e6)));
    assertEquals(
        List.of(
            new StepProfile.Row("copy", 2, 2, 0, 16e6),
            new StepProfile.Row("matmul 8x9x7", 1, 1, 3e6, 1e6)),
        p.rows());
    assertEquals(3, p.millis());
    assertEquals(
        List.of(
            "kernel        count         ms   share  GFLOP/s    GB/s",
            "copy              2     2.0000   66.7%              8.0",
            "matmul 8x9x7      1     1.0000   33.3%      3.0     1.0",
            "all kernels       3     3.0000  100.0%"),
        p.toString().lines().toList());
  }

  /** What runs here has no kernels; the work is done all the same. */
  @Test
  void aBackendThatDoesNotKnowGivesNoRows() {
    AtomicInteger runs = new AtomicInteger();
    assertEquals(
        List.of(),
        new StepProfile(new shinso.core.reference.ReferenceBackend().profile(runs::incrementAndGet))
            .rows());
    assertEquals(1, runs.get());
    assertTrue(new StepProfile(List.of()).toString().contains("all kernels"));
  }
}
