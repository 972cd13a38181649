package shinso.core.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Draws against their distributions. Seeds are fixed; the thresholds are those that a right
 * generator passes with a probability of 0.9999 or more.
 */
final class DistributionTest {
  private static final int N = 50_000;

  /** Kolmogorov–Smirnov: √n times the largest distance exceeds 2.23 with a probability of 10⁻⁴. */
  private static final double KS = 2.23;

  /** A mean of n draws is within 4 standard errors with a probability of 0.99994. */
  private static final double ERRORS = 4;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void uniform(long seed) {
    double[] x = Tensor.uniform(Rng.of(seed), N).toDoubleArray();
    assertMoments(x, 0.5, 1 / 12.0, 1 / 80.0);
    assertDistribution(x, t -> t);
    assertTrue(Arrays.stream(x).allMatch(v -> v >= 0 && v < 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void normal(long seed) {
    Tensor draws = Tensor.normal(Rng.of(seed), N);
    double[] x = draws.toDoubleArray();
    assertMoments(x, 0, 1, 3);
    double[] cdf = draws.div(Math.sqrt(2)).erf().add(1).div(2).toDoubleArray();
    assertDistribution(cdf, t -> t);
  }

  /** Neighbours share a block and a radius: their squares must be independent as well. */
  @Test
  void neighboursAreIndependent() {
    double[] x = Tensor.normal(Rng.of(4), N).toDoubleArray();
    for (int lag : new int[] {1, 15, 16, 17, 32}) {
      double product = 0;
      double squares = 0;
      for (int i = lag; i < N; i++) {
        product += x[i] * x[i - lag];
        squares += (x[i] * x[i] - 1) * (x[i - lag] * x[i - lag] - 1);
      }
      assertEquals(0, product / N, ERRORS / Math.sqrt(N), "lag " + lag);
      assertEquals(0, squares / N, ERRORS * 2 / Math.sqrt(N), "squares at lag " + lag);
    }
  }

  @ParameterizedTest(name = "probability {0}")
  @ValueSource(doubles = {0, 0.01, 0.3, 0.5, 0.99, 1})
  void bernoulli(double p) {
    Tensor x = Tensor.full(Shape.of(N), p).bernoulli(Rng.of(5));
    assertEquals(p, x.mean().item(), ERRORS * Math.sqrt(p * (1 - p) / N) + 1e-7);
    assertEquals(0, x.mul(x.rsub(1)).sum().item());
  }

  /** Pearson's chi-square with 4 degrees of freedom exceeds 23.5 with a probability of 10⁻⁴. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void categorical(long seed) {
    double[] p = {0.1, 0.4, 0.05, 0.25, 0.2};
    Tensor logits = Tensor.of(p).log().add(3).cast(DType.F32);
    int[] drawn = logits.broadcastTo(Shape.of(N, 5)).categorical(Rng.of(seed)).toIntArray();
    int[] counts = new int[5];
    for (int d : drawn) {
      counts[d]++;
    }
    double chiSquare = 0;
    for (int i = 0; i < 5; i++) {
      chiSquare += Math.pow(counts[i] - N * p[i], 2) / (N * p[i]);
    }
    assertTrue(chiSquare < 23.5, "chi-square " + chiSquare);
  }

  @Test
  void categoricalNeverTakesTheImpossible() {
    Tensor logits = Tensor.of(new float[] {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY});
    int[] drawn = logits.broadcastTo(Shape.of(1000, 3)).categorical(Rng.of(6)).toIntArray();
    assertTrue(Arrays.stream(drawn).allMatch(d -> d == 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void gumbel(long seed) {
    double[] x = Tensor.gumbel(Rng.of(seed), N).toDoubleArray();
    double euler = 0.5772156649015329;
    double variance = Math.PI * Math.PI / 6;
    assertMoments(x, euler, variance, variance * variance * 5.4);
    assertDistribution(x, t -> Math.exp(-Math.exp(-t)));
  }

  /** The ends of the uniform draw give finite Gumbel draws, in F32. */
  @Test
  void gumbelIsFinite() {
    Tensor u = Tensor.of(new float[] {0, 0x1p-24f, 0.5f, 1 - 0x1p-24f});
    double[] g = u.maximum(0x1p-25).neg().log1p().neg().log().neg().toDoubleArray();
    assertTrue(Arrays.stream(g).allMatch(Double::isFinite), Arrays.toString(g));
    assertTrue(
        Arrays.stream(Tensor.gumbel(Rng.of(1), 1 << 20).toDoubleArray())
            .allMatch(Double::isFinite));
  }

  @ParameterizedTest(name = "shape {0}")
  @ValueSource(doubles = {0.1, 0.5, 1, 2.5, 30})
  void gamma(double alpha) {
    double[] x = Tensor.full(Shape.of(N), alpha).gamma(Rng.of(7)).toDoubleArray();
    double a = (float) alpha;
    assertMoments(x, a, a, 3 * a * a + 6 * a);
    if (alpha == 1) {
      assertDistribution(x, t -> 1 - Math.exp(-t));
    }
    if (alpha == 0.5) {
      Tensor t = Tensor.of(x);
      assertDistribution(t.sqrt().erf().toDoubleArray(), v -> v);
    }
  }

  /** Mean and variance against those of the distribution, given its fourth central moment. */
  private static void assertMoments(double[] x, double mean, double variance, double fourth) {
    double m = Arrays.stream(x).average().orElseThrow();
    assertEquals(mean, m, ERRORS * Math.sqrt(variance / x.length), "mean");
    double v = Arrays.stream(x).map(t -> (t - mean) * (t - mean)).average().orElseThrow();
    double error = Math.sqrt((fourth - variance * variance) / x.length);
    assertEquals(variance, v, ERRORS * error, "variance");
  }

  private static void assertDistribution(double[] draws, DoubleUnaryOperator cdf) {
    double[] x = draws.clone();
    Arrays.sort(x);
    double distance = 0;
    for (int i = 0; i < x.length; i++) {
      double p = cdf.applyAsDouble(x[i]);
      distance = Math.max(distance, Math.max(p - (double) i / x.length, (i + 1.0) / x.length - p));
    }
    double statistic = distance * Math.sqrt(x.length);
    assertTrue(statistic < KS, "Kolmogorov-Smirnov statistic " + statistic);
  }
}
