package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Numbers.assertClose;

import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

class PseudoLikelihoodTest {
  private static final SmallRbm RBM = SmallRbm.waves(6, 4, DType.F64);

  /** Σᵢ log p(v) / (p(v) + p(v with unit i flipped)), by the probabilities of all states. */
  @Test
  void isTheSumOfTheConditionals() {
    Enumeration all = Enumeration.exact(6);
    double[] p = all.probabilities(RBM::logWeight);
    double[] expected = new double[64];
    for (int v = 0; v < 64; v++) {
      for (int i = 0; i < 6; i++) {
        expected[v] += Math.log(p[v] / (p[v] + p[v ^ 1 << i]));
      }
    }
    assertClose(expected, PseudoLikelihood.of(RBM::freeEnergy, all.states()), 1e-12);
  }

  @Test
  void theEstimateHasItForItsMean() {
    int n = 40_000;
    Tensor v = Tensor.of(new double[] {1, 0, 1, 1, 0, 0}, 1, 6);
    Tensor each = PseudoLikelihood.estimate(RBM::freeEnergy, v.tile(0, n), Rng.of(3)).evaluate();
    double error = Math.sqrt(each.variance(new int[] {0}, 1).item() / n);
    double expected = PseudoLikelihood.of(RBM::freeEnergy, v).sum().item();
    assertEquals(expected, each.mean().item(), 4 * error);
  }
}
