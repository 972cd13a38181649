package shinso.zoo.convolution;

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
 * A small convolutional network with dropout, trained with Adam and one cycle of the learning rate.
 *
 * <pre>
 * ./shinso run digits
 * ./shinso run digits --data mnist
 * </pre>
 */
public final class Digits implements Recipe<LogitClassifier> {
  @Override
  public Card card() {
    return Card.of("digits", "convolutional network on grey images of 28 x 28")
        .rows("A10")
        .source(
            "LeCun, Bottou, Bengio and Haffner, \"Gradient-based learning applied to document"
                + " recognition\", 1998")
        .reported("MNIST: 0.95 % test error without distortions (LeNet-5, figure 9)");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        VALIDATION.row(300, 5_000, 5_000),
        TEST.row(500, ALL, ALL),
        EPOCHS.row(2, 5, 20),
        BATCH.row(32, 128, 128),
        RATE.row(0.003, 0.003, 0.003),
        DROPOUT.row(0.0, 0.3, 0.5));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY, 0.60, 0.990, 0.990).on("glyphs"),
        Claim.atLeast(TEST_ACCURACY, 0.70, 0.990, 0.992).on("mnist").published("99.05 % (LeNet-5)"),
        Claim.atLeast(TEST_ACCURACY, 0.60, 0.905, 0.910).on("fashion-mnist"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(
        Network.of(28, 28, 1)
            .conv(32, 3)
            .relu()
            .maxPool(2)
            .conv(64, 3)
            .relu()
            .maxPool(2)
            .flatten()
            .dense(128)
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
