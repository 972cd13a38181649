package shinso.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limit on tensors where nobody sets one, from the size of the machine or container. */
final class MemoryLimitTest {
  private static final long MEGABYTE = 1 << 20;

  /** Heap and limit of a JVM that gives a quarter to the heap, in megabytes. */
  @ParameterizedTest
  @CsvSource({
    "256, 64, 70",
    "384, 96, 153",
    "512, 128, 236",
    "1024, 256, 569",
    "4096, 1024, 2566",
    "24576, 6144, 15878"
  })
  void heapJvmAndTensorsFitTogether(long machine, long heap, long expected) {
    long limit = MemoryLimit.usual(machine * MEGABYTE, heap * MEGABYTE);
    assertEquals(expected, limit / MEGABYTE);
    assertTrue(heap + limit / MEGABYTE + 96 <= machine);
    assertNull(MemoryLimit.shortage(machine * MEGABYTE, heap * MEGABYTE));
  }

  /** A heap that may take everything seldom does; tensors get an eighth, and the user a line. */
  @ParameterizedTest
  @CsvSource({"128, 32, 16", "256, 122, 32", "4096, 4096, 512", "24576, 30000, 3072"})
  void aShortageIsSaid(long machine, long heap, long expected) {
    assertEquals(expected, MemoryLimit.usual(machine * MEGABYTE, heap * MEGABYTE) / MEGABYTE);
    String line = MemoryLimit.shortage(machine * MEGABYTE, heap * MEGABYTE);
    assertNotNull(line);
    assertTrue(
        line.startsWith(
            "the machine or container has %d MB of memory; with %d MB for the Java heap"
                .formatted(machine, heap)),
        line);
    assertTrue(
        line.contains("tensors, which may take %d MB (-Dshinso.memory)".formatted(expected)), line);
    assertEquals(1, line.lines().count());
  }
}
