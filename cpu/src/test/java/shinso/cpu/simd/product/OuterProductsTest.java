package shinso.cpu.simd.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.cpu.simd.Lanes;

/** Both ways to sums of outer products, at whatever vector width. */
class OuterProductsTest {
  private static final int ROWS = 19;

  private static MemorySegment data(Arena arena, Random random, int floats) {
    MemorySegment s = arena.allocate(4L * floats, 64);
    for (int i = 0; i < floats; i++) {
      s.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return s;
  }

  /** In vectors and a few columns more: one to seven in a tile, and two or three tiles. */
  @ParameterizedTest
  @ValueSource(ints = {10, 11, 20, 25, 30, 40, 50, 69, 70, 71, 80, 99, 150})
  void tilesAndLoopsGiveTheSameBits(int tenths) {
    int n = Lanes.LANES * tenths / 10;
    try (Arena arena = Arena.ofConfined()) {
      for (int k : new int[] {1, 6, 9}) {
        Random random = new Random(n + k);
        MemorySegment a = data(arena, random, k * (ROWS + 2));
        MemorySegment b = data(arena, random, k * (n + 1));
        float[] expected = new float[ROWS * (n + 3)];
        for (int i = 0; i < ROWS; i++) {
          for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int p = 0; p < k; p++) {
              float x = a.getAtIndex(ValueLayout.JAVA_FLOAT, p * (ROWS + 2) + i);
              sum = Math.fma(x, b.getAtIndex(ValueLayout.JAVA_FLOAT, p * (n + 1) + j), sum);
            }
            expected[i * (n + 3) + j] = sum;
          }
        }
        OuterProducts products = new OuterProducts(n);
        long scratch = arena.allocate(products.scratchBytes(k), 64).address();
        long left = 4L * (ROWS + 2);
        long right = 4L * (n + 1);
        // What lies between the rows of the result stays zero.
        MemorySegment now = arena.allocate(4L * expected.length, 64);
        products.runNow(
            now.address(), 4L * (n + 3), a.address(), left, b.address(), right, ROWS, k, scratch);
        assertArrayEquals(expected, now.toArray(ValueLayout.JAVA_FLOAT));
        MemorySegment any = arena.allocate(4L * expected.length, 64);
        products.run(
            any.address(), 4L * (n + 3), a.address(), left, b.address(), right, ROWS, k, scratch);
        assertArrayEquals(expected, any.toArray(ValueLayout.JAVA_FLOAT));
        MemorySegment few = arena.allocate(4L * expected.length, 64);
        for (int i = 0; i < ROWS; i++) {
          long to = few.address() + 4L * (n + 3) * i;
          long from = a.address() + 4L * i;
          products.run(to, 4L * (n + 3), from, left, b.address(), right, 1, k, scratch);
        }
        assertArrayEquals(expected, few.toArray(ValueLayout.JAVA_FLOAT));
      }
    }
  }

  @Test
  void fewerColumnsThanAVectorAreRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new OuterProducts(Lanes.LANES - 1));
    assertTrue(e.toString().contains("columns, not " + (Lanes.LANES - 1)), e.toString());
  }
}
