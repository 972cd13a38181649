package shinso.nn.adversarial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Pass;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.loss.Losses;
import shinso.nn.model.Classifier;

/** Attacks on models whose worst change is known, and the terms made of them. */
final class AdversarialTest {
  private static final int IN = 5;
  private static final int CLASSES = 3;
  private static final Tensor W = random(DType.F64, 1, IN, CLASSES);
  private static final Tensor X = random(DType.F64, 2, 4, IN);
  private static final Tensor T = Tensor.of(new int[] {0, 2, 1, 2}, 4);
  private static final Rng RNG = Rng.of(5);

  private static final Classifier LINEAR = x -> x.matmul(W);
  private static final Tensor V = random(DType.F64, 3, IN, 7);
  private static final Classifier CURVED = x -> x.matmul(V).tanh().matmul(V.transpose()).matmul(W);

  private static Tensor loss(Classifier f, Tensor x) {
    return Losses.softmaxCrossEntropyEach(f.logits(x), T);
  }

  /** With two classes the loss is softplus(−margin): the worst change is −ε sign of the weights. */
  @Test
  @Tag("row-C13")
  void fastGradientSignIsTheWorstChangeForALinearModel() {
    Tensor w = W.slice(1, 0, 2);
    Tensor t = Tensor.of(new int[] {0, 1, 1, 0}, 4);
    Tensor away = w.at(1, 1).sub(w.at(1, 0)).sign().unsqueeze(0); // raises the logit of class 1
    Tensor towards = Tensor.of(new double[] {1, -1, -1, 1}, 4, 1);
    Tensor expected = X.add(away.mul(towards).mul(0.3));
    Attack fgsm = FastGradientSign.of(0.3).unbounded();
    assertClose(expected.toDoubleArray(), fgsm.examples(x -> x.matmul(w), X, t, RNG), 1e-12);
    Attack iterated = IteratedGradientSign.of(0.3, 0.1, 5).unbounded();
    assertClose(expected.toDoubleArray(), iterated.examples(x -> x.matmul(w), X, t, RNG), 1e-12);
  }

  @Test
  @Tag("row-C13")
  void changesStayInTheCubeAndWithinTheBounds() {
    Tensor x = X.sigmoid();
    for (Attack attack :
        List.of(
            FastGradientSign.of(0.2),
            IteratedGradientSign.of(0.2, 0.07, 6),
            IteratedGradientSign.of(0.2, 0.07, 6).fromRandomStart())) {
      Tensor found = attack.examples(CURVED, x, T, RNG);
      assertTrue(found.sub(x).abs().max().item() <= 0.2 + 1e-12);
      assertTrue(found.min().item() >= 0 && found.max().item() <= 1);
      double[] before = loss(CURVED, x).toDoubleArray();
      double[] after = loss(CURVED, found).toDoubleArray();
      for (int i = 0; i < before.length; i++) {
        assertTrue(after[i] > before[i], "the loss of example " + i + " rises");
      }
    }
  }

  @Test
  @Tag("row-C13")
  void iteratedStepsFindALargerLoss() {
    Attack fgsm = FastGradientSign.of(0.5).unbounded();
    Attack iterated = IteratedGradientSign.of(0.5, 0.05, 20).unbounded();
    double one = loss(CURVED, fgsm.examples(CURVED, X, T, RNG)).sum().item();
    double many = loss(CURVED, iterated.examples(CURVED, X, T, RNG)).sum().item();
    assertTrue(many > one, one + " " + many);
  }

  @Test
  void noGradientFlowsThroughExamples() {
    Tensor found = FastGradientSign.of(0.1).examples(CURVED, X, T, RNG);
    assertEquals(0, Autodiff.gradient(found.sum(), X).abs().sum().item());
  }

  private static Dense dense(Param w) {
    return new Dense(w, null);
  }

  @Test
  @Tag("row-C13")
  void adversarialTrainingMixesTwoLosses() {
    Dense net = dense(Param.of(W));
    Tensor output = net.forward(X, Pass.inference());
    AdversarialTraining term = new AdversarialTraining(FastGradientSign.of(0.1).unbounded(), 0.3);
    Tensor clean = Losses.softmaxCrossEntropy(output, T);
    Tensor objective = clean.add(term.of(net, List.of(X, T), output, Pass.training(RNG)));
    Tensor found = FastGradientSign.of(0.1).unbounded().examples(LINEAR, X, T, RNG);
    double mixed = 0.3 * clean.item() + 0.7 * loss(LINEAR, found).mean().item();
    assertClose(mixed, objective, 1e-12);
  }

  /** At r = 0 the Hessian of KL(p ‖ q(r)) for logits W r is W (diag p − p pᵀ) Wᵀ. */
  @Test
  @Tag("row-C14")
  void thePerturbationIsTheFirstEigenvectorOfTheHessian() {
    double epsilon = 0.7;
    Tensor found = new VirtualAdversarial(epsilon, 60, 1).perturbation(LINEAR, X, RNG);
    Tensor p = LINEAR.logits(X).softmax(-1);
    for (int i = 0; i < 4; i++) {
      Tensor pi = p.at(0, i);
      Tensor h = W.matmul(pi.diagonalMatrix().sub(pi.outer(pi))).matmul(W.transpose());
      Tensor first = LinearAlgebra.symmetricEigen(h).vectors().at(1, IN - 1);
      double sign = Math.signum(first.mul(found.at(0, i)).sum().item());
      assertClose(first.mul(sign * epsilon).toDoubleArray(), found.at(0, i), 1e-6);
    }
  }

  @Test
  @Tag("row-C14")
  void oneIterationIsAProductWithTheHessian() {
    Tensor d = X.normalLike(RNG);
    Tensor p = LINEAR.logits(X).softmax(-1);
    Tensor found = VirtualAdversarial.of(1).perturbation(LINEAR, X, RNG);
    for (int i = 0; i < 4; i++) {
      Tensor pi = p.at(0, i);
      Tensor h = W.matmul(pi.diagonalMatrix().sub(pi.outer(pi))).matmul(W.transpose());
      Tensor hd = h.matmul(d.at(0, i).unsqueeze(-1)).squeeze(-1);
      double norm = Math.sqrt(hd.square().sum().item());
      assertClose(hd.div(norm).toDoubleArray(), found.at(0, i), 1e-9);
    }
  }

  @Test
  @Tag("row-C14")
  void smallerChangesInOtherDirections() {
    double epsilon = 0.05;
    Tensor worst = new VirtualAdversarial(epsilon, 20, 1).perturbation(CURVED, X, RNG);
    Tensor p = CURVED.logits(X).softmax(-1);
    double most = Losses.klDivergence(CURVED.logits(X.add(worst)), p).item();
    for (int k = 0; k < 10; k++) {
      Tensor d = X.normalLike(Rng.of(100 + k));
      Tensor r = d.div(d.square().sumKeep(1).sqrt()).mul(epsilon);
      assertTrue(Losses.klDivergence(CURVED.logits(X.add(r)), p).item() < most);
    }
  }

  /** With the change held, and the distribution that is compared with held. */
  @Test
  @Tag("row-C14")
  void gradientOfTheVirtualAdversarialTerm() {
    VirtualAdversarial term = VirtualAdversarial.of(0.5);
    Dense net = dense(Param.of(W));
    Tensor r = term.perturbation(LINEAR, X, Pass.training(RNG).rng());
    Tensor p = LINEAR.logits(X).softmax(-1).evaluate();
    Tensor output = net.forward(X, Pass.inference());
    Tensor value = term.of(net, List.of(X, T), output, Pass.training(RNG));
    Tensor held = Losses.klDivergence(X.add(r.evaluate()).matmul(W), p);
    assertClose(held.item(), value, 1e-12);
    double[] gradient = Autodiff.gradient(held, W).toDoubleArray();
    assertClose(gradient, Autodiff.gradient(value, net.weight()), 1e-10);
    GradientCheck.run(
            w -> Losses.klDivergence(X.add(r.evaluate()).matmul(w.getFirst()), p),
            List.of(W),
            1,
            Rng.of(3))
        .requireBelow(1e-7);
  }

  @Test
  void aConstantOutputHasNoDirection() {
    Classifier constant = x -> x.mul(0).matmul(W);
    assertEquals(0, VirtualAdversarial.of(1).perturbation(constant, X, RNG).abs().sum().item());
  }

  @Test
  void badNumbers() {
    assertThrows(IllegalArgumentException.class, () -> FastGradientSign.of(-1));
    assertThrows(IllegalArgumentException.class, () -> new FastGradientSign(0.1, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> IteratedGradientSign.of(0.1, 0.1, 0));
    assertThrows(IllegalArgumentException.class, () -> IteratedGradientSign.of(0.1, 0, 3));
    assertThrows(IllegalArgumentException.class, () -> new VirtualAdversarial(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new AdversarialTraining(Attack.NONE, 1.5));
  }
}
