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
 * The network of cuda-convnet on photographs as they are, and on random crops and mirror images of
 * them; both times beside a dense network with as many parameters.
 *
 * <pre>
 * ./shinso run convnet-cifar
 * </pre>
 */
public final class ConvnetCifar implements Recipe<LogitClassifier> {
  @Override
  public Card card() {
    return Card.of(
            "convnet-cifar",
            "photographs with and without convolution: cuda-convnet and a dense network")
        .rows("E7", "H28")
        .source("Krizhevsky, \"cuda-convnet\", 2011, layers-80sec.cfg")
        .reported(
            "CIFAR-10, 50,000 images: 26 % test error without crops and flips; with fewer than"
                + " 10,000 test images the last 4,000 training images are tested on, too");
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
        EPOCHS.row(3, 12, 120),
        BATCH.row(25, 100, 100),
        RATE.row(0.01, 0.02, 0.02),
        WEIGHT_DECAY.row(5e-4, 5e-4, 5e-4));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY.of("convnet"), 0.15, 0.62, 0.67)
            .published("74 % (50,000 images)"),
        Claim.atLeast(TEST_ACCURACY.of("convnet-augmented"), 0.13, 0.62, 0.75),
        Claim.atLeast(TEST_ACCURACY.of("dense"), 0.15, 0.40, 0.45),
        Claim.atLeast(TEST_ACCURACY.of("dense-augmented"), 0.13, 0.38, 0.45));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(convnet(run));
  }

  private static Network convnet(Run run) {
    return Photographs.network(run, "model", CudaConvnet.PUBLISHED);
  }

  private static Network dense(Run run, Network as) {
    return Photographs.network(run, "dense", DenseNetwork.asLargeAs(as));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Network augmented = (Network) model.network();
    Contest contest = Contest.withMomentum(run);
    contest.enter("convnet", convnet(run));
    contest.enter("dense", dense(run, augmented));
    contest.enter("convnet-augmented", augmented, CROPS_AND_FLIPS);
    contest.enter("dense-augmented", dense(run, augmented), CROPS_AND_FLIPS);
    contest.show();
    contest.filters(augmented);
  }
}
