package shinso.zoo.laboratory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Kl;
import shinso.nn.distribution.MultivariateNormal;

final class LinearGaussianTest {
  private static Tensor normal(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate();
  }

  private static LinearGaussian model(long seed, int d, int k) {
    return new LinearGaussian(normal(seed, d, k), normal(seed + 1, d), 0.7);
  }

  /** Random Gaussians with full covariances. */
  private static MultivariateNormal guesses(long seed, int b, int k) {
    Tensor diagonal = normal(seed + 1, b, k).mul(0.3).exp();
    Tensor off = normal(seed + 2, b, k, k).mul(0.4);
    Tensor scale = Tensor.select(Tensor.eye(k), diagonal.unsqueeze(2), off);
    return new MultivariateNormal(normal(seed, b, k), scale.evaluate());
  }

  @Tag("row-H30")
  @ParameterizedTest
  @CsvSource({"1, 1, 10", "3, 2, 20", "5, 3, 30", "2, 4, 40"})
  void theGapIsTheDivergenceFromThePosterior(int d, int k, long seed) {
    LinearGaussian model = model(seed, d, k);
    Tensor x = normal(seed + 2, 8, d);
    MultivariateNormal q = guesses(seed + 3, 8, k);
    double[] gap = model.logProbability(x).sub(model.evidenceBound(q, x)).toDoubleArray();
    double[] divergence = Kl.of(q, model.posterior(x)).toDoubleArray();
    assertArrayEquals(divergence, gap, 1e-10, "seed " + seed);
    for (double g : gap) {
      assertTrue(g > 0, () -> "seed " + seed + ": " + g);
    }
  }

  @Tag("row-H30")
  @Test
  void theBoundIsTightAtThePosterior() {
    LinearGaussian model = model(50, 4, 2);
    Tensor x = normal(52, 6, 4);
    assertArrayEquals(
        model.logProbability(x).toDoubleArray(),
        model.evidenceBound(model.posterior(x), x).toDoubleArray(),
        1e-11);
  }

  /** The posterior is the best guess: the bound's slopes in its mean and scale are zero there. */
  @Test
  void theBoundIsStationaryAtThePosterior() {
    LinearGaussian model = model(60, 3, 2);
    Tensor x = normal(62, 1, 3);
    MultivariateNormal p = model.posterior(x);
    Tensor mean = p.location().evaluate();
    Tensor scale = p.scale().evaluate();
    Tensor bound = model.evidenceBound(new MultivariateNormal(mean, scale), x).sum();
    for (Tensor slope : Autodiff.gradients(bound, List.of(mean, scale))) {
      assertEquals(0, slope.abs().max().item(), 1e-10);
    }
  }

  /** log p(x) = log ∫ p(x | z) p(z) dz, by the midpoint rule over one latent variable. */
  @Test
  void logProbabilityIsTheIntegralOverTheLatentVariable() {
    LinearGaussian model = model(70, 3, 1);
    Tensor x = normal(72, 1, 3);
    double[] w = model.weight().toDoubleArray();
    double[] b = model.bias().toDoubleArray();
    double[] v = x.toDoubleArray();
    int n = 20_000;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double z = -10 + 20 * (i + 0.5) / n;
      double log = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
      for (int j = 0; j < 3; j++) {
        double e = (v[j] - b[j] - w[j] * z) / 0.7;
        log += -0.5 * e * e - Math.log(0.7) - 0.5 * Math.log(2 * Math.PI);
      }
      sum += Math.exp(log) * 20 / n;
    }
    assertEquals(Math.log(sum), model.logProbability(x).item(), 1e-10);
  }

  /** The closed form is the mean of log p(x, z) − log q(z) over draws of q. */
  @Test
  void theBoundIsTheMeanOverDraws() {
    LinearGaussian model = model(80, 2, 2);
    Tensor x = normal(82, 1, 2);
    MultivariateNormal q = guesses(83, 1, 2);
    int n = 200_000;
    Tensor z = q.sample(n, Rng.of(84)).reshape(n, 2);
    Tensor e = x.sub(model.bias()).sub(z.matmul(model.weight().transpose())).div(0.7);
    Tensor log = e.square().sum(1).mul(-0.5).sub(2 * Math.log(0.7) + Math.log(2 * Math.PI));
    Tensor each =
        log.add(model.prior().logProbability(z))
            .sub(q.logProbability(z.unsqueeze(1)).reshape(n))
            .evaluate();
    double error = Math.sqrt(each.variance().item() / n);
    assertEquals(model.evidenceBound(q, x).item(), each.mean().item(), 4 * error);
  }

  @Test
  void badShapesAreNamed() {
    Tensor w = Tensor.zeros(3, 2);
    assertThrows(IllegalArgumentException.class, () -> new LinearGaussian(w, Tensor.zeros(2), 1));
    assertThrows(IllegalArgumentException.class, () -> new LinearGaussian(w, Tensor.zeros(3), 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new LinearGaussian(Tensor.zeros(3), Tensor.zeros(3), 1));
  }
}
