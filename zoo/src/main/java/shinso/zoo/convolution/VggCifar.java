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
 * A small VGG network on photographs, with batch normalisation, with layer normalisation and
 * without any, beside a dense network with as many parameters.
 *
 * <pre>
 * ./shinso run vgg-cifar
 * ./shinso run vgg-cifar --set width=64 --set epochs=100
 * </pre>
 */
public final class VggCifar implements Recipe<LogitClassifier> {
  private static final Setting<Integer> WIDTH =
      Setting.integer("width", "maps of the first block", 1, 512);

  @Override
  public Card card() {
    return Card.of(
            "vgg-cifar",
            "VGG network with batch, layer and no normalisation, and a dense one, on photographs")
        .rows("E7", "E10", "H28")
        .source(
            "Simonyan and Zisserman, \"Very deep convolutional networks for large-scale image"
                + " recognition\", 2015; Ioffe and Szegedy, \"Batch normalization\", 2015; Wu and He,"
                + " \"Group normalization\", 2018")
        .reported(
            "nothing at this size; with fewer than 10,000 test images the last 4,000 training"
                + " images are tested on, too");
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
        WIDTH.row(6, 16, 64),
        EPOCHS.row(3, 12, 100),
        BATCH.row(25, 100, 100),
        RATE.row(0.01, 0.03, 0.05),
        WEIGHT_DECAY.row(5e-4, 5e-4, 5e-4));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY.of("batch-norm"), 0.12, 0.62, 0.85),
        Claim.atLeast(TEST_ACCURACY.of("layer-norm"), 0.12, 0.52, 0.80),
        Claim.atLeast(TEST_ACCURACY.of("no-norm"), 0.11, 0.48, 0.80),
        Claim.atLeast(TEST_ACCURACY.of("dense"), 0.12, 0.38, 0.45));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(vgg(run, Norm.BATCH));
  }

  private static Network vgg(Run run, Norm norm) {
    int width = run.get(WIDTH);
    Vgg vgg = new Vgg(2, width, 8 * width, 8 * width, 0.3, norm);
    return Photographs.network(run, "model", vgg);
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Network batch = (Network) model.network();
    Contest contest = Contest.withMomentum(run);
    contest.enter("batch-norm", batch, CROPS_AND_FLIPS);
    contest.enter("layer-norm", vgg(run, Norm.LAYER), CROPS_AND_FLIPS);
    contest.enter("no-norm", vgg(run, Norm.NONE), CROPS_AND_FLIPS);
    Network dense = Photographs.network(run, "dense", DenseNetwork.asLargeAs(batch));
    contest.enter("dense", dense, CROPS_AND_FLIPS);
    contest.show();
  }
}
