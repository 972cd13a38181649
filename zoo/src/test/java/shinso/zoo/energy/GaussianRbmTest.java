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
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Sgd;

@Tag("row-I11")
final class GaussianRbmTest {
  private static final double[] A = {.5, -.5};

  /** W = sin(i j), b = cos j, counted from 1. */
  private static GaussianRbm machine(DType dtype, double logBeta1, double logBeta2) {
    double[] w = new double[6];
    double[] b = new double[3];
    for (int j = 0; j < 3; j++) {
      w[j] = Math.sin(j + 1);
      w[3 + j] = Math.sin(2 * (j + 1));
      b[j] = Math.cos(j + 1);
    }
    return new GaussianRbm(
        param(Tensor.of(w).reshape(2, 3), dtype),
        param(Tensor.of(A), dtype),
        param(Tensor.of(b), dtype),
        new GaussianRbm.Learned(param(Tensor.of(new double[] {logBeta1, logBeta2}), dtype)));
  }

  @Test
  void thePartitionFunctionIsTheKnownOne() {
    GaussianRbm rbm = machine(DType.F64, 0, 0);
    assertEquals(5.253669622, rbm.logPartition().item(), 1e-9);
    assertEquals(5.253669622, rbm.exactLogPartition(), 1e-9);
    assertEquals(5.253669622, EnergyChecks.quadrature(rbm::freeEnergy), 1e-9);
    double z = 0;
    for (int s = 0; s < 8; s++) {
      double exponent = 0;
      double[] m = new double[2];
      for (int j = 0; j < 3; j++) {
        int h = s >> j & 1;
        exponent += h * Math.cos(j + 1);
        m[0] += h * Math.sin(j + 1);
        m[1] += h * Math.sin(2 * (j + 1));
      }
      for (int i = 0; i < 2; i++) {
        exponent += A[i] * m[i] + m[i] * m[i] / 2;
      }
      z += 2 * Math.PI * Math.exp(exponent);
    }
    assertEquals(5.253669622, Math.log(z), 1e-9);
  }

  @Test
  void thePartitionFunctionIsTheIntegralForAnyPrecision() {
    GaussianRbm rbm = machine(DType.F64, 0.7, -0.9);
    double z = EnergyChecks.quadrature(rbm::freeEnergy);
    assertEquals(z, rbm.logPartition().item(), 1e-9);
    assertEquals(z, rbm.exactLogPartition(), 1e-9);
  }

  @Test
  void conditionalsAreThoseOfTheEnergy() {
    GaussianRbm rbm = machine(DType.F64, 0.7, -0.9);
    Tensor v = normal(1, 5, 2);
    Enumeration all = Enumeration.exact(3);
    assertArrayEquals(
        all.freeEnergy(rbm, v).toDoubleArray(), rbm.freeEnergy(v).toDoubleArray(), 1e-12);
    assertArrayEquals(
        all.posterior(rbm, v).matmul(all.states()).toDoubleArray(),
        rbm.hidden(v).toDoubleArray(),
        1e-12);
    Tensor h = Tensor.of(new double[] {1, 0, 1}).reshape(1, 3).tile(0, 5);
    Tensor bowl =
        v.sub(rbm.visible(h)).square().mul(rbm.precision().log().value().exp()).sum(1).mul(0.5);
    EnergyChecks.assertConstant(rbm.energy(v, h).sub(bowl));
  }

  @Test
  void gradientsAreDifferences() {
    EnergyChecks.assertGradients(machine(DType.F64, 0.7, -0.9), normal(2, 4, 2));
  }

  @Test
  void chainsDrawFromTheDistribution() {
    GaussianRbm rbm = machine(DType.F32, 0.7, -0.9);
    Tensor draws = Gibbs.of(Tensor.zeros(20_000, 2), rbm::gibbs).run(48, Rng.of(3));
    EnergyChecks.assertMoments(EnergyChecks.moments(machine(DType.F64, 0.7, -0.9)), draws);
  }

  @Test
  void annealingFindsThePartitionFunctionFromBothSides() {
    GaussianRbm exact = machine(DType.F64, 0.7, -0.9);
    Tensor m = Tensor.of(new double[] {0.3, 1});
    Tensor deviation = Tensor.of(new double[] {1.5, 2});
    Ais.Path path = exact.annealing(m, deviation);
    for (double t : new double[] {0, 0.3, 1}) {
      Tensor beta = Tensor.constant(t, DType.F64);
      Tensor v = normal(4, 3, 2);
      Tensor step = path.logWeight(v, beta).sub(path.logWeight(v, beta.mul(0.5)));
      assertArrayEquals(
          step.toDoubleArray(), path.logRatio(v, beta.mul(0.5), beta).toDoubleArray(), 1e-12);
    }
    Tensor zero = Tensor.constant(0, DType.F64);
    Tensor one = Tensor.constant(1, DType.F64);
    assertEquals(
        path.logNormalizer(), EnergyChecks.quadrature(v -> path.logWeight(v, zero).neg()), 1e-9);
    double z = EnergyChecks.quadrature(v -> path.logWeight(v, one).neg());
    assertEquals(exact.exactLogPartition(), z, 1e-9);

    GaussianRbm rbm = machine(DType.F32, 0.7, -0.9);
    Ais ais =
        Ais.of(rbm.annealing(m.cast(DType.F32), deviation.cast(DType.F32)))
            .chains(1_000)
            .betas(Ais.even(0, 1, 100));
    Tensor samples = Gibbs.of(Tensor.zeros(1_000, 2), rbm::gibbs).run(48, Rng.of(5));
    assertEquals(z, ais.forward(Rng.of(6)).logZ(), 0.05);
    assertEquals(z, ais.reverse(samples, Rng.of(7)).logZ(), 0.05);
  }

  /** ∫ exp(−E(v, h)) dv of one unit on is τ times that of none. */
  @Test
  void aSparseMachineHasItsWeightWhereAllUnitsAreOff() {
    GaussianRbm rbm = machine(DType.F64, 0.7, -0.9).withSparsity(0.1);
    Tensor none = Tensor.of(new double[3]).reshape(1, 3);
    Tensor one = Tensor.of(new double[] {0, 1, 0}).reshape(1, 3);
    assertEquals(
        Math.log(0.1),
        EnergyChecks.quadrature(v -> rbm.energy(v, one))
            - EnergyChecks.quadrature(v -> rbm.energy(v, none)),
        1e-9);
  }

  @Test
  void onlyALearnedPrecisionLearns() {
    GaussianRbm fixed = GaussianRbm.of(2, 3, Rng.of(1));
    assertEquals(3, Parameters.trainable(fixed).size());
    assertEquals(4, Parameters.all(fixed).size());
    GaussianRbm learned = fixed.learningPrecision();
    assertEquals(4, Parameters.trainable(learned).size());
    Param log = learned.precision().log();
    double[] before = log.value().toDoubleArray();
    Tensor wide = Tensor.normal(Rng.of(2), 100, 2).mul(3);
    ContrastiveDivergence cd = ContrastiveDivergence.of(learned, 1, Sgd.of(0.01));
    Program.of(cd::train).run(Rng.of(3), wide);
    assertTrue(log.value().toDoubleArray()[0] < before[0], "the data is wider than the machine");
  }

  @Test
  void twoLaplaceSourcesHaveAKnownEntropy() {
    assertEquals(2.693147, LaplaceSources.ENTROPY, 1e-6);
    Tensor x = LaplaceSources.SOURCE.load().train().whole().getFirst();
    assertEquals(LaplaceSources.ENTROPY, -LaplaceSources.logDensity(x).mean().item(), 0.03);
    double[] covariance = x.transpose().matmul(x).div(x.shape().dim(0)).toDoubleArray();
    assertArrayEquals(new double[] {1, 0, 0, 1}, covariance, 0.05);
  }

  @Test
  void refusals() {
    GaussianRbm rbm = GaussianRbm.of(2, 31, Rng.of(1));
    assertThrows(IllegalArgumentException.class, rbm::logPartition);
    assertThrows(IllegalArgumentException.class, rbm::exactLogPartition);
    Tensor flat = Tensor.of(new float[] {1, 0});
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> rbm.annealing(Tensor.zeros(2), flat));
    assertTrue(String.valueOf(e.getMessage()).contains("positive"), e.getMessage());
  }
}
