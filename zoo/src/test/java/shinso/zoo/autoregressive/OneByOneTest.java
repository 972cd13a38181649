package shinso.zoo.autoregressive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Adam;
import shinso.train.loop.LossLearner;

/** Models of binary units in an order, against sums over all states. */
final class OneByOneTest {
  private static final int D = 6;
  private static final long SEED = 11;

  private static Fvbn fvbn(DType t) {
    return new Fvbn(DensityChecks.random(t, 1, D, D), DensityChecks.random(t, 2, D));
  }

  private static AutoregressiveNetwork network(DType t) {
    int hidden = (D - 1) * 2;
    return new AutoregressiveNetwork(
        DensityChecks.random(t, 1, D, hidden),
        DensityChecks.random(t, 2, hidden),
        DensityChecks.random(t, 3, hidden, D),
        DensityChecks.random(t, 4, D, D),
        DensityChecks.random(t, 5, D));
  }

  private static Nade nade(DType t) {
    return new Nade(
        DensityChecks.random(t, 1, D, 4),
        DensityChecks.random(t, 2, D, 4),
        DensityChecks.random(t, 3, D),
        DensityChecks.random(t, 4, 4));
  }

  static Stream<OneByOne> models() {
    return models(DType.F64);
  }

  /** The same in float: draws are many. */
  static Stream<OneByOne> samplers() {
    return models(DType.F32);
  }

  private static Stream<OneByOne> models(DType t) {
    return Stream.of(fvbn(t), network(t), nade(t));
  }

  @ParameterizedTest
  @MethodSource("models")
  void probabilitiesSumToOne(OneByOne model) {
    DensityChecks.assertSumsToOne(model, D);
  }

  @ParameterizedTest
  @MethodSource("models")
  void gradientsAreThoseOfDifferences(OneByOne model) {
    Tensor x = Enumeration.exact(D).states().slice(0, 13, 40, 7).evaluate();
    Tensor share = Tensor.normal(Rng.of(99), x.shape().dim(0)).cast(DType.F64).evaluate();
    DensityChecks.assertGradients(model, () -> model.logProbability(x).mul(share).sum());
  }

  /** The sum over units of log p(vᵢ | …) by the states that samples are drawn with. */
  @ParameterizedTest
  @MethodSource("models")
  void unitsOneByOneHaveTheProbabilityOfAllAtOnce(OneByOne model) {
    Tensor v = Enumeration.exact(D).states().evaluate();
    Tensor state = model.start().unsqueeze(0).tile(0, 1 << D);
    Tensor sum = Tensor.zeros(1 << D).cast(DType.F64);
    for (int i = 0; i < D; i++) {
      Tensor at = v.slice(1, i, i + 1);
      sum = sum.add(model.given(state, Ancestral.index(i)).logProbability(at.squeeze(1)));
      state = model.with(state, Ancestral.index(i), at);
    }
    assertEquals(0, sum.sub(model.logProbability(v)).abs().max().item(), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("samplers")
  void samplesAreDrawnFromTheDistribution(OneByOne model) {
    double[] p = DensityChecks.probabilities(model, D);
    DensityChecks.assertDrawnFrom(p, model.sample(20_000, Rng.of(SEED)));
  }

  /** Given units that come first leave nothing to be weighed. */
  @ParameterizedTest
  @MethodSource("samplers")
  void whatFollowsGivenUnitsIsDrawnFromTheConditional(OneByOne model) {
    double[] x = {1, 0, 1, 0, 0, 0};
    double[] known = {1, 1, 1, 0, 0, 0};
    double[] p = DensityChecks.conditional(DensityChecks.probabilities(model, D), x, known);
    Tensor drawn = DensityChecks.completions(model, x, known, 2_000, Rng.of(SEED));
    DensityChecks.assertDrawnFrom(p, drawn);
  }

  /**
   * Units before given ones: the distribution of one of P particles is off by O(1/P), and 4,000
   * draws in 8 cells by about √(8 / 4,000) / 2.
   */
  @ParameterizedTest
  @MethodSource("samplers")
  void whatComesBeforeGivenUnitsIsDrawnFromTheConditional(OneByOne model) {
    double[] x = {0, 0, 0, 1, 0, 1};
    double[] known = {0, 0, 0, 1, 1, 1};
    double[] p = DensityChecks.conditional(DensityChecks.probabilities(model, D), x, known);
    int n = 4_000;
    double[] counts =
        DensityChecks.counts(DensityChecks.completions(model, x, known, n, Rng.of(SEED)));
    double variation = 0;
    for (int s = 0; s < p.length; s++) {
      variation += Math.abs(counts[s] / n - p[s]) / 2;
    }
    assertTrue(variation < 1.0 / OneByOne.PARTICLES + 0.04, "total variation " + variation);
    DensityChecks.assertUnknownCountsForNothing(model, x, known);
  }

  // ---- parity of three bits: known optima

  private static Tensor evenParity(DType dtype) {
    return Tensor.of(new double[] {0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1}, 4, 3).cast(dtype);
  }

  /** The loss is convex, and its gradient is zero where all units are fair coins. */
  @Test
  @Tag("row-K1")
  void logisticUnitsKnowNothingOfParity() {
    Fvbn model =
        new Fvbn(
            Param.of(Tensor.zeros(3, 3).cast(DType.F64)),
            Param.of(Tensor.zeros(3).cast(DType.F64)));
    Tensor loss = model.logProbability(evenParity(DType.F64)).mean().neg();
    assertEquals(3 * Math.log(2), loss.item(), 1e-15);
    for (Param p : Parameters.all(model).values()) {
      assertEquals(0, Autodiff.gradient(loss, p).abs().max().item(), 1e-15);
    }
    Fvbn away = new Fvbn(Param.of(Tensor.normal(Rng.of(1), 3, 3)), Param.of(Tensor.ones(3)));
    assertEquals(3 * Math.log(2), learned(away), 1e-4);
  }

  @Test
  @Tag("row-K2")
  void aHiddenLayerLearnsParity() {
    AutoregressiveNetwork model = AutoregressiveNetwork.of(3, 4, Rng.of(SEED));
    assertEquals(2 * Math.log(2), learned(model), 0.01);
  }

  @Test
  @Tag("row-K3")
  void nadeLearnsParity() {
    Nade model = Nade.of(3, 8, Rng.of(SEED));
    assertEquals(2 * Math.log(2), learned(model), 0.01);
  }

  private static double learned(OneByOne model) {
    LossLearner learner = LossLearner.likelihood(model, Adam.of(0.05));
    Program step = Program.of((in, key) -> learner.train(in, key));
    Tensor x = evenParity(DType.F32).evaluate();
    for (int i = 0; i < 600; i++) {
      step.run(Rng.of(i), x);
    }
    return -model.logProbability(x).mean().item();
  }

  // ---- numbers of parameters

  /** d (d − 1) / 2 weights below the diagonal count, of d² that are kept. */
  @Test
  void whatIsOnOrBelowTheDiagonalCountsForNothing() {
    Fvbn model = fvbn(DType.F64);
    Tensor x = Enumeration.exact(D).states().evaluate();
    double[] before = model.logProbability(x).toDoubleArray();
    Tensor lower = Tensor.lowerTriangle(D, D, 0).cast(DType.F64);
    model.weight().assign(model.weight().value().add(lower.mul(17)).evaluate());
    double[] after = model.logProbability(x).toDoubleArray();
    for (int i = 0; i < before.length; i++) {
      assertEquals(before[i], after[i], 1e-15);
    }
  }

  @Test
  void anEmptyGroupIsNamed() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> AutoregressiveNetwork.of(3, 0, Rng.of(1)));
    assertEquals(
        "autoregressive network: at least 2 visible units and 1 hidden unit in a group, not 3 and"
            + " 0",
        e.getMessage());
  }
}
