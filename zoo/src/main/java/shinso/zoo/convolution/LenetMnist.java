package shinso.zoo.convolution;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.zoo.harness.*;

/**
 * LeNet beside a dense network with as many parameters, on digits.
 *
 * <pre>
 * ./shinso run lenet-mnist --data mnist
 * </pre>
 */
public final class LenetMnist implements Recipe<LogitClassifier> {
  private static final Shape DIGIT = Shape.of(28, 28, 1);

  @Override
  public Card card() {
    return Card.of("lenet-mnist", "digits with and without convolution: LeNet and a dense network")
        .rows("E7", "H28")
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
        EPOCHS.row(3, 6, 20),
        BATCH.row(50, 100, 100),
        RATE.row(0.003, 0.002, 0.002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY.of("lenet"), 0.70, 0.9890, 0.9905)
            .on("mnist")
            .published("99.05 % (LeNet-5)"),
        Claim.atLeast(TEST_ACCURACY.of("dense"), 0.70, 0.975, 0.98).on("mnist"),
        Claim.atLeast(TEST_ACCURACY.of("lenet"), 0.50, 0.99, 0.99).on("glyphs"),
        Claim.atLeast(TEST_ACCURACY.of("lenet"), 0.55, 0.90, 0.90).on("fashion-mnist"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(Lenet.WIDE.build(DIGIT, 10, run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Network lenet = (Network) model.network();
    Contest contest = Contest.of(run, Adam::of);
    contest.enter("lenet", lenet);
    contest.enter("dense", DenseNetwork.asLargeAs(lenet).build(DIGIT, 10, run.rng("dense")));
    contest.show();
    contest.filters(lenet);
  }
}
