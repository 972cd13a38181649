package shinso.nn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;

/** The lasso, whose solutions are known in special cases and by their optimality conditions. */
@Tag("row-A4")
class ProximalTest {
  private static final int N = 40;
  private static final int D = 6;

  private static double[] shrunk(double[] w, double t) {
    return Arrays.stream(w).map(x -> Math.signum(x) * Math.max(Math.abs(x) - t, 0)).toArray();
  }

  /** Makes ½ ‖X w − t‖² + α ‖w‖₁ small. */
  private static double[] minimum(Tensor x, Tensor t, Optimizer rule, int steps) {
    Param w = Param.of(Tensor.constant(0.1, x.dtype()).broadcastTo(Shape.of(D, 1)));
    Program step =
        Program.of((none, rng) -> {
          Tensor loss = x.matmul(w.value()).sub(t).square().sum().mul(0.5);
          return Step.of(rule.update(List.of(w), List.of(Autodiff.gradient(loss, w))));
        });
    for (int i = 0; i < steps; i++) {
      step.run(Rng.of(0));
    }
    return w.value().toDoubleArray();
  }

  @Test
  void operators() {
    Tensor w = Tensor.of(new double[] {3, -3, 0.5, -0.5, 0, 1});
    Tensor eta = Tensor.scalar(0.5).cast(DType.F64);
    assertClose(new double[] {2, -2, 0, 0, 0, 0}, Proximal.l1(2).prox(w, eta), 0);
    assertClose(new double[] {1, -1, 0, 0, 0, 0}, Proximal.elasticNet(2, 2).prox(w, eta), 1e-15);
    assertEquals(
        "l1: the strength is finite and not negative: -1.0", refusal(() -> Proximal.l1(-1)));
    refusal(() -> Proximal.elasticNet(1, Double.NaN));
  }

  /** prox(w) is where ½ ‖z − w‖² + η R(z) is smallest: no z nearby is better. */
  @ParameterizedTest
  @ValueSource(doubles = {-1.7, -0.3, 0, 0.2, 0.9})
  void operatorsMakeTheirFunctionSmall(double at) {
    double eta = 0.5;
    double z =
        Proximal.elasticNet(0.8, 0.6)
            .prox(Tensor.of(new double[] {at}), Tensor.of(new double[] {eta}))
            .item();
    for (double other = -2; other <= 2; other += 1e-3) {
      assertTrue(value(z, at, eta) <= value(other, at, eta) + 1e-15, at + ": " + other);
    }
  }

  private static double value(double z, double w, double eta) {
    return (z - w) * (z - w) / 2 + eta * (0.8 * Math.abs(z) + 0.6 * z * z / 2);
  }

  /** With Xᵀ X = 1 the lasso is the soft threshold of least squares, in one step of length 1. */
  @Test
  void anOrthonormalDesignGivesTheSoftThreshold() {
    Tensor x = LinearAlgebra.svd(random(DType.F64, 1, N, D)).u();
    Tensor t = random(DType.F64, 2, N, 1);
    double alpha = 0.8;
    double[] expected = shrunk(x.transpose().matmul(t).toDoubleArray(), alpha);
    long zeros = Arrays.stream(expected).filter(w -> w == 0).count();
    assertTrue(zeros > 0 && zeros < D, "zeros: " + zeros);
    Optimizer ista = Sgd.of(1).proximal(1, p -> true, Proximal.l1(alpha));
    assertArrayEquals(expected, minimum(x, t, ista, 1), 1e-12);
    Optimizer slow = Sgd.of(0.3).proximal(0.3, p -> true, Proximal.l1(alpha));
    Optimizer fista = Fista.of(0.3, p -> true, Proximal.l1(alpha));
    for (double[] w : List.of(minimum(x, t, slow, 200), minimum(x, t, fista, 600))) {
      assertArrayEquals(expected, w, 1e-9);
      for (int j = 0; j < D; j++) {
        assertEquals(expected[j] == 0, w[j] == 0, "weight " + j + " of " + Arrays.toString(w));
      }
    }
  }

  /** |xⱼᵀ r| ≤ α where w is 0, and xⱼᵀ r = α sign w elsewhere, with r = t − X w. */
  @Test
  void theMinimumFulfilsTheOptimalityConditions() {
    Tensor x = random(DType.F64, 3, N, D);
    Tensor t = random(DType.F64, 4, N, 1);
    double alpha = 5;
    double eta = 1 / Math.pow(LinearAlgebra.svd(x).values().max().item(), 2);
    double[] ista = minimum(x, t, Sgd.of(eta).proximal(eta, p -> true, Proximal.l1(alpha)), 400);
    double[] fista = minimum(x, t, Fista.of(eta, p -> true, Proximal.l1(alpha)), 400);
    assertArrayEquals(ista, fista, 1e-6);
    Tensor w = Tensor.of(ista, D, 1);
    double[] c = x.transpose().matmul(t.sub(x.matmul(w))).toDoubleArray();
    int zeros = 0;
    for (int j = 0; j < D; j++) {
      if (ista[j] == 0) {
        zeros++;
        assertTrue(Math.abs(c[j]) <= alpha, "weight " + j);
      } else {
        assertEquals(alpha * Math.signum(ista[j]), c[j], 1e-9);
      }
    }
    assertTrue(zeros > 0 && zeros < D, "zeros: " + zeros);
  }

  /** f(xₖ) − f* ≤ 2 L ‖x₀ − x*‖² / (k + 1)²: theorem 4.4 of Beck and Teboulle. */
  @Test
  void fistaIsAsFastAsItsBound() {
    Tensor x =
        random(DType.F64, 5, N, D).mul(Tensor.of(new double[] {1, 0.5, 0.2, 0.1, 0.05, 0.02}));
    Tensor t = random(DType.F64, 6, N, 1);
    double curvature = Math.pow(LinearAlgebra.svd(x).values().max().item(), 2);
    Optimizer rule = Fista.of(1 / curvature, p -> true, Proximal.l1(0.05));
    double[] best = minimum(x, t, Fista.of(1 / curvature, p -> true, Proximal.l1(0.05)), 20_000);
    double distance = Arrays.stream(best).map(w -> (w - 0.1) * (w - 0.1)).sum();
    Param w = Param.of(Tensor.constant(0.1, DType.F64).broadcastTo(Shape.of(D, 1)));
    Program step =
        Program.of((none, rng) -> {
          Tensor loss = x.matmul(w.value()).sub(t).square().sum().mul(0.5);
          return Step.of(rule.update(List.of(w), List.of(Autodiff.gradient(loss, w))));
        });
    Param last = rule.state(Map.of("w", w)).get("fista.x.w");
    for (int k = 1; k <= 100; k++) {
      step.run(Rng.of(0));
      double gap =
          objective(x, t, Objects.requireNonNull(last).value())
              - objective(x, t, Tensor.of(best, D, 1));
      assertTrue(gap <= 2 * curvature * distance / ((k + 1.0) * (k + 1)), "step " + k);
    }
  }

  private static double objective(Tensor x, Tensor t, Tensor w) {
    return x.matmul(w).sub(t).square().sum().item() / 2 + 0.05 * w.abs().sum().item();
  }

  /** At rest an averaging momentum steps by η times the gradient: the minimum is the lasso's. */
  @Test
  void behindMomentum() {
    Tensor x = random(DType.F32, 3, N, D);
    Tensor t = random(DType.F32, 4, N, 1);
    double eta = 0.5 / Math.pow(LinearAlgebra.svd(x).values().max().item(), 2);
    Proximal lasso = Proximal.l1(5);
    double[] plain = minimum(x, t, Sgd.of(eta).proximal(eta, p -> true, lasso), 800);
    Optimizer momentum =
        Momentum.averaging(Schedule.constant(eta), 0.8).proximal(eta, p -> true, lasso);
    double[] w = minimum(x, t, momentum, 800);
    assertArrayEquals(plain, w, 1e-5);
    for (int j = 0; j < D; j++) {
      assertEquals(plain[j] == 0, w[j] == 0, "weight " + j + " of " + Arrays.toString(w));
    }
  }
}
