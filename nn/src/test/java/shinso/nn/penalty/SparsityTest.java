package shinso.nn.penalty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;

@Tag("row-C7")
class SparsityTest {
  private static final Tensor H = Tensor.of(new double[] {0.5, 0.1, 0.25, 0.9, 0.3, 0.2}, 2, 3);

  @Test
  void valuesByHand() {
    assertClose(2.25 / 2, Sparsity.l1(H), 1e-15);
    double t = 0;
    for (double h : H.toDoubleArray()) {
      t += Math.log(1 + 3 * h * h);
    }
    assertClose(t / 2, Sparsity.studentT(H, 3), 1e-14);
    double kl = 0;
    for (double mean : new double[] {0.7, 0.2, 0.225}) {
      kl += 0.1 * Math.log(0.1 / mean) + 0.9 * Math.log(0.9 / (1 - mean));
    }
    assertClose(kl, Sparsity.kl(H, 0.1), 1e-5);
  }

  @Test
  void theDivergenceVanishesAtTheWantedMeanOnly() {
    Tensor wanted = Tensor.of(new double[] {0.1, 0.3, 0.3, 0.1}, 2, 2); // means of 0.2
    assertClose(0, Sparsity.kl(wanted, 0.2), 1e-10);
    for (double rho : new double[] {0.05, 0.15, 0.25, 0.9}) {
      assertTrue(Sparsity.kl(wanted, rho).item() > 0.005);
    }
  }

  @Test
  void aDeadUnitHasAPenaltyAndAGradient() {
    for (double h : new double[] {0, 1}) {
      Tensor dead = Tensor.full(H.shape(), h);
      Tensor penalty = Sparsity.kl(dead, 0.1);
      assertTrue(Double.isFinite(penalty.item()));
      double slope = Autodiff.gradient(penalty, dead).toDoubleArray()[0];
      assertTrue(h == 0 ? slope < -1e3 : slope > 1e3, "slope " + slope);
    }
  }

  @Test
  void derivatives() {
    for (int order = 1; order <= 2; order++) {
      GradientCheck.run(in -> Sparsity.l1(in.getFirst()), List.of(H), 1, Rng.of(1))
          .requireBelow(1e-8);
      GradientCheck.run(in -> Sparsity.studentT(in.getFirst(), 2), List.of(H), order, Rng.of(2))
          .requireBelow(1e-8);
      GradientCheck.run(in -> Sparsity.kl(in.getFirst(), 0.2), List.of(H), order, Rng.of(3))
          .requireBelow(1e-8);
    }
  }

  /** The gradient of a Student-t penalty fades, that of L1 doesn't. */
  @Test
  void largeActivationsAreCheap() {
    Tensor h = Tensor.of(new double[] {1, 100}, 1, 2);
    assertClose(new double[] {1, 1}, Autodiff.gradient(Sparsity.l1(h), h), 1e-15);
    double[] t = Autodiff.gradient(Sparsity.studentT(h, 1), h).toDoubleArray();
    assertEquals(1, t[0], 1e-15);
    assertEquals(200 / 10_001.0, t[1], 1e-15);
  }

  @Test
  void aLayerAddsItToTheLossInTrainingOnly() {
    Network plain = Network.of(3).dense(4).sigmoid().dense(2).build(Rng.of(4));
    Network penalized =
        Network.of(3)
            .dense(4)
            .sigmoid()
            .layer("sparse", new ActivationPenalty(0.5, h -> Sparsity.kl(h, 0.05)))
            .dense(2)
            .build(Rng.of(4));
    Tensor x = Tensor.normal(Rng.of(5), 6, 3).evaluate();
    Pass pass = Pass.training(Rng.of(6));
    Tensor y = penalized.forward(x, pass);
    assertClose(plain.forward(x, Pass.inference()).toDoubleArray(), y, 0);
    List<Param> params = List.copyOf(Parameters.all(penalized).values());
    Tensor h = x.matmul(params.get(0).value()).add(params.get(1).value()).sigmoid();
    assertEquals(1, pass.penalties().size());
    assertClose(Sparsity.kl(h, 0.05).item() / 2, pass.penalties().getFirst(), 1e-6);

    Pass inference = Pass.inference();
    assertClose(
        plain.forward(x, Pass.inference()).toDoubleArray(), penalized.forward(x, inference), 0);
    assertEquals(List.of(), inference.penalties());
  }

  @Test
  void wrongUse() {
    assertEquals("studentT: γ is positive, not 0.0", refusal(() -> Sparsity.studentT(H, 0)));
    assertEquals("kl: ρ is between 0 and 1, not 1.0", refusal(() -> Sparsity.kl(H, 1)));
    refusal(() -> Sparsity.l1(Tensor.scalar(1)));
    refusal(() -> new ActivationPenalty(-1, Sparsity::l1));
    assertEquals(
        "a penalty is one number, not [2, 3]; sum it",
        refusal(() -> Pass.training(Rng.of(1)).penalize(H)));
    assertThrows(IllegalStateException.class, () -> Pass.inference().penalize(Tensor.scalar(1)));
  }
}
