package shinso.zoo.judge;

import java.util.List;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.judge.Estimate;
import shinso.train.judge.FrechetDistance;
import shinso.train.judge.KernelDistance;
import shinso.train.judge.PrecisionRecall;
import shinso.train.loop.SupervisedLearner;
import shinso.train.loop.Trainer;
import shinso.zoo.convolution.Lenet;

/**
 * Judges made-up pictures by what a LeNet sees in them that has learned the classes of the data:
 * how far its last hidden layer's 64 features are from those of test examples, what of the one lies
 * where the other is, and how well a second LeNet that sees nothing but them, with the classes that
 * the first one gives them, tells test examples apart.
 *
 * <p>Features are divided by a number that makes their variance over test examples 1 in the mean:
 * samples that are all the same are at least 64 away by the Fréchet distance. Numbers can be
 * compared if their LeNets are the same: with the same data, epochs and keys, and for as many
 * samples.
 *
 * <p>Source of the last measure: Ravuri and Vinyals, "Classification accuracy score for conditional
 * generative models" (2019), where the model itself gives the classes.
 */
public final class PictureJudge {
  private static final int FEATURES = 64;
  private static final int BATCH = 50;
  private static final double RATE = 0.001;
  private static final int NEIGHBOURS = 5;

  /** How many examples and samples there are at least: each has that many neighbours and itself. */
  public static final int LEAST = NEIGHBOURS + 1;

  private static final int PARTS = 20;

  private final Dataset test;
  private final int classes;
  private final int epochs;
  private final Rng rng;
  private final Network classifier;
  private final Tensor reference;
  private final Tensor scale;

  /**
   * What samples are like.
   *
   * @param frechet the squared Fréchet distance of features
   * @param kernel the squared kernel distance of features
   * @param overlap precision, recall, density and coverage of features
   * @param synthetic the accuracy on test examples of a LeNet that has seen the samples alone
   */
  public record Verdict(
      double frechet, Estimate kernel, PrecisionRecall overlap, double synthetic) {}

  private PictureJudge(
      Dataset test, int classes, int epochs, Rng rng, Network classifier, Tensor features) {
    this.test = test;
    this.classes = classes;
    this.epochs = epochs;
    this.rng = rng;
    this.classifier = classifier;
    this.scale = features.variance(0).mean().sqrt().evaluate();
    this.reference = features.div(scale).evaluate();
  }

  /** Returns whether the data has pictures of at least 8 x 8 pixels in two classes or more. */
  public static boolean canJudge(Split data) {
    List<Dataset.Field> fields = data.test().fields();
    Shape picture = fields.getFirst().shape();
    return fields.size() == 2
        && data.test().classNames().size() > 1
        && picture.rank() == 3
        && Math.min(picture.dim(0), picture.dim(1)) >= 8;
  }

  /**
   * Trains the LeNet.
   *
   * @param data whose training examples it sees
   * @param most with how many test examples samples are compared at most
   * @param epochs passes over the training examples
   * @throws IllegalArgumentException if the data can't be judged by
   */
  public static PictureJudge of(Split data, int most, int epochs, Rng rng) {
    if (!canJudge(data)) {
      throw new IllegalArgumentException(
          "samples are judged by data of pictures in classes, not by " + data.description());
    }
    int classes = data.test().classNames().size();
    Network classifier = lenet(data.train(), classes, epochs, rng.split("judge"));
    Dataset test = data.test().limit(most);
    Tensor features = features(classifier, test.whole().getFirst());
    return new PictureJudge(data.test(), classes, epochs, rng, classifier, features);
  }

  private static Network lenet(Dataset train, int classes, int epochs, Rng rng) {
    Shape picture = train.fields().getFirst().shape();
    Lenet lenet = new Lenet(16, 32, 0, List.of(FEATURES), true, Activation.RELU);
    Network network = lenet.build(picture, classes, rng.split("model"));
    SupervisedLearner learner =
        SupervisedLearner.of(network, Losses::softmaxCrossEntropy, Adam.of(RATE));
    Trainer.of(learner, Batches.shuffled(train, BATCH, rng.split("order").words()[0]))
        .epochs(epochs)
        .run();
    return network;
  }

  /** Returns with how many test examples samples are compared: best with as many. */
  public int count() {
    return reference.shape().dim(0);
  }

  /** Returns which class the LeNet takes each picture for: {@code [n, h, w, c]} to n numbers. */
  public int[] classes(Tensor pictures) {
    return classes(classifier, pictures);
  }

  /**
   * Judges samples.
   *
   * @param samples pictures {@code [n, h, w, c]} of 0 to 1
   */
  public Verdict judge(Tensor samples) {
    Tensor made = features(classifier, samples).div(scale).evaluate();
    int part = Math.max(2, Math.min(made.shape().dim(0), count()) / 2);
    return new Verdict(
        FrechetDistance.of(reference, made),
        KernelDistance.of(reference, made, part, PARTS, rng.split("parts")),
        PrecisionRecall.of(reference, made, NEIGHBOURS),
        synthetic(samples));
  }

  private double synthetic(Tensor samples) {
    int[] labels = classes(classifier, samples);
    Shape picture = samples.shape().slice(1, 4);
    Dataset seen =
        InMemoryDataset.of(
            "samples",
            List.of(
                Column.floats("sample", picture, samples.toFloatArray()),
                Column.labels("class", labels, classes)));
    Network second = lenet(seen, classes, epochs, rng.split("synthetic"));
    return accuracy(second);
  }

  private double accuracy(Network network) {
    double right = 0;
    try (Batches.Epoch epoch = Batches.inOrder(test, 500).epoch(0)) {
      while (epoch.hasNext()) {
        List<Tensor> batch = epoch.next();
        int[] found = classes(network, batch.getFirst());
        int[] labels = batch.getLast().toIntArray();
        for (int i = 0; i < found.length; i++) {
          right += found[i] == labels[i] ? 1 : 0;
        }
      }
    }
    return right / test.size();
  }

  private static int[] classes(Network network, Tensor pictures) {
    Program program =
        Program.compile((Tensor x) -> Step.outputs(network.forward(x, Pass.inference()).argmax(1)));
    return program.run(pictures).output(0).toIntArray();
  }

  private static Tensor features(Network classifier, Tensor pictures) {
    Layer body = classifier.before("dense2");
    Program program =
        Program.compile((Tensor x) -> Step.outputs(body.forward(x, Pass.inference())));
    return program.run(pictures).output(0);
  }
}
