package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;

/** The machine against sums over all states in plain Java. */
final class RbmTest {
  private static final int V = 6;
  private static final int H = 4;

  /** W = sin(ij), b = cos(i) / 2, c = cos(2j) / 2, indices from 1. */
  private static final double[][] W = new double[V][H];

  private static final double[] B = new double[V];
  private static final double[] C = new double[H];

  static {
    for (int i = 0; i < V; i++) {
      B[i] = Math.cos(i + 1) / 2;
      for (int j = 0; j < H; j++) {
        W[i][j] = Math.sin((i + 1) * (j + 1));
        C[j] = Math.cos(2 * (j + 1)) / 2;
      }
    }
  }

  private static final Rbm RBM = new Rbm(param(flat(W), V, H), param(B, V), param(C, H));

  private static Param param(double[] values, int... dims) {
    return Param.of(Tensor.of(values, dims).cast(DType.F32));
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double energy(int v, int h) {
    double e = 0;
    for (int i = 0; i < V; i++) {
      e -= (v >> i & 1) * B[i];
      for (int j = 0; j < H; j++) {
        e -= (v >> i & 1) * W[i][j] * (h >> j & 1);
      }
    }
    for (int j = 0; j < H; j++) {
      e -= (h >> j & 1) * C[j];
    }
    return e;
  }

  /** p(v, h) without its normaliser, summed over h. */
  private static double[] weights() {
    double[] p = new double[1 << V];
    for (int v = 0; v < p.length; v++) {
      for (int h = 0; h < 1 << H; h++) {
        p[v] += Math.exp(-energy(v, h));
      }
    }
    return p;
  }

  private static double sum(double[] x) {
    return Arrays.stream(x).sum();
  }

  private static Tensor states(int units) {
    return Enumeration.of(units).states();
  }

  @Test
  void thePartitionFunctionIsTheSumOverAllStates() {
    double logZ = Math.log(sum(weights()));
    assertEquals(7.10495009462, logZ, 1e-10, "the sum in plain Java");
    assertEquals(logZ, RBM.logPartition().item(), 5e-6);
  }

  @Test
  void energiesAndFreeEnergies() {
    double[] weights = weights();
    double[] free = RBM.freeEnergy(states(V)).toDoubleArray();
    for (int v = 0; v < weights.length; v++) {
      assertEquals(-Math.log(weights[v]), free[v], 5e-6, "state " + v);
    }
    Tensor v = states(V).slice(0, 37, 38);
    Tensor h = states(H).slice(0, 11, 12);
    assertEquals(energy(37, 11), RBM.energy(v, h).item(), 1e-6);
    double[] logs = RBM.logProbability(states(V), RBM.logPartition()).exp().toDoubleArray();
    assertEquals(1, sum(logs), 1e-5, "probabilities");
  }

  @Test
  void theFirstUnitIsOnAsOftenAsTheSumSays() {
    double[] p = weights();
    double on = 0;
    for (int v = 1; v < p.length; v += 2) {
      on += p[v];
    }
    assertEquals(.67120146893, on / sum(p), 1e-10);
    Enumeration.Sums sums =
        Enumeration.of(V).sums(v -> RBM.freeEnergy(v).neg(), v -> v.slice(1, 0, 1));
    assertEquals(on / sum(p), sums.mean()[0], 1e-6);
  }

  /** p(v) T(v → v') summed over v is p(v'): block Gibbs sampling leaves the distribution alone. */
  @Test
  void gibbsSamplingLeavesTheDistributionAsItIs() {
    double[] hidden = RBM.hidden(states(V)).toDoubleArray(); // [2^V, H]
    double[] visible = RBM.visible(states(H)).toDoubleArray(); // [2^H, V]
    double[] p = weights();
    double z = sum(p);
    double[] after = new double[p.length];
    for (int v = 0; v < p.length; v++) {
      for (int h = 0; h < 1 << H; h++) {
        double way = p[v] / z * bits(hidden, v, h, H);
        for (int next = 0; next < p.length; next++) {
          after[next] += way * bits(visible, h, next, V);
        }
      }
    }
    for (int v = 0; v < p.length; v++) {
      assertEquals(p[v] / z, after[v], 2e-6, "state " + v);
    }
  }

  private static double bits(double[] on, int row, int state, int units) {
    double p = 1;
    for (int k = 0; k < units; k++) {
      double q = on[row * units + k];
      p *= (state >> k & 1) == 1 ? q : 1 - q;
    }
    return p;
  }

  /** The draws themselves: the share of the first unit in many chains. */
  @Test
  void samplesHaveTheSharesOfTheDistribution() {
    int n = 4_000;
    double share = RBM.sample(n, Rng.of(3)).at(1, 0).mean().item();
    double error = Math.sqrt(.67120146893 * (1 - .67120146893) / n);
    assertEquals(.67120146893, share, 4 * error, "seed 3");
  }

  @Test
  void annealingFindsThePartitionFunctionFromBothSides() {
    Ais ais =
        Ais.of(RBM.annealing(Tensor.of(new float[] {.7f, .6f, .4f, .5f, .5f, .3f}, V)))
            .chains(200)
            .betas(Ais.even(0, 1, 500));
    double logZ = Math.log(sum(weights()));
    Ais.Estimate up = ais.forward(Rng.of(1));
    Ais.Estimate down = ais.reverse(RBM.sample(200, Rng.of(2)), Rng.of(4));
    assertEquals(logZ, up.logZ(), 5 * up.standardError() + 1e-4, "seed 1");
    assertEquals(logZ, down.logZ(), 5 * down.standardError() + 1e-4, "seed 4");
    assertTrue(up.standardError() < 0.02, () -> "standard error " + up.standardError());
  }

  /** ∂ log Z / ∂Wᵢⱼ = E[vᵢ hⱼ], and so for the biases. */
  @Test
  void theGradientOfTheLogPartitionIsTheMeanOfTheStatistics() {
    List<Tensor> g = Autodiff.gradients(RBM.logPartition(), RBM.parameters());
    double z = 0;
    double[] vh = new double[V * H];
    double[] vs = new double[V];
    double[] hs = new double[H];
    for (int v = 0; v < 1 << V; v++) {
      for (int h = 0; h < 1 << H; h++) {
        double p = Math.exp(-energy(v, h));
        z += p;
        for (int i = 0; i < V; i++) {
          vs[i] += p * (v >> i & 1);
          for (int j = 0; j < H; j++) {
            vh[i * H + j] += p * (v >> i & 1) * (h >> j & 1);
          }
        }
        for (int j = 0; j < H; j++) {
          hs[j] += p * (h >> j & 1);
        }
      }
    }
    double all = z;
    assertArrayEquals(
        Arrays.stream(vh).map(x -> x / all).toArray(), g.get(0).toDoubleArray(), 2e-6);
    assertArrayEquals(
        Arrays.stream(vs).map(x -> x / all).toArray(), g.get(1).toDoubleArray(), 2e-6);
    assertArrayEquals(
        Arrays.stream(hs).map(x -> x / all).toArray(), g.get(2).toDoubleArray(), 2e-6);
  }

  /** log Σₖ C(n, k) exp(ak) (1 + exp(b + wk))ᵐ of a machine whose weights are all alike. */
  @Test
  void annealingAtRealSize() {
    int n = 784;
    Rbm rbm =
        new Rbm(
            Param.of(Tensor.zeros(n, 500).add(0.02)),
            Param.of(Tensor.zeros(n).add(-5)),
            Param.of(Tensor.zeros(500).add(-7.84)));
    double max = Double.NEGATIVE_INFINITY;
    double[] logs = new double[n + 1];
    double choose = 0;
    for (int k = 0; k <= n; k++) {
      logs[k] = choose - 5.0 * k + 500 * Math.log1p(Math.exp(-7.84 + 0.02 * k));
      max = Math.max(max, logs[k]);
      choose += Math.log(n - k) - Math.log(k + 1);
    }
    double largest = max;
    double logZ = max + Math.log(Arrays.stream(logs).map(l -> Math.exp(l - largest)).sum());
    assertEquals(6.17682688, logZ, 1e-7);
    // Half of the mass has next to no unit on and half all: chains that begin near one mode never
    // see the other, and are right about their half.
    Ais.Estimate[] halves = new Ais.Estimate[2];
    for (int mode = 0; mode < 2; mode++) {
      Tensor rates = Tensor.zeros(n).add(1 / (1 + Math.exp(mode == 0 ? 5 : -5)));
      Ais ais = Ais.of(rbm.annealing(rates)).chains(50).betas(Ais.even(0, 1, 300));
      Ais.Estimate e = ais.forward(Rng.of(mode));
      assertEquals(logZ - Math.log(2), e.logZ(), 5 * e.standardError() + 0.01, "seed " + mode);
      halves[mode] = e;
    }
    double both = Math.log(Math.exp(halves[0].logZ()) + Math.exp(halves[1].logZ()));
    assertEquals(logZ, both, 0.05);
  }

  /** What is given stays, what is missing has the conditional distribution. */
  @Test
  void completionsKeepWhatIsGiven() {
    int n = 4_000;
    Tensor given = Tensor.zeros(n, V).add(Tensor.of(new float[] {1, 0, 1, 0, 0, 0}, V));
    Tensor known = Tensor.of(new float[] {1, 1, 1, 1, 1, 0}, 1, V);
    double[] shares = RBM.complete(given, known, Rng.of(5)).mean(0).toDoubleArray();
    assertArrayEquals(new double[] {1, 0, 1, 0, 0}, Arrays.copyOf(shares, 5), 0);
    double[] p = weights();
    double share = p[0b100101] / (p[0b100101] + p[0b000101]);
    assertEquals(share, shares[5], 4 * Math.sqrt(share * (1 - share) / n), "seed 5");
  }

  @Test
  void tooManyStatesAreAnError() {
    Rbm large = Rbm.of(30, 25, Rng.of(1));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, large::logPartition);
    assertEquals(
        "the states of 25 units are too many to sum over; estimate log Z by annealing",
        e.getMessage());
  }

  @Test
  void barsAndStripesHaveTheEntropyThatIsKnown() {
    assertEquals(1.73286795, BarsAndStripes.entropy(2), 1e-8);
    assertEquals(2.59930193, BarsAndStripes.entropy(3), 1e-8);
    assertEquals(3.37909251, BarsAndStripes.entropy(4), 1e-8);
    assertEquals(32, BarsAndStripes.of(4).load().train().size());
    assertEquals(
        30,
        IntStream.range(0, 32)
            .mapToObj(i ->
                Arrays.toString(
                    BarsAndStripes.of(4)
                        .load()
                        .train()
                        .batch(new int[] {i})
                        .getFirst()
                        .toFloatArray()))
            .distinct()
            .count());
  }
}
