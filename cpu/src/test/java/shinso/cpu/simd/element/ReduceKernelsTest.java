package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

/** Reductions against the order that their documentation defines, to the bit. */
class ReduceKernelsTest {
  private static final long SEED = 11;
  private static final int[] ROWS = {0, 1, 3, 4, 9};
  private static final int[] COLUMNS = {1, 2, 10, 15, 16, 17, 31, 32, 33, 64, 100, 207, 2048, 4098};

  private final Random random = new Random(SEED);

  @ParameterizedTest
  @EnumSource
  void rows(Reduction op) {
    for (int rows : ROWS) {
      for (int columns : COLUMNS) {
        float[] x = values(op, rows * columns);
        Memory a = Memory.of(x, 1);
        Memory dst = Memory.room(rows, 2);
        ReduceKernels.rows(op, dst.address, a.address, rows, columns);
        float[] expected = new float[rows];
        for (int r = 0; r < rows; r++) {
          float[] row = Arrays.copyOfRange(x, r * columns, (r + 1) * columns);
          expected[r] = plain(op, row);
        }
        assertArrayEquals(
            Values.bits(expected), Values.bits(dst.floats()), op + " of " + rows + "x" + columns);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void columns(Reduction op) {
    for (int rows : ROWS) {
      for (int columns : COLUMNS) {
        float[] x = values(op, rows * columns);
        float[] start = values(op, columns);
        Memory a = Memory.of(x, 1);
        Memory acc = Memory.of(start, 2);
        ReduceKernels.columns(op, acc.address, a.address, rows, columns);
        float[] expected = start.clone();
        for (int i = 0; i < rows * columns; i++) {
          int c = i % columns;
          expected[c] =
              switch (op) {
                case SUM -> expected[c] + x[i];
                case MAX -> Math.max(expected[c], x[i]);
                case MIN -> Math.min(expected[c], x[i]);
              };
        }
        assertArrayEquals(
            Values.bits(expected), Values.bits(acc.floats()), op + " of " + rows + "x" + columns);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void emptyRowsGiveTheNeutralElement(Reduction op) {
    Memory dst = Memory.room(5);
    ReduceKernels.rows(op, dst.address, dst.address, 5, 0);
    float[] expected = new float[5];
    Arrays.fill(
        expected,
        switch (op) {
          case SUM -> 0;
          case MAX -> Float.NEGATIVE_INFINITY;
          case MIN -> Float.POSITIVE_INFINITY;
        });
    assertArrayEquals(expected, dst.floats());
  }

  @Test
  void longSumsAreAccurate() {
    int n = 1 << 20;
    float[] x = new float[n];
    double exact = 0;
    for (int i = 0; i < n; i++) {
      x[i] = random.nextFloat();
      exact += x[i];
    }
    Memory dst = Memory.room(1);
    ReduceKernels.rows(Reduction.SUM, dst.address, Memory.of(x, 0).address, 1, n);
    assertEquals(exact, dst.floats()[0], 2e-6 * exact, "seed " + SEED);
  }

  @Test
  void argMax() {
    for (int columns : COLUMNS) {
      int rows = 40;
      float[] x = new float[rows * columns];
      for (int i = 0; i < x.length; i++) {
        // Many ties, signed zeros, now and then a NaN.
        x[i] = random.nextInt(8) == 0 ? -0f : random.nextInt(-3, 3);
        if (random.nextInt(4 * columns) == 0) {
          x[i] = Float.NaN;
        }
      }
      Memory a = Memory.of(x, 1);
      Memory dst = Memory.room(rows, 2);
      ReduceKernels.argMax(dst.address, a.address, rows, columns);
      assertArrayEquals(arg(x, rows, columns), dst.ints(), "argMax of " + columns);
    }
  }

  private static int[] arg(float[] x, int rows, int columns) {
    int[] arg = new int[rows];
    for (int r = 0; r < rows; r++) {
      for (int c = 1; c < columns; c++) {
        float best = x[r * columns + arg[r]];
        float next = x[r * columns + c];
        if (next > best || (Float.isNaN(next) && !Float.isNaN(best))) {
          arg[r] = c;
        }
      }
    }
    return arg;
  }

  private float[] values(Reduction op, int n) {
    return op == Reduction.SUM ? Values.gaussian(random, n) : Values.mixed(random, n);
  }

  private static float plain(Reduction op, float[] x) {
    return switch (op) {
      case SUM -> sum(x);
      case MAX -> fold(x, Float.NEGATIVE_INFINITY, Math::max);
      case MIN -> fold(x, Float.POSITIVE_INFINITY, Math::min);
    };
  }

  private static float fold(float[] x, float start, DoubleBinaryOperator op) {
    float result = start;
    for (float v : x) {
      result = (float) op.applyAsDouble(result, v);
    }
    return result;
  }

  private static float sum(float[] x) {
    if (x.length < 32) {
      float sum = 0;
      for (float v : x) {
        sum += v;
      }
      return sum;
    }
    if (x.length > 2048) {
      int left = 2048;
      while (2 * left < x.length) {
        left *= 2;
      }
      return sum(Arrays.copyOf(x, left)) + sum(Arrays.copyOfRange(x, left, x.length), true);
    }
    return sum(x, true);
  }

  /** As {@link #sum(float[])}, but a short last block is summed as a block. */
  private static float sum(float[] x, boolean block) {
    if (x.length > 2048 || !block) {
      return sum(x);
    }
    float[] ways = new float[32];
    for (int i = 0; i < x.length; i++) {
      ways[i % 32] += x[i];
    }
    for (int half = 16; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        ways[l] += ways[l + half];
      }
    }
    return ways[0];
  }
}
