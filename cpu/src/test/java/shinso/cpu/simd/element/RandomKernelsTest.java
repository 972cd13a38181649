package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.random.Threefry;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

class RandomKernelsTest {
  private static final int KEY0 = 0x13198a2e;
  private static final int KEY1 = 0x03707344;

  /** The vectors that Random123 publishes for 20 rounds of threefry2x32. */
  @ParameterizedTest
  @CsvSource({
    "00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
    "ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
    "243f6a88, 85a308d3, 13198a2e, 03707344, c4923a9c, 483df7a0"
  })
  void knownAnswers(String c0, String c1, String k0, String k1, String w0, String w1) {
    long counter = Long.parseUnsignedLong(c1 + c0, 16);
    Memory dst = Memory.room(32);
    RandomKernels.threefry(dst.address, hex(k0), hex(k1), counter >>> 4, 1);
    int lane = (int) (counter & 15);
    assertEquals(hex(w0), dst.ints()[lane]);
    assertEquals(hex(w1), dst.ints()[16 + lane]);
  }

  private static int hex(String word) {
    return Integer.parseUnsignedInt(word, 16);
  }

  @Test
  void bitsAreThoseOfTheSpecification() {
    for (long first : new long[] {0, 1, 5, 16, 31, 32, 100, (1L << 33) - 20, (1L << 40) + 7}) {
      for (int n : new int[] {0, 1, 13, 32, 33, 207, 2048, 4098}) {
        Memory dst = Memory.room(n, 1);
        RandomKernels.bits(dst.address, KEY0, KEY1, first, n);
        int[] expected = new int[n];
        Arrays.setAll(expected, i -> Threefry.bits(KEY0, KEY1, first + i));
        assertArrayEquals(expected, dst.ints(), n + " from " + first);
      }
    }
  }

  @Test
  void uniformIsThatOfTheSpecification() {
    for (long first : new long[] {0, 9, 1L << 35}) {
      int n = 4098;
      Memory dst = Memory.room(n, 1);
      RandomKernels.uniform(dst.address, KEY0, KEY1, first, n);
      float[] expected = new float[n];
      for (int i = 0; i < n; i++) {
        expected[i] = Threefry.uniform(KEY0, KEY1, first + i);
      }
      assertArrayEquals(expected, dst.floats());
    }
  }

  @Test
  void normalIsNearThatOfTheSpecification() {
    for (long first : new long[] {0, 9, 1L << 35}) {
      int n = 100_000;
      Memory dst = Memory.room(n, 1);
      RandomKernels.normal(dst.address, KEY0, KEY1, first, n);
      float[] x = dst.floats();
      for (int i = 0; i < n; i++) {
        double exact = Threefry.normal(KEY0, KEY1, first + i);
        // A logarithm, a root and a sine of an angle that is rounded once.
        assertEquals(exact, x[i], 4 * Math.ulp((float) exact), "element " + (first + i));
      }
    }
  }

  @Test
  void normalDoesNotDependOnTheSlices() {
    int n = 1000;
    Memory all = Memory.room(n);
    RandomKernels.normal(all.address, 1, 2, 77, n);
    Memory pieces = Memory.room(n, 1);
    for (int i = 0, step = 1; i < n; i += step, step = step % 70 + 1) {
      RandomKernels.normal(pieces.address + 4L * i, 1, 2, 77 + i, Math.min(step, n - i));
    }
    assertArrayEquals(Values.bits(all.floats()), Values.bits(pieces.floats()));
  }

  @Test
  void momentsAreThoseOfTheNormalDistribution() {
    int n = 1 << 20;
    Memory dst = Memory.room(n);
    RandomKernels.normal(dst.address, 5, 6, 0, n);
    double[] moments = new double[5];
    for (float x : dst.floats()) {
      for (int k = 1; k <= 4; k++) {
        moments[k] += Math.pow(x, k) / n;
      }
    }
    // Five standard errors each.
    assertEquals(0, moments[1], 5 * Math.sqrt(1.0 / n));
    assertEquals(1, moments[2], 5 * Math.sqrt(2.0 / n));
    assertEquals(0, moments[3], 5 * Math.sqrt(15.0 / n));
    assertEquals(3, moments[4], 5 * Math.sqrt(96.0 / n));
  }
}
