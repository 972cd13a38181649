package shinso.cpu.simd.convolution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.op.ConvSpec;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

/** Convolutions against seven nested loops in double. */
class ConvolutionsTest {
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
        new ConvShape(valid, 4, 4, 300, 3, 2, 7),
        // Larger than what is copied at a time, so that rows are cut.
        new ConvShape(valid.withPadding(1), 41, 80, 48, 3, 3, 3),
        new ConvShape(valid.withStride(3).withPadding(2), 37, 61, 2, 5, 5, 64));
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
    Memory my = Memory.room(y.length, 1);
    Convolutions.forward(s, my.address, mx.address, mw.address, mbias.address, 0, BATCH);
    near(y, my.floats(), s.patch());
    Memory mdx = Memory.room(dx.length, 1);
    Convolutions.backwardData(s, mdx.address, mdy.address, mw.address, 0, BATCH);
    near(dx, mdx.floats(), s.kernelH() * s.kernelW() * s.filters());
    Memory mdw = Memory.of(new float[filter], 1);
    Convolutions.backwardWeights(s, mdw.address, mx.address, mdy.address, 0, BATCH);
    near(dw, mdw.floats(), BATCH * s.positions());

    // Slices of the batch give the same bits.
    Memory y2 = Memory.room(y.length, 1);
    Memory dx2 = Memory.room(dx.length, 1);
    for (int[] range : new int[][] {{0, 1}, {1, 4}, {4, 4}, {4, BATCH}}) {
      Convolutions.forward(
          s, y2.address, mx.address, mw.address, mbias.address, range[0], range[1]);
      Convolutions.backwardData(s, dx2.address, mdy.address, mw.address, range[0], range[1]);
    }
    assertArrayEquals(my.floats(), y2.floats());
    assertArrayEquals(mdx.floats(), dx2.floats());

    if (!s.isDepthwise()) {
      parts(s, mx, mw, mbias, mdy, my.floats(), mdx.floats());
      tiles(s, mx, mdy, mdw.floats());
    }
  }

  /** Rows of results give the same bits, with a rectifier those of the rectified results. */
  private static void parts(
      ConvShape s, Memory x, Memory w, Memory bias, Memory dy, float[] y, float[] dx) {
    DirectConvolution forward = DirectConvolution.forward(s);
    Memory y2 = Memory.room(y.length, 3);
    Memory packed = packed(forward, w);
    for (int row = 0; row < forward.rows(); row += 2) {
      int end = Math.min(row + 2, forward.rows());
      forward.run(y2.address, x.address, packed.address, bias.address, true, 0, BATCH, row, end);
    }
    float[] rectified = y.clone();
    for (int i = 0; i < y.length; i++) {
      rectified[i] = Math.max(y[i], 0);
    }
    assertArrayEquals(rectified, y2.floats());
    DirectConvolution gradient = DirectConvolution.gradient(s);
    Memory dx2 = Memory.room(dx.length, 3);
    packed = packed(gradient, w);
    for (int row = 0; row < gradient.rows(); row += 3) {
      int end = Math.min(row + 3, gradient.rows());
      gradient.run(dx2.address, dy.address, packed.address, 0, false, 0, BATCH, row, end);
    }
    assertArrayEquals(dx, dx2.floats());
  }

  private static Memory packed(DirectConvolution c, Memory w) {
    Memory packed = Memory.room((int) (c.packedBytes() / 4), 1);
    for (int p = 0; p < c.panels(); p++) {
      c.pack(packed.address, w.address, p);
    }
    return packed;
  }

  /** Tiles of the gradient of filters give the same bits apart as together. */
  private static void tiles(ConvShape s, Memory x, Memory dy, float[] dw) {
    DirectFilterGradient g = new DirectFilterGradient(s);
    Memory scratch = Memory.room((int) (g.scratchBytes() / 4));
    Memory dw2 = Memory.room(dw.length, 2);
    int half = g.tiles() / 2;
    g.run(dw2.address, x.address, dy.address, 0, BATCH, half, g.tiles(), scratch.address);
    g.run(dw2.address, x.address, dy.address, 0, BATCH, 0, half, scratch.address);
    assertArrayEquals(dw, dw2.floats());
  }

  @Test
  void rectifiersKeepNan() {
    ConvShape s = new ConvShape(ConvSpec.VALID, 2, 7, 1, 1, 1, 40);
    float[] x = {Float.NaN, 1, -1, 0, 2, -3, 1, Float.NaN, 1, -1, 0, 2, -3, 1};
    float[] w = Values.gaussian(new Random(SEED), 40);
    Memory y = Memory.room(14 * 40);
    long images = Memory.of(x).address;
    Convolutions.run(
        DirectConvolution.forward(s), y.address, images, Memory.of(w).address, 0, true, 0, 1);
    float[] got = y.floats();
    for (int i = 0; i < got.length; i++) {
      assertEquals(Math.max(0f, x[i / 40] * w[i % 40]), got[i], "element " + i);
    }
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
