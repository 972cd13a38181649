package shinso.cpu.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class IndexKernelsTest {
  private static final long SEED = 29;
  private static final int ROWS = 9;

  private final Random random = new Random(SEED);

  @Test
  void gatherAndScatterAdd() {
    for (int inner : new int[] {0, 1, 13, 16, 207}) {
      for (int n : new int[] {0, 1, 40}) {
        int[] indices = new int[n];
        for (int i = 0; i < n; i++) {
          indices[i] = random.nextInt(ROWS);
        }
        float[] table = Values.gaussian(random, ROWS * inner);
        Memory at = Memory.of(indices, 1);
        Memory a = Memory.of(table, 2);
        Memory dst = Memory.room(n * inner, 3);
        assertEquals(-1, IndexKernels.gather(dst.address, a.address, ROWS, inner, at.address, n));
        float[] expected = new float[n * inner];
        for (int i = 0; i < n * inner; i++) {
          expected[i] = table[indices[i / inner] * inner + i % inner];
        }
        assertArrayEquals(expected, dst.floats());
        assertEquals(
            -1, IndexKernels.scatterAdd(a.address, ROWS, inner, dst.address, at.address, n));
        for (int i = 0; i < n * inner; i++) {
          table[indices[i / inner] * inner + i % inner] += expected[i];
        }
        assertArrayEquals(table, a.floats());
      }
    }
  }

  @Test
  void anIndexThatIsNoRowIsReported() {
    Memory a = Memory.room(ROWS * 3);
    Memory dst = Memory.room(4 * 3);
    for (int wrong : new int[] {-1, ROWS, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      Memory at = Memory.of(new int[] {0, ROWS - 1, wrong, 0}, 0);
      assertEquals(2, IndexKernels.gather(dst.address, a.address, ROWS, 3, at.address, 4));
      assertEquals(2, IndexKernels.scatterAdd(a.address, ROWS, 3, dst.address, at.address, 4));
    }
    a.ints();
    dst.ints();
  }
}
