package shinso.zoo.autoregressive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Parameters;

/** NADE against sums over all states. */
final class NadeTest {
  private static final int D = 6;
  private static final int H = 4;

  /** W = sin(ij), V = cos(i + 2j), indices from 1, no biases. */
  private static Nade small() {
    double[] w = new double[D * H];
    double[] v = new double[D * H];
    for (int i = 1; i <= D; i++) {
      for (int j = 1; j <= H; j++) {
        w[(i - 1) * H + j - 1] = Math.sin(i * j);
        v[(i - 1) * H + j - 1] = Math.cos(i + 2 * j);
      }
    }
    return new Nade(param(w), param(v), Param.of(Tensor.zeros(D)), Param.of(Tensor.zeros(H)));
  }

  private static Param param(double[] values) {
    return Param.of(Tensor.of(values, D, H).cast(DType.F32));
  }

  @Test
  void probabilitiesSumToOne() {
    double[] logs = small().logProbability(Enumeration.of(D).states()).toDoubleArray();
    assertEquals(1, Arrays.stream(logs).map(Math::exp).sum(), 1e-6);
    assertEquals(-4.275217294279, logs[0], 1e-6);
    assertEquals(
        4.058912395322, -Arrays.stream(logs).map(l -> Math.exp(l) * l).sum(), 2e-6, "entropy");
  }

  /** χ² of 64 cells has mean 63 and deviation √126. */
  @Test
  void samplesAreDrawnFromTheDistribution() {
    int n = 20_000;
    Nade nade = small();
    double[] p = nade.logProbability(Enumeration.of(D).states()).exp().toDoubleArray();
    float[] bits = nade.sample(n, Rng.of(7)).toFloatArray();
    int[] counts = new int[1 << D];
    for (int s = 0; s < n; s++) {
      int state = 0;
      for (int i = 0; i < D; i++) {
        state |= (int) bits[s * D + i] << i;
      }
      counts[state]++;
    }
    double chi = 0;
    for (int s = 0; s < counts.length; s++) {
      double expected = n * p[s];
      chi += (counts[s] - expected) * (counts[s] - expected) / expected;
    }
    assertEquals(63, chi, 4 * Math.sqrt(126), "seed 7");
  }

  /** 2 · d · hidden weights, d + hidden biases. */
  @Test
  void thePaperHasSoManyParameters() {
    Nade nade = Nade.of(784, 500, Rng.of(1));
    assertEquals(785_284, Parameters.count(Parameters.all(nade).values()));
  }
}
