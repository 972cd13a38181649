package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;

/** Values that live at the same time must not overlap, and those that don't should. */
class MemoryPlanTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void valuesThatLiveTogetherAreApart(long seed) {
    RandomGenerator random = Rng.of(seed).generator();
    int n = 200;
    int[] first = new int[n];
    int[] last = new int[n];
    long[] size = new long[n];
    MemoryPlan plan = new MemoryPlan();
    for (int i = 0; i < n; i++) {
      first[i] = random.nextInt(100);
      last[i] = first[i] + random.nextInt(20);
      size[i] = random.nextInt(5000);
      plan.add(i, size[i], first[i], last[i]);
    }
    plan.place();
    long[] offset = new long[n];
    plan.copyTo(offset);
    for (int i = 0; i < n; i++) {
      assertEquals(0, offset[i] % 64, "alignment");
      assertTrue(offset[i] + size[i] <= plan.bytes(), "inside the slab");
      for (int j = 0; j < i; j++) {
        boolean together = first[i] <= last[j] && first[j] <= last[i];
        boolean apart = offset[i] + size[i] <= offset[j] || offset[j] + size[j] <= offset[i];
        assertTrue(!together || apart, "seed " + seed + ": values " + j + " and " + i + " overlap");
      }
    }
    assertTrue(plan.bytes() < plan.bytesWithoutSharing() / 2, "memory is shared");
  }

  @Test
  void aChainTakesTheRoomOfTwoLinks() {
    MemoryPlan plan = new MemoryPlan();
    for (int i = 0; i < 100; i++) {
      plan.add(i, 640, i, i + 1);
    }
    plan.place();
    assertEquals(2 * 640, plan.bytes());
  }
}
