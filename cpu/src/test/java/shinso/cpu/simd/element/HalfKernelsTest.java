package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

class HalfKernelsTest {
  /** Lower halves: exact, just above, around and at the middle, just below the next. */
  private static final int[] LOWER = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};

  @Test
  void everyUpperHalfIsRoundedToTheNearest() {
    for (int lower : LOWER) {
      int[] bits = new int[1 << 16];
      for (int upper = 0; upper < bits.length; upper++) {
        bits[upper] = upper << 16 | lower;
      }
      float[] rounded = round(bits);
      for (int i = 0; i < bits.length; i++) {
        float x = Float.intBitsToFloat(bits[i]);
        if (Float.isNaN(x)) {
          assertTrue(Float.isNaN(rounded[i]));
          assertEquals(bits[i] >>> 31, Float.floatToRawIntBits(rounded[i]) >>> 31, "sign");
        } else {
          assertEquals(nearest(x), rounded[i], () -> "of " + x);
        }
      }
    }
  }

  /** By comparing distances, in double; infinity counts as the power of two behind the largest. */
  private static float nearest(float x) {
    int upper = Float.floatToRawIntBits(x) & 0xffff0000;
    float down = Float.intBitsToFloat(upper);
    if (Float.isInfinite(x)) {
      return x;
    }
    float up = Float.intBitsToFloat(upper + 0x10000);
    double above = Float.isInfinite(up) ? Math.copySign(0x1p128, x) : up;
    int order = Double.compare(Math.abs((double) x - down), Math.abs(above - x));
    boolean even = (upper >>> 16 & 1) == 0;
    return order < 0 || (order == 0 && even) ? down : up;
  }

  @Test
  void sizesAroundVectors() {
    Random random = new Random(3);
    for (int n : Values.SIZES) {
      float[] x = Values.mixed(random, n);
      float[] alone = new float[n];
      int[] bits = Values.bits(x);
      for (int i = 0; i < n; i++) {
        alone[i] = round(new int[] {bits[i]})[0];
      }
      assertArrayEquals(Values.bits(alone), Values.bits(round(bits)));
    }
  }

  /** The rounded numbers as floats. */
  private static float[] round(int[] bits) {
    int n = bits.length;
    Memory a = Memory.of(bits, 1);
    // Two bytes an element, and the rest of the last four stays as it was.
    int[] before = new int[(n + 1) / 2];
    Memory dst = Memory.of(before, 1);
    HalfKernels.round(dst.address, a.address, n);
    int[] pairs = dst.ints();
    float[] rounded = new float[n];
    for (int i = 0; i < n; i++) {
      rounded[i] = Float.intBitsToFloat(pairs[i / 2] >>> (i % 2 == 0 ? 0 : 16) << 16);
    }
    if (n % 2 != 0) {
      assertEquals(0, pairs[n / 2] >>> 16);
    }
    return rounded;
  }
}
