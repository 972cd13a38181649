package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.zoo.energy.EnergyChecks.normal;
import static shinso.zoo.energy.EnergyChecks.param;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Gamma;

@Tag("row-I13")
final class MeanPotTest {
  private static MeanPot machine(DType dtype) {
    return new MeanPot(
        new MeanUnits(param(normal(1, 2, 2), dtype), param(normal(2, 2), dtype)),
        param(normal(3, 2, 2), dtype),
        param(Tensor.of(new double[] {1.5, 2.5}).log(), dtype));
  }

  /** ∫ (1 + ½ c² v²)^−γ dv = √(2π) Γ(γ − ½) / (c Γ(γ)); the tails by v = sinh(t). */
  @Test
  void aUnitAloneIsStudentsT() {
    double[] gammas = {1, 2, 3.5};
    double[] known = {4.442882938, 2.221441469, 1.508494467};
    for (int k = 0; k < gammas.length; k++) {
      for (double c : new double[] {1, 2.5}) {
        MeanPot pot =
            new MeanPot(
                new MeanUnits(
                    Param.of(Tensor.of(new double[] {0}).reshape(1, 1)),
                    Param.of(Tensor.of(new double[] {0}))),
                Param.of(Tensor.of(new double[] {c}).reshape(1, 1)),
                Param.of(Tensor.of(new double[] {Math.log(gammas[k])})));
        int n = 8_000;
        double[] v = new double[n];
        double[] width = new double[n];
        for (int i = 0; i < n; i++) {
          double t = 0.01 * (i - n / 2);
          v[i] = Math.sinh(t);
          width[i] = 0.01 * Math.cosh(t);
        }
        Tensor f = pot.covarianceFreeEnergy(Tensor.of(v).reshape(n, 1));
        double sum = f.neg().exp().mul(Tensor.of(width)).sum().item();
        assertEquals(known[k] / c, sum, 1e-8);
      }
    }
  }

  /** ∫ exp(−E(x, h)) dh over the two precisions by sums, h = exp(t), times those over hᵐ. */
  @Test
  void hiddenUnitsIntegrateOut() {
    MeanPot pot = machine(DType.F64);
    Tensor x = Tensor.of(new double[] {0.7, -1.1}).reshape(1, 2);
    double[] sums = new double[4];
    for (int state = 0; state < 4; state++) {
      double[] m = {state & 1, state >> 1};
      sums[state] =
          EnergyChecks.quadrature(t -> {
            Tensor hm = Tensor.of(m).reshape(1, 2).tile(0, t.shape().dim(0));
            Tensor h = Tensor.concat(1, List.of(hm, t.exp()));
            return pot.energy(x, h).sub(t.sum(1)); // dh = exp(t) dt
          });
    }
    assertEquals(-Tensor.of(sums).logSumExp(0).item(), pot.freeEnergy(x).item(), 1e-8);
  }

  /** log Z as an integral over x, and as one over the precisions of normal integrals. */
  @Test
  void thePartitionFunctionIsAnIntegralOfNormalIntegrals() {
    MeanPot pot = machine(DType.F64);
    double[] w = pot.mean().weight().value().toDoubleArray();
    double[] b = pot.mean().bias().value().toDoubleArray();
    double[] r = pot.factors().value().toDoubleArray();
    double[] gamma = pot.logShape().value().exp().toDoubleArray();
    double step = 0.05;
    double z = 0;
    for (double s = -30; s < 5; s += step) {
      for (double t = -30; t < 5; t += step) {
        double g = Math.exp(s);
        double h = Math.exp(t);
        double p = 1 + g * r[0] * r[0] + h * r[1] * r[1];
        double q = g * r[0] * r[2] + h * r[1] * r[3];
        double u = 1 + g * r[2] * r[2] + h * r[3] * r[3];
        double det = p * u - q * q;
        double units = 0;
        for (int state = 0; state < 4; state++) {
          int on = state & 1;
          int other = state >> 1;
          double m0 = on * w[0] + other * w[1];
          double m1 = on * w[2] + other * w[3];
          double form = (u * m0 * m0 - 2 * q * m0 * m1 + p * m1 * m1) / det;
          units += Math.exp(on * b[0] + other * b[1] + form / 2);
        }
        double weight = Math.exp(gamma[0] * s + gamma[1] * t - g - h);
        z += weight * units * 2 * Math.PI / Math.sqrt(det) * step * step;
      }
    }
    assertEquals(Math.log(z), EnergyChecks.quadrature(pot::freeEnergy), 1e-7);
  }

  @Test
  void conditionalsAreThoseOfTheEnergy() {
    MeanPot pot = machine(DType.F64);
    Tensor x = normal(5, 6, 2);
    Tensor hm = Tensor.of(new double[] {1, 0}).reshape(1, 2);
    Tensor hc = Tensor.of(new double[] {0.4, 1.7}).reshape(1, 2);
    Tensor h = Tensor.concat(1, List.of(hm, hc)).tile(0, 6);
    EnergyChecks.assertConstant(pot.visible(hm, hc).logProbability(x).add(pot.energy(x, h)));

    Tensor one = x.slice(0, 0, 1);
    Tensor many = normal(6, 6, 2).exp();
    Gamma units = pot.covarianceUnits(one);
    Tensor states = Tensor.concat(1, List.of(hm.tile(0, 6), many));
    EnergyChecks.assertConstant(
        units.logProbability(many).sum(1).add(pot.energy(one.tile(0, 6), states)));

    // p(hᵐ | x) from the energies of its states, the precisions being any.
    Tensor on = pot.energy(x, h);
    Tensor off = pot.energy(x, Tensor.concat(1, List.of(hm.mul(0), hc)).tile(0, 6));
    assertArrayEquals(
        off.sub(on).sigmoid().toDoubleArray(), pot.meanUnits(x).at(1, 0).toDoubleArray(), 1e-12);
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
}
