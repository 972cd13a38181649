package shinso.zoo.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Proximal;
import shinso.nn.optim.Sgd;
import shinso.nn.penalty.Penalties;

/** Closed forms against small cases, the normal equations, and gradient descent. */
final class LinearRegressionTest {
  private static final int N = 60;
  private static final int D = 4;
  private static final Tensor X =
      Tensor.normal(Rng.of(1), N, D)
          .mul(Tensor.of(new float[] {1, 2, 0.5f, 1}, D))
          .add(Tensor.of(new float[] {0, 3, -1, 2}, D))
          .cast(DType.F64)
          .evaluate();
  private static final Tensor T =
      X.matmul(Tensor.of(new double[] {1, -2, 0, 0.5, 0, 3, 1, 1}, D, 2))
          .add(Tensor.normal(Rng.of(2), N, 2).cast(DType.F64).mul(0.3))
          .add(5)
          .evaluate();

  private static LinearRegression inDouble() {
    return LinearRegression.of(D, 2, DType.F64);
  }

  /** Descends on 1/N of the error, by which λ is divided, too. */
  private static void descend(LinearRegression model, Optimizer rule, double lambda, int steps) {
    List<Param> params = List.copyOf(Parameters.trainable(model).values());
    Program step =
        Program.of((none, rng) -> {
          Tensor error = model.predict(X).sub(T).square().sum().mul(0.5 / N);
          Tensor loss = error.add(Penalties.l2(lambda / N, List.of(model.weight())));
          return Step.of(rule.update(params, Autodiff.gradients(loss, params)));
        });
    for (int i = 0; i < steps; i++) {
      step.run(Rng.of(0));
    }
  }

  /** Points (0, 1), (1, 3), (2, 2): slope ½, intercept 3/2. */
  @Test
  @Tag("row-A1")
  void aLineThroughThreePoints() {
    LinearRegression line = LinearRegression.of(1, 1);
    line.fit(Tensor.of(new float[] {0, 1, 2}, 3, 1), Tensor.of(new float[] {1, 3, 2}, 3, 1), 0);
    assertEquals(0.5, line.weight().value().item(), 1e-7);
    assertEquals(1.5, line.bias().value().item(), 1e-7);
  }

  @Test
  @Tag("row-A1")
  void gradientDescentReachesTheClosedForm() {
    LinearRegression exact = inDouble().fit(X, T, 0);
    LinearRegression descended = inDouble();
    descend(descended, Sgd.of(0.08), 0, 8_000);
    assertClose(exact, descended, 1e-9);
    List<Tensor> gradients =
        Autodiff.gradients(Losses.mse(exact.predict(X), T), List.of(exact.weight(), exact.bias()));
    for (Tensor g : gradients) {
      assertEquals(0, g.abs().max().item(), 1e-12);
    }
  }

  /** W = (XᵀX + λ I)⁻¹ XᵀT with centred X and T. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 20, 1e4})
  @Tag("row-A3")
  void ridgeIsItsClosedFormAndWhereDescentEnds(double lambda) {
    LinearRegression ridge = inDouble().fit(X, T, lambda);
    Tensor x = X.sub(X.meanKeep(0));
    Tensor t = T.sub(T.meanKeep(0));
    Tensor gram = x.transpose().matmul(x).add(Tensor.eye(D).cast(DType.F64).mul(lambda));
    Tensor normal = LinearAlgebra.solve(gram.evaluate(), x.transpose().matmul(t).evaluate());
    assertArrayEquals(normal.toDoubleArray(), ridge.weight().value().toDoubleArray(), 1e-11);
    LinearRegression descended = inDouble();
    double curvature = 13 + lambda / N;
    descend(descended, Sgd.of(1 / curvature), lambda, 12_000);
    assertClose(ridge, descended, 1e-9);
    double free = inDouble().fit(X, T, 0).weight().value().square().sum().item();
    assertTrue(ridge.weight().value().square().sum().item() < free);
  }

  /** One feature: w = Σ xt / (Σ x² + λ) = 1 / (2 + 2). */
  @Test
  @Tag("row-A3")
  void ridgeOfThreePoints() {
    LinearRegression line = LinearRegression.of(1, 1);
    line.fit(Tensor.of(new float[] {0, 1, 2}, 3, 1), Tensor.of(new float[] {1, 3, 2}, 3, 1), 2);
    assertEquals(0.25, line.weight().value().item(), 1e-7);
    assertEquals(1.75, line.bias().value().item(), 1e-7);
  }

  /** With more unknowns than examples the shortest solution goes through all points. */
  @Test
  void theShortestOfManySolutions() {
    Tensor x = Tensor.of(new double[] {1, 1, 0, 0, 0, 2}, 2, 3);
    Tensor b = Tensor.of(new double[] {2, 4}, 2, 1);
    assertArrayEquals(
        new double[] {1, 1, 2}, LinearAlgebra.leastSquares(x, b, 0).toDoubleArray(), 1e-14);
    Tensor same = Tensor.of(new double[] {1, 1, 2, 2}, 2, 2); // rank 1
    assertArrayEquals(
        new double[] {1, 1},
        LinearAlgebra.leastSquares(same, Tensor.of(new double[] {2, 4}, 2, 1), 0).toDoubleArray(),
        1e-14);
    assertThrows(
        IllegalArgumentException.class, () -> LinearAlgebra.leastSquares(x, b.transpose(), 0));
    assertThrows(IllegalArgumentException.class, () -> LinearAlgebra.leastSquares(x, b, -1));
  }

  /** The model trained with proximal steps: what doesn't matter has exactly no weight. */
  @Test
  @Tag("row-A4")
  void theLassoFindsWhatMatters() {
    LinearRegression lasso = inDouble();
    Optimizer rule = Sgd.of(0.08).proximal(0.08, p -> p == lasso.weight(), Proximal.l1(0.2));
    descend(lasso, rule, 0, 4_000);
    double[] w = lasso.weight().value().toDoubleArray();
    // The zeros of the weights that made T.
    assertEquals(0, w[2]);
    assertEquals(0, w[4]);
    for (int i : new int[] {0, 1, 3, 5, 7}) {
      assertTrue(Math.abs(w[i]) > 0.1, "weight " + i + ": " + w[i]);
    }
  }

  /** At each α: |cⱼ| ≤ α where w is 0, and c = α sign w elsewhere, with c = Xᵀ(t − X w) / N. */
  @Test
  @Tag("row-A4")
  void theLassoPathFulfilsTheOptimalityConditions() {
    Tensor x = X.sub(X.meanKeep(0)).evaluate();
    Tensor t = T.slice(1, 0, 1).evaluate();
    LassoPath path = LassoPath.of(x, t, 8, 1e-2, 1_000);
    assertArrayEquals(new double[D], path.weights(0), "all weights are 0 at the largest α");
    for (int i = 0; i < 8; i++) {
      double[] w = path.weights(i);
      Tensor rest = t.sub(t.mean()).sub(x.matmul(Tensor.of(w, D, 1)));
      double[] c = x.transpose().matmul(rest).div(N).toDoubleArray();
      for (int j = 0; j < D; j++) {
        if (w[j] == 0) {
          assertTrue(Math.abs(c[j]) <= path.alphas()[i] * (1 + 1e-9));
        } else {
          assertEquals(path.alphas()[i] * Math.signum(w[j]), c[j], 1e-9);
        }
      }
    }
    assertEquals(0.01 * path.alphas()[0], path.alphas()[7], 1e-12);
  }

  @Test
  void derivatives() {
    LinearRegression model = LinearRegression.of(D, 2);
    Tensor loss = Losses.mse(model.predict(X.cast(DType.F32)), T.cast(DType.F32));
    ParameterCheck.run(Parameters.trainable(model), loss, Rng.of(3)).requireBelow(1e-6);
  }

  private static void assertClose(LinearRegression a, LinearRegression b, double tolerance) {
    assertArrayEquals(
        a.weight().value().toDoubleArray(), b.weight().value().toDoubleArray(), tolerance);
    assertArrayEquals(
        a.bias().value().toDoubleArray(), b.bias().value().toDoubleArray(), 10 * tolerance);
  }
}
