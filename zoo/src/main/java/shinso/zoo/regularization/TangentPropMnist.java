package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.regularization.Trial.TEST_ERROR;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.nn.penalty.TangentPropagation;
import shinso.train.data.Batches;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * A network that learns from few digits, and the same one with an output that may not change when a
 * digit is moved, turned, stretched or made thicker a little.
 *
 * <pre>
 * ./shinso run tangent-prop-mnist --data mnist
 * </pre>
 */
public final class TangentPropMnist implements Recipe<LogitClassifier> {
  private static final Setting<Double> LAMBDA =
      Setting.number("lambda", "weight of the slopes along tangents, λ", 0, 1_000);

  private static final Quantity GAIN =
      Quantity.smaller("test error with tangent propagation ÷ without", "");

  private static final TangentDistance TANGENTS = new TangentDistance(0.9, 0.01);
  private static final String WITHOUT = "without";
  private static final String WITH = "tangent propagation";

  @Override
  public Card card() {
    return Card.of("tangent-prop-mnist", "tangent propagation with seven tangents on few digits")
        .rows("C16")
        .source(
            "Simard, Victorri, LeCun and Denker, \"Tangent Prop\", 1992; Rifai, Dauphin, Vincent,"
                + " Bengio and Muller 2011, table 2")
        .reported(
            "MNIST with 1,000 labels: 10.7 % test error of a network without tangents (2011)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(300, 1_000, 1_000),
        TEST.row(500, ALL, ALL),
        HIDDEN.row(64, 300, 1_000),
        EPOCHS.row(25, 100, 300),
        BATCH.row(50, 50, 50),
        RATE.row(0.003, 0.001, 0.001),
        LAMBDA.row(1.0, 300.0, 300.0));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(TEST_ERROR.of(WITHOUT), 0.45, 0.13, 0.13).on("mnist").published("10.7 %"),
        Claim.atMost(TEST_ERROR.of(WITH), 0.40, 0.075, 0.070).on("mnist"),
        Claim.atMost(GAIN, 1.05, 0.75, 0.75).on("mnist"),
        Claim.atMost(TEST_ERROR.of(WITH), 0.45, 0.45, 0.45).on("glyphs"));
  }

  @Override
  public LogitClassifier model(Run run) {
    int hidden = run.get(HIDDEN);
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(hidden)
            .tanh()
            .dense(hidden)
            .tanh()
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    LogitClassifier plain = model(run);
    train(run, "without", plain, 0);
    train(run, "tangents", model, run.get(LAMBDA));
    Comparison errors = run.compare("errors", "Test error", TEST_ERROR);
    double without = errors.variant(WITHOUT, () -> Trial.error(run, plain)).getFirst();
    double with = errors.variant(WITH, () -> Trial.error(run, model)).getFirst();
    errors.show();
    run.score(GAIN, () -> with / without);
    run.show(
        "curves", () -> run.curves("Test loss on the way", "test.loss", "without", "tangents"));
  }

  private static void train(Run run, String stage, LogitClassifier net, double lambda) {
    Batches batches = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.steps(batches)));
    SupervisedLearner learner = Trial.learner(net.network(), rule);
    TangentPropagation term =
        TangentPropagation.of(lambda, TangentPropMnist::tangents).ofProbabilities();
    run.train(stage, lambda == 0 ? learner : learner.regularizer(term), batches)
        .evaluate("test", run.data().test())
        .evaluateEvery(Math.max(1, run.steps(batches) / 10))
        .go();
  }

  /** {@code [b, 7, 28, 28, 1]}. */
  private static Tensor tangents(List<Tensor> batch) {
    Tensor x = batch.getFirst();
    return TANGENTS.tangents(x).reshape(x.shape().dim(0), 7, 28, 28, 1);
  }
}
