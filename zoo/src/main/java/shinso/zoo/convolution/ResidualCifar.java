package shinso.zoo.convolution;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.convolution.Photographs.CROPS_AND_FLIPS;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.zoo.harness.*;

/**
 * A residual network on photographs, the same layers without connections past them, and a dense
 * network with as many parameters.
 *
 * <pre>
 * ./shinso run resnet-cifar
 * </pre>
 */
public final class ResidualCifar implements Recipe<LogitClassifier> {
  private static final Setting<Integer> DEPTH =
      Setting.integer("depth", "layers with weights, 6n + 2", 8, 1_202);
  private static final Setting<Double> DENSE_RATE =
      Setting.number(
          "dense-rate", "rate of the dense network, which has no normalisation", 1e-6, 1);
  private static final Setting<Integer> WIDTH =
      Setting.integer("width", "maps of the first third", 1, 512);

  @Override
  public Card card() {
    return Card.of("resnet-cifar", "residual, plain and dense network on photographs")
        .rows("E7", "E10", "H28")
        .source(
            "He, Zhang, Ren and Sun, \"Deep residual learning for image recognition\", 2016, section"
                + " 4.2 and table 6")
        .reported(
            "CIFAR-10, 50,000 images: 91.25 % with 20 layers; with fewer than 10,000 test images"
                + " the last 4,000 training images are tested on, too");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Photographs.CIFAR_10);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(700, ALL, ALL),
        VALIDATION.row(100, 1_000, 1_000),
        TEST.row(300, ALL, ALL),
        DEPTH.row(8, 8, 20),
        WIDTH.row(4, 16, 16),
        EPOCHS.row(3, 10, 180),
        BATCH.row(25, 100, 128),
        RATE.row(0.05, 0.1, 0.1),
        DENSE_RATE.always(0.03),
        WEIGHT_DECAY.row(1e-4, 1e-4, 1e-4));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY.of("residual"), 0.13, 0.60, 0.86)
            .published("91.25 % (20 layers, 50,000 images)"),
        Claim.atLeast(TEST_ACCURACY.of("plain"), 0.12, 0.58, 0.85),
        Claim.atLeast(TEST_ACCURACY.of("dense"), 0.12, 0.38, 0.45));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(build(run, architecture(run)));
  }

  private static ResidualNetwork architecture(Run run) {
    return ResidualNetwork.of(run.get(DEPTH)).width(run.get(WIDTH));
  }

  private static Network build(Run run, PictureNetwork network) {
    return Photographs.network(run, "model", network);
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Network residual = (Network) model.network();
    Contest contest = Contest.withMomentum(run);
    contest.enter("residual", residual, CROPS_AND_FLIPS);
    contest.enter("plain", build(run, architecture(run).plain()), CROPS_AND_FLIPS);
    Network dense = build(run, DenseNetwork.asLargeAs(residual));
    contest.enter("dense", dense, CROPS_AND_FLIPS, run.get(DENSE_RATE));
    contest.show();
  }
}
