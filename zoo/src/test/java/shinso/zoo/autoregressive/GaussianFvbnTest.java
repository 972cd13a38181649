package shinso.zoo.autoregressive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.layer.Parameters;
import shinso.nn.linear.LinearAlgebra;

/** Linear regressions one after the other are a multivariate normal distribution. */
@Tag("row-K1")
final class GaussianFvbnTest {
  private static final int D = 4;
  private static final int N = 200;

  private static Tensor correlated() {
    Tensor mix = Tensor.normal(Rng.of(1), D, D);
    return Tensor.normal(Rng.of(2), N, D).matmul(mix).add(0.7).cast(DType.F64).evaluate();
  }

  private static GaussianFvbn inDouble() {
    return new GaussianFvbn(
        Param.of(Tensor.zeros(D, D).cast(DType.F64)),
        Param.of(Tensor.zeros(D).cast(DType.F64)),
        Param.of(Tensor.zeros(D).cast(DType.F64)));
  }

  @Test
  void theFitIsTheNormalDistributionOfTheSampleCovariance() {
    Tensor x = correlated();
    GaussianFvbn model = inDouble().fit(x);
    Tensor mean = x.mean(0);
    Tensor rest = x.sub(mean);
    Tensor l = LinearAlgebra.cholesky(rest.transpose().matmul(rest).div(N).evaluate());
    Tensor expected = new MultivariateNormal(mean, l).logProbability(x);
    assertEquals(0, model.logProbability(x).sub(expected).abs().max().item(), 1e-10);
  }

  @Test
  void atTheFitThereIsNoGradient() {
    Tensor x = correlated();
    GaussianFvbn model = inDouble().fit(x);
    for (Param p : Parameters.all(model).values()) {
      Tensor slope = Autodiff.gradient(model.logProbability(x).mean(), p);
      assertEquals(0, slope.abs().max().item(), 1e-10);
    }
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    GaussianFvbn model =
        new GaussianFvbn(
            DensityChecks.random(DType.F64, 1, D, D),
            DensityChecks.random(DType.F64, 2, D),
            DensityChecks.random(DType.F64, 3, D));
    Tensor x = correlated().slice(0, 0, 5).evaluate();
    DensityChecks.assertGradients(model, () -> model.logProbability(x).sum());
  }

  /** Cov(x₁, x₂) = W₁₂ σ₁², Var x₂ = W₁₂² σ₁² + σ₂²; tolerances are 4.5 standard errors. */
  @Test
  void samplesHaveTheCovariance() {
    GaussianFvbn model = GaussianFvbn.of(2);
    model.weight().assign(Tensor.of(new float[] {9, 2, 9, 9}, 2, 2));
    int n = 20_000;
    Tensor x = model.sample(n, Rng.of(3)).evaluate();
    Tensor a = x.at(1, 0);
    Tensor b = x.at(1, 1);
    assertEquals(2, a.mul(b).mean().item(), 4.5 * Math.sqrt((1 * 5 + 2 * 2) / (double) n));
    assertEquals(5, b.square().mean().item(), 4.5 * 5 * Math.sqrt(2.0 / n));
  }

  @Test
  void tooFewExamplesAreAnError() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> GaussianFvbn.of(3).fit(Tensor.zeros(3, 3)));
    assertEquals("gaussian fvbn: 3 examples are too few for 3 units", e.getMessage());
  }
}
