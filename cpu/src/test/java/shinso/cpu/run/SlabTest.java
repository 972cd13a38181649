package shinso.cpu.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.backend.NativeMemory;

/** Slabs of all sizes can be written from end to end, and come back when nobody holds them. */
final class SlabTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 100, (4 << 20) - 1, 4 << 20, (6 << 20) + 64})
  void isWritableAndAligned(long bytes) {
    Slab slab = Slab.allocate(bytes, "test");
    assertEquals(0, slab.address() % 64);
    assertEquals(bytes, slab.bytes());
    if (bytes > 0) {
      MemorySegment memory = MemorySegment.ofAddress(slab.address()).reinterpret(bytes);
      memory.fill((byte) 7);
      assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, bytes - 1));
    }
    Reference.reachabilityFence(slab);
  }

  @Test
  void memoryIsCountedUntilTheCollectorFreesIt() throws InterruptedException {
    long before = NativeMemory.used();
    for (int i = 0; i < 4; i++) {
      Slab slab = Slab.allocate(64L << 20, "test");
      assertTrue(NativeMemory.used() >= 64L << 20);
      Reference.reachabilityFence(slab);
    }
    for (int i = 0; i < 100 && NativeMemory.used() > before + (1 << 20); i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertTrue(NativeMemory.used() <= before + (1 << 20), "still used " + NativeMemory.used());
  }
}
