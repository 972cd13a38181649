package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.zoo.energy.EnergyChecks.normal;
import static shinso.zoo.energy.EnergyChecks.param;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.linear.LinearAlgebra;

@Tag("row-I14")
final class SpikeSlabRbmTest {
  private static final int H = 3;

  private static SpikeSlabRbm machine(DType dtype) {
    return machine(dtype, H);
  }

  private static SpikeSlabRbm machine(DType dtype, int hidden) {
    return new SpikeSlabRbm(
        param(normal(1, 2, hidden), dtype),
        param(normal(2, hidden), dtype),
        param(normal(3, hidden).mul(0.5), dtype),
        param(normal(4, hidden).mul(0.3).add(1), dtype),
        param(normal(5, 2, hidden).sub(1), dtype),
        param(normal(6, 2).mul(0.3).sub(1), dtype));
  }

  @Test
  void thePartitionFunctionIsTheIntegral() {
    SpikeSlabRbm rbm = machine(DType.F64);
    assertEquals(EnergyChecks.quadrature(rbm::freeEnergy), rbm.exactLogPartition(), 1e-9);
  }

  /** One unit after the other, written out as in equation 20.50. */
  @Test
  void theEnergyIsTheSumOfItsTerms() {
    SpikeSlabRbm rbm = machine(DType.F64);
    double[] x = {0.7, -1.1};
    double[] s = {0.4, -0.8, 1.3};
    double[] h = {1, 0, 1};
    double[] w = rbm.weight().value().toDoubleArray();
    double[] phi = rbm.spikePrecision().value().exp().toDoubleArray();
    double[] alpha = rbm.slabPrecision().value().exp().toDoubleArray();
    double[] mu = rbm.slabMean().value().toDoubleArray();
    double[] b = rbm.hiddenBias().value().toDoubleArray();
    double[] lambda = rbm.visiblePrecision().toDoubleArray();
    double e = 0;
    for (int d = 0; d < 2; d++) {
      e += x[d] * x[d] * lambda[d] / 2;
      for (int i = 0; i < H; i++) {
        e += x[d] * x[d] * phi[d * H + i] * h[i] / 2 - x[d] * w[d * H + i] * s[i] * h[i];
      }
    }
    for (int i = 0; i < H; i++) {
      e += alpha[i] * s[i] * s[i] / 2 - alpha[i] * mu[i] * s[i] * h[i];
      e += (alpha[i] * mu[i] * mu[i] - b[i]) * h[i];
    }
    assertEquals(e, rbm.energy(row(x), row(s), row(h)).item(), 1e-12);
  }

  private static Tensor row(double... x) {
    return Tensor.of(x).reshape(1, x.length);
  }

  /** ∫ exp(−E(x, s, h)) ds of two units by sums over a grid of their slabs. */
  @Test
  void slabsIntegrateOut() {
    SpikeSlabRbm rbm = machine(DType.F64, 2);
    Tensor x = row(0.7, -1.1);
    for (double second : new double[] {0, 1}) {
      Tensor h = row(1, second);
      double sum = EnergyChecks.quadrature(s -> rbm.energy(x, s, h));
      assertEquals(-sum, rbm.energy(x, h).item(), 1e-9);
    }
  }

  @Test
  void conditionalsAreThoseOfTheEnergy() {
    SpikeSlabRbm rbm = machine(DType.F64);
    Tensor x = normal(7, 5, 2);
    Enumeration all = Enumeration.exact(H);
    assertArrayEquals(
        all.freeEnergy(rbm, x).toDoubleArray(), rbm.freeEnergy(x).toDoubleArray(), 1e-12);
    assertArrayEquals(
        all.posterior(rbm, x).matmul(all.states()).toDoubleArray(),
        rbm.hidden(x).toDoubleArray(),
        1e-12);
    Tensor h = row(1, 0, 1).tile(0, 5);
    EnergyChecks.assertConstant(
        rbm.givenSpikes(row(1, 0, 1)).logProbability(x).add(rbm.energy(x, h)));

    Tensor s = normal(8, 5, H);
    Tensor alpha = rbm.slabPrecision().value().exp();
    Tensor one = x.slice(0, 0, 1).tile(0, 5);
    Tensor slabs = s.sub(rbm.slab(one, h)).square().mul(alpha).sum(1).mul(0.5);
    EnergyChecks.assertConstant(rbm.energy(one, s, h).sub(slabs));

    Tensor same = s.slice(0, 0, 1).tile(0, 5);
    Tensor d = rbm.visiblePrecision().add(h.matmul(rbm.spikePrecision().value().exp().transpose()));
    Tensor bowl = x.sub(rbm.visible(same, h)).square().mul(d).sum(1).mul(0.5);
    EnergyChecks.assertConstant(rbm.energy(x, same, h).sub(bowl));
  }

  /** C = (Λ + Σ (Φᵢ − WᵢWᵢᵀ / αᵢ) hᵢ)⁻¹, by Cramer's rule. */
  @Test
  void theCovarianceIsTheFormula() {
    SpikeSlabRbm rbm = machine(DType.F64);
    double[] w = rbm.weight().value().toDoubleArray();
    double[] phi = rbm.spikePrecision().value().exp().toDoubleArray();
    double[] alpha = rbm.slabPrecision().value().exp().toDoubleArray();
    double[] lambda = rbm.visiblePrecision().toDoubleArray();
    double[] c = rbm.covariance(Enumeration.exact(H).states()).toDoubleArray();
    for (int state = 0; state < 8; state++) {
      double p = lambda[0];
      double q = 0;
      double r = lambda[1];
      for (int i = 0; i < H; i++) {
        int h = state >> i & 1;
        p += h * (phi[i] - w[i] * w[i] / alpha[i]);
        q -= h * w[i] * w[H + i] / alpha[i];
        r += h * (phi[H + i] - w[H + i] * w[H + i] / alpha[i]);
      }
      double det = p * r - q * q;
      assertArrayEquals(
          new double[] {r / det, -q / det, -q / det, p / det},
          java.util.Arrays.copyOfRange(c, 4 * state, 4 * state + 4),
          1e-12);
    }
  }

  /** However large the weights are, no precision falls below exp(λ). */
  @Test
  void theCovarianceIsPositiveDefinite() {
    int d = 6;
    int n = 8;
    for (int seed = 0; seed < 3; seed++) {
      SpikeSlabRbm rbm =
          new SpikeSlabRbm(
              Param.of(normal(seed, d, n).mul(20)),
              Param.of(normal(seed + 10, n)),
              Param.of(normal(seed + 20, n)),
              Param.of(normal(seed + 30, n)),
              Param.of(normal(seed + 40, d, n).mul(4)),
              Param.of(Tensor.of(new double[d]).sub(1)));
      Tensor c = rbm.covariance(Enumeration.exact(n).states());
      Tensor symmetric = c.add(c.transpose()).mul(0.5).evaluate();
      double[] values = LinearAlgebra.symmetricEigen(symmetric).values().toDoubleArray();
      for (double v : values) {
        assertTrue(v > 0 && v <= Math.E * (1 + 1e-6), "variance " + v);
      }
    }
  }

  /** p(x / deviation) up to a factor: with other deviations, the same machine. */
  @Test
  void dataMayHaveOtherDeviations() {
    SpikeSlabRbm before = machine(DType.F64);
    SpikeSlabRbm after = machine(DType.F64).withDeviation(Tensor.of(new double[] {0.5, 0.5}));
    Tensor x = normal(11, 4, 2);
    assertArrayEquals(
        before.freeEnergy(x).toDoubleArray(), after.freeEnergy(x.mul(0.5)).toDoubleArray(), 1e-12);
  }

  @Test
  void gradientsAreDifferences() {
    EnergyChecks.assertGradients(machine(DType.F64), normal(9, 4, 2));
  }

  @Test
  void chainsDrawFromTheDistribution() {
    SpikeSlabRbm rbm = machine(DType.F32);
    Tensor draws = Gibbs.of(Tensor.zeros(20_000, 2), rbm::gibbs).run(160, Rng.of(3));
    EnergyChecks.assertMoments(EnergyChecks.moments(machine(DType.F64)), draws);
  }

  @Test
  void refusals() {
    SpikeSlabRbm rbm = SpikeSlabRbm.of(2, 17, Rng.of(1));
    assertThrows(IllegalArgumentException.class, rbm::exactLogPartition);
  }
}
