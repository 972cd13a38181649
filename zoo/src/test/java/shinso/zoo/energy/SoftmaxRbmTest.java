package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;

/** Two groups of three states and two hidden units, against the 36 states in plain Java. */
@Tag("row-I3")
final class SoftmaxRbmTest {
  private static final int K = 3;
  private static final int H = 2;
  private static final double[][] W = new double[2 * K][H];
  private static final double[] B = new double[2 * K];
  private static final double[] C = new double[H];

  static {
    for (int i = 0; i < 2 * K; i++) {
      B[i] = Math.cos(i + 1) / 2;
      for (int j = 0; j < H; j++) {
        W[i][j] = Math.sin((i + 1) * (j + 1));
        C[j] = Math.cos(2 * (j + 1)) / 2;
      }
    }
  }

  private static final SoftmaxRbm RBM =
      new SoftmaxRbm(
          param(Arrays.stream(W).flatMapToDouble(Arrays::stream).toArray(), 2 * K, H),
          param(B, 2 * K),
          param(C, H),
          K);

  private static Param param(double[] values, int... dims) {
    return Param.of(Tensor.of(values, dims).cast(DType.F32));
  }

  /** p(v) without its normaliser of the nine states, the first group changing first. */
  private static double[] weights() {
    double[] p = new double[K * K];
    for (int s = 0; s < p.length; s++) {
      for (int h = 0; h < 1 << H; h++) {
        double e = 0;
        for (int unit : new int[] {s % K, K + s / K}) {
          e += B[unit];
          for (int j = 0; j < H; j++) {
            e += W[unit][j] * (h >> j & 1);
          }
        }
        for (int j = 0; j < H; j++) {
          e += C[j] * (h >> j & 1);
        }
        p[s] += Math.exp(e);
      }
    }
    return p;
  }

  private static Tensor states() {
    float[] x = new float[K * K * 2 * K];
    for (int s = 0; s < K * K; s++) {
      x[s * 2 * K + s % K] = 1;
      x[s * 2 * K + K + s / K] = 1;
    }
    return Tensor.of(x, K * K, 2 * K);
  }

  @Test
  void energiesAndTheNormaliser() {
    double[] weights = weights();
    double z = Arrays.stream(weights).sum();
    assertEquals(Math.log(z), RBM.exactLogPartition(), 1e-6);
    double[] free = RBM.freeEnergy(states()).toDoubleArray();
    for (int s = 0; s < K * K; s++) {
      assertEquals(-Math.log(weights[s]), free[s], 1e-6);
    }
    Tensor v = states().slice(0, 5, 6);
    Tensor h = Tensor.of(new float[] {1, 0}, 1, 2);
    assertEquals(-(B[2] + W[2][0] + B[4] + W[4][0] + C[0]), RBM.energy(v, h).item(), 1e-6);
    double[] sums = RBM.visible(h).reshape(2, K).sum(1).toDoubleArray();
    assertArrayEquals(new double[] {1, 1}, sums, 1e-6);
  }

  @Test
  void samplesHaveTheProbabilities() {
    int n = 5_000;
    double[] p = weights();
    double z = Arrays.stream(p).sum();
    Tensor v = RBM.sample(n, Rng.of(3));
    assertArrayEquals(new double[] {1, 1}, v.reshape(n, 2, K).sum(2).mean(0).toDoubleArray());
    double[] counts =
        v.matmul(states().transpose()).greater(1.5).cast(v.dtype()).sum(0).toDoubleArray();
    for (int s = 0; s < K * K; s++) {
      double share = p[s] / z;
      assertEquals(share, counts[s] / n, 4 * Math.sqrt(share * (1 - share) / n));
    }
  }

  /** One-hot groups stay, shares are drawn. */
  @Test
  void dataIsDrawnInEachGroup() {
    assertArrayEquals(states().toFloatArray(), RBM.observed(states(), Rng.of(1)).toFloatArray());
    int n = 4_000;
    Tensor shares = Tensor.of(new float[] {.5f, .3f, .2f, 0, 0, 1}, 1, 6).tile(0, n);
    double[] mean = RBM.observed(shares, Rng.of(1)).mean(0).toDoubleArray();
    assertArrayEquals(new double[] {.5, .3, .2, 0, 0, 1}, mean, 0.03);
  }

  /** ∂F/∂W = −v p(h | v)ᵀ. */
  @Test
  void gradients() {
    Tensor v = states().slice(0, 7, 8);
    double[] g = Autodiff.gradient(RBM.freeEnergy(v).sum(), RBM.weight()).toDoubleArray();
    double[] expected = v.transpose().matmul(RBM.hidden(v)).neg().toDoubleArray();
    assertArrayEquals(expected, g, 1e-6);
  }

  @Test
  @Tag("row-I4")
  void annealingFindsTheNormaliserFromBothSides() {
    Tensor rates = Tensor.of(new float[] {.5f, .3f, .2f, .2f, .2f, .6f}, 2 * K);
    Ais ais = Ais.of(RBM.annealing(rates)).chains(500).betas(Ais.even(0, 1, 200));
    Ais.Bracket z = ais.both(RBM.sample(500, Rng.of(2)), Rng.of(1));
    double exact = Math.log(Arrays.stream(weights()).sum());
    assertEquals(exact, z.up().logZ(), 4 * z.up().standardError(), "seed 1");
    assertEquals(exact, z.down().logZ(), 4 * z.down().standardError(), "seed 1");
    assertTrue(z.up().standardError() < 0.01 && z.warnings().isEmpty());
  }

  @Test
  void groupsMustFit() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new SoftmaxRbm(RBM.weight(), RBM.visibleBias(), RBM.hiddenBias(), 4));
    assertTrue(
        String.valueOf(e.getMessage()).contains("6 visible units are no groups of 4"),
        e.getMessage());
  }
}
