package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.report.Predictions;
import shinso.zoo.harness.*;

/**
 * A classification RBM of few digits whose classes are known: alone, and with all other digits,
 * whose classes nobody looks at, for what digits are like.
 *
 * <pre>
 * ./shinso run drbm-few-labels --data mnist
 * </pre>
 */
public final class HybridFewLabels implements Recipe<ClassificationRbm> {
  private static final Setting<Integer> LABELS =
      Setting.integer("labels", "digits whose class is known", 10, 1_000_000);
  private static final Setting<Double> ALPHA =
      Setting.number("alpha", "weight α of p(x, y) of digits with labels", 0, 10);
  private static final Setting<Double> BETA =
      Setting.number("beta", "weight β of p(x) of digits without labels", 0, 10);

  private static final Quantity ERROR = Quantity.share("test error", Quantity.Better.SMALLER);
  private static final Quantity GAIN = Quantity.share("gain by the others", Quantity.Better.LARGER);
  private static final int DRAWS = 50;

  @Override
  public Card card() {
    return Card.of("drbm-few-labels", "classification RBM with few labels and many digits")
        .rows("I18")
        .source(
            "Larochelle and Bengio, \"Classification using discriminative restricted Boltzmann"
                + " machines\", 2008, section 5")
        .reported("digits without labels lower the error");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        VALIDATION.row(200, 1_000, 1_000),
        TEST.row(1_000, ALL, ALL),
        LABELS.row(200, 800, 800),
        HIDDEN.row(60, 500, 1_500),
        EPOCHS.row(5, 4, 30),
        BATCH.row(50, 50, 50),
        RATE.row(0.005, 0.001, 0.0005),
        ALPHA.always(0.01),
        BETA.always(0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(ERROR.of("with all others"), 0.4, 0.10, 0.09).on("mnist"),
        Claim.atLeast(GAIN, -0.03, 0.005, 0.005).on("mnist"),
        Claim.atMost(ERROR.of("with all others"), 0.6, 0.30, 0.30).on("glyphs"));
  }

  @Override
  public ClassificationRbm model(Run run) {
    return ClassificationRbm.of(28 * 28, 10, run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, ClassificationRbm many) {
    Dataset all = run.data().train();
    Dataset few =
        Split.of(all, all.limit(0))
            .withStratifiedValidation(run.get(LABELS), run.rng("labels").words()[0])
            .validation();
    ClassificationRbm fewAlone = model(run);
    Comparison table = run.compare("errors", "Few labels", ERROR);
    double alone = learn(run, table, "labels alone", fewAlone, few, 0);
    double others = learn(run, table, "with all others", many, few, run.get(BETA));
    table.show();
    run.score(GAIN, () -> alone - others);
    run.show(
        "learning",
        () ->
            run.curves(
                "Accuracy on the way", "validation.accuracy", "labels-alone", "with-all-others"));
    run.filters("filters", "Weights of hidden units, with all others", many.weight());
  }

  /** As many steps with labels either way; the batches are of digits without. */
  private static double learn(
      Run run, Comparison table, String name, ClassificationRbm rbm, Dataset few, double beta) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Adam rule = Adam.of(Schedule.cosine(run.get(RATE), 0, run.steps(batches)));
    HybridLearning learner =
        HybridLearning.hybrid(rbm, run.get(ALPHA), rule).semiSupervised(few, DRAWS, beta);
    run.train(name.replace(' ', '-'), learner, batches)
        .evaluate("validation", digits.validation())
        .keepBest(Goal.largest("validation.accuracy"))
        .go();
    Batches test = Batches.inOrder(digits.test(), 500);
    return table
        .variant(name, () -> 1 - Predictions.of((x, pass) -> rbm.logits(x), test).accuracy())
        .getFirst();
  }
}
