package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.*;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.*;
import shinso.train.data.*;
import shinso.train.figure.Figure;
import shinso.train.judge.Quantity;
import shinso.train.loop.Learner;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.zoo.energy.ConvolutionalRbm.Values;
import shinso.zoo.harness.*;

/**
 * A convolutional deep belief network learns strokes and parts of digits from pictures without
 * labels; a linear classifier on its features needs fewer labels than one on pixels.
 *
 * <pre>
 * ./shinso run cdbn-digits --data mnist
 * </pre>
 */
public final class ConvolutionalDigits implements Recipe<ConvolutionalDbn> {
  private static final Setting<Integer> MAPS = Setting.integer("maps", "filters a layer", 1, 1_000);
  private static final Setting<Integer> LABELS =
      Setting.integer("labels", "training examples whose labels are known", 10, 60_000);
  private static final Setting<Double> SPARSITY =
      Setting.number("sparsity", "weight of the target for how often units are on", 0, 1_000);
  private static final Quantity ACCURACY = Quantity.TEST_ACCURACY;
  private static final Quantity GAIN = Quantity.share("gain over pixels", Quantity.Better.LARGER);
  private static final Shape PICTURE = Shape.of(28, 28, 1);
  private static final int CLASSES = 10;

  private static final int CHAINS = 50;

  /** How often a detection unit should be on. */
  private static final double ON = 0.02;

  @Override
  public Card card() {
    return Card.of("cdbn-digits", "convolutional deep belief network on digits with few labels")
        .rows("I15")
        .source("Lee, Grosse, Ranganath and Ng 2009, sections 3 and 4.3")
        .reported("MNIST error with 1,000 labels: 2.62 % (support vector machine on both layers)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(800, 10_000, ALL),
        TEST.row(300, ALL, ALL),
        MAPS.row(12, 32, 40),
        LABELS.row(100, 1_000, 1_000),
        SPARSITY.row(5.0, 5.0, 5.0),
        EPOCHS.row(4, 8, 20),
        BATCH.row(20, 50, 50),
        RATE.row(0.01, 0.005, 0.005),
        STEPS.row(150, 1_000, 1_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN, 0, 0.01, 0.01),
        Claim.atLeast(ACCURACY.of("both layers"), 0.5, 0.95, 0.97)
            .on("mnist")
            .published("97.38 %"));
  }

  @Override
  public ConvolutionalDbn model(Run run) {
    int maps = run.get(MAPS);
    double ink = run.once("ink", () -> run.data().train().mean().mean()).item();
    ConvolutionalRbm first =
        ConvolutionalRbm.of(PICTURE, 7, maps, 2, Values.BINARY, run.rng("first"));
    Shape pooled = first.poolingShape(); // [11, 11, maps]
    ConvolutionalRbm second =
        ConvolutionalRbm.of(pooled, 4, maps, 2, Values.BINARY, run.rng("second"));
    return new ConvolutionalDbn(first.withBaseRates(ink, ON), second.withBaseRates(4 * ON, ON));
  }

  @Override
  public void run(Run run, ConvolutionalDbn net) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    learn(run, "first", net.first(), batches, learner -> learner);
    learn(run, "second", net.second(), batches, net::above);

    Shape upper = net.second().poolingShape();
    int lower = net.first().poolingShape().size();
    Comparison table = run.compare("few-labels", "Linear classifiers of few labels", ACCURACY);
    double pixels = classify(run, table, "pixels", new Flatten(), PICTURE.size());
    classify(run, table, "first layer", new Features(net, 1), lower);
    double both = classify(run, table, "both layers", new Features(net, 2), lower + upper.size());
    table.show();
    run.score(GAIN, () -> both - pixels);

    run.show(
        "first",
        () ->
            pictures(
                "Filters of the first layer", net.first().filters().value().permute(3, 0, 1, 2)));
    run.show("second", () -> pictures("What the second layer looks for", net.upperFilters()));
    run.pictures(
        "completed", "Right halves drawn by both layers", () -> completed(digits, net, run));
  }

  /**
   * By contrastive divergence, then by persistent chains: near the data alone, a machine that draws
   * ink everywhere looks as good.
   *
   * @param layer makes the learner of a machine one of pictures
   */
  private static void learn(
      Run run, String name, ConvolutionalRbm rbm, Batches batches, UnaryOperator<Learner> layer) {
    UnaryOperator<ContrastiveDivergence> sparse =
        l -> l.penalty(v -> rbm.sparsity(v, ON).mul(run.get(SPARSITY)));
    var near = ContrastiveDivergence.of(rbm, 1, Adam.of(run.get(RATE)));
    run.train(name, layer.apply(sparse.apply(near)), batches).go();

    Param chains = Param.of(rbm.chainStart(CHAINS, run.rng(name + "-chains")).evaluate());
    Adam falling = Adam.of(Schedule.cosine(run.get(RATE), 0, run.steps(batches)));
    var far = ContrastiveDivergence.persistent(rbm, chains, 1, falling);
    run.train(name + "-chains", layer.apply(sparse.apply(far)), batches).go();
  }

  /** The pooling units of the first layers, one after the other. */
  private record Features(@State ConvolutionalDbn network, int layers) implements Layer {
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      List<Tensor> all = network.features(x).subList(0, layers);
      return Tensor.concat(1, all.stream().map(p -> p.flatten(1)).toList());
    }
  }

  private static double classify(Run run, Comparison table, String name, Layer features, int n) {
    Layer classifier =
        Sequential.of(features, Dense.of(n, CLASSES, Initializer.zeros(), run.rng(name)));
    Dataset labelled = run.data().train().limit(run.get(LABELS));
    Schedule rate = Schedule.cosine(0.01, 0, run.get(STEPS));
    SupervisedLearner learner =
        SupervisedLearner.of(classifier, Losses::softmaxCrossEntropy, Adam.of(rate))
            .metric("accuracy", Metrics::accuracy);
    run.train(name.replace(' ', '-'), learner, run.batches(labelled, 50))
        .steps(run.get(STEPS))
        .go();
    Batches test = Batches.inOrder(run.data().test(), 500);
    return table.variant(name, () -> Predictions.of(classifier, test).accuracy()).getFirst();
  }

  private static Figure pictures(String title, Tensor filters) {
    return Figure.pictures(title, filters).aroundZero();
  }

  /** Digits of which the left half is given, in every second row as they were drawn. */
  private static Tensor completed(Split digits, ConvolutionalDbn net, Run run) {
    Tensor x = digits.test().limit(10).whole().getFirst().greater(0.5);
    Tensor known = Tensor.iota(28).less(Tensor.of(new int[] {14})).reshape(1, 1, 28, 1);
    Rng rng = run.rng("completed");
    return Tensor.concat(0, List.of(x.flatten(1), net.complete(x, known, rng)));
  }
}
