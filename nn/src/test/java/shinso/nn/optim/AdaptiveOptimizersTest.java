package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Tensor;

/** Steps that were computed by hand, and identities between the rules. */
class AdaptiveOptimizersTest {
  /** Returns where a weight that begins at 1 is after each of some gradients. */
  private static double[] path(Optimizer rule, double... gradients) {
    Param w = Param.of(f64(1));
    Program program = Program.compile((Tensor g) -> Step.of(rule.update(List.of(w), List.of(g))));
    double[] path = new double[gradients.length];
    for (int t = 0; t < path.length; t++) {
      program.run(f64(gradients[t]));
      path[t] = w.value().item();
    }
    return path;
  }

  private static void assertPath(double tolerance, double[] actual, double... expected) {
    assertClose(expected, f64(actual), tolerance);
  }

  /** Squares sum to 9, 25, 169: steps of 3/3, 4/5 and 12/13 of η. */
  @Test
  @Tag("row-B6")
  void adagradDividesByTheRootOfAllSquares() {
    assertPath(1e-9, path(Adagrad.of(0.1), 3, -4, 12), 0.9, 0.98, 0.98 - 1.2 / 13);
  }

  /** Squares 10, 0, 40 averaged by halves and the ε of 4: √(5 + 4), √(2.5 + 4), √(21.25 + 4). */
  @Test
  @Tag("row-B7")
  void rmsPropHasItsEpsilonInsideTheRoot() {
    double g1 = Math.sqrt(10);
    double g3 = Math.sqrt(40);
    double w1 = 1 - 0.3 * g1 / 3;
    double[] path = path(RmsProp.of(0.3).rho(0.5).epsilon(4), g1, 0, g3);
    assertPath(1e-12, path, w1, w1, w1 - 0.3 * g3 / Math.sqrt(25.25));
  }

  /** A gradient that doesn't change has no variance: centred steps become η g / √ε long. */
  @Test
  @Tag("row-B7")
  void centredRmsPropDividesByTheDeviation() {
    // m = 1, v = 2 after one step with ρ = ½; m = 1.5, v = 3 after two: variances 1 and 0.75.
    double[] path = path(RmsProp.of(0.1).rho(0.5).epsilon(0).centered(), 2, 2);
    assertPath(1e-12, path, 0.8, 0.8 - 0.2 / Math.sqrt(0.75));
  }

  /** ρ = ½, ε = 1, gradients √6, √11, 0: v = 3, 7, 3.5. */
  @Test
  @Tag("row-B8")
  void adadeltaTakesStepsThatWereComputedByHand() {
    double[] path = path(Adadelta.of().rho(0.5).epsilon(1), Math.sqrt(6), Math.sqrt(11), 0);
    // d = −√6 √1 / √4, u = ½ · 1.5; then d = −√11 √1.75 / √8.
    double w1 = 1 - Math.sqrt(6) / 2;
    double w2 = w1 - Math.sqrt(11 * 1.75 / 8);
    assertPath(1e-12, path, w1, w2, w2);
  }

  /** Zeiler's point: steps have the unit of w, so a loss a hundred times as steep changes none. */
  @Test
  @Tag("row-B8")
  void adadeltaDoesNotDependOnTheUnitOfTheLoss() {
    double[] once = path(Adadelta.of().epsilon(1e-12), 2, -1, 3);
    double[] steep = path(Adadelta.of().epsilon(1e-12), 200, -100, 300);
    assertPath(1e-9, once, steep);
  }

  /** α = ½, β = 1, λ₁ = 1, gradients 3, −4 after a weight of 0: McMahan et al., algorithm 1. */
  @Test
  @Tag("row-B10")
  void ftrlTakesStepsThatWereComputedByHand() {
    Param w = Param.of(f64(0));
    Ftrl ftrl = Ftrl.of(0.5).l1(1, p -> true);
    Program program = Program.compile((Tensor g) -> Step.of(ftrl.update(List.of(w), List.of(g))));
    // z = 3, n = 9: −(3 − 1) / ((1 + 3) / ½).
    program.run(f64(3));
    assertClose(-0.25, w.value(), 1e-15);
    // σ = (5 − 3) / ½ = 4: z = 3 − 4 + 4 · 0.25 = 0, not above λ₁.
    program.run(f64(-4));
    assertEquals(0, w.value().item());
    // n = 25 + 144, z = 12: −(12 − 1) / ((1 + 13) / ½).
    program.run(f64(12));
    assertClose(-11.0 / 28, w.value(), 1e-15);
  }

  /** Section 3 of McMahan et al.: without regularisation it is gradient descent with rates ηₜ. */
  @Test
  @Tag("row-B10")
  void ftrlWithoutPenaltiesIsAdagrad() {
    double[] g = {3, -4, 12, 0, 0.1, -2};
    assertPath(1e-12, path(Ftrl.of(0.3).beta(0.7), g), path(Adagrad.of(0.3).epsilon(0.7), g));
  }

  @Test
  @Tag("row-B10")
  void ftrlMakesWeightsOfNoUseExactlyZero() {
    // E = ½ |w − (2, 0.1)|²; the penalty of many steps outweighs the slopes towards 0.1.
    Param w = Param.of(f64(1, 1));
    Ftrl ftrl = Ftrl.of(0.5).l1(20, p -> true);
    Program program =
        Program.compile((Tensor a) -> Step.of(ftrl.update(List.of(w), List.of(w.value().sub(a)))));
    for (int t = 0; t < 100; t++) {
      program.run(f64(2, 0.1));
    }
    double[] end = w.value().toDoubleArray();
    assertTrue(end[0] > 1.5, () -> "the useful weight is " + end[0]);
    assertEquals(0, end[1]);
  }

  /** Gradients 1, −2, 3 with β₂ = 0: v is 1, 4, 9 and stays at its largest when 1 follows. */
  @Test
  void amsGradDividesByTheLargestAverage() {
    double[] path = path(AmsGrad.of(0.1).betas(0.5, 0).epsilon(0), 1, -2, 3, 1);
    // m = 0.5, −0.75, 1.125, 1.0625 over 1, 2, 3 and still 3.
    double w2 = 0.95 + 0.075 / 2;
    double w3 = w2 - 0.1125 / 3;
    assertPath(1e-12, path, 0.95, w2, w3, w3 - 0.10625 / 3);
    // While averages grow, the corrected rule is Adam.
    double[] grow = {1, 2, 3};
    assertPath(1e-12, path(AmsGrad.of(0.1).biasCorrected(), grow), path(Adam.of(0.1), grow));
  }

  /** β₁ = 0: no momentum to look ahead with, so that Nadam and Adam are one. */
  @Test
  void nadamWithoutMomentumIsAdam() {
    double[] g = {1, -2, 3, 0.5};
    assertPath(1e-12, path(Nadam.of(0.1).betas(0, 0.9), g), path(Adam.of(0.1).betas(0, 0.9), g));
  }

  /** The first gradient, whatever it is, moves the weight by η (μ₂ (1 − μ₁) / (1 − μ₁μ₂) + 1). */
  @Test
  void nadamLooksAheadInItsFirstStep() {
    double mu1 = 0.9 * (1 - 0.5 * Math.pow(0.96, 1 / 250.0));
    double mu2 = 0.9 * (1 - 0.5 * Math.pow(0.96, 2 / 250.0));
    double step = 0.1 * (mu2 * (1 - mu1) / (1 - mu1 * mu2) + 1);
    assertPath(1e-9, path(Nadam.of(0.1).epsilon(0), 7), 1 - step);
  }
}
