package shinso.nn.estimator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Categorical;
import shinso.nn.distribution.Normal;

/** Estimates of gradients: their means and variances where these are known. */
final class EstimatorTest {
  private static final int MANY = 100_000;
  private static final double P = 0.1;
  private static final double LOGIT = Math.log(P / (1 - P));

  /** Mean and variance of numbers, and four times the deviations of both. */
  private record Moments(double mean, double variance, double ofMean, double ofVariance) {
    static Moments of(Tensor x) {
      double[] a = x.toDoubleArray();
      double mean = Arrays.stream(a).average().orElseThrow();
      double second = Arrays.stream(a).map(v -> Math.pow(v - mean, 2)).average().orElseThrow();
      double fourth = Arrays.stream(a).map(v -> Math.pow(v - mean, 4)).average().orElseThrow();
      double n = a.length;
      return new Moments(
          mean, second, 4 * Math.sqrt(second / n), 4 * Math.sqrt((fourth - second * second) / n));
    }

    void assertAre(double expectedMean, double expectedVariance) {
      assertEquals(expectedMean, mean, ofMean, "mean");
      assertEquals(expectedVariance, variance, ofVariance, "variance");
    }
  }

  // ---- smooth variables

  @Test
  @Tag("row-J1")
  void reparameterisedGradientsOfASquareHaveTheKnownMoments() {
    double mu = 0.7;
    double sigma = 1.3;
    Tensor m = Tensor.full(Shape.of(MANY), mu);
    Tensor s = Tensor.full(Shape.of(MANY), sigma);
    Draw draw = new Reparameterized().draw(Normal.ofScale(m, s), Rng.of(1));
    List<Tensor> g = Autodiff.gradients(draw.value().square().sum(), List.of(m, s));
    Moments.of(g.get(0)).assertAre(2 * mu, 4 * sigma * sigma);
    Moments.of(g.get(1)).assertAre(2 * sigma, 4 * mu * mu + 8 * sigma * sigma);
  }

  /** With z = μ + σε, z² ε / σ has the second moment (μ⁴ + 18 μ²σ² + 15 σ⁴) / σ². */
  @Test
  @Tag("row-J1")
  void theScoreFunctionHasTheSameMeanAndMoreVariance() {
    double mu = 0.7;
    double sigma = 1.3;
    Tensor m = Tensor.full(Shape.of(MANY), mu);
    Draw draw =
        new ScoreFunction().draw(Normal.ofScale(m, Tensor.full(Shape.of(MANY), sigma)), Rng.of(2));
    Tensor g = Autodiff.gradient(draw.credit(draw.value().square()).sum(), m);
    double s2 = sigma * sigma;
    double second = (Math.pow(mu, 4) + 18 * mu * mu * s2 + 15 * s2 * s2) / s2;
    Moments.of(g).assertAre(2 * mu, second - 4 * mu * mu);
    assertTrue(second - 4 * mu * mu > 4 * s2);
  }

  // ---- one coin: J = (y - .45)², p = .1

  private static Tensor coins(int n) {
    return Tensor.constant(LOGIT, DType.F64).broadcastTo(Shape.of(n)).evaluate();
  }

  private static Tensor cost(Tensor y) {
    return y.sub(0.45).square();
  }

  /** The gradients of draws of 0 and of 1 in the logit, of which every draw of a kind has one. */
  private static double[] byValue(Estimator estimator, Baseline baseline) {
    Tensor z = coins(100);
    Draw draw = estimator.draw(new Bernoulli(z), Rng.of(3));
    Tensor j = cost(draw.value());
    Tensor loss = j.add(draw.credit(baseline.of(j, z).signal())).sum();
    double[] g = Autodiff.gradient(loss, z).toDoubleArray();
    double[] y = draw.value().toDoubleArray();
    double[] of = {Double.NaN, Double.NaN};
    for (int i = 0; i < y.length; i++) {
      int k = (int) y[i];
      assertEquals(y[i], k);
      assertTrue(Double.isNaN(of[k]) || of[k] == g[i]);
      of[k] = g[i];
    }
    return of;
  }

  private static void assertCoin(double[] byValue, double mean, double variance, double tolerance) {
    double m = P * byValue[1] + (1 - P) * byValue[0];
    double second = P * byValue[1] * byValue[1] + (1 - P) * byValue[0] * byValue[0];
    assertEquals(mean, m, 1e-12, "mean");
    assertEquals(variance, second - m * m, tolerance, "variance");
  }

  @Test
  @Tag("row-J2")
  void reinforceHasTheKnownMomentsUnderEachBaseline() {
    ScoreFunction score = new ScoreFunction();
    assertCoin(byValue(score, Baseline.NONE), 0.009, 0.00770006, 5e-9);
    assertCoin(byValue(score, Baseline.constant(0.2125)), 0.009, 0.000576, 1e-12);
    assertCoin(byValue(score, Baseline.constant(0.2925)), 0.009, 0, 1e-12);
    assertCoin(byValue(score, Baseline.constant(7)), 0.009, variance(7), 1e-12);
    assertCoin(byValue(score, RunningMean.of(0.25, 0.9)), 0.009, variance(0.25), 1e-12);
  }

  /** Var[(J − b) s] by its two terms. */
  private static double variance(double b) {
    double one = (0.3025 - b) * 0.9;
    double zero = -(0.2025 - b) * 0.1;
    return P * one * one + (1 - P) * zero * zero - 0.009 * 0.009;
  }

  @Test
  @Tag("row-J2")
  void theOptimalBaselineIsFoundFromDraws() {
    int n = 10_000;
    Tensor y = Tensor.iota(n).less(n / 10).cast(DType.F64);
    Tensor score = y.sub(P).unsqueeze(1);
    Tensor b = OptimalBaseline.of(cost(y), score);
    assertEquals(0.2925, b.mean().item(), 1e-4);
    assertTrue(b.sub(0.2925).abs().max().item() < 1e-3);
  }

  /** Over all 2³ outcomes of three draws, weighted by their probabilities. */
  @Test
  @Tag("row-J2")
  void theOptimalBaselineOfOtherDrawsLeavesTheEstimateUnbiased() {
    double mean = 0;
    for (int state = 0; state < 8; state++) {
      double[] y = {state & 1, state >> 1 & 1, state >> 2 & 1};
      double weight = Arrays.stream(y).map(v -> v == 1 ? P : 1 - P).reduce(1, (a, c) -> a * c);
      Tensor z = coins(3).unsqueeze(1);
      Tensor values = Tensor.of(y, 3, 1);
      Draw draw = new Draw(values, new Bernoulli(z).independent(1).logProbability(values));
      Tensor j = cost(values).squeeze(1);
      Tensor g = Autodiff.gradient(OptimalBaseline.credit(draw, j, z).mean(), z);
      mean += weight * g.sum().item();
    }
    assertEquals(0.009, mean, 1e-12);
  }

  /** Each component has a baseline of its own: one for each of two coins. */
  @Test
  @Tag("row-J2")
  void theOptimalBaselineIsThatOfEachComponent() {
    double[] j = {1, 4, -2};
    double[] s = {0.5, 2, -1, 0.25, 3, 0};
    Tensor b = OptimalBaseline.of(f64(j), Tensor.of(s, 3, 2));
    double[] expected = new double[6];
    for (int draw = 0; draw < 3; draw++) {
      for (int i = 0; i < 2; i++) {
        double above = 0;
        double below = 0;
        for (int other = 0; other < 3; other++) {
          double square = other == draw ? 0 : s[other * 2 + i] * s[other * 2 + i];
          above += j[other] * square;
          below += square;
        }
        expected[draw * 2 + i] = above / below;
      }
    }
    assertClose(expected, b, 1e-12);
  }

  // ---- biased ones

  /** E[J′(y)] p (1 − p) = −.7 · .09, though the gradient is .009. */
  @Test
  @Tag("row-J3")
  void straightThroughHasTheKnownMoments() {
    assertCoin(byValue(new StraightThrough(), Baseline.NONE), -0.063, 0.002916, 1e-12);
  }

  /** Right for the square, with J′(1) (1 − p) / 2 = .495 and J′(0) p / 2 = −.045. */
  @Test
  @Tag("row-J3")
  void darnIsUnbiasedForAQuadraticCost() {
    assertCoin(byValue(new Darn(), Baseline.NONE), 0.009, 0.026244, 1e-12);
  }

  /** Of y³ the true gradient is p (1 − p) = .09, and ½ (J′(0) + J′(1)) p (1 − p) is .135. */
  @Test
  @Tag("row-J3")
  void darnIsBiasedForACubicCost() {
    Tensor z = coins(1_000);
    Tensor y = new Darn().draw(new Bernoulli(z).independent(1), Rng.of(3)).value();
    double[] g = Autodiff.gradient(y.square().mul(y).sum(), z).toDoubleArray();
    double[] bits = y.toDoubleArray();
    for (int i = 0; i < g.length; i++) {
      assertEquals(bits[i] == 1 ? 3 * 0.5 * (1 - P) : 0, g[i], 1e-12);
    }
    assertEquals(0.135, P * 3 * 0.5 * (1 - P), 1e-12);
  }

  /** The mean over u of a function of the noise, by the midpoint rule on 10⁵ cells. */
  private static double overNoise(DoubleUnaryOperator ofNoise) {
    int cells = 100_000;
    double sum = 0;
    for (int i = 0; i < cells; i++) {
      double u = (i + 0.5) / cells;
      sum += ofNoise.applyAsDouble(Math.log(u) - Math.log1p(-u));
    }
    return sum / cells;
  }

  /** ∂J / ∂z of a soft draw, with the slope of J at the draw or at its corner. */
  private static double soft(double noise, double tau, boolean hard) {
    double y = 1 / (1 + Math.exp(-(LOGIT + noise) / tau));
    double at = hard ? Math.rint(y) : y;
    return 2 * (at - 0.45) * y * (1 - y) / tau;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 1, 3})
  @Tag("row-J3")
  void gumbelSoftmaxHasTheMomentsOfItsIntegral(double tau) {
    for (boolean hard : new boolean[] {false, true}) {
      double mean = overNoise(l -> soft(l, tau, hard));
      double second = overNoise(l -> Math.pow(soft(l, tau, hard), 2));
      Tensor z = Tensor.full(Shape.of(MANY), LOGIT);
      GumbelSoftmax estimator = hard ? GumbelSoftmax.of(tau).hard() : GumbelSoftmax.of(tau);
      Tensor y = estimator.draw(new Bernoulli(z), Rng.of(4)).value();
      Tensor g = Autodiff.gradient(cost(y).sum(), z);
      Moments.of(g).assertAre(mean, second - mean * mean);
    }
  }

  /**
   * As τ falls the bias becomes τ g′(−z) ∫ log(y / (1 − y)) J′(y) dy = −.072 τ, where g is the
   * density of the noise, g′(−z) = p (1 − p) (2p − 1), and the integral is 1.
   */
  @Test
  @Tag("row-J3")
  void theBiasFallsWithTheTemperature() {
    assertEquals(-0.072, (overNoise(l -> soft(l, 0.05, false)) - 0.009) / 0.05, 1e-3);
    assertEquals(-0.072, (overNoise(l -> soft(l, 0.02, false)) - 0.009) / 0.02, 1e-3);
  }

  private static final double[] LOGITS = {0.3, -1.2, 0.9};

  private static Tensor rows(int n) {
    return f64(LOGITS).unsqueeze(0).broadcastTo(Shape.of(n, 3)).evaluate();
  }

  /** χ² of 3 classes has mean 2 and deviation 2. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 10})
  @Tag("row-J3")
  void theLargestElementHasTheProbabilitiesAtAnyTemperature(double tau) {
    int n = 20_000;
    Categorical p = new Categorical(rows(n));
    double[] expected = f64(LOGITS).softmax(-1).mul(n).toDoubleArray();
    Tensor soft = GumbelSoftmax.of(tau).draw(p, Rng.of(5)).value();
    Tensor hard = GumbelSoftmax.of(tau).hard().draw(p, Rng.of(5)).value();
    assertEquals(1, soft.sum(1).max().item(), 1e-12);
    assertClose(soft.argmax(1).oneHot(3).cast(DType.F64).toDoubleArray(), hard, 0);
    double[] counts = hard.sum(0).toDoubleArray();
    double chi = 0;
    for (int k = 0; k < 3; k++) {
      chi += Math.pow(counts[k] - expected[k], 2) / expected[k];
    }
    assertTrue(chi < 10, "χ² " + chi + ", seed 5");
  }

  @Test
  @Tag("row-J3")
  void temperaturesLeadFromCornersToTheMiddle() {
    Categorical p = new Categorical(rows(1_000));
    Tensor cold = GumbelSoftmax.of(1e-3).draw(p, Rng.of(6)).value();
    Tensor hot = GumbelSoftmax.of(1e3).draw(p, Rng.of(6)).value();
    assertTrue(cold.max(1).mean().item() > 0.995);
    assertTrue(hot.sub(1 / 3.0).abs().max().item() < 0.01);
  }

  /** Both kinds of variables, soft and hard, against differences of the soft cost. */
  @Test
  @Tag("row-J3")
  void gradientsAreThoseOfTheSoftDraws() {
    Tensor w = f64(0.4, -1.1, 2.5);
    for (double tau : new double[] {0.5, 2}) {
      GumbelSoftmax soft = GumbelSoftmax.of(tau);
      Tensor z = Tensor.of(LOGITS, 1, 3);
      Tensor g = Autodiff.gradient(linear(soft, z, w, true), z);
      Tensor coins = Autodiff.gradient(linear(soft, z, w, false), z);
      assertClose(g.toDoubleArray(), Autodiff.gradient(linear(soft.hard(), z, w, true), z), 1e-12);
      assertClose(
          coins.toDoubleArray(), Autodiff.gradient(linear(soft.hard(), z, w, false), z), 1e-12);
      for (boolean classes : new boolean[] {true, false}) {
        double[] expected = new double[3];
        for (int i = 0; i < 3; i++) {
          double[] up = LOGITS.clone();
          double[] down = LOGITS.clone();
          up[i] += 1e-5;
          down[i] -= 1e-5;
          double high = linear(soft, Tensor.of(up, 1, 3), w, classes).item();
          double low = linear(soft, Tensor.of(down, 1, 3), w, classes).item();
          expected[i] = (high - low) / 2e-5;
        }
        assertClose(expected, classes ? g : coins, 1e-8);
      }
    }
  }

  private static Tensor linear(Estimator estimator, Tensor z, Tensor w, boolean classes) {
    return estimator
        .draw(classes ? new Categorical(z) : new Bernoulli(z).independent(1), Rng.of(7))
        .value()
        .mul(w)
        .sum();
  }

  @Test
  @Tag("row-J3")
  void straightThroughClassesHaveTheGradientOfTheirProbabilities() {
    Tensor w = f64(0.4, -1.1, 2.5);
    Tensor z = Tensor.of(LOGITS, 1, 3);
    Tensor y = new StraightThrough().draw(new Categorical(z), Rng.of(8)).value();
    assertEquals(1, y.sum().item());
    assertEquals(1, y.max().item());
    double[] expected = Autodiff.gradient(z.softmax(-1).mul(w).sum(), z).toDoubleArray();
    assertClose(expected, Autodiff.gradient(y.mul(w).sum(), z), 1e-12);
  }

  // ---- refusals

  @Test
  void whatAnEstimatorCannotDrawIsRefused() {
    Tensor z = f64(0, 1);
    Bernoulli coins = new Bernoulli(z);
    Normal normal = new Normal(z, z);
    String smooth = refusal(() -> new Reparameterized().draw(coins.independent(1), Rng.of(1)));
    assertTrue(smooth.contains("draws of Bernoulli; use ScoreFunction"), smooth);
    String soft = refusal(() -> GumbelSoftmax.of(1).draw(normal.independent(1), Rng.of(1)));
    assertTrue(soft.contains("not Normal; use Reparameterized"), soft);
    String classes = refusal(() -> new Darn().draw(new Categorical(z), Rng.of(1)));
    assertTrue(classes.contains("not Categorical; use ScoreFunction"), classes);
    String zero = refusal(() -> GumbelSoftmax.of(0));
    assertTrue(zero.contains("positive and finite, not 0.0"), zero);
    Draw each = new ScoreFunction().draw(coins, Rng.of(1));
    assertNotNull(each.logProbability());
    refusal(() -> each.credit(f64(1)));
    String alone = refusal(() -> OptimalBaseline.of(f64(1), Tensor.of(new double[] {1}, 1, 1)));
    assertTrue(alone.contains("draw at least 2"), alone);
    Draw passed = new StraightThrough().draw(coins, Rng.of(1));
    String none = refusal(() -> OptimalBaseline.credit(passed, z, z.unsqueeze(1)));
    assertTrue(none.contains("draw with ScoreFunction"), none);
    assertClose(new double[] {0, 0}, passed.credit(z), 0);
  }
}
