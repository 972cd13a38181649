package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.Normal;

class GeometricPathTest {
  private static final long SEED = 20_261_205;
  private static final SmallRbm RBM = SmallRbm.waves(6, 4, DType.F32);

  /**
   * One sweep, given exact draws: p(x) T(x → x') summed over x is p(x'), by its own frequencies.
   */
  @Test
  void sweepsOfSingleUnitsLeaveTheDistributionAsItIs() {
    int n = 100_000;
    double[] p = Enumeration.of(6).probabilities(RBM::logWeight);
    Tensor rows =
        Tensor.of(p).cast(DType.F32).log().unsqueeze(0).tile(0, n).categorical(Rng.of(SEED));
    Tensor x = Enumeration.of(6).states().gather(0, rows).evaluate();
    for (SingleSite sweep :
        new SingleSite[] {
          SingleSite.of(RBM::logWeight), SingleSite.of(RBM::logWeight).reversed()
        }) {
      float[] next = sweep.next(x, Rng.of(SEED + 1)).toFloatArray();
      double[] counts = new double[64];
      for (int i = 0; i < n; i++) {
        int state = 0;
        for (int j = 0; j < 6; j++) {
          state |= (int) next[i * 6 + j] << j;
        }
        counts[state]++;
      }
      double chiSquare = 0;
      for (int s = 0; s < 64; s++) {
        chiSquare += (counts[s] - n * p[s]) * (counts[s] - n * p[s]) / (n * p[s]);
      }
      // 63 degrees of freedom: mean 63, deviation 11.2.
      assertTrue(chiSquare < 63 + 4 * 11.2, "χ² " + chiSquare);
    }
  }

  @Test
  void binaryUnitsBothWays() {
    SmallRbm rbm = SmallRbm.waves(4, 3, DType.F32);
    double logZ = Enumeration.of(4).logPartition(rbm);
    Distribution base = new Bernoulli(Tensor.of(new float[] {1, 0, -1, 0.5f})).independent(1);
    Ais ais =
        Ais.of(GeometricPath.gibbs(base, rbm::logWeight)).chains(1000).betas(Ais.even(0, 1, 25));
    Tensor samples = Gibbs.of(Tensor.zeros(1000, 4), rbm::gibbs).run(48, Rng.of(SEED));
    Ais.Bracket z = ais.both(samples, Rng.of(SEED));
    assertEquals(logZ, z.up().logZ(), 4 * z.up().standardError());
    assertEquals(logZ, z.down().logZ(), 4 * z.down().standardError());
    assertTrue(z.agrees() && z.warnings().isEmpty(), "warnings " + z.warnings());
    assertEquals(logZ, z.logZ(), 0.03);
  }

  /** exp(−½ (q − m)ᵀA(q − m)) in two dimensions: log Z = log 2π − ½ log det A. */
  @Test
  void aGaussianBothWays() {
    double det = 2 * 1.5 - 0.64;
    Distribution base =
        new Normal(Tensor.of(new float[] {0.3f, 0}), Tensor.zeros(2)).independent(1);
    GeometricPath path =
        GeometricPath.hmc(
            base,
            q -> {
              Tensor x = q.at(1, 0).sub(1);
              Tensor y = q.at(1, 1).add(0.5);
              return x.square().add(y.square().mul(0.75)).add(x.mul(y).mul(0.8)).neg();
            },
            5,
            0.4);
    double logZ = Math.log(2 * Math.PI) - 0.5 * Math.log(det);
    Tensor e = Tensor.normal(Rng.of(SEED), 1000, 2);
    // Draws of the target by its Cholesky factor.
    Tensor y = e.at(1, 1).mul(Math.sqrt(2 / det)).sub(0.5);
    Tensor x = e.at(1, 0).mul(Math.sqrt(0.5)).sub(y.add(0.5).mul(0.4)).add(1);
    Ais ais = Ais.of(path).chains(1000).betas(Ais.even(0, 1, 50));
    Ais.Bracket z = ais.both(Tensor.stack(1, List.of(x, y)).evaluate(), Rng.of(SEED + 2));
    assertEquals(logZ, z.up().logZ(), 4 * z.up().standardError());
    assertEquals(logZ, z.down().logZ(), 4 * z.down().standardError());
    assertTrue(z.up().standardError() < 0.02);
  }

  /** A target that is the base: nothing is left to anneal. */
  @Test
  void theBaseItself() {
    Distribution base = new Bernoulli(Tensor.of(new float[] {1, -2, 0.5f})).independent(1);
    Ais.Estimate e =
        Ais.of(GeometricPath.gibbs(base, base::logProbability)).chains(20).forward(Rng.of(1));
    assertArrayEquals(new double[20], e.logWeights());
    assertEquals(0, e.logZ());
    refusal(() -> GeometricPath.gibbs(new Bernoulli(Tensor.zeros(3)), x -> x.sum(1)));
  }
}
