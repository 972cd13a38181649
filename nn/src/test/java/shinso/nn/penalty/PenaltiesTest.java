package shinso.nn.penalty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Sgd;

class PenaltiesTest {
  @Test
  void l2IsHalfTheSumOfSquares() {
    Param a = Param.of(f64(1, -2));
    Tensor b = f64(3);
    Tensor penalty = Penalties.l2(0.1, List.of(a, b));
    assertClose(0.1 / 2 * 14, penalty, 1e-15);
    List<Tensor> gradients = Autodiff.gradients(penalty, List.of(a, b));
    assertClose(new double[] {0.1, -0.2}, gradients.get(0), 1e-15);
    assertClose(0.3, gradients.get(1), 1e-15);
  }

  @Test
  void l1IsTheSumOfMagnitudes() {
    Tensor w = f64(1, -2, 0);
    assertClose(0.3, Penalties.l1(0.1, List.of(w)), 1e-15);
    assertClose(
        new double[] {0.1, -0.1, 0}, Autodiff.gradient(Penalties.l1(0.1, List.of(w)), w), 1e-15);
  }

  /** On a quadratic the penalty moves the minimum by α / h towards 0, and stops there. */
  @Test
  @Tag("row-C2")
  void l1MovesTheMinimumOfAQuadratic() {
    Tensor h = f64(4, 1, 2, 1);
    Tensor minimum = f64(3, -2, 0.2, -0.4);
    double alpha = 0.5;
    double rate = 1e-3;
    Param w = Param.of(f64(0.7, 0.7, 0.7, 0.7));
    Sgd sgd = Sgd.of(rate);
    Program program =
        Program.compile((Tensor unused) -> {
          Tensor error = w.value().sub(minimum).square().mul(h).sum().mul(0.5);
          Tensor loss = error.add(Penalties.l1(alpha, List.of(w)));
          return Step.of(sgd.update(List.of(w), Autodiff.gradients(loss, List.of(w))))
              .output(unused);
        });
    for (int i = 0; i < 20_000; i++) {
      program.run(f64(0));
    }
    // sign(w⁰) max(0, |w⁰| − α / h); a sub-gradient steps over 0 and back, by at most η 2 α.
    double[] found = w.value().toDoubleArray();
    double[] expected = {3 - 0.5 / 4, -2 + 0.5, 0, 0};
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], expected[i] == 0 ? 2 * rate * alpha : 1e-6);
    }
  }

  /** Two quadratics ½ a (w − 1)² and ½ b (v + 1)²; without a bias of either towards 0. */
  @Test
  @Tag("row-C4")
  void distanceDrawsTwoModelsTogether() {
    Tensor a = f64(1, 2, 0.5);
    Tensor b = f64(3, 1, 0.5);
    double alpha = 0.4;
    Param w = Param.of(f64(0, 0, 0));
    Param v = Param.of(f64(0, 0, 0));
    Sgd sgd = Sgd.of(0.2);
    Program program =
        Program.compile((Tensor unused) -> {
          Tensor errors =
              w.value().sub(1).square().mul(a).add(v.value().add(1).square().mul(b)).sum().mul(0.5);
          Tensor loss = errors.add(Penalties.distance(alpha, List.of(w), List.of(v)));
          return Step.of(sgd.update(List.of(w, v), Autodiff.gradients(loss, List.of(w, v))))
              .output(unused);
        });
    for (int i = 0; i < 1_000; i++) {
      program.run(f64(0));
    }
    // a (w − 1) + 2 α (w − v) = 0 and b (v + 1) − 2 α (w − v) = 0
    double[] ws = new double[3];
    double[] vs = new double[3];
    for (int i = 0; i < 3; i++) {
      double p = a.toDoubleArray()[i];
      double q = b.toDoubleArray()[i];
      double c = 2 * alpha;
      double determinant = (p + c) * (q + c) - c * c;
      ws[i] = (p * (q + c) - q * c) / determinant;
      vs[i] = (p * c - q * (p + c)) / determinant;
    }
    assertClose(ws, w.value(), 1e-9);
    assertClose(vs, v.value(), 1e-9);
  }

  @Test
  @Tag("row-C4")
  void distanceIsTheSquaredNormOfTheDifference() {
    Tensor a = f64(1, -2);
    Tensor b = f64(3, 1);
    assertClose(0.5 * (4 + 9), Penalties.distance(0.5, List.of(a), List.of(b)), 1e-15);
    GradientCheck.run(
            in -> Penalties.distance(0.5, in.subList(0, 1), in.subList(1, 2)),
            List.of(a, b),
            2,
            Rng.of(3))
        .requireBelow(1e-8);
    // One side may be held.
    Tensor held = Penalties.distance(0.5, List.of(a), List.of(b.stopGradient()));
    assertClose(new double[] {-2, -3}, Autodiff.gradient(held, a), 1e-15);
    assertClose(new double[] {0, 0}, Autodiff.gradient(held, b), 0);
    assertEquals(
        "distance: 1 parameters of one model, but 2 of the other",
        refusal(() -> Penalties.distance(1, List.of(a), List.of(a, b))));
    refusal(() -> Penalties.distance(1, List.of(a), List.of(f64(1, 2, 3))));
  }

  /** Equation 5.7 of Taki, "Introduction to deep learning". */
  @Test
  @Tag("row-C1")
  void decayMovesTheMinimumOfAQuadratic() {
    Tensor h = f64(0.01, 1, 10);
    Tensor minimum = f64(3, -2, 1);
    double alpha = 0.5;
    Param w = Param.of(f64(0, 0, 0));
    Sgd sgd = Sgd.of(0.1);
    Program program =
        Program.compile((Tensor unused) -> {
          Tensor error = w.value().sub(minimum).square().mul(h).sum().mul(0.5);
          Tensor loss = error.add(Penalties.l2(alpha, List.of(w)));
          return Step.of(sgd.update(List.of(w), Autodiff.gradients(loss, List.of(w))))
              .output(unused);
        });
    for (int i = 0; i < 600; i++) {
      program.run(f64(0));
    }
    assertClose(new double[] {0.01 / 0.51 * 3, 1 / 1.5 * -2, 10 / 10.5}, w.value(), 1e-9);
  }

  @Test
  void senselessPenaltiesAreErrors() {
    assertEquals(
        "l2: the strength is not negative: -1.0", refusal(() -> Penalties.l2(-1, List.of(f64(1)))));
    refusal(() -> Penalties.l1(Double.NaN, List.of(f64(1))));
    assertEquals("l1: there is nothing to penalise", refusal(() -> Penalties.l1(1, List.of())));
  }
}
