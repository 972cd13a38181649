package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.zoo.energy.EnergyChecks.normal;
import static shinso.zoo.energy.EnergyChecks.param;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.optim.Sgd;

@Tag("row-I12")
final class McRbmTest {
  private static McRbm machine(DType dtype) {
    return new McRbm(
        new MeanUnits(param(normal(1, 2, 2), dtype), param(normal(2, 2), dtype)),
        param(normal(3, 2, 3), dtype),
        param(normal(4, 3).add(1), dtype));
  }

  @Test
  void thePartitionFunctionIsTheIntegral() {
    McRbm rbm = machine(DType.F64);
    assertEquals(EnergyChecks.quadrature(rbm::freeEnergy), rbm.exactLogPartition(), 1e-9);
  }

  /** The same in plain Java: 32 normal integrals. */
  @Test
  void thePartitionFunctionIsTheSumOfNormalIntegrals() {
    McRbm rbm = machine(DType.F64);
    double[] w = rbm.mean().weight().value().toDoubleArray();
    double[] bm = rbm.mean().bias().value().toDoubleArray();
    double[] r = rbm.factors().value().toDoubleArray();
    double[] bc = rbm.covarianceBias().value().toDoubleArray();
    double z = 0;
    for (int state = 0; state < 32; state++) {
      double[] m = new double[2];
      double bias = 0;
      for (int j = 0; j < 2; j++) {
        int h = state >> j & 1;
        bias += h * bm[j];
        m[0] += h * w[j];
        m[1] += h * w[2 + j];
      }
      double p = 1;
      double q = 0;
      double s = 1;
      for (int j = 0; j < 3; j++) {
        int h = state >> (2 + j) & 1;
        bias += h * bc[j];
        p += h * r[j] * r[j];
        q += h * r[j] * r[3 + j];
        s += h * r[3 + j] * r[3 + j];
      }
      double det = p * s - q * q;
      double form = (s * m[0] * m[0] - 2 * q * m[0] * m[1] + p * m[1] * m[1]) / det;
      z += 2 * Math.PI / Math.sqrt(det) * Math.exp(bias + form / 2);
    }
    assertEquals(Math.log(z), rbm.exactLogPartition(), 1e-12);
  }

  @Test
  void conditionalsAreThoseOfTheEnergy() {
    McRbm rbm = machine(DType.F64);
    Tensor x = normal(5, 6, 2);
    Enumeration all = Enumeration.exact(5);
    assertArrayEquals(
        all.freeEnergy(rbm, x).toDoubleArray(), rbm.freeEnergy(x).toDoubleArray(), 1e-12);
    Tensor units = Tensor.concat(1, List.of(rbm.meanUnits(x), rbm.covarianceUnits(x)));
    assertArrayEquals(
        all.posterior(rbm, x).matmul(all.states()).toDoubleArray(), units.toDoubleArray(), 1e-12);
    Tensor h = Tensor.of(new double[] {1, 0, 1, 1, 0}).reshape(1, 5);
    Tensor given = rbm.visible(h.slice(1, 0, 2), h.slice(1, 2, 5)).logProbability(x);
    EnergyChecks.assertConstant(given.add(rbm.energy(x, h.tile(0, 6))));
  }

  @Test
  void gradientsAreDifferences() {
    EnergyChecks.assertGradients(machine(DType.F64), normal(6, 4, 2));
  }

  @Test
  void hamiltonianChainsDrawFromTheDistribution() {
    Tensor draws = machine(DType.F32).sample(10_000, Rng.of(7));
    EnergyChecks.assertMoments(EnergyChecks.moments(machine(DType.F64)), draws);
  }

  @Test
  void factorsGetTheMeanOfTheirLengths() {
    McRbm rbm = machine(DType.F64);
    double[] before = rbm.factors().value().square().sum(0).sqrt().toDoubleArray();
    Program.of((in, rng) -> Step.of(rbm.normalized())).run(Rng.of(1));
    double mean = (before[0] + before[1] + before[2]) / 3;
    assertArrayEquals(
        new double[] {mean, mean, mean},
        rbm.factors().value().square().sum(0).sqrt().toDoubleArray(),
        1e-12);
  }

  /** A step moves parameters along the difference of the free energies' gradients. */
  @Test
  void learningFollowsTheChains() {
    McRbm rbm = machine(DType.F32);
    Param chains = Param.of(Tensor.normal(Rng.of(8), 64, 2));
    HamiltonianLearning learner =
        HamiltonianLearning.persistent(rbm, chains, Sgd.of(0.1)).leaps(5).then(rbm::normalized);
    assertTrue(learner.state().keySet().containsAll(List.of("step-size", "chains")));
    Tensor x = Tensor.normal(Rng.of(9), 50, 2);
    Tensor bias = rbm.covarianceBias().value();
    Tensor on = rbm.covarianceUnits(x).mean(0).evaluate();
    McRbm before = machine(DType.F32);
    Program.of(learner::train).run(Rng.of(10), x);
    Tensor off = before.covarianceUnits(chains.value()).mean(0);
    assertArrayEquals(
        bias.add(on.sub(off).mul(0.1)).toDoubleArray(),
        rbm.covarianceBias().value().toDoubleArray(),
        1e-5);
    double[] lengths = rbm.factors().value().square().sum(0).sqrt().toDoubleArray();
    assertEquals(lengths[0], lengths[2], 1e-6);
    assertTrue(Objects.requireNonNull(learner.state().get("step-size")).value().item() != 0.1f);
  }

  @Test
  void refusals() {
    McRbm rbm = McRbm.of(2, 8, 9, Rng.of(1));
    assertThrows(IllegalArgumentException.class, rbm::exactLogPartition);
  }
}
