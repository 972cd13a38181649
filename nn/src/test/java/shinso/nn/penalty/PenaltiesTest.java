package shinso.nn.penalty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.f64;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
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

  /** Equation 5.7 of Taki, "Introduction to deep learning". */
  @Test
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
