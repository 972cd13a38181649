package shinso.zoo.energy;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Flatten;
import shinso.nn.layer.Layer;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.figure.Figure;
import shinso.train.loop.Learner;
import shinso.zoo.harness.*;
import shinso.zoo.regularization.FeatureClassifier;
import shinso.zoo.regularization.PatchFeatures;

/**
 * What the hidden units of four machines with real-valued visible units say about photographs: the
 * machines learn whitened patches of 6 x 6 pixels, their units look at every patch of an image, and
 * a linear classifier sees the sums over its four quarters. Raw pixels are compared.
 *
 * <pre>
 * ./shinso run patch-codes
 * </pre>
 */
public final class PatchCodes implements Demo {
  private static final Setting<Integer> PATCHES =
      Setting.integer("patches", "patches that the machines learn from", 100, 10_000_000);
  private static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", "most iterations of the linear classifier", 1, 100_000);
  private static final Setting<Integer> LEAPS =
      Setting.integer("leaps", "leapfrog steps of a trajectory", 1, 1_000);

  private static final int SIDE = 6;
  private static final int PIXELS = SIDE * SIDE * 3;
  private static final double LAMBDA = 0.01;
  private static final String RAW = "raw pixels";

  @Override
  public Card card() {
    return Card.of("patch-codes", "linear classifier on hidden units of four machines of patches")
        .rows("I11", "I12", "I13", "I14")
        .source(
            "Ranzato and Hinton 2010; Ranzato, Mnih and Hinton 2010; Courville, Bergstra and Bengio"
                + " 2011; features as in Coates, Lee and Ng 2011")
        .reported(
            "CIFAR-10, 50,000 images: GRBM 59.8 to 64.8 % (fine-tuned), mcRBM 63 to 68 %, ssRBM 73"
                + " to 77 %");
  }

  @Override
  public List<DataSource> data() {
    return List.of(DataSource.of("cifar10"));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(300, ALL, ALL),
        TEST.row(200, ALL, ALL),
        PATCHES.row(3_000, 100_000, 400_000),
        HIDDEN.row(24, 200, 800),
        STEPS.row(150, 5_000, 50_000),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.003, 0.001),
        LEAPS.row(5, 20, 20),
        ITERATIONS.row(30, 150, 500));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY.of(RAW), 0.15, 0.33, 0.33),
        Claim.atLeast(TEST_ACCURACY.of("GRBM"), 0.15, 0.50, 0.60).published("59.8 to 64.8 %"),
        Claim.atLeast(TEST_ACCURACY.of("ssRBM"), 0.15, 0.50, 0.60).published("73 to 77 %"),
        Claim.atLeast(TEST_ACCURACY.of("mcRBM"), 0.15, 0.50, 0.60).published("63 to 68 %"),
        Claim.atLeast(TEST_ACCURACY.of("mPoT"), 0.15, 0.50, 0.60));
  }

  /** A machine: how it learns, the weights that are drawn, and what its units make of patches. */
  private record Machine(
      String name, Record model, Learner learner, Param shown, UnaryOperator<Tensor> units) {}

  private static List<Machine> machines(Run run, Tensor deviation) {
    int n = run.get(HIDDEN);
    Rng rng = run.rng("model");
    GaussianRbm mean =
        GaussianRbm.of(PIXELS, n, rng.split(0))
            .withMoments(Tensor.zeros(PIXELS), deviation)
            .learningPrecision();
    mean.weight().assign(Tensor.normal(rng.split(4), PIXELS, n).mul(0.1));
    mean.withSparsity(0.1);
    SpikeSlabRbm slab = SpikeSlabRbm.of(PIXELS, n, rng.split(1));
    McRbm both = McRbm.of(PIXELS, n / 2, n / 2, rng.split(2));
    MeanPot pot = MeanPot.of(PIXELS, n / 2, n / 2, rng.split(3));
    int leaps = run.get(LEAPS);
    return List.of(
        new Machine(
            "GRBM",
            mean,
            ContrastiveDivergence.of(mean, 1, rule(run)),
            mean.weight(),
            mean::hidden),
        new Machine(
            "ssRBM",
            slab,
            ContrastiveDivergence.of(slab, 1, rule(run)),
            slab.weight(),
            slab::hidden),
        new Machine(
            "mcRBM",
            both,
            HamiltonianLearning.of(both, rule(run)).leaps(leaps).then(both::normalized),
            both.factors(),
            x -> Tensor.concat(1, List.of(both.meanUnits(x), both.covarianceUnits(x)))),
        new Machine(
            "mPoT",
            pot,
            HamiltonianLearning.of(pot, rule(run)).leaps(leaps).then(pot::normalized),
            pot.factors(),
            x -> Tensor.concat(1, List.of(pot.meanUnits(x), pot.covarianceUnits(x).mean()))));
  }

  private static Adam rule(Run run) {
    return Adam.of(Schedule.cosine(run.get(RATE), 0, run.get(STEPS)));
  }

  @Override
  public void run(Run run) {
    Comparison table = run.compare("accuracy", "Accuracy of linear classifiers", TEST_ACCURACY);
    classify(run, table, RAW, new Flatten(), 32 * 32 * 3);
    PatchFeatures white = PatchFeatures.of(SIDE, 3, run.get(HIDDEN), (x, d) -> x);
    Dataset images = run.data().train();
    Tensor drawn =
        run.once("patches", () -> white.sample(images, run.get(PATCHES), run.rng("patches")));
    white.fitWhitening(drawn);
    Dataset patches = whitened(white, drawn);
    for (Machine m : machines(run, white.whiten(drawn).variance(0).sqrt())) {
      run.train(m.name().toLowerCase(Locale.ROOT), m.learner(), run.batches(patches))
          .steps(run.get(STEPS))
          .go();
      classify(
          run,
          table,
          m.name(),
          white.with((x, d) -> m.units().apply(x)),
          PatchFeatures.SUMS * run.get(HIDDEN));
      run.show(
          "filters-" + m.name().toLowerCase(Locale.ROOT),
          () ->
              Figure.pictures("Filters, " + m.name() + ", of whitened patches", filters(m.shown()))
                  .scale(6));
    }
    table.show();
  }

  private static Dataset whitened(PatchFeatures white, Tensor drawn) {
    float[] all = white.whiten(drawn).toFloatArray();
    return InMemoryDataset.of(
        "whitened patches", List.of(Column.floats("patch", Shape.of(PIXELS), all)));
  }

  private static void classify(Run run, Comparison table, String name, Layer features, int size) {
    FeatureClassifier classifier = FeatureClassifier.of(features, size, 10);
    run.perform(
        "classifier-" + name.toLowerCase(Locale.ROOT).replace(' ', '-'),
        classifier,
        log -> {
          var minimum = classifier.fit(run.data().train(), LAMBDA, run.get(ITERATIONS));
          log.record(minimum.iterations(), Map.of("loss", minimum.loss()));
        });
    table.variant(name, () -> classifier.accuracy(run.data().test()));
  }

  /** At most a hundred columns of weights as pictures, each from its least to its largest. */
  private static Tensor filters(Param weights) {
    Tensor w = weights.value().transpose(); // [units, pixels]
    Tensor first = w.slice(0, 0, Math.min(100, w.shape().dim(0)));
    Tensor low = first.minKeep(1);
    Tensor scaled = first.sub(low).div(first.maxKeep(1).sub(low).maximum(1e-6));
    return scaled.reshape(first.shape().dim(0), SIDE, SIDE, 3);
  }
}
