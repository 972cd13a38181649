package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

class MoveKernelsTest {
  private static final long SEED = 3;
  private static final int[] SIZES = {0, 1, 2, 3, 7, 13, 16, 31, 33, 64, 207};

  private final Random random = new Random(SEED);

  @Test
  void copyAndFill() {
    for (int n : new int[] {0, 1, 13, 207, 2048, 4098, 10007}) {
      int[] x = Values.ints(random, n);
      Memory a = Memory.of(x, 1);
      Memory dst = Memory.room(n, 2);
      MoveKernels.copy(dst.address, a.address, n);
      assertArrayEquals(x, dst.ints());
      MoveKernels.fill(dst.address, -7, n);
      Arrays.fill(x, -7);
      assertArrayEquals(x, dst.ints());
      MoveKernels.fill(dst.address, -0f, n);
      Arrays.fill(x, 0x80000000);
      assertArrayEquals(x, dst.ints());
    }
  }

  @Test
  void strides() {
    for (int n : SIZES) {
      for (int stride : new int[] {0, 1, 2, 5}) {
        int[] x = Values.ints(random, Math.max(1, n * stride));
        Memory a = Memory.of(x, 1);
        Memory dst = Memory.room(n);
        MoveKernels.gather(dst.address, a.address, stride, n);
        int[] expected = new int[n];
        Arrays.setAll(expected, i -> x[i * stride]);
        assertArrayEquals(expected, dst.ints(), n + " by " + stride);
      }
    }
  }

  @Test
  void backwardStride() {
    int[] x = Values.ints(random, 20);
    Memory a = Memory.of(x, 0);
    Memory dst = Memory.room(20);
    MoveKernels.gather(dst.address, a.address + 4 * 19, -1, 20);
    int[] expected = new int[20];
    Arrays.setAll(expected, i -> x[19 - i]);
    assertArrayEquals(expected, dst.ints());
  }

  @Test
  void expansions() {
    for (int rows : SIZES) {
      for (int columns : SIZES) {
        int[] x = Values.ints(random, rows);
        Memory a = Memory.of(x, 1);
        Memory dst = Memory.room(rows * columns, 3);
        int[] expected = new int[rows * columns];
        MoveKernels.expandColumns(dst.address, a.address, rows, columns);
        Arrays.setAll(expected, i -> x[i / columns]);
        assertArrayEquals(expected, dst.ints(), rows + " x " + columns);
      }
    }
  }
}
