package shinso.core.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The generator's words. */
final class ThreefryTest {
  /** Known answers of the Random123 library (kat_vectors, threefry2x32 with 20 rounds). */
  @Test
  void knownAnswers() {
    assertBlock(0x6b200159, 0x99ba4efe, 0, 0, 0, 0);
    assertBlock(0x1cb996fc, 0xbb002be7, -1, -1, -1, -1);
    assertBlock(0xc4923a9c, 0x483df7a0, 0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3);
  }

  private static void assertBlock(int word0, int word1, int key0, int key1, int x0, int x1) {
    long block = Threefry.block(key0, key1, x0, x1);
    assertEquals(Integer.toHexString(word0), Integer.toHexString((int) block));
    assertEquals(Integer.toHexString(word1), Integer.toHexString((int) (block >>> 32)));
  }

  /** The layout that backends rely on. */
  @Test
  void elementsShareBlocksSixteenApart() {
    for (int group : new int[] {0, 1, 1000}) {
      for (int lane = 0; lane < 16; lane++) {
        long block = Threefry.block(3, 4, 16 * group + lane, 0);
        assertEquals((int) block, Threefry.bits(3, 4, 32L * group + lane));
        assertEquals((int) (block >>> 32), Threefry.bits(3, 4, 32L * group + 16 + lane));
      }
    }
    long late = 1L << 34;
    assertEquals((int) Threefry.block(3, 4, 0, 2), Threefry.bits(3, 4, late));
  }

  @Test
  void elementsDiffer() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      seen.add(Threefry.bits(7, 8, i));
    }
    assertEquals(2000, seen.size());
  }

  @Test
  void uniformsAreTheUpperBits() {
    assertEquals(0f, Threefry.uniform(0xFF));
    assertEquals(0x1p-24f, Threefry.uniform(0x100));
    assertEquals(1 - 0x1p-24f, Threefry.uniform(-1));
    assertEquals(0.5f, Threefry.uniform(0x80000000));
  }

  @Test
  void normalsAreFiniteAndGammasPositive() {
    for (int i = 0; i < 100_000; i++) {
      assertTrue(Math.abs(Threefry.normal(1, 2, i)) < 6.7);
    }
    for (int i = 0; i < 10_000; i++) {
      assertTrue(Threefry.gamma(1, 2, i, 0.5) >= 0);
      assertTrue(Threefry.gamma(1, 2, i, 1e30) > 0);
    }
    assertEquals(Double.NaN, Threefry.gamma(1, 2, 0, 0));
    assertEquals(Double.NaN, Threefry.gamma(1, 2, 0, -1));
    assertEquals(Double.NaN, Threefry.gamma(1, 2, 0, Double.NaN));
    assertEquals(Double.POSITIVE_INFINITY, Threefry.gamma(1, 2, 0, Double.POSITIVE_INFINITY));
  }
}
