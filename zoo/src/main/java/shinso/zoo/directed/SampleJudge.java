package shinso.zoo.directed;

import java.util.List;
import java.util.function.Supplier;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Adam;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.judge.Estimate;
import shinso.train.judge.FrechetDistance;
import shinso.train.judge.KernelDistance;
import shinso.train.judge.PrecisionRecall;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.convolution.Lenet;
import shinso.zoo.harness.Comparison;
import shinso.zoo.harness.Run;
import shinso.zoo.harness.Setting;

/**
 * Judges made-up pictures by what a LeNet sees in them, which the run trains on the labels of its
 * data: distances of its last hidden layer's 64 features from those of test examples, and what of
 * the one lies where the other is. Numbers of different runs can be compared if their LeNets are
 * the same, that is with the same data, settings and seed.
 */
final class SampleJudge {
  /** The passes over the training examples that the LeNet takes. */
  static final Setting<Integer> EPOCHS =
      Setting.integer("judge-epochs", "passes of the LeNet by which samples are judged", 1, 1_000);

  static final Quantity FRECHET = Quantity.smaller("Fréchet distance", "");
  static final Quantity KERNEL = Quantity.smaller("kernel distance", "");
  static final Quantity PRECISION = Quantity.share("precision", Quantity.Better.LARGER);
  static final Quantity RECALL = Quantity.share("recall", Quantity.Better.LARGER);
  static final Quantity DENSITY = Quantity.of("density", "");
  static final Quantity COVERAGE = Quantity.share("coverage", Quantity.Better.LARGER);

  private static final int FEATURES = 64;
  private static final int BATCH = 50;
  private static final double RATE = 0.001;
  private static final int MOST = 2_000;
  private static final int NEIGHBOURS = 5;
  private static final int PARTS = 20;

  private final Run run;
  private final Network classifier;
  private final Comparison table;
  private final Tensor reference;

  private SampleJudge(Run run, Network classifier, Tensor reference) {
    this.run = run;
    this.classifier = classifier;
    this.reference = reference;
    this.table =
        run.compare(
            "judged",
            "Samples by the features of a LeNet",
            FRECHET,
            KERNEL,
            PRECISION,
            RECALL,
            DENSITY,
            COVERAGE);
  }

  /** Trains the LeNet in the stage {@code judge}, and judges training examples first. */
  static SampleJudge of(Run run) {
    Split data = run.data();
    Shape picture = data.test().fields().getFirst().shape();
    Lenet lenet = new Lenet(16, 32, 0, List.of(FEATURES), true, Activation.RELU);
    Network classifier = lenet.build(picture, 10, run.rng("judge"));
    Batches batches = run.batches(data.train(), BATCH);
    SupervisedLearner learner =
        SupervisedLearner.of(classifier, Losses::softmaxCrossEntropy, Adam.of(RATE))
            .metric("accuracy", Metrics::accuracy);
    run.train("judge", learner, batches)
        .epochs(run.get(EPOCHS))
        .evaluateAtEnd("test", data.test())
        .go();
    Network body = classifier.before("dense2");
    int most = Math.min(MOST, data.train().size());
    Dataset test = data.test().limit(most);
    Tensor reference =
        run.once("judge-reference", () -> features(body, test.whole().getFirst()));
    SampleJudge judge = new SampleJudge(run, classifier, reference);
    judge.judge("training examples", () -> data.train().limit(test.size()).whole().getFirst());
    return judge;
  }

  /** Returns with how many test examples samples are compared: best with as many. */
  int count() {
    return reference.shape().dim(0);
  }

  /** Returns the LeNet: pictures to logits. */
  Network classifier() {
    return classifier;
  }

  /**
   * Measures a variant.
   *
   * @param samples gives pictures {@code [n, h, w, c]} of 0 to 1
   */
  void judge(String variant, Supplier<Tensor> samples) {
    Tensor found =
        run.once(
            "judged-" + variant.replace(' ', '-'),
            () -> numbers(features(classifier.before("dense2"), samples.get())));
    double[] n = found.toDoubleArray();
    table.variant(variant, () -> n[0], () -> n[1], () -> n[2], () -> n[3], () -> n[4], () -> n[5]);
  }

  private Tensor numbers(Tensor made) {
    int part = Math.min(made.shape().dim(0), count()) / 2;
    Estimate kernel = KernelDistance.of(reference, made, part, PARTS, run.rng("parts"));
    PrecisionRecall p = PrecisionRecall.of(reference, made, NEIGHBOURS);
    return Tensor.of(
        new float[] {
          (float) FrechetDistance.of(reference, made),
          (float) kernel.value(),
          (float) p.precision(),
          (float) p.recall(),
          (float) p.density(),
          (float) p.coverage()
        },
        6);
  }

  /** Shows the table. */
  void show() {
    table.show();
  }

  private static Tensor features(Layer body, Tensor pictures) {
    Program program =
        Program.compile((Tensor x) -> Step.outputs(body.forward(x, Pass.inference())));
    return program.run(pictures).output(0);
  }
}
