package shinso.core.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;

/** How many programs are kept, and which. */
final class ProgramCacheTest {
  private static final long MEGABYTE = 1 << 20;

  private static final class Fake implements Executable {
    private final long bytes;
    private final Map<Object, Long> shared;

    Fake(long bytes, Map<Object, Long> shared) {
      this.bytes = bytes;
      this.shared = shared;
    }

    @Override
    public int inPlaceInput(int output) {
      return -1;
    }

    @Override
    public void run(Buffer[] inputs, Buffer[] outputs) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long memoryBytes() {
      return bytes;
    }

    @Override
    public Map<Object, Long> shared() {
      return shared;
    }
  }

  private static ProgramCache<Integer, Executable> filled(int n, long bytes, Object part) {
    ProgramCache<Integer, Executable> cache = new ProgramCache<>(Function.identity());
    for (int i = 0; i < n; i++) {
      cache.put(i, new Fake(bytes, Map.of(part, 10 * MEGABYTE)));
      if (n > 2) {
        assertNotNull(cache.get(0), "what is used is kept, after " + i);
      }
    }
    return cache;
  }

  @Test
  void manySmallOnesAreKept() {
    assertEquals(1000, filled(2000, 100, "part").size());
  }

  @Test
  void theLeastRecentlyUsedIsDropped() {
    ProgramCache<Integer, Executable> cache = filled(1001, 100, "part");
    assertNull(cache.get(1));
    assertNotNull(cache.get(0));
    assertNotNull(cache.get(2));
    assertNotNull(cache.get(1000));
  }

  @Test
  void bytesAreBounded() {
    long most = Math.min(256 * MEGABYTE, Runtime.getRuntime().maxMemory() / 4);
    assertEquals((most - 10 * MEGABYTE) / MEGABYTE, filled(400, MEGABYTE, "part").size());
  }

  @Test
  void theLastFewAreKeptHoweverLarge() {
    assertEquals(4, filled(20, 10_000 * MEGABYTE, "part").size());
  }
}
