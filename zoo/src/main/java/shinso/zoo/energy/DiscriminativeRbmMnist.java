package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.function.Function;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.report.Predictions;
import shinso.zoo.harness.*;

/**
 * One machine of digits and their classes learned three ways: for p(x, y), for p(y | x), and for
 * both, where what examples are like keeps the classifier from learning the training set by heart.
 *
 * <pre>
 * ./shinso run drbm-mnist --data mnist
 * </pre>
 */
public final class DiscriminativeRbmMnist implements Recipe<ClassificationRbm> {
  private static final Setting<Double> ALPHA =
      Setting.number("alpha", "weight α of the generative objective", 0, 10);

  private static final Quantity ERROR = Quantity.share("test error", Quantity.Better.SMALLER);

  private static final int CLASSES = 10;

  @Override
  public Card card() {
    return Card.of(
            "drbm-mnist", "generative, discriminative and hybrid classification RBM on digits")
        .rows("I18")
        .source(
            "Larochelle and Bengio, \"Classification using discriminative restricted Boltzmann"
                + " machines\", 2008, table 1")
        .reported("MNIST: 3.39 % generative, 1.81 % discriminative, 1.28 % hybrid");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        VALIDATION.row(500, 10_000, 10_000),
        TEST.row(1_000, ALL, ALL),
        HIDDEN.row(30, 500, 1_500),
        EPOCHS.row(3, 15, 60),
        BATCH.row(50, 50, 50),
        RATE.row(0.01, 0.001, 0.0005),
        ALPHA.always(0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(ERROR.of("generative"), 0.85, 0.08, 0.045).on("mnist").published("3.39 %"),
        Claim.atMost(ERROR.of("discriminative"), 0.3, 0.024, 0.020).on("mnist").published("1.81 %"),
        Claim.atMost(ERROR.of("hybrid"), 0.4, 0.022, 0.016).on("mnist").published("1.28 %"),
        Claim.atMost(ERROR.of("discriminative"), 0.5, 0.05, 0.05).on("glyphs"),
        Claim.atMost(ERROR.of("hybrid"), 0.5, 0.05, 0.05).on("glyphs"));
  }

  @Override
  public ClassificationRbm model(Run run) {
    return ClassificationRbm.of(28 * 28, CLASSES, run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, ClassificationRbm hybrid) {
    ClassificationRbm generative = model(run);
    ClassificationRbm discriminative = model(run);
    Comparison table = run.compare("errors", "Three objectives", ERROR);
    learn(run, table, "generative", generative, r -> HybridLearning.generative(generative, r));
    learn(
        run,
        table,
        "discriminative",
        discriminative,
        r -> HybridLearning.discriminative(discriminative, r));
    double alpha = run.get(ALPHA);
    learn(run, table, "hybrid", hybrid, r -> HybridLearning.hybrid(hybrid, alpha, r));
    table.show();
    run.show(
        "learning",
        () ->
            run.curves(
                "Accuracy on the way",
                "validation.accuracy",
                "generative",
                "discriminative",
                "hybrid"));
    run.filters("filters", "Weights of hidden units, hybrid", hybrid.weight());
    run.filters(
        "discriminative-filters",
        "Weights of hidden units, discriminative",
        discriminative.weight());
  }

  private static void learn(
      Run run,
      Comparison table,
      String name,
      ClassificationRbm rbm,
      Function<Optimizer, HybridLearning> learner) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train(name, learner.apply(Adam.of(rate)), batches)
        .evaluate("validation", digits.validation())
        .keepBest(Goal.largest("validation.accuracy"))
        .go();
    Batches test = Batches.inOrder(digits.test(), 500);
    table.variant(name, () -> 1 - Predictions.of((x, pass) -> rbm.logits(x), test).accuracy());
  }
}
