package shinso.cpu.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.op.ConvSpec;

/** Convolutions against seven nested loops in double. */
class ConvKernelsTest {
  private static final long SEED = 17;
  private static final int BATCH = 5;

  static Stream<ConvShape> shapes() {
    ConvSpec valid = ConvSpec.VALID;
    ConvSpec odd = new ConvSpec(2, 1, 1, 0, 2, 1, 1, 3, 1);
    return Stream.of(
        new ConvShape(valid, 7, 6, 1, 3, 3, 4),
        new ConvShape(valid.withPadding(1), 9, 8, 3, 3, 3, 10),
        new ConvShape(valid, 5, 5, 17, 1, 1, 33),
        new ConvShape(valid.withStride(2), 6, 7, 5, 1, 1, 3),
        new ConvShape(valid.withStride(2).withPadding(2), 11, 13, 4, 5, 3, 6),
        new ConvShape(odd, 10, 12, 3, 2, 3, 5),
        new ConvShape(valid.withPadding(3), 3, 2, 2, 5, 4, 3),
        new ConvShape(valid.withGroups(2).withPadding(1), 6, 6, 6, 3, 3, 8),
        new ConvShape(valid.withGroups(3).withDilation(2), 9, 9, 3, 3, 3, 6),
        new ConvShape(valid.withGroups(20).withPadding(1), 8, 7, 20, 3, 3, 20),
        new ConvShape(valid.withGroups(20).withStride(2).withDilation(2), 9, 9, 20, 3, 2, 20),
        new ConvShape(valid.withGroups(3).withPadding(4), 2, 3, 3, 3, 3, 3),
        new ConvShape(valid.withPadding(4), 2, 3, 3, 3, 3, 3),
        new ConvShape(valid, 6, 6, 1, 3, 3, 1),
        new ConvShape(valid.withPadding(1), 6, 6, 40, 3, 3, 290),
        new ConvShape(valid, 4, 4, 300, 3, 2, 7));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void againstLoops(ConvShape s) {
    Random random = new Random(SEED);
    int image = s.height() * s.width() * s.channels();
    int map = s.outHeight() * s.outWidth() * s.filters();
    int filter = s.patch() * s.filters();
    float[] x = Values.gaussian(random, BATCH * image);
    float[] w = Values.gaussian(random, filter);
    float[] bias = Values.gaussian(random, s.filters());
    float[] dy = Values.gaussian(random, BATCH * map);
    double[] y = new double[BATCH * map];
    double[] dx = new double[BATCH * image];
    double[] dw = new double[filter];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias[i % s.filters()];
    }
    loops(s, x, w, dy, y, dx, dw);

    Memory mx = Memory.of(x, 1);
    Memory mw = Memory.of(w, 2);
    Memory mbias = Memory.of(bias, 3);
    Memory mdy = Memory.of(dy, 1);
    Memory scratch = Memory.room((int) (ConvKernels.scratchBytes(s) / 4));
    Memory my = Memory.room(y.length, 1);
    ConvKernels.forward(
        s, my.address, mx.address, mw.address, mbias.address, 0, BATCH, scratch.address);
    near(y, my.floats(), s.patch());
    Memory mdx = Memory.room(dx.length, 1);
    ConvKernels.backwardData(s, mdx.address, mdy.address, mw.address, 0, BATCH, scratch.address);
    near(dx, mdx.floats(), s.kernelH() * s.kernelW() * s.filters());
    Memory mdw = Memory.of(new float[filter], 1);
    ConvKernels.backwardWeights(s, mdw.address, mx.address, mdy.address, 0, BATCH, scratch.address);
    near(dw, mdw.floats(), BATCH * s.positions());
    scratch.floats();

    // Slices of the batch give the same bits.
    Memory y2 = Memory.room(y.length, 1);
    Memory dx2 = Memory.room(dx.length, 1);
    for (int[] range : new int[][] {{0, 1}, {1, 4}, {4, 4}, {4, BATCH}}) {
      ConvKernels.forward(
          s,
          y2.address,
          mx.address,
          mw.address,
          mbias.address,
          range[0],
          range[1],
          scratch.address);
      ConvKernels.backwardData(
          s, dx2.address, mdy.address, mw.address, range[0], range[1], scratch.address);
    }
    assertArrayEquals(my.floats(), y2.floats());
    assertArrayEquals(mdx.floats(), dx2.floats());

    // Gradients of the filters of slices add up.
    Memory dw2 = Memory.of(new float[filter], 1);
    ConvKernels.backwardWeights(s, dw2.address, mx.address, mdy.address, 0, 2, scratch.address);
    ConvKernels.backwardWeights(s, dw2.address, mx.address, mdy.address, 2, BATCH, scratch.address);
    near(dw, dw2.floats(), BATCH * s.positions());
  }

  private static void loops(
      ConvShape s, float[] x, float[] w, float[] dy, double[] y, double[] dx, double[] dw) {
    int cg = s.channels() / s.spec().groups();
    int fg = s.filters() / s.spec().groups();
    for (int n = 0; n < BATCH; n++) {
      for (int oy = 0; oy < s.outHeight(); oy++) {
        for (int ox = 0; ox < s.outWidth(); ox++) {
          for (int ky = 0; ky < s.kernelH(); ky++) {
            for (int kx = 0; kx < s.kernelW(); kx++) {
              int iy = oy * s.spec().strideH() - s.spec().padTop() + ky * s.spec().dilationH();
              int ix = ox * s.spec().strideW() - s.spec().padLeft() + kx * s.spec().dilationW();
              if (iy < 0 || iy >= s.height() || ix < 0 || ix >= s.width()) {
                continue;
              }
              for (int f = 0; f < s.filters(); f++) {
                for (int c = 0; c < cg; c++) {
                  int xi =
                      ((n * s.height() + iy) * s.width() + ix) * s.channels() + f / fg * cg + c;
                  int yi = ((n * s.outHeight() + oy) * s.outWidth() + ox) * s.filters() + f;
                  int wi = ((ky * s.kernelW() + kx) * cg + c) * s.filters() + f;
                  y[yi] += (double) x[xi] * w[wi];
                  dx[xi] += (double) dy[yi] * w[wi];
                  dw[wi] += (double) x[xi] * dy[yi];
                }
              }
            }
          }
        }
      }
    }
  }

  /** Equal up to the rounding of sums of {@code terms} products of standard normal numbers. */
  private static void near(double[] expected, float[] actual, int terms) {
    double tolerance = 2e-6 * Math.sqrt(terms + 1.0);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * (1 + Math.abs(expected[i])), "element " + i);
    }
  }
}
