package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.f64;
import static shinso.nn.Numbers.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.program.ParamVector.Objective;
import shinso.core.program.ParamVector.Value;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Minimizer.Ending;
import shinso.nn.optim.Minimizer.Minimum;

/** Conjugate gradients and L-BFGS where the answer is known. */
@Tag("row-B11")
class MinimizerTest {
  /** A method by name. */
  record Method(String name, Minimizer minimizer) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Method> methods() {
    return Stream.of(
        new Method("conjugate gradients", Minimizer.conjugateGradients()),
        new Method("l-bfgs", Minimizer.lbfgs()),
        new Method("l-bfgs, one step remembered", Minimizer.lbfgs(1)));
  }

  /** ½ xᵀA x − bᵀx with A = QᵀQ / n + I. */
  private record Quadratic(Tensor a, Tensor b) implements Objective {
    static Quadratic of(int n, long seed) {
      Tensor q = random(DType.F64, seed, n, n);
      Tensor a = q.transpose().matmul(q).div(n).add(Tensor.eye(n).cast(DType.F64)).evaluate();
      return new Quadratic(a, random(DType.F64, seed + 1, n, 1));
    }

    @Override
    public Value at(double[] point) {
      Tensor x = Tensor.of(point, point.length, 1);
      Tensor ax = a.matmul(x);
      double value = x.mul(ax.mul(0.5).sub(b)).sum().item();
      return new Value(value, ax.sub(b).toDoubleArray());
    }

    double[] solution() {
      return LinearAlgebra.solve(a, b).toDoubleArray();
    }
  }

  /** With exact line searches both methods find the minimum of a quadratic in n steps. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 12})
  void aQuadraticTakesAsManyStepsAsItHasDimensions(int n) {
    for (long seed = 1; seed <= 5; seed++) {
      Quadratic f = Quadratic.of(n, 10 * seed);
      double[] start = random(DType.F64, seed, n).toDoubleArray();
      for (Minimizer method : List.of(Minimizer.conjugateGradients(), Minimizer.lbfgs(n))) {
        Minimum m = method.wolfe(1e-12, 1e-9).precision(1e-15).tolerance(1e-7).minimize(f, start);
        assertEquals(Ending.CONVERGED, m.ending());
        assertTrue(m.iterations() <= n, () -> "steps: " + m);
        assertArrayEquals(f.solution(), m.point(), 1e-6, "seed " + seed);
      }
    }
  }

  /** (1 − x)² + 100 (y − x²)² from (−1.2, 1), as a loss of two parameters. */
  @ParameterizedTest
  @MethodSource("methods")
  void rosenbrocksValleyEndsAtOneAndOne(Method method) {
    Param x = Param.of(f64(-1.2));
    Param y = Param.of(f64(1));
    Minimum m =
        method
            .minimizer
            .tolerance(1e-8)
            .minimize(
                List.of(x, y),
                () -> {
                  Tensor across = y.value().sub(x.value().square());
                  return x.value().rsub(1).square().add(across.square().mul(100)).sum();
                });
    assertEquals(Ending.CONVERGED, m.ending());
    assertEquals(1, x.value().item(), 1e-7);
    assertEquals(1, y.value().item(), 1e-7);
    assertEquals(0, m.loss(), 1e-15);
    assertTrue(m.evaluations() < 250, () -> "evaluations: " + m.evaluations());
  }

  /** The chain of Rosenbrock's valleys in 100 dimensions, which has its minimum at (1, …, 1). */
  @ParameterizedTest
  @MethodSource("methods")
  void aHundredDimensionsOfRosenbrock(Method method) {
    int n = 100;
    double[] start = new double[n];
    for (int i = 0; i < n; i++) {
      start[i] = i % 2 == 0 ? -1.2 : 1;
    }
    Minimum m = method.minimizer.tolerance(1e-6).minimize(MinimizerTest::pairs, start);
    assertEquals(Ending.CONVERGED, m.ending());
    for (double x : m.point()) {
      assertEquals(1, x, 1e-5);
    }
  }

  /** Σ (1 − x₂ᵢ)² + 100 (x₂ᵢ₊₁ − x₂ᵢ²)². */
  private static Value pairs(double[] x) {
    double value = 0;
    double[] g = new double[x.length];
    for (int i = 0; i < x.length; i += 2) {
      double along = 1 - x[i];
      double across = x[i + 1] - x[i] * x[i];
      value += along * along + 100 * across * across;
      g[i] = -2 * along - 400 * x[i] * across;
      g[i + 1] = 200 * across;
    }
    return new Value(value, g);
  }

  /** Least squares in single precision, against the normal equations. */
  @ParameterizedTest
  @MethodSource("methods")
  void leastSquaresAgreeWithTheNormalEquations(Method method) {
    Tensor x = random(DType.F32, 1, 40, 5);
    Tensor t = random(DType.F32, 2, 40, 2);
    Param w = Param.of(Tensor.zeros(5, 2));
    Param b = Param.of(Tensor.zeros(2));
    Minimum m =
        method.minimizer.minimize(
            List.of(w, b), () -> x.matmul(w.value()).add(b.value()).sub(t).square().mean());
    Tensor design = Tensor.concat(1, List.of(x, Tensor.ones(40, 1))).cast(DType.F64); // [40, 6]
    Tensor squares = design.transpose().matmul(design);
    double[] expected =
        LinearAlgebra.solve(squares, design.transpose().matmul(t.cast(DType.F64))).toDoubleArray();
    double[] found = m.point();
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], 1e-4, () -> m.toString());
    }
    assertArrayEquals(w.value().toDoubleArray(), Arrays.copyOf(found, 10), 1e-7);
  }

  /** Logistic regression, against Newton's method on the host. */
  @ParameterizedTest
  @MethodSource("methods")
  void logisticRegressionAgreesWithNewton(Method method) {
    int n = 60;
    int d = 3;
    Tensor x = random(DType.F64, 3, n, d);
    Tensor t = random(DType.F64, 4, n, 1).greater(0).evaluate();
    Tensor w = Tensor.of(new double[d], d, 1);
    for (int step = 0; step < 20; step++) {
      Tensor p = x.matmul(w).sigmoid();
      Tensor gradient = x.transpose().matmul(p.sub(t)).add(w);
      Tensor curved = x.transpose().matmul(x.mul(p.mul(p.rsub(1))));
      Tensor hessian = curved.add(Tensor.eye(d).cast(DType.F64));
      w = w.sub(LinearAlgebra.solve(hessian, gradient)).evaluate();
    }
    Param weight = Param.of(Tensor.of(new double[d], d, 1));
    Minimum m =
        method
            .minimizer
            .tolerance(1e-9)
            .minimize(
                List.of(weight),
                () -> {
                  Tensor a = x.matmul(weight.value());
                  Tensor penalty = weight.value().square().sum().mul(0.5);
                  return a.softplus().sub(t.mul(a)).sum().add(penalty);
                });
    assertEquals(Ending.CONVERGED, m.ending());
    assertArrayEquals(w.toDoubleArray(), weight.value().toDoubleArray(), 1e-8);
  }

  /** A network in single precision learns exclusive-or to the last digits. */
  @ParameterizedTest
  @MethodSource("methods")
  void aNetworkLearnsExclusiveOr(Method method) {
    Network net = Network.of(2).dense(8).tanh().dense(1).build(Rng.of(5));
    Tensor x = Tensor.of(new float[] {0, 0, 0, 1, 1, 0, 1, 1}, 4, 2);
    Tensor t = Tensor.of(new float[] {0, 1, 1, 0}, 4, 1);
    Minimum m =
        method.minimizer.minimize(
            Parameters.trainable(net).values(),
            () -> Losses.mse(net.forward(x, Pass.inference()), t));
    assertTrue(m.loss() < 1e-6, m::toString);
  }

  /** Where rounding hides all further descent, the search says so and keeps what it has. */
  @ParameterizedTest
  @MethodSource("methods")
  void theSearchEndsAtTheNumbersPrecision(Method method) {
    Param w = Param.of(Tensor.of(new float[] {3, -1}, 2));
    Minimum m =
        method
            .minimizer
            .tolerance(0)
            .minimize(List.of(w), () -> w.value().sub(1.1).square().sum().add(1).sqrt());
    assertTrue(m.ending() != Ending.ITERATIONS, m::toString);
    assertTrue(m.evaluations() < 300, m::toString);
    assertArrayEquals(new double[] {1.1, 1.1}, w.value().toDoubleArray(), 1e-3);
  }

  /** −log x + x: the first step leads to where there is no logarithm. */
  @ParameterizedTest
  @MethodSource("methods")
  void stepsThatLeaveTheDomainAreShortened(Method method) {
    Objective f = p -> new Value(p[0] - Math.log(p[0]), new double[] {1 - 1 / p[0]});
    Minimum m = method.minimizer.tolerance(1e-9).minimize(f, new double[] {30});
    assertEquals(1, m.point()[0], 1e-8);
    assertThrows(ArithmeticException.class, () -> method.minimizer.minimize(f, new double[] {-1}));
  }

  /** Every step that is accepted satisfies the strong Wolfe conditions. */
  @Test
  void lineSearchesSatisfyTheirConditions() {
    Objective hills =
        p -> new Value(Math.cos(3 * p[0]) + 0.1 * p[0] * p[0], new double[] {slope(p[0])});
    for (double first : new double[] {1e-4, 0.01, 0.3, 1, 5, 100}) {
      for (double c2 : new double[] {0.9, 0.1, 1e-3}) {
        LineSearch search = new LineSearch(1e-4, c2, 0);
        double[] x = {0.2};
        Value here = hills.at(x);
        double[] d = {1};
        double s0 = slope(0.2);
        LineSearch.Found found = search.search(hills, x, here, d, s0, first);
        LineSearch.Trial t = Objects.requireNonNull(found.trial());
        String which = "first step " + first + ", c2 " + c2 + ": " + t;
        assertTrue(found.isGood(), which);
        assertTrue(t.height() <= here.value() + 1e-4 * t.alpha() * s0, which);
        assertTrue(Math.abs(t.slope()) <= c2 * Math.abs(s0), which);
      }
    }
  }

  private static double slope(double x) {
    return -3 * Math.sin(3 * x) + 0.2 * x;
  }

  @Test
  void theTwoLoopsMultiplyByTheMatrixOfBfgs() {
    int n = 4;
    Lbfgs direction = new Lbfgs(3);
    Tensor identity = Tensor.eye(n).cast(DType.F64);
    Tensor[] s = new Tensor[3];
    Tensor[] y = new Tensor[3];
    Tensor[] rho = new Tensor[3];
    Quadratic f = Quadratic.of(n, 7);
    for (int i = 0; i < 3; i++) {
      s[i] = random(DType.F64, 20 + i, n, 1);
      y[i] = f.a.matmul(s[i]);
      rho[i] = s[i].mul(y[i]).sum().reciprocal();
      direction.moved(s[i].toDoubleArray(), new double[n], y[i].toDoubleArray());
    }
    // H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, from γ I.
    Tensor h = identity.div(rho[2].mul(y[2].square().sum()));
    for (int i = 0; i < 3; i++) {
      Tensor left = identity.sub(s[i].matmul(y[i].transpose()).mul(rho[i]));
      Tensor last = s[i].matmul(s[i].transpose()).mul(rho[i]);
      h = left.matmul(h).matmul(left.transpose()).add(last);
    }
    double[] g = {1, -2, 3, 0.5};
    double[] expected = h.matmul(Tensor.of(g, n, 1)).neg().toDoubleArray();
    assertArrayEquals(expected, direction.next(g), 1e-10);
  }

  @Test
  void theWatchSeesEveryIterationAndMayEndTheSearch() {
    List<Double> losses = new ArrayList<>();
    Minimum m =
        Minimizer.lbfgs()
            .watch((i, loss, point) -> losses.add(loss))
            .minimize(MinimizerTest::pairs, new double[] {-1.2, 1});
    assertEquals(m.iterations() + 1, losses.size());
    assertEquals(24.2, losses.getFirst(), 1e-12);
    assertEquals(m.loss(), losses.getLast());
    assertEquals(
        3,
        Minimizer.lbfgs()
            .iterations(3)
            .minimize(MinimizerTest::pairs, new double[] {-1.2, 1})
            .iterations());
  }

  @Test
  void badNumbersAreErrors() {
    refusal(() -> Minimizer.lbfgs(0));
    refusal(() -> Minimizer.lbfgs().iterations(-1));
    refusal(() -> Minimizer.lbfgs().tolerance(Double.NaN));
    refusal(() -> Minimizer.lbfgs().precision(1));
    assertEquals(
        "a line search needs 0 < c1 < c2 < 1, not c1 = 0.5 and c2 = 0.1",
        refusal(() -> Minimizer.conjugateGradients().wolfe(0.5, 0.1)));
  }
}
