package shinso.nn.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Normal;
import shinso.nn.distribution.Uniform;

/** Approximate posteriors against those in closed form; tolerances are 4.5 standard errors. */
@Tag("row-L9")
final class AbcTest {
  private static final long SEED = 3;

  /** θ ~ U(−10, 10), x | θ ~ ½ N(θ, 1) + ½ N(θ, 0.01), observed x = 0. */
  private static Abc twoWidths() {
    return Abc.of(
        new Uniform(Tensor.full(Shape.of(1), -10), Tensor.of(new float[] {10})).independent(1),
        (theta, rng) -> {
          Tensor narrow = theta.fullLike(0.5).bernoulli(rng.split(0));
          return theta.add(theta.normalLike(rng.split(1)).mul(narrow.mul(-0.9).add(1)));
        },
        Tensor.zeros(1));
  }

  /** θ ~ U(0, 1), the number of heads in 10 throws, observed 7: the posterior is Beta(8, 4). */
  private static Abc heads() {
    return Abc.of(
        new Uniform(Tensor.zeros(1), Tensor.ones(1)).independent(1),
        (theta, rng) -> theta.tile(1, 10).bernoulli(rng).sumKeep(1),
        Tensor.of(new float[] {7}));
  }

  /** θ ~ N(0, 1), x | θ ~ N(θ, ½), observed 1: the posterior is N(2/3, 1/3). */
  private static Abc linear() {
    return Abc.of(
        new Normal(Tensor.zeros(1), Tensor.zeros(1)).independent(1),
        (theta, rng) -> theta.add(theta.normalLike(rng).mul(Math.sqrt(0.5))),
        Tensor.ones(1));
  }

  private static double mean(Population p) {
    return p.mean().item();
  }

  private static double variance(Population p) {
    return p.covariance().item();
  }

  private static double within(Population p, double radius) {
    return p.mean(p.parameters().abs().less(radius).cast(DType.F64)).item();
  }

  @Test
  void rejectionHasTheRateAndTheMomentsOfItsTolerance() {
    int simulations = 400_000;
    double epsilon = 0.5;
    Population p = twoWidths().rejection(epsilon, simulations, Rng.of(SEED));
    double rate = epsilon / 10;
    assertEquals(
        rate, (double) p.size() / simulations, 4.5 * Math.sqrt(rate * (1 - rate) / simulations));
    double variance = 0.505 + epsilon * epsilon / 3;
    assertEquals(0, mean(p), 4.5 * Math.sqrt(variance / p.size()));
    // The fourth moment is below that of a normal distribution of twice the variance.
    assertEquals(variance, variance(p), 4.5 * Math.sqrt(12 / (double) p.size()) * variance);
    assertTrue(p.statistics().abs().max().item() <= epsilon);
    assertEquals(p.size(), p.effectiveSize(), 1e-6 * p.size());
  }

  /** P(|θ| &lt; 0.1) = ½ (2Φ(0.1) − 1) + ½ (2Φ(1) − 1) for ε → 0; at ε = .02 it is .0005 less. */
  @Test
  void aSmallToleranceComesNearThePosterior() {
    Population p = twoWidths().rejection(0.02, 2_000_000, Rng.of(SEED));
    assertEquals(0.381173, within(p, 0.1), 4.5 * Math.sqrt(0.236 / p.size()) + 1e-3);
  }

  @Test
  void countsCanBeMatchedExactly() {
    int simulations = 200_000;
    Population p = heads().rejection(0, simulations, Rng.of(SEED));
    double rate = 1.0 / 11;
    assertEquals(
        rate, (double) p.size() / simulations, 4.5 * Math.sqrt(rate * (1 - rate) / simulations));
    assertEquals(2.0 / 3, mean(p), 4.5 * Math.sqrt(0.017094 / p.size()));
    assertEquals(0.0170940, variance(p), 4.5 * Math.sqrt(2.0 / p.size()) * 0.0170940);
  }

  /** θ given x is linear in x with one variance: what a regression moves is exact for any ε. */
  @Test
  void regressionGivesBackWhatALargeToleranceSpoils() {
    Abc abc = linear();
    Population near = abc.nearest(0.5, 40_000, Rng.of(SEED));
    Population adjusted = abc.regressionAdjusted(near);
    double n = adjusted.effectiveSize();
    assertTrue(near.tolerance() > 0.5);
    assertTrue(Math.abs(mean(near) - 2.0 / 3) > 0.1, "unadjusted " + mean(near));
    assertEquals(2.0 / 3, mean(adjusted), 2 * 4.5 * Math.sqrt(1 / (3 * n)));
    assertEquals(1.0 / 3, variance(adjusted), 4.5 * Math.sqrt(2 / n) / 3);
  }

  /** Nothing is to be moved where all statistics are the observed ones. */
  @Test
  void regressionLeavesExactMatchesAlone() {
    Abc abc = heads();
    Population exact = abc.rejection(0, 20_000, Rng.of(SEED));
    assertEquals(mean(exact), mean(abc.regressionAdjusted(exact)), 0);
  }

  /** Two statistics of different units: the one that says nothing may be in thousands. */
  @Test
  void statisticsAreComparedInTheirOwnUnits() {
    Abc abc =
        new Abc(
            linear().prior(),
            (theta, rng) -> {
              Tensor x = linear().simulator().simulate(theta, rng.split(0));
              return Tensor.concat(1, List.of(x, theta.normalLike(rng.split(1)).mul(1_000)));
            },
            Tensor.of(new float[] {1, 0}),
            Tensor.of(new float[] {1, 10_000}));
    Population p = abc.rejection(0.3, 100_000, Rng.of(SEED));
    // Half of an ε of 0.3 is all that the posterior of x can be off; ε² / 3 is 0.03.
    assertEquals(2.0 / 3, mean(p), 0.03);
    assertEquals(1.0 / 3, variance(p), 0.04);
  }

  @Test
  void aScheduleComesToThePosteriorOfItsLastTolerance() {
    int n = 2_000;
    List<Population> all = new AbcSmc(twoWidths(), n).run(new double[] {2, 0.5, 0.1}, Rng.of(SEED));
    assertEquals(3, all.size());
    Population p = all.getLast();
    double variance = 0.505 + 0.01 / 3;
    double size = p.effectiveSize();
    assertEquals(0, mean(p), 4.5 * Math.sqrt(variance / size));
    assertEquals(variance, variance(p), 4.5 * Math.sqrt(12 / size) * variance);
    assertTrue(p.statistics().abs().max().item() <= 0.1);
    assertTrue(p.simulations() < n * 100 / 2, "rejection takes n / 0.01: " + p.simulations());
    assertEquals(1, p.weights().sum().item(), 1e-12);
  }

  /** Weights undo that proposals were drawn from the population before, not from the prior. */
  @Test
  void aScheduleOfCountsIsExact() {
    List<Population> all = new AbcSmc(heads(), 4_000).run(new double[] {3, 1, 0}, Rng.of(SEED));
    Population p = all.getLast();
    double size = p.effectiveSize();
    assertEquals(2.0 / 3, mean(p), 4.5 * Math.sqrt(0.017094 / size));
    assertEquals(0.0170940, variance(p), 4.5 * Math.sqrt(2 / size) * 0.0170940);
  }

  /** Particles that have common ancestors are worth about a third of independent ones. */
  @Test
  void tolerancesThatAdaptComeToThePosterior() {
    int n = 3_000;
    AbcSmc.Adaptive rule = AbcSmc.Adaptive.to(0.1);
    List<Population> all = new AbcSmc(twoWidths(), n).run(rule, Rng.of(SEED));
    for (int t = 1; t < all.size(); t++) {
      assertTrue(all.get(t).tolerance() < all.get(t - 1).tolerance());
    }
    Population p = all.getLast();
    assertEquals(0.1, p.tolerance(), 0);
    double variance = 0.505 + 0.01 / 3;
    double size = p.effectiveSize() / 3;
    assertEquals(0, mean(p), 4.5 * Math.sqrt(variance / size));
    assertEquals(variance, variance(p), 4.5 * Math.sqrt(12 / size) * variance);
    assertTrue(p.simulations() < n * 100 / 2, "rejection takes n / 0.01: " + p.simulations());
  }

  @Test
  void severalDataSetsForEachParameterComeToTheSame() {
    AbcSmc.Adaptive rule = new AbcSmc.Adaptive(5, 0.9, 0, 0.015);
    List<Population> all = new AbcSmc(heads(), 4_000).run(rule, Rng.of(SEED));
    Population p = all.getLast();
    assertEquals(0, p.tolerance(), 0);
    double size = p.effectiveSize() / 3;
    assertEquals(2.0 / 3, mean(p), 4.5 * Math.sqrt(0.017094 / size));
    assertEquals(0.0170940, variance(p), 4.5 * Math.sqrt(2 / size) * 0.0170940);
  }

  @Test
  void theSameSeedGivesTheSamePopulation() {
    AbcSmc smc = new AbcSmc(linear(), 100);
    Population a = smc.run(AbcSmc.Adaptive.to(0.3), Rng.of(1)).getLast();
    Population b = smc.run(AbcSmc.Adaptive.to(0.3), Rng.of(1)).getLast();
    assertEquals(0, a.parameters().sub(b.parameters()).abs().max().item(), 0);
  }

  @Test
  void whatCantBeIsSaid() {
    IllegalStateException none =
        assertThrows(
            IllegalStateException.class, () -> linear().rejection(-1, 1_000, Rng.of(SEED)));
    assertTrue(
        String.valueOf(none.getMessage())
            .startsWith("abc: none of 1,000 simulations came within -1.0 of what was observed"),
        none.getMessage());
    IllegalArgumentException rising =
        assertThrows(
            IllegalArgumentException.class,
            () -> new AbcSmc(linear(), 10).run(new double[] {1, 2}, Rng.of(1)));
    assertEquals("abc-smc: tolerances fall, but 2.0 follows 1.0", rising.getMessage());
    IllegalArgumentException number =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Abc.of(
                    new Normal(Tensor.zeros(1), Tensor.zeros(1)),
                    (theta, rng) -> theta,
                    Tensor.zeros(1)));
    assertTrue(String.valueOf(number.getMessage()).contains("independent(1)"), number.getMessage());
  }
}
