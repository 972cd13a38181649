package shinso.cpu.simd.convolution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.op.PoolSpec;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

/** Pooling against plain loops in the documented order, to the bit. */
class PoolKernelsTest {
  private static final long SEED = 23;
  private static final int BATCH = 3;

  static Stream<PoolShape> shapes() {
    PoolSpec padded = new PoolSpec(3, 2, 2, 1, 1, 2, 1, 0);
    return Stream.of(
        new PoolShape(PoolSpec.of(2), 6, 8, 1),
        new PoolShape(PoolSpec.of(2), 7, 5, 16),
        new PoolShape(PoolSpec.of(2), 8, 26, 32),
        new PoolShape(PoolSpec.of(2), 3, 1, 48),
        new PoolShape(PoolSpec.of(3, 2), 9, 8, 3),
        new PoolShape(PoolSpec.of(3, 1), 6, 5, 37),
        new PoolShape(padded, 7, 6, 20),
        new PoolShape(new PoolSpec(3, 3, 1, 1, 2, 2, 2, 2), 4, 3, 8),
        new PoolShape(PoolSpec.of(5, 5), 5, 5, 10));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void againstLoops(PoolShape s) {
    Random random = new Random(SEED);
    int image = s.height() * s.width() * s.channels();
    int windows = s.outHeight() * s.outWidth() * s.channels();
    float[] x = new float[BATCH * image];
    for (int i = 0; i < x.length; i++) {
      // Ties, signed zeros and NaNs.
      x[i] = random.nextInt(9) == 0 ? -0f : random.nextInt(-2, 3);
      if (random.nextInt(30) == 0) {
        x[i] = Float.NaN;
      }
    }
    float[] v = Values.gaussian(random, x.length);
    float[] dy = Values.gaussian(random, BATCH * windows);
    int[] at = new int[dy.length];
    float[] size = new float[dy.length];
    float[] sums = new float[dy.length];
    loops(s, x, v, at, size, sums);

    Memory mx = Memory.of(x, 1);
    Memory mv = Memory.of(v, 2);
    Memory mdy = Memory.of(dy, 3);
    Memory y = Memory.room(dy.length, 1);
    Memory dx = Memory.room(x.length, 2);
    float[] expected = new float[dy.length];
    PoolKernels.max(s, y.address, mx.address, 0, 1);
    PoolKernels.max(s, y.address, mx.address, 1, BATCH);
    for (int i = 0; i < at.length; i++) {
      expected[i] = x[at[i]];
    }
    assertArrayEquals(Values.bits(expected), Values.bits(y.floats()), "max");
    PoolKernels.maxGather(s, y.address, mx.address, mv.address, 0, BATCH);
    for (int i = 0; i < at.length; i++) {
      expected[i] = v[at[i]];
    }
    assertArrayEquals(expected, y.floats(), "maxGather");
    PoolKernels.maxScatter(s, dx.address, mx.address, mdy.address, 0, 2);
    PoolKernels.maxScatter(s, dx.address, mx.address, mdy.address, 2, BATCH);
    float[] scattered = new float[x.length];
    for (int i = 0; i < at.length; i++) {
      scattered[at[i]] += dy[i];
    }
    assertArrayEquals(scattered, dx.floats(), "maxScatter");
    for (boolean countPadding : new boolean[] {false, true}) {
      float area = s.spec().height() * s.spec().width();
      PoolKernels.average(s, countPadding, y.address, mv.address, 0, BATCH);
      for (int i = 0; i < at.length; i++) {
        expected[i] = sums[i] / (countPadding ? area : size[i]);
      }
      assertArrayEquals(expected, y.floats(), "average");
      PoolKernels.averageBackward(s, countPadding, dx.address, mdy.address, 0, BATCH);
      float[] spread = new float[x.length];
      for (int i = 0; i < at.length; i++) {
        float g = dy[i] / (countPadding ? area : size[i]);
        for (int pixel : pixels(s, i)) {
          spread[pixel] += g;
        }
      }
      assertArrayEquals(spread, dx.floats(), "averageBackward");
    }
  }

  private static void loops(
      PoolShape s, float[] x, float[] v, int[] at, float[] size, float[] sums) {
    for (int i = 0; i < at.length; i++) {
      int[] pixels = pixels(s, i);
      at[i] = pixels[0];
      size[i] = pixels.length;
      for (int p : pixels) {
        sums[i] += v[p];
        if (x[p] > x[at[i]] || (Float.isNaN(x[p]) && !Float.isNaN(x[at[i]]))) {
          at[i] = p;
        }
      }
    }
  }

  /** The elements of a window that are in the image, in row-major order. */
  private static int[] pixels(PoolShape s, int window) {
    int c = window % s.channels();
    int ox = window / s.channels() % s.outWidth();
    int oy = window / s.channels() / s.outWidth() % s.outHeight();
    int n = window / s.channels() / s.outWidth() / s.outHeight();
    int[] pixels = new int[s.spec().height() * s.spec().width()];
    int count = 0;
    for (int ky = 0; ky < s.spec().height(); ky++) {
      for (int kx = 0; kx < s.spec().width(); kx++) {
        int y = oy * s.spec().strideH() - s.spec().padTop() + ky;
        int x = ox * s.spec().strideW() - s.spec().padLeft() + kx;
        if (y >= 0 && y < s.height() && x >= 0 && x < s.width()) {
          pixels[count++] = ((n * s.height() + y) * s.width() + x) * s.channels() + c;
        }
      }
    }
    return Arrays.copyOf(pixels, count);
  }
}
