package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Threefry;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

/** Gamma draws against their definition, and the two ways of making them. */
class GammaKernelsTest {
  private static final int KEY0 = 0x13198a2e;
  private static final int KEY1 = 0x03707344;

  /** Shape parameters of all magnitudes, and what is none. */
  private static float[] shapes(Random random, int n) {
    float[] special = {0, -0f, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, 1e-30f};
    float[] alpha = new float[n];
    for (int i = 0; i < n; i++) {
      alpha[i] =
          switch (random.nextInt(4)) {
            case 0 -> (float) Math.exp(8 * random.nextGaussian());
            case 1 -> special[random.nextInt(special.length)];
            case 2 -> random.nextFloat();
            default -> 1 + 10 * random.nextFloat();
          };
    }
    return alpha;
  }

  private static float[] draw(boolean vectors, float[] alpha, int first) {
    int n = alpha.length;
    Memory a = Memory.of(alpha, 1);
    Memory dst = Memory.room(n, 1);
    Memory scratch = Memory.room(GammaKernels.SCRATCH_BYTES / 4);
    if (vectors) {
      GammaKernels.gamma(dst.address, a.address, KEY0, KEY1, first, n, scratch.address);
    } else {
      GammaDraws.oneByOne(dst.address, a.address, KEY0, KEY1, first, n);
    }
    return dst.floats();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 13, 207, 512})
  void vectorsAndSingleElementsHaveTheSameBits(int n) {
    Random random = new Random(n);
    for (int round = 0; round < 200; round++) {
      float[] alpha = shapes(random, n);
      assertArrayEquals(
          Values.bits(draw(false, alpha, 512 * round)),
          Values.bits(draw(true, alpha, 512 * round)),
          "round " + round);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.1, 0.9, 1, 1.5, 30, 1e4, 1e8, 1e20})
  void drawsAreThoseOfTheDefinition(double shape) {
    float[] alpha = new float[512];
    Arrays.fill(alpha, (float) shape);
    for (int first = 0; first < 200 * 512; first += 512) {
      float[] y = draw(true, alpha, first);
      for (int i = 0; i < y.length; i++) {
        double exact = Threefry.gamma(KEY0, KEY1, first + i, alpha[i]);
        double most = Math.max(Math.ulp((float) exact), Float.MIN_NORMAL);
        assertEquals(exact, y[i], most, "element " + (first + i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 511})
  void aDrawDoesNotDependOnItsNeighbours(int n) {
    float[] alpha = shapes(new Random(5), 512);
    float[] all = draw(true, alpha, 1024);
    float[] some = draw(true, Arrays.copyOf(alpha, n), 1024);
    assertArrayEquals(Values.bits(Arrays.copyOf(all, n)), Values.bits(some));
  }
}
