package shinso.zoo.feedforward;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.zoo.harness.*;

/**
 * Two hidden layers of rectifiers with dropout, trained with Adam and one cycle of the learning
 * rate. The network doesn't know which pixels are neighbours.
 *
 * <pre>
 * ./shinso run digits-mlp --data mnist
 * </pre>
 */
public final class DigitsMlp implements Recipe<LogitClassifier> {
  @Override
  public Card card() {
    return Card.of(
            "digits-mlp",
            "fully connected network with two hidden layers and dropout on grey images of 28 x 28")
        .rows("A10")
        .source(
            "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, \"Dropout\", 2014, table"
                + " 2")
        .reported("MNIST: 1.25 % test error with dropout, 3 layers of 1024 rectifiers");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(3_000, ALL, ALL),
        VALIDATION.row(500, 5_000, 5_000),
        TEST.row(1_000, ALL, ALL),
        BOOTSTRAP.always(0),
        EPOCHS.row(4, 12, 60),
        BATCH.row(64, 128, 128),
        RATE.row(0.003, 0.002, 0.002),
        DROPOUT.row(0.0, 0.3, 0.5));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY, 0.60, 0.990, 0.990).on("glyphs"),
        Claim.atLeast(TEST_ACCURACY, 0.80, 0.982, 0.985).on("mnist").published("98.75 %"),
        Claim.atLeast(TEST_ACCURACY, 0.70, 0.890, 0.895).on("fashion-mnist"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(512)
            .relu()
            .dropout(run.get(DROPOUT))
            .dense(512)
            .relu()
            .dropout(run.get(DROPOUT))
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Classification.of(run, model).train(steps -> Schedule.oneCycle(run.get(RATE), steps), Adam::of);
  }
}
