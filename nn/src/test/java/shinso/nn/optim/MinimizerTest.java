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
import org.ejml.simple.SimpleMatrix;
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

  /** ½ xᵀA x − bᵀx with A = QᵀQ + I. */
  private record Quadratic(SimpleMatrix a, SimpleMatrix b) implements Objective {
    static Quadratic of(int n, long seed) {
      double[] q = random(DType.F64, seed, n * n).toDoubleArray();
      double[] b = random(DType.F64, seed + 1, n).toDoubleArray();
      SimpleMatrix m = new SimpleMatrix(n, n, true, q);
      SimpleMatrix a = m.transpose().mult(m).plus(SimpleMatrix.identity(n));
      return new Quadratic(a, new SimpleMatrix(n, 1, true, b));
    }

    @Override
    public Value at(double[] point) {
      SimpleMatrix x = new SimpleMatrix(point.length, 1, true, point);
      SimpleMatrix ax = a.mult(x);
      double value = 0.5 * x.dot(ax) - b.dot(x);
      return new Value(value, ax.minus(b).getDDRM().getData().clone());
    }

    double[] solution() {
      return a.solve(b).getDDRM().getData().clone();
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
        Minimum m =
            method.wolfe(1e-12, 1e-9).precision(1e-15).tolerance(1e-7).minimize(f, start);
        assertEquals(Ending.CONVERGED, m.ending());
        assertTrue(m.iterations() <= n, () -> "seed, steps: " + m);
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
    SimpleMatrix design = new SimpleMatrix(40, 6);
    design.insertIntoThis(0, 0, new SimpleMatrix(40, 5, true, x.toDoubleArray()));
    for (int i = 0; i < 40; i++) {
      design.set(i, 5, 1);
    }
    SimpleMatrix targets = new SimpleMatrix(40, 2, true, t.toDoubleArray());
    SimpleMatrix solution =
        design.transpose().mult(design).solve(design.transpose().mult(targets));
    double[] expected = solution.getDDRM().getData();
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
    double[] x = random(DType.F64, 3, n, d).toDoubleArray();
    double[] t = random(DType.F64, 4, n).greater(0).toDoubleArray();
    SimpleMatrix w = new SimpleMatrix(d, 1);
    SimpleMatrix design = new SimpleMatrix(n, d, true, x);
    for (int step = 0; step < 20; step++) {
      SimpleMatrix gradient = w.copy();
      SimpleMatrix hessian = SimpleMatrix.identity(d);
      for (int i = 0; i < n; i++) {
        SimpleMatrix row = design.extractVector(true, i);
        double p = 1 / (1 + Math.exp(-row.mult(w).get(0)));
        gradient = gradient.plus(row.transpose().scale(p - t[i]));
        hessian = hessian.plus(row.transpose().mult(row).scale(p * (1 - p)));
      }
      w = w.minus(hessian.solve(gradient));
    }
    Param weight = Param.of(Tensor.of(new double[d]));
    Tensor inputs = Tensor.of(x, n, d);
    Tensor targets = Tensor.of(t);
    Minimum m =
        method
            .minimizer
            .tolerance(1e-9)
            .minimize(
                List.of(weight),
                () -> {
                  Tensor a = inputs.matmul(weight.value().reshape(d, 1)).reshape(n);
                  Tensor penalty = weight.value().square().sum().mul(0.5);
                  return a.softplus().sub(targets.mul(a)).sum().add(penalty);
                });
    assertEquals(Ending.CONVERGED, m.ending());
    assertArrayEquals(w.getDDRM().getData(), weight.value().toDoubleArray(), 1e-8);
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
            () -> Losses.meanSquaredError(net.forward(x, Pass.inference()), t));
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
    SimpleMatrix[] s = new SimpleMatrix[3];
    SimpleMatrix[] y = new SimpleMatrix[3];
    Quadratic f = Quadratic.of(n, 7);
    for (int i = 0; i < 3; i++) {
      s[i] = new SimpleMatrix(n, 1, true, random(DType.F64, 20 + i, n).toDoubleArray());
      y[i] = f.a.mult(s[i]);
      double[] change = y[i].getDDRM().getData().clone();
      direction.moved(s[i].getDDRM().getData().clone(), new double[n], change);
    }
    // H ← (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ, from γ I.
    SimpleMatrix h = SimpleMatrix.identity(n).scale(s[2].dot(y[2]) / y[2].dot(y[2]));
    for (int i = 0; i < 3; i++) {
      double rho = 1 / s[i].dot(y[i]);
      SimpleMatrix left =
          SimpleMatrix.identity(n).minus(s[i].mult(y[i].transpose()).scale(rho));
      h = left.mult(h).mult(left.transpose()).plus(s[i].mult(s[i].transpose()).scale(rho));
    }
    double[] g = {1, -2, 3, 0.5};
    double[] expected =
        h.mult(new SimpleMatrix(n, 1, true, g)).scale(-1).getDDRM().getData().clone();
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
        3, Minimizer.lbfgs().iterations(3).minimize(MinimizerTest::pairs, new double[] {-1.2, 1})
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
