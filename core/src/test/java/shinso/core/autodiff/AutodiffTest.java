package shinso.core.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Derivatives against closed forms, and what happens at the edges. */
final class AutodiffTest {
  private static final double EPSILON = 1e-12;

  private static Tensor vector(double... values) {
    return Tensor.of(values);
  }

  // ---- closed forms

  @Test
  void powersToTheFifthOrder() {
    Tensor x = vector(1.5, -0.7);
    Tensor y = x.pow(5);
    double[] factors = {5, 20, 60, 120, 120, 0};
    for (int order = 1; order <= 6; order++) {
      y = Autodiff.gradient(y.sum(), x);
      double f = factors[order - 1];
      int exponent = 5 - order;
      double[] expected = {f * Math.pow(1.5, exponent), f * Math.pow(-0.7, exponent)};
      assertArrayEquals(expected, y.toDoubleArray(), 1e-10, "order " + order);
    }
  }

  @Test
  void sineToTheEighthOrder() {
    Tensor x = vector(0.3, 2.1);
    Tensor y = x.sin();
    for (int order = 1; order <= 8; order++) {
      y = Autodiff.gradient(y.sum(), x);
      double phase = order * Math.PI / 2;
      assertArrayEquals(
          new double[] {Math.sin(0.3 + phase), Math.sin(2.1 + phase)}, y.toDoubleArray(), EPSILON);
    }
  }

  @Test
  void logarithmToTheFourthOrder() {
    Tensor x = vector(2);
    Tensor y = x.log();
    double[] expected = {0.5, -0.25, 0.25, -0.375};
    for (double e : expected) {
      y = Autodiff.gradient(y.sum(), x);
      assertEquals(e, y.item(), EPSILON);
    }
  }

  @Test
  void quadraticForm() {
    Tensor a = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
    Tensor x = vector(5, -1);
    Tensor y = x.matmul(a).matmul(x);
    assertArrayEquals(new double[] {5, 17}, Autodiff.gradient(y, x).toDoubleArray(), EPSILON);
    assertArrayEquals(
        new double[] {25, -5, -5, 1}, Autodiff.gradient(y, a).toDoubleArray(), EPSILON);
    Tensor v = vector(1, 10);
    assertArrayEquals(
        new double[] {2 + 50, 5 + 80},
        Autodiff.hessianVectorProduct(y, List.of(x), List.of(v)).getFirst().toDoubleArray(),
        EPSILON);
  }

  @Test
  void mixedDerivatives() {
    Tensor x = vector(2);
    Tensor y = vector(3);
    Tensor f = x.square().mul(y).sum();
    Tensor dx = Autodiff.gradient(f, x);
    assertEquals(12, dx.item());
    assertEquals(4, Autodiff.gradient(dx.sum(), y).item());
    List<Tensor> hv =
        Autodiff.hessianVectorProduct(f, List.of(x, y), List.of(vector(1), vector(10)));
    assertEquals(2 * 3 * 1 + 2 * 2 * 10, hv.get(0).item());
    assertEquals(2 * 2 * 1, hv.get(1).item());
  }

  // ---- forward mode

  @Test
  void jvpIsTheDirectionalDerivativeOfAllResults() {
    Tensor x = vector(1, 2, 3);
    Tensor y = vector(4);
    List<Tensor> results = List.of(x.square(), x.sum().mul(y), vector(7));
    List<Tensor> t =
        Autodiff.jvp(results, List.of(x, y), List.of(vector(1, 10, 100), vector(1000)));
    assertArrayEquals(new double[] {2, 40, 600}, t.get(0).toDoubleArray());
    assertArrayEquals(new double[] {111 * 4 + 6 * 1000}, t.get(1).toDoubleArray());
    assertArrayEquals(new double[] {0}, t.get(2).toDoubleArray());
  }

  @Test
  void jvpCanBeDifferentiated() {
    Tensor x = vector(0.5);
    Tensor tangent = Autodiff.jvp(List.of(x.exp()), List.of(x), List.of(vector(2))).getFirst();
    assertEquals(2 * Math.exp(0.5), Autodiff.gradient(tangent.sum(), x).item(), EPSILON);
  }

  // ---- what doesn't depend

  @Test
  void unusedInputsHaveZeroGradients() {
    Tensor x = vector(1, 2);
    Tensor unused = Tensor.ones(3, 4);
    List<Tensor> g = Autodiff.gradients(x.sum(), List.of(unused, x));
    assertEquals(unused.shape(), g.get(0).shape());
    assertEquals(unused.dtype(), g.get(0).dtype());
    assertEquals(0, g.get(0).abs().sum().item());
    assertArrayEquals(new double[] {1, 1}, g.get(1).toDoubleArray());
  }

  @Test
  void secondDerivativesOfLinearFunctionsAreZero() {
    Tensor x = vector(1, 2);
    Tensor linear = x.mul(3).sum();
    assertArrayEquals(
        new double[] {0, 0},
        Autodiff.hessianVectorProduct(linear, List.of(x), List.of(vector(1, 1)))
            .getFirst()
            .toDoubleArray());
    Tensor constant = vector(4).sum();
    assertArrayEquals(
        new double[] {0, 0},
        Autodiff.hessianVectorProduct(constant, List.of(x), List.of(vector(1, 1)))
            .getFirst()
            .toDoubleArray());
  }

  @Test
  void gradientsStopWhereTold() {
    Tensor x = vector(3);
    assertEquals(3, Autodiff.gradient(x.mul(x.stopGradient()).sum(), x).item());
    assertEquals(0, Autodiff.gradient(x.stopGradient().sum(), x).item());
    assertEquals(0, Autodiff.gradient(x.mul(2).evaluate().sum(), x).item());
    assertEquals(0, Autodiff.gradient(x.floor().sum(), x).item());
  }

  @Test
  void evaluatingDoesNotChangeGradients() {
    Tensor x = vector(3);
    Tensor y = x.square();
    y.item();
    Tensor z = y.mul(x);
    z.item();
    assertEquals(27, Autodiff.gradient(z.sum(), x).item());
  }

  // ---- targets inside of the expression

  @Test
  void innerResultsMayBeTargets() {
    Tensor x = vector(2);
    Tensor y = x.square();
    Tensor z = y.mul(y).add(x);
    List<Tensor> g = Autodiff.gradients(z.sum(), List.of(y, x, z));
    assertEquals(8, g.get(0).item());
    assertEquals(4 * 8 + 1, g.get(1).item());
    assertEquals(1, g.get(2).item());
    assertEquals(8, Autodiff.gradient(z.sum(), y).item());
  }

  @Test
  void targetsAndResultsMayRepeat() {
    Tensor x = vector(2);
    Tensor y = x.square();
    List<Tensor> g =
        Autodiff.vjp(List.of(y, y, x), List.of(x, x), List.of(vector(1), vector(10), vector(100)));
    assertEquals(144, g.get(0).item());
    assertEquals(144, g.get(1).item());
    assertEquals(1, Autodiff.gradient(x.sum(), x).item());
    assertEquals(1, Autodiff.gradient(x, x).item());
  }

  @Test
  void gradientHasTheShapeOfItsInput() {
    Tensor x = Tensor.ones(1, 3);
    Tensor y = x.add(Tensor.zeros(4, 3)).sum().reshape(1, 1, 1);
    Tensor g = Autodiff.gradient(y, x);
    assertEquals(Shape.of(1, 3), g.shape());
    assertArrayEquals(new float[] {4, 4, 4}, g.toFloatArray());
  }

  @Test
  void parametersAreTargets() {
    Param p = Param.of(vector(3));
    assertSame(p.value(), p.asTensor());
    Tensor y = p.value().square().sum();
    assertEquals(6, Autodiff.gradient(y, p).item());
  }

  // ---- kinks

  @Test
  void tiesGoWhereDocumented() {
    Tensor x = vector(0, 2, 2);
    Tensor zero = vector(0, 2, 3);
    List<Tensor> max = Autodiff.gradients(x.maximum(zero).sum(), List.of(x, zero));
    assertArrayEquals(new double[] {0.5, 0.5, 0}, max.get(0).toDoubleArray());
    assertArrayEquals(new double[] {0.5, 0.5, 1}, max.get(1).toDoubleArray());
    List<Tensor> min = Autodiff.gradients(x.minimum(zero).sum(), List.of(x, zero));
    assertArrayEquals(new double[] {0.5, 0.5, 1}, min.get(0).toDoubleArray());
    assertArrayEquals(new double[] {0.5, 0.5, 0}, min.get(1).toDoubleArray());
    assertArrayEquals(
        new double[] {1, 1, 1}, Autodiff.gradient(x.maximum(x).sum(), x).toDoubleArray());
    assertArrayEquals(
        new double[] {0.5, 1, 1}, Autodiff.gradient(x.maximum(0).sum(), x).toDoubleArray());
    assertArrayEquals(
        new double[] {1, 0.5, 0.5}, Autodiff.gradient(x.minimum(2).sum(), x).toDoubleArray());
    assertArrayEquals(
        new double[] {1, 1, 1}, Autodiff.gradient(x.clip(0, 2).sum(), x).toDoubleArray());
    assertArrayEquals(
        new double[] {0, 1, 1}, Autodiff.gradient(x.clip(1, 3).sum(), x).toDoubleArray());
    assertArrayEquals(new double[] {0, 0.5, 0.5}, Autodiff.gradient(x.max(), x).toDoubleArray());
    assertArrayEquals(new double[] {0, 1, 1}, Autodiff.gradient(x.relu().sum(), x).toDoubleArray());
    assertArrayEquals(new double[] {0, 1, 1}, Autodiff.gradient(x.abs().sum(), x).toDoubleArray());
  }

  /** No NaN from 0·∞: powers at 0, with exponents 0, 1 and 2, and to the second order. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 2, 3})
  void powersAtZero(double exponent) {
    Tensor x = vector(0);
    Tensor p = vector(exponent);
    Tensor y = x.pow(p).sum();
    List<Tensor> g = Autodiff.gradients(y, List.of(x, p));
    assertEquals(exponent == 1 ? 1 : 0, g.get(0).item());
    assertEquals(0, g.get(1).item());
    assertEquals(exponent == 2 ? 2 : 0, Autodiff.gradient(g.get(0).sum(), x).item());
  }

  // ---- long chains

  @ParameterizedTest(name = "{0} steps")
  @ValueSource(ints = {10_000, 100_000})
  void longChainsDoNotOverflowTheStack(int steps) {
    Tensor x = vector(0.5);
    Tensor y = x;
    for (int i = 0; i < steps; i++) {
      y = y.mul(i % 2 == 0 ? 2 : 0.5);
    }
    assertEquals(0.5, y.item());
    assertEquals(1, Autodiff.gradient(y.sum(), x).item());
  }

  @Test
  void wideGraphsAreWalkedOnce() {
    Tensor x = vector(1);
    Tensor y = x;
    for (int i = 0; i < 200; i++) {
      y = y.add(y).mul(0.5); // 2^200 paths
    }
    assertEquals(1, y.item());
    assertEquals(1, Autodiff.gradient(y.sum(), x).item());
  }

  // ---- errors

  @Test
  void errors() {
    Tensor x = vector(1, 2);
    Tensor i = Tensor.iota(2);
    assertMessage(
        "gradients: the result must be a scalar, not [2]; sum it, or use vjp with its cotangent",
        () -> Autodiff.gradients(x, List.of(x)));
    assertMessage(
        "a derivative needs floating-point numbers, but an input is I32[2] iota; cast it before"
            + " use",
        () -> Autodiff.gradients(x.sum(), List.of(i)));
    assertMessage(
        "a derivative needs floating-point numbers, but a result is I32[] reshape; cast it before"
            + " use",
        () -> Autodiff.gradients(i.sum(), List.of(x)));
    assertMessage(
        "vjp: 1 tensors, but 2 vectors", () -> Autodiff.vjp(List.of(x), List.of(x), List.of(x, x)));
    assertMessage(
        "vjp: shapes differ: [2] and [3]",
        () -> Autodiff.vjp(List.of(x), List.of(x), List.of(vector(1, 2, 3))));
    assertMessage(
        "vjp: element types differ: F64 and F32; use cast",
        () -> Autodiff.vjp(List.of(x), List.of(x), List.of(Tensor.ones(2))));
    assertMessage(
        "jvp: 1 tensors, but 0 vectors", () -> Autodiff.jvp(List.of(x), List.of(x), List.of()));
  }

  private static void assertMessage(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }

  @Test
  void whatIsBehindAStoppedGradientNeedsNoDerivative() {
    Tensor alpha = Tensor.of(new float[] {1, 2});
    Tensor draws = alpha.stopGradient().gamma(Rng.of(1));
    Tensor g = Autodiff.gradient(draws.mul(alpha).sum(), alpha);
    assertArrayEquals(draws.toDoubleArray(), g.toDoubleArray());
    assertArrayEquals(new double[2], Autodiff.gradient(draws.sum(), alpha).toDoubleArray());
  }
}
