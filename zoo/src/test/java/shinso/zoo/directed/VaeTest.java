package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Adam;
import shinso.zoo.laboratory.LinearGaussian;

/** Bounds on a model whose likelihood is known: x = (1, 2) z + noise of variance ½. */
@Tag("row-J7")
final class VaeTest {
  private static final double LOG_P = -4.161859340;
  private static final double LEAST = 0.01;

  private static Tensor f64(double[] values, int... dims) {
    return Tensor.of(values, dims).cast(DType.F64).evaluate();
  }

  private static final Tensor X = f64(new double[] {1, -1}, 1, 2);

  private static final LinearGaussian TRUTH =
      new LinearGaussian(
          f64(new double[] {1, 2}, 2, 1), f64(new double[] {0, 0}, 2), Math.sqrt(.5));

  /** The model with an encoder whose q(z | x) has a mean μ = a · x and a variance. */
  private static Vae linear(double a1, double a2, double variance) {
    double logScale = 0.5 * Math.log(variance);
    Dense encoder =
        new Dense(
            Param.of(f64(new double[] {a1, 0, a2, 0}, 2, 2)),
            Param.of(f64(new double[] {0, logScale}, 2)));
    Dense generator =
        new Dense(Param.of(f64(new double[] {1, 2}, 1, 2)), Param.of(f64(new double[] {0, 0}, 2)));
    double raw = Observation.Real.raw(Math.sqrt(.5), LEAST);
    Observation.Real noise =
        new Observation.Real(Param.of(f64(new double[] {raw}).reshape()), LEAST);
    return new Vae(encoder, new Generator(generator, noise, 1));
  }

  private static Vae exact() {
    return linear(1 / 5.5, 2 / 5.5, 0.5 / 5.5);
  }

  private static Vae wrong() {
    return linear(0.1, 0.2, 0.2);
  }

  /** The bound of the encoder's q in closed form. */
  private static double closed(Vae vae) {
    Distribution q = vae.posterior(X);
    Tensor scale = q.variance().sqrt().unsqueeze(2); // [1, 1, 1]
    return TRUTH.evidenceBound(new MultivariateNormal(q.mean(), scale), X).item();
  }

  @Test
  void everyWeightOfThePosteriorIsTheLikelihood() {
    Vae vae = exact();
    assertEquals(-.181818, vae.encode(X).item(), 1e-6);
    assertEquals(.090909, vae.posterior(X).variance().item(), 1e-6);
    for (double w : vae.logWeights(X, 5, Rng.of(1)).toDoubleArray()) {
      assertEquals(LOG_P, w, 1e-8);
    }
    double sampled = vae.bound(Vae.Bound.SAMPLED, X, 3, Rng.of(2)).item();
    assertEquals(LOG_P, sampled, 1e-8);
    double weighted = vae.bound(Vae.Bound.IMPORTANCE_WEIGHTED, X, 3, Rng.of(2)).item();
    assertEquals(LOG_P, weighted, 1e-8);
  }

  /** A grid of codes over ±8 deviations of q, and the shares of q on it. */
  private record Grid(Tensor z, double[] share) {
    static Grid of(Vae vae, int n) {
      Distribution q = vae.posterior(X);
      double mean = q.mean().item();
      double deviation = Math.sqrt(q.variance().item());
      double[] z = new double[n];
      double[] share = new double[n];
      for (int i = 0; i < n; i++) {
        double e = -8 + 16 * (i + 0.5) / n;
        z[i] = mean + deviation * e;
        share[i] = Math.exp(-0.5 * e * e) / Math.sqrt(2 * Math.PI) * 16 / n;
      }
      return new Grid(f64(z, n, 1, 1), share);
    }
  }

  /** E log w is the bound in closed form; L₁ &lt; L₂ &lt; L₃ &lt; log p(x); E w is p(x). */
  @Test
  void theWeightedBoundRisesWithTheDraws() {
    Vae vae = wrong();
    int n = 120;
    Grid grid = Grid.of(vae, n);
    double[] log = vae.logWeights(X, grid.z, vae.posterior(X), Pass.inference()).toDoubleArray();
    double[] w = Arrays.stream(log).map(Math::exp).toArray();
    double mean = 0;
    double one = 0;
    double two = 0;
    double three = 0;
    for (int i = 0; i < n; i++) {
      mean += grid.share[i] * w[i];
      one += grid.share[i] * log[i];
      for (int j = 0; j < n; j++) {
        double pair = grid.share[i] * grid.share[j];
        two += pair * Math.log((w[i] + w[j]) / 2);
        for (int l = 0; l < n; l++) {
          three += pair * grid.share[l] * Math.log((w[i] + w[j] + w[l]) / 3);
        }
      }
    }
    assertEquals(LOG_P, Math.log(mean), 1e-8);
    assertEquals(closed(vae), one, 1e-8);
    assertTrue(one + 0.01 < two && two + 0.01 < three && three < LOG_P);

    // What is drawn has these means: 4 standard errors, of 20,000 estimates by two draws.
    int copies = 20_000;
    Tensor many = X.tile(0, copies);
    assertMean(one, vae.bound(Vae.Bound.ANALYTIC, many, 2, Rng.of(3)));
    assertMean(one, vae.bound(Vae.Bound.SAMPLED, many, 2, Rng.of(4)));
    assertMean(two, vae.bound(Vae.Bound.IMPORTANCE_WEIGHTED, many, 2, Rng.of(5)));
    assertMean(three, vae.bound(Vae.Bound.IMPORTANCE_WEIGHTED, many, 3, Rng.of(6)));
  }

  private static void assertMean(double expected, Tensor draws) {
    double error = Math.sqrt(draws.variance().item() / draws.shape().size());
    assertEquals(expected, draws.mean().item(), 4 * error);
  }

  @Test
  void manyDrawsReachTheLikelihood() {
    Vae vae = wrong();
    double[] l = ImportanceSampling.logLikelihood(vae, X.tile(0, 8), 10_020, Rng.of(8));
    Tensor w = vae.logWeights(X, 10_000, Rng.of(9)).sub(LOG_P).exp();
    double error = Math.sqrt(w.variance().item() / 10_020);
    for (double each : l) {
      assertEquals(LOG_P, each, 4.5 * error);
    }
    assertTrue(l[0] != l[1]);
  }

  private static Vae nonlinear(Observation observation, int outputs) {
    return new Vae(
        Differences.Mlp.of(10, 3, 4, 4),
        new Generator(Differences.Mlp.of(20, 2, 5, outputs), observation, 2));
  }

  @ParameterizedTest
  @EnumSource(Vae.Bound.class)
  void gradientsOfTheBounds(Vae.Bound bound) {
    Tensor bits = f64(new double[] {1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0}, 4, 3);
    Vae binary = nonlinear(new Observation.Binary(), 3);
    Differences.assertGradients(binary, () -> binary.bound(bound, bits, 3, Rng.of(5)).mean());
    Tensor x = bits.add(bits.normalLike(Rng.of(6))).evaluate();
    Param each = Param.of(f64(new double[] {-1, 0.3, 0.8}, 3));
    Vae shared = nonlinear(new Observation.Real(each, 0.1), 3);
    Differences.assertGradients(shared, () -> shared.bound(bound, x, 3, Rng.of(5)).mean());
    Vae both = nonlinear(Observation.Real.ofGenerator(0.1), 6);
    Differences.assertGradients(both, () -> both.bound(bound, x, 3, Rng.of(5)).mean());
    Param scale = Param.of(f64(new double[] {-1.5}).reshape());
    Vae levels = nonlinear(new Observation.Levels(scale, 3), 3);
    Tensor thirds = bits.mul(0.5);
    Differences.assertGradients(levels, () -> levels.bound(bound, thirds, 3, Rng.of(5)).mean());
  }

  /** Burda et al., equation 14: the gradients of log w, weighted by the shares of w. */
  @Test
  void theGradientWeighsTheDraws() {
    Vae vae = nonlinear(new Observation.Binary(), 3);
    Tensor x = f64(new double[] {1, 0, 1}, 1, 3);
    Param p = ((Differences.Mlp) vae.encoder()).first().weight();
    Tensor log = vae.logWeights(x, 4, Rng.of(3)); // [4, 1]
    Tensor expected = Autodiff.gradient(log.softmax(0).stopGradient().mul(log).sum(), p);
    Tensor found =
        Autodiff.gradient(vae.bound(Vae.Bound.IMPORTANCE_WEIGHTED, x, 4, Rng.of(3)).sum(), p);
    assertArrayEquals(expected.toDoubleArray(), found.toDoubleArray(), 1e-12);
  }

  /** An element that never changes: its deviation goes to the limit, and no further. */
  @Test
  void theDeviationStaysAboveItsLimit() {
    Tensor x =
        Tensor.concat(1, List.of(Tensor.normal(Rng.of(1), 64, 1), Tensor.zeros(64, 1))).evaluate();
    Observation.Real noise = Observation.Real.ofEach(2, 1, 0.05);
    Vae vae =
        new Vae(
            Network.of(2).dense(2).build(Rng.of(2)),
            new Generator(Network.of(1).dense(2).build(Rng.of(3)), noise, 1));
    Vae.Learning learning = new Vae.Learning(vae, Vae.Bound.ANALYTIC, 1, Adam.of(0.05));
    Program step = Program.of(learning::train);
    double loss = 0;
    for (int i = 0; i < 600; i++) {
      loss = loss(step.run(Rng.of(4).split(i), x));
    }
    Tensor s = Objects.requireNonNull(noise.scale()).value();
    double[] deviation = s.softplus().exp().mul(0.05).toDoubleArray();
    assertTrue(deviation[1] > 0.05 && deviation[1] < 0.08, Arrays.toString(deviation));
    assertTrue(deviation[0] > 0.05, Arrays.toString(deviation));
    assertTrue(Double.isFinite(loss) && loss > -5, "loss " + loss);
  }

  private static double loss(Program.Result result) {
    return Objects.requireNonNull(result.metrics().get("loss")).item();
  }

  @Test
  void badModelsAreNamed() {
    assertThrows(IllegalArgumentException.class, () -> new Observation.Real(null, 0));
    assertThrows(IllegalArgumentException.class, () -> Observation.Real.ofOne(0.1, 0.2));
    Vae few =
        new Vae(
            Network.of(2).dense(3).build(Rng.of(2)),
            new Generator(Network.of(2).dense(2).build(Rng.of(3)), new Observation.Binary(), 2));
    var e = assertThrows(IllegalArgumentException.class, () -> few.encode(Tensor.zeros(1, 2)));
    assertTrue(String.valueOf(e.getMessage()).contains("[b, 4]"));
    assertThrows(
        IllegalArgumentException.class, () -> exact().bound(Vae.Bound.SAMPLED, X, 0, Rng.of(1)));
  }

  @Test
  void activeUnitsVary() {
    Tensor codes = Tensor.normal(Rng.of(1), 500, 3).mul(Tensor.of(new float[] {1, 0.05f, 0.2f}, 3));
    assertEquals(2, Vae.activeUnits(codes));
  }
}
