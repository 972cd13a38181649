package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Sequential;
import shinso.nn.loss.ClassReport;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.loss.RegressionReport;
import shinso.nn.optim.Sgd;
import shinso.nn.penalty.ActivationPenalty;
import shinso.nn.penalty.Penalties;
import shinso.nn.penalty.Sparsity;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;

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
    assertEquals(
        List.of("loss"),
        List.copyOf(learner.evaluate(List.of(X, T), Rng.of(0)).metrics().keySet()));
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
    assertArrayEquals(new float[] {0.5f - 0.55f, -1 + 1.0f}, weight.value().toFloatArray(), 1e-6f);
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

  /** 5 examples in batches of 2, 2 and 1: F1 and R² are those of the set, not means of batches. */
  @Test
  void numbersOfAWholeSet() {
    float[] logits = {3, 0, 0, 2, 1, 0, 0, 1, 5, 0};
    int[] classes = {0, 0, 1, 1, 0};
    Dataset set =
        InMemoryDataset.of(
            "set",
            List.of(Column.floats("z", Shape.of(2), logits), Column.labels("t", classes, 2)),
            List.of("a", "b"));
    SupervisedLearner classifier =
        SupervisedLearner.of((x, pass) -> x, Losses::softmaxCrossEntropy, Sgd.of(0.1))
            .metric("f1", Metrics::confusion, c -> ClassReport.of(c).macroF1());
    Outcome outcome =
        Trainer.of(classifier, Batches.inOrder(set, 2))
            .steps(0)
            .evaluateAtEnd("test", Batches.inOrder(set, 2))
            .run();
    // Confusion [[2, 1], [1, 1]]: F1 is 4/6 and 2/4.
    assertEquals((4 / 6.0 + 2 / 4.0) / 2, outcome.metrics().getOrDefault("test.f1", 0.0), 1e-6);
    assertEquals(List.of("test.loss", "test.f1"), List.copyOf(outcome.metrics().keySet()));

    float[] y = {1, 2, 4, 4, 9};
    float[] t = {1, 3, 3, 5, 8};
    Dataset numbers =
        InMemoryDataset.of(
            "numbers",
            List.of(Column.floats("y", Shape.SCALAR, y), Column.floats("t", Shape.SCALAR, t)));
    SupervisedLearner regressor =
        SupervisedLearner.of((x, pass) -> x, Losses::mse, Sgd.of(0.1))
            .metric("r2", RegressionReport::sums, s -> RegressionReport.of(s).rSquared());
    Map<String, Tensor> on = Evaluation.of(regressor, Rng.of(1)).on(Batches.inOrder(numbers, 2));
    // Σ e² = 4; Σ (t − 4)² = 9 + 1 + 1 + 1 + 16.
    assertEquals(1 - 4 / 28.0, on.getOrDefault("r2", X).item(), 1e-5);
  }

  @Test
  void aNumberOfAWholeSetIsARatio() {
    SupervisedLearner learner =
        SupervisedLearner.of((x, pass) -> x, Losses::mse, Sgd.of(0.1))
            .metric("rmse", Losses::mse, s -> Math.sqrt(s.item()));
    assertEquals(
        "the metric 'rmse' is computed from one number, of which only the mean over batches is"
            + " known; return what it is divided by as well, such as the number of examples",
        assertThrows(
                IllegalArgumentException.class, () -> learner.evaluate(List.of(X, X), Rng.of(1)))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> learner.metric("rmse", Losses::mse));
  }

  @Test
  void trainingStopsByANumberOfAWholeSet() {
    SupervisedLearner learner =
        Toy.learner().metric("f1", Metrics::confusion, c -> ClassReport.of(c).macroF1());
    Outcome outcome =
        Toy.trainer(learner)
            .epochs(5)
            .with(BestModel.by(Goal.largest("validation.f1")).patience(1))
            .run();
    assertTrue(outcome.metrics().containsKey("validation.f1"));
    assertTrue(outcome.best() != null);
  }

  /** Batches of unequal classes: the gradient is that of the weighted mean by hand. */
  @Test
  void classesMayCountDifferently() {
    Param bias = Param.of(Tensor.of(new float[] {0, 0}));
    Tensor weights = Losses.balancedWeights(3, 1);
    SupervisedLearner learner =
        SupervisedLearner.of(
            new Biased(bias), (z, t) -> Losses.softmaxCrossEntropy(z, t, weights), Sgd.of(1));
    Tensor x = Tensor.zeros(4, 2);
    Tensor t = Tensor.of(new int[] {0, 0, 1, 0});
    Program.of(learner::train).run(Rng.of(1), x, t);
    // With balanced weights equal probabilities are the best answer: nothing moves.
    assertArrayEquals(new float[] {0, 0}, bias.value().toFloatArray(), 1e-7f);
  }

  record Biased(Param bias) implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return x.add(bias.value());
    }
  }
}
