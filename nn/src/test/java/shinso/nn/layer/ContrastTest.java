package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Local contrast and local response normalisation against their sums. */
@Tag("row-E5")
class ContrastTest {
  private static final long SEED = 20_261_129;
  private static final int N = 2;
  private static final int H = 7;
  private static final int W = 6;
  private static final int C = 3;
  private static final int REACH = 2;
  private static final double DEVIATION = 1.3;

  private final Tensor x = random(DType.F64, SEED, N, H, W, C).add(5).evaluate();
  private final double[] values = x.toDoubleArray();

  /** What is averaged around a pixel. */
  private interface Value {
    double at(int n, int i, int j, int c);
  }

  private double x(int n, int i, int j, int c) {
    return values[((n * H + i) * W + j) * C + c];
  }

  private static double around(
      Value v, int n, int i, int j, int c, LocalContrastNorm.Channels channels) {
    double sum = 0;
    double weights = 0;
    for (int p = -REACH; p <= REACH; p++) {
      for (int q = -REACH; q <= REACH; q++) {
        for (int k = 0; k < C; k++) {
          boolean counts = channels == LocalContrastNorm.Channels.ALL || k == c;
          if (counts && i + p >= 0 && i + p < H && j + q >= 0 && j + q < W) {
            double w = Math.exp(-(p * p + q * q) / (2 * DEVIATION * DEVIATION));
            sum += w * v.at(n, i + p, j + q, k);
            weights += w;
          }
        }
      }
    }
    return sum / weights;
  }

  private double[] expected(
      LocalContrastNorm.Channels channels, LocalContrastNorm.Division division) {
    Value v = (n, i, j, c) -> x(n, i, j, c) - around(this::x, n, i, j, c, channels);
    double[] y = new double[values.length];
    for (int n = 0; n < N; n++) {
      double[] sigmas = new double[H * W * C];
      double[] vs = new double[H * W * C];
      double sum = 0;
      for (int o = 0; o < sigmas.length; o++) {
        int i = o / C / W;
        int j = o / C % W;
        int c = o % C;
        double mean = around(this::x, n, i, j, c, channels);
        Value own = (m, a, b, k) -> Math.pow(v.at(m, a, b, k), 2);
        Value centre = (m, a, b, k) -> Math.pow(x(m, a, b, k) - mean, 2);
        vs[o] = v.at(n, i, j, c);
        sigmas[o] =
            Math.sqrt(
                around(
                    division == LocalContrastNorm.Division.OWN_MEANS ? own : centre,
                    n,
                    i,
                    j,
                    c,
                    channels));
        sum += sigmas[o];
      }
      for (int o = 0; o < sigmas.length; o++) {
        y[n * sigmas.length + o] =
            switch (division) {
              case NONE -> vs[o];
              case OWN_MEANS -> vs[o] / Math.max(sum / sigmas.length, sigmas[o]);
              case CENTRE_MEAN -> vs[o] / sigmas[o];
            };
      }
    }
    return y;
  }

  @ParameterizedTest
  @EnumSource
  void contrastIsTheSumWrittenOut(LocalContrastNorm.Division division) {
    for (LocalContrastNorm.Channels channels : LocalContrastNorm.Channels.values()) {
      LocalContrastNorm layer = new LocalContrastNorm(2 * REACH + 1, DEVIATION, channels, division);
      assertClose(expected(channels, division), layer.forward(x, Pass.inference()), 1e-11);
    }
  }

  /** Neither light nor contrast matters, and an even image is 0 with finite derivatives. */
  @Test
  void brightnessAndContrastDontMatter() {
    LocalContrastNorm layer = LocalContrastNorm.of(5);
    Tensor image = random(DType.F32, SEED, 2, 8, 8, 1);
    double[] y = layer.forward(image, Pass.inference()).toDoubleArray();
    assertClose(y, layer.forward(image.mul(3).add(40), Pass.inference()), 1e-4);
    Tensor even = Tensor.ones(1, 8, 8, 2).mul(0.3).evaluate();
    for (LocalContrastNorm.Division d : LocalContrastNorm.Division.values()) {
      LocalContrastNorm any = new LocalContrastNorm(5, 1, LocalContrastNorm.Channels.OWN, d);
      Tensor z = any.forward(even, Pass.inference());
      assertEquals(0, z.abs().max().item(), 1e-2);
      Tensor g = Autodiff.gradient(z.square().sum(), even);
      assertTrue(Double.isFinite(g.abs().max().item()));
    }
  }

  @Test
  void responsesAcrossChannelsAreTheSumWrittenOut() {
    LocalResponseNorm layer = LocalResponseNorm.of();
    Tensor a = random(DType.F64, SEED, 2, 3, 2, 9).mul(20).evaluate();
    double[] in = a.toDoubleArray();
    double[] out = new double[in.length];
    for (int o = 0; o < in.length; o++) {
      int i = o % 9;
      double sum = 0;
      for (int j = Math.max(0, i - 2); j <= Math.min(8, i + 2); j++) {
        sum += in[o - i + j] * in[o - i + j];
      }
      out[o] = in[o] / Math.pow(2 + 1e-4 * sum, 0.75);
    }
    assertClose(out, layer.forward(a, Pass.inference()), 1e-12);
    // With β = 0 or α = 0 and k = 1 nothing is changed.
    for (LocalResponseNorm none :
        new LocalResponseNorm[] {
          LocalResponseNorm.of(3, 2, 1, 0), LocalResponseNorm.of(3, 1, 0, 0.75)
        }) {
      assertArrayEquals(in, none.forward(a, Pass.inference()).toDoubleArray());
    }
  }

  @Test
  void responsesWithinAChannelAreTheSumWrittenOut() {
    LocalResponseNorm layer =
        new LocalResponseNorm(LocalResponseNorm.Region.WITHIN_CHANNEL, 3, 1, 0.01, 0.75);
    double[] out = new double[values.length];
    for (int o = 0; o < out.length; o++) {
      int c = o % C;
      int j = o / C % W;
      int i = o / C / W % H;
      int n = o / C / W / H;
      double sum = 0;
      for (int a = Math.max(0, i - 1); a <= Math.min(H - 1, i + 1); a++) {
        for (int b = Math.max(0, j - 1); b <= Math.min(W - 1, j + 1); b++) {
          sum += Math.pow(x(n, a, b, c), 2);
        }
      }
      out[o] = values[o] / Math.pow(1 + 0.01 * sum, 0.75);
    }
    assertClose(out, layer.forward(x, Pass.inference()), 1e-12);
  }
}
