package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Sgd;
import shinso.nn.penalty.Regularizer;

final class SemiSupervisedLearnerTest {
  private static final Tensor X = Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
  private static final Tensor T = Tensor.of(new int[] {0, 1, 1}, 3);
  private static final Tensor UNLABELLED = Tensor.of(new float[] {2, -1, 0, 3}, 2, 2);
  private static final Tensor WRONG = Tensor.of(new int[] {1, 0}, 2);
  private static final Regularizer NONE = (net, batch, output, pass) -> output.mul(0).sum();

  private static Dense dense() {
    return new Dense(Param.of(Tensor.of(new float[] {0.5f, -0.2f, 0.1f, 0.4f}, 2, 2)), null);
  }

  private static Program.Result step(SemiSupervisedLearner learner, long seed) {
    return Program.of(learner::train).run(Rng.of(seed), UNLABELLED, WRONG);
  }

  /** Many draws: the loss is the mean over the labelled examples, and nothing of the others. */
  @Test
  void theLossIsThatOfTheLabelledExamples() {
    Dense net = dense();
    double expected = Losses.softmaxCrossEntropy(net.forward(X, Pass.inference()), T).item();
    SemiSupervisedLearner learner = new SemiSupervisedLearner(net, NONE, X, T, 20_000, Sgd.of(0));
    // The losses of single examples differ by less than 0.5.
    assertEquals(expected, step(learner, 1).metric("loss").item(), 4 * 0.25 / Math.sqrt(20_000));
  }

  /** One labelled example that is drawn three times, and the two without labels. */
  private static final Tensor ONE = Tensor.of(new float[] {1, 0}, 1, 2);

  private static final Tensor CLASS = Tensor.of(new int[] {0}, 1);
  private static final Tensor ALL = Tensor.concat(0, List.of(ONE.tile(0, 3), UNLABELLED));

  @Test
  void theTermIsOfAllExamples() {
    Regularizer term =
        (net, batch, output, pass) ->
            output.square().sum().add(batch.getFirst().square().sum()).mul(0.1);
    Dense net = dense();
    double inputs = 0.1 * ALL.square().sum().item();
    double expected = inputs + 0.1 * ALL.matmul(net.weight().value()).square().sum().item();
    SemiSupervisedLearner learner =
        new SemiSupervisedLearner(net, term, ONE, CLASS, 3, Sgd.of(0.1));
    assertEquals(expected, step(learner, 1).metric("penalty").item(), 1e-5);
    double after = inputs + 0.1 * ALL.matmul(net.weight().value()).square().sum().item();
    assertTrue(after < expected, "a step makes the term smaller");
  }

  @Test
  void labelsOfTheBatchAreNotLookedAt() {
    float[][] weights = new float[2][];
    for (int i = 0; i < 2; i++) {
      Dense net = dense();
      SemiSupervisedLearner learner = new SemiSupervisedLearner(net, NONE, X, T, 3, Sgd.of(0.1));
      Tensor labels = i == 0 ? WRONG : Tensor.of(new int[] {0, 1}, 2);
      Program.of(learner::train).run(Rng.of(2), UNLABELLED, labels);
      weights[i] = net.weight().value().toFloatArray();
    }
    assertArrayEquals(weights[0], weights[1]);
  }

  /** All are normalised together. */
  @Test
  void statisticsAreThoseOfAllExamples() {
    Network net = Network.of(2).batchNorm().dense(2).build(Rng.of(1));
    SemiSupervisedLearner learner =
        new SemiSupervisedLearner(net, NONE, ONE, CLASS, 3, Sgd.of(0.1));
    Param mean = Objects.requireNonNull(learner.model().get("layers.batchNorm1.mean"));
    float[] before = mean.value().toFloatArray();
    step(learner, 1);
    float[] after = mean.value().toFloatArray();
    float[] batch = ALL.mean(0).toFloatArray();
    double share = (after[0] - before[0]) / (batch[0] - before[0]);
    assertTrue(share > 0, "towards the mean of the batch");
    assertEquals(before[1] + share * (batch[1] - before[1]), after[1], 1e-5);
  }

  @Test
  void asManyLabelsAsExamples() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new SemiSupervisedLearner(dense(), NONE, X, WRONG, 3, Sgd.of(0.1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SemiSupervisedLearner(dense(), NONE, X, T, 0, Sgd.of(0.1)));
  }

  @Test
  void evaluationNamesLossAndAccuracy() {
    SemiSupervisedLearner learner = new SemiSupervisedLearner(dense(), NONE, X, T, 3, Sgd.of(0.1));
    Program.Result result = Program.of(learner::evaluate).run(Rng.of(1), X, T);
    assertEquals(List.of("loss", "accuracy"), List.copyOf(result.metrics().keySet()));
  }
}
