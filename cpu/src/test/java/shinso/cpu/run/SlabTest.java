package shinso.cpu.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.backend.NativeMemory;

/** Slabs can be written from end to end, are as large as needed, and come back. */
final class SlabTest {
  private static final long MEGABYTE = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {1, 100, (4 << 20) - 1, 4 << 20, (6 << 20) + 64})
  void isWritableAndAligned(long bytes) {
    Slab slab = new Slab();
    Slab.Share share = slab.share(this, bytes);
    long address = slab.address(share, "test");
    assertEquals(0, address % 64);
    assertTrue(slab.bytes() >= bytes);
    MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(bytes);
    memory.fill((byte) 7);
    assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, bytes - 1));
  }

  @Test
  void programsShareTheLargest() {
    Slab slab = new Slab();
    long before = NativeMemory.used();
    for (int n = 1; n <= 64; n++) {
      slab.address(slab.share(this, n * MEGABYTE), "test");
      assertTrue(slab.bytes() >= n * MEGABYTE && 8 * slab.bytes() <= 9 * n * MEGABYTE);
    }
    long largest = slab.bytes();
    slab.address(slab.share(this, MEGABYTE), "test");
    assertEquals(largest, slab.bytes());
    assertTrue(NativeMemory.used() - before < 2 * largest, "used " + NativeMemory.used());
  }

  @Test
  void itComesBackWhenNoProgramNeedsItAnyMore() throws InterruptedException {
    Slab slab = new Slab();
    List<Object> large = new ArrayList<>(List.of(new Object()));
    Object small = new Object();
    Slab.Share ofSmall = slab.share(small, 3 * MEGABYTE);
    slab.address(slab.share(large.getFirst(), 64 * MEGABYTE), "test");
    slab.address(ofSmall, "test");
    assertEquals(64 * MEGABYTE, slab.bytes());
    large.clear();
    for (int i = 0; i < 100 && slab.bytes() > 0; i++) {
      System.gc();
      Thread.sleep(20);
    }
    slab.address(ofSmall, "test");
    assertEquals(3 * MEGABYTE, slab.bytes());
    Reference.reachabilityFence(small);
  }
}
