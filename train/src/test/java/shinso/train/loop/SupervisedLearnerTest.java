package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Sequential;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Sgd;
import shinso.nn.penalty.ActivationPenalty;
import shinso.nn.penalty.Penalties;
import shinso.nn.penalty.Sparsity;

class SupervisedLearnerTest {
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, -1}, 2, 2);
  private static final Tensor T = Tensor.of(new float[] {1, 0}, 2, 1);

  private final Param weight = Param.of(Tensor.of(new float[] {0.5f, -1}, 2, 1));
  private final Dense network = new Dense(weight, null);

  private SupervisedLearner learner() {
    return SupervisedLearner.of(network, Losses::mse, Sgd.of(0.1));
  }

  private static Program.Result train(SupervisedLearner learner) {
    return Program.of(learner::train).run(Rng.of(1), X, T);
  }

  // Outputs -1.5 and 2.5, errors -2.5 and 2.5: mse 6.25, gradient Xᵀ (errors) = (5, -7.5).

  @Test
  void aStepIsTheOneByHand() {
    Program.Result result = train(learner());
    assertEquals(6.25, result.metric("loss").item());
    assertArrayEquals(new float[] {0, -0.25f}, weight.value().toFloatArray(), 1e-6f);
  }

  @Test
  void penaltiesAreMeasuredBesideTheLoss() {
    Program.Result result = train(learner().penalty(() -> Penalties.l2(2, List.of(weight))));
    double l2 = Penalties.l2(2, List.of(Tensor.of(new float[] {0.5f, -1}, 2, 1))).item();
    assertEquals(List.of("loss", "penalty"), List.copyOf(result.metrics().keySet()));
    assertEquals(6.25, result.metric("loss").item());
    assertEquals(l2, result.metric("penalty").item(), 1e-6);
    // The penalty's gradient is 2 w.
    assertArrayEquals(new float[] {-0.1f, -0.05f}, weight.value().toFloatArray(), 1e-6f);
  }

  @Test
  void layersMayAddToTheLoss() {
    Sequential sparse = Sequential.of(network, new ActivationPenalty(0.3, Sparsity::l1));
    SupervisedLearner learner = SupervisedLearner.of(sparse, Losses::mse, Sgd.of(0.1));
    Program.Result result = train(learner.penalty(() -> weight.value().sum()));
    // 0.3 (1.5 + 2.5) / 2 and 0.5 - 1
    assertEquals(6.25, result.metric("loss").item());
    assertEquals(0.6 - 0.5, result.metric("penalty").item(), 1e-6);
    // Beside (5, -7.5): 0.15 Xᵀ (-1, 1) = (0.3, -0.45), and ones.
    assertArrayEquals(
        new float[] {0.5f - 0.63f, -1 + 0.695f}, weight.value().toFloatArray(), 1e-6f);
    assertEquals(List.of("loss"), List.copyOf(learner.evaluate(List.of(X, T), Rng.of(0)).metrics().keySet()));
  }

  /** A centre for the weights, which learns as they do. */
  record Centre(Param at) {}

  @Test
  void aPriorLearnsWithTheNetwork() {
    Centre centre = new Centre(Param.of(Tensor.of(new float[] {0.25f}, 1)));
    SupervisedLearner learner =
        learner()
            .penalty("prior", centre, () -> weight.value().sub(centre.at.value()).square().sum());
    assertEquals(List.of("weight", "prior.at"), List.copyOf(learner.model().keySet()));
    assertEquals(List.of("sgd.step"), List.copyOf(learner.state().keySet()));
    train(learner);
    // 2 (w - c) = (0.5, -2.5), and their negative sum for the centre
    assertArrayEquals(
        new float[] {0.5f - 0.55f, -1 + 1.0f}, weight.value().toFloatArray(), 1e-6f);
    assertEquals(0.25 - 0.2, centre.at.value().item(), 1e-6);
    assertThrows(
        IllegalArgumentException.class, () -> learner.penalty("prior", centre, () -> X.sum()));
  }

  @Test
  void gradientsAreClippedTogether() {
    train(learner().clipNorm(1));
    double norm = Math.hypot(5, 7.5);
    assertArrayEquals(
        new float[] {(float) (0.5 - 0.1 * 5 / norm), (float) (-1 + 0.1 * 7.5 / norm)},
        weight.value().toFloatArray(),
        1e-6f);
  }

  @Test
  void evaluationMeasuresAndChangesNothing() {
    SupervisedLearner learner =
        learner()
            .metric("error", (y, t) -> y.sub(t).abs().mean())
            .penalty(() -> weight.value().sum());
    Step step = learner.evaluate(List.of(X, T), Rng.of(0));
    assertEquals(List.of(), step.updates());
    assertEquals(List.of("loss", "error"), List.copyOf(step.metrics().keySet()));
    assertEquals(2.5, step.metrics().getOrDefault("error", X).item());
  }

  @Test
  void names() {
    SupervisedLearner learner = learner();
    assertEquals(Map.of("weight", weight), learner.model());
    assertThrows(IllegalArgumentException.class, () -> learner.metric("loss", Losses::mse));
    assertThrows(IllegalArgumentException.class, () -> learner.metric("penalty", Losses::mse));
  }
}
