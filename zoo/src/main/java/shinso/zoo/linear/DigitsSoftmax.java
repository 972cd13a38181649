package shinso.zoo.linear;

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
 * Softmax regression, which is one affine map: what the other recipes have to beat.
 *
 * <pre>
 * ./shinso run digits-softmax --data mnist
 * </pre>
 */
public final class DigitsSoftmax implements Recipe<LogitClassifier> {
  @Override
  public Card card() {
    return Card.of("digits-softmax", "softmax regression on grey images of 28 x 28")
        .rows("A6")
        .source(
            "LeCun, Bottou, Bengio and Haffner, \"Gradient-based learning applied to document"
                + " recognition\", 1998, figure 9")
        .reported("MNIST: 12.0 % test error of a linear classifier on the pixels");
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
        EPOCHS.row(5, 15, 50),
        BATCH.row(64, 128, 128),
        RATE.row(0.01, 0.003, 0.003));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY, 0.60, 0.880, 0.880).on("glyphs"),
        Claim.atLeast(TEST_ACCURACY, 0.75, 0.920, 0.925).on("mnist").published("92.51 %"),
        Claim.atLeast(TEST_ACCURACY, 0.65, 0.835, 0.835).on("fashion-mnist"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(Network.of(28, 28, 1).flatten().dense(10).build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Classification.of(run, model)
        .train(steps -> Schedule.cosine(run.get(RATE), 0, steps), Adam::of);
  }
}
