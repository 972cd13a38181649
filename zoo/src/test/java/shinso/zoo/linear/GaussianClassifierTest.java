package shinso.zoo.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;

@Tag("row-A7")
final class GaussianClassifierTest {
  /** Class 0: (0,0), (2,0), (1,3); class 1: (4,4), (6,4), (5,1), (5,7). */
  private static final Tensor X =
      Tensor.of(new float[] {0, 0, 2, 0, 1, 3, 4, 4, 6, 4, 5, 1, 5, 7}, 7, 2);

  private static final Tensor LABELS = Tensor.of(new int[] {0, 0, 0, 1, 1, 1, 1}, 7);
  private static final Tensor SEEN = Tensor.of(new float[] {2, 2, 3, 3, -1, 5}, 3, 2);

  private static double logNormal(double x, double y, double[] mean, double[] s) {
    double a = x - mean[0];
    double b = y - mean[1];
    double det = s[0] * s[2] - s[1] * s[1];
    double distance = (s[2] * a * a - 2 * s[1] * a * b + s[0] * b * b) / det;
    return -Math.log(2 * Math.PI) - Math.log(det) / 2 - distance / 2;
  }

  /** Means (1, 1) and (5, 4); covariances diag(2/3, 2) and diag(1/2, 9/2) by hand. */
  private static double[] posterior(double[] s0, double[] s1) {
    float[] seen = SEEN.toFloatArray();
    double[] p = new double[3];
    for (int n = 0; n < 3; n++) {
      double a =
          Math.log(3 / 7.0) + logNormal(seen[2 * n], seen[2 * n + 1], new double[] {1, 1}, s0);
      double b =
          Math.log(4 / 7.0) + logNormal(seen[2 * n], seen[2 * n + 1], new double[] {5, 4}, s1);
      p[n] = 1 / (1 + Math.exp(a - b));
    }
    return p;
  }

  @Test
  void separateCovariancesByHandAndBayesRule() {
    GaussianClassifier model = GaussianClassifier.separate(2, 2).fit(X, LABELS);
    assertArrayEquals(new double[] {1, 1, 5, 4}, model.mean().value().toDoubleArray(), 1e-6);
    assertArrayEquals(
        new double[] {Math.log(3 / 7.0), Math.log(4 / 7.0)},
        model.logPrior().value().toDoubleArray(),
        1e-6);
    Tensor l = model.scale().value();
    assertArrayEquals(
        new double[] {2 / 3.0, 0, 0, 2, 0.5, 0, 0, 4.5},
        l.matmul(l.transpose()).toDoubleArray(),
        1e-6);
    double[] expected = posterior(new double[] {2 / 3.0, 0, 2}, new double[] {0.5, 0, 4.5});
    assertArrayEquals(expected, model.logits(SEEN).softmax(-1).at(1, 1).toDoubleArray(), 1e-5);
    assertThrows(IllegalStateException.class, model::linear);
  }

  /** Σ = 3/7 S₀ + 4/7 S₁ = diag(4/7, 24/7); the posterior is that of an affine map. */
  @Test
  void aSharedCovarianceGivesALogisticPosterior() {
    GaussianClassifier model = GaussianClassifier.shared(2, 2).fit(X, LABELS);
    double[] s = {4 / 7.0, 0, 24 / 7.0};
    double[] expected = posterior(s, s);
    assertArrayEquals(expected, model.logits(SEEN).softmax(-1).at(1, 1).toDoubleArray(), 1e-5);
    Tensor affine = model.linear().forward(SEEN, Pass.inference());
    assertArrayEquals(expected, affine.softmax(-1).at(1, 1).toDoubleArray(), 1e-5);
    // w₁ − w₀ = Σ⁻¹ (μ₁ − μ₀) = (4 · 7/4, 3 · 7/24).
    double[] w = model.linear().weight().value().toDoubleArray();
    assertEquals(7, w[1] - w[0], 1e-5);
    assertEquals(0.875, w[3] - w[2], 1e-5);
  }

  /** At the closed form the likelihood is at its maximum: its gradient is 0. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theClosedFormIsTheMaximumOfTheLikelihood(boolean shared) {
    Tensor x = Tensor.normal(Rng.of(1), 200, 3).mul(2).evaluate();
    int[] labels = new int[200];
    for (int i = 0; i < 200; i++) {
      labels[i] = i % 4 == 0 ? 0 : i % 3 == 0 ? 1 : 2;
    }
    Tensor t = Tensor.of(labels, 200);
    GaussianClassifier model =
        (shared ? GaussianClassifier.shared(3, 3) : GaussianClassifier.separate(3, 3)).fit(x, t);
    Tensor joint = model.logits(x).mul(t.oneHot(3).cast(DType.F32)).sum().div(200);
    assertEquals(0, Autodiff.gradient(joint, model.mean()).abs().max().item(), 1e-5);
    assertEquals(0, Autodiff.gradient(joint, model.scale()).abs().max().item(), 1e-4);
    assertEquals(1, model.logPrior().value().exp().sum().item(), 1e-6);
  }

  @Test
  void densityAndSamples() {
    GaussianClassifier model = GaussianClassifier.separate(2, 2).fit(X, LABELS);
    double[] p = new double[3];
    float[] seen = SEEN.toFloatArray();
    for (int n = 0; n < 3; n++) {
      double x = seen[2 * n];
      double y = seen[2 * n + 1];
      p[n] =
          Math.log(
              3 / 7.0 * Math.exp(logNormal(x, y, new double[] {1, 1}, new double[] {2 / 3.0, 0, 2}))
                  + 4
                      / 7.0
                      * Math.exp(logNormal(x, y, new double[] {5, 4}, new double[] {0.5, 0, 4.5})));
    }
    assertArrayEquals(p, model.logProbability(SEEN).toDoubleArray(), 1e-5);
    for (GaussianClassifier m :
        new GaussianClassifier[] {model, GaussianClassifier.shared(2, 2).fit(X, LABELS)}) {
      Tensor samples = m.sample(20_000, Rng.of(3));
      double[] mean = samples.mean(0).toDoubleArray();
      // 3/7 (1, 1) + 4/7 (5, 4); the standard errors are below 0.017.
      assertArrayEquals(new double[] {23 / 7.0, 19 / 7.0}, mean, 0.07);
      double[] variance = samples.variance(0).toDoubleArray();
      assertArrayEquals(
          new double[] {4 / 7.0 + 12 / 49.0 * 16, 24 / 7.0 + 12 / 49.0 * 9}, variance, 0.2);
    }
  }

  @Test
  void derivativesAndErrors() {
    GaussianClassifier model = GaussianClassifier.separate(2, 2).fit(X, LABELS);
    Tensor loss = Losses.softmaxCrossEntropy(model.logits(SEEN), Tensor.of(new int[] {0, 1, 1}, 3));
    ParameterCheck.run(Parameters.trainable(model), loss, Rng.of(1)).requireBelow(1e-6);
    IllegalArgumentException none =
        assertThrows(
            IllegalArgumentException.class, () -> GaussianClassifier.shared(3, 2).fit(X, LABELS));
    assertEquals("gaussian classifier: the class 2 has no examples", none.getMessage());
    IllegalArgumentException flat =
        assertThrows(
            IllegalArgumentException.class,
            () -> GaussianClassifier.separate(2, 2).fit(X.slice(0, 1, 5), LABELS.slice(0, 1, 5)));
    assertTrue(String.valueOf(flat.getMessage()).contains("not positive definite"));
  }
}
