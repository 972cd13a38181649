package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

/** Running sums against sums in double, one element after the other. */
class ScanKernelsTest {
  @ParameterizedTest(name = "{0} x {1}")
  @CsvSource({"1, 1", "3, 13", "7, 207", "50, 16", "9, 1030", "207, 5"})
  void rowsAndColumns(int rows, int columns) {
    Random random = new Random(rows);
    float[] x = Values.gaussian(random, rows * columns);
    for (boolean exclusive : new boolean[] {false, true}) {
      Memory a = Memory.of(x, 1);
      Memory down = Memory.room(rows * columns, 1);
      Memory sums = Memory.of(new float[2 * columns], 0);
      for (int r = 0; r < rows; r++) {
        long at = 4L * r * columns;
        ScanKernels.row(exclusive, down.address + at, a.address + at, sums.address, columns);
      }
      assertArrayEquals(
          Values.bits(sums(x, columns, rows, 1, columns, exclusive)), Values.bits(down.floats()));

      Memory across = Memory.room(rows * columns, 1);
      ScanKernels.chains(exclusive, across.address, a.address, rows, 4L * columns, columns, 4);
      assertArrayEquals(
          Values.bits(sums(x, rows, columns, columns, 1, exclusive)), Values.bits(across.floats()));

      // From the end to the start.
      Memory back = Memory.room(rows * columns, 1);
      long last = 4L * (rows - 1) * columns;
      ScanKernels.chains(
          exclusive, back.address + last, a.address + last, columns, 4, rows, -4L * columns);
      float[] turned = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        turned[i] = x[(rows - 1 - i / columns) * columns + i % columns];
      }
      float[] expected = sums(turned, columns, rows, 1, columns, exclusive);
      float[] actual = back.floats();
      for (int i = 0; i < x.length; i++) {
        turned[i] = actual[(rows - 1 - i / columns) * columns + i % columns];
      }
      assertArrayEquals(Values.bits(expected), Values.bits(turned));
    }
  }

  private static float[] sums(
      float[] x, int chains, int length, int chain, int step, boolean exclusive) {
    float[] y = new float[x.length];
    for (int c = 0; c < chains; c++) {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        int at = c * chain + i * step;
        double next = sum + x[at];
        y[at] = (float) (exclusive ? sum : next);
        sum = next;
      }
    }
    return y;
  }
}
