package shinso.zoo.regularization;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.loop.Outcome;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * A network on few examples, trained three ways: to the end, which over-fits; until the validation
 * loss hasn't fallen for so many evaluations, with the best weights given back; and again from the
 * beginning, on all data, for the number of steps that were best.
 *
 * <pre>
 * ./shinso run early-stopping --data mnist
 * </pre>
 */
public final class EarlyStopping implements Recipe<LogitClassifier> {
  private static final Setting<Integer> PERIOD =
      Setting.integer("period", "steps from one evaluation to the next", 1, 1_000_000);
  private static final Setting<Integer> PATIENCE =
      Setting.integer("patience", "evaluations in a row without a better one", 1, 1_000_000);

  private static final Quantity LOSS = Quantity.smaller("test loss", "nats");
  private static final Quantity OVERFIT =
      Quantity.larger("validation loss at the end ÷ at its best", "");
  private static final Quantity GAIN = Quantity.smaller("test loss, stopped ÷ not stopped", "");
  private static final Quantity AGAIN =
      Quantity.smaller("test loss, again with all data ÷ stopped", "");

  @Override
  public Card card() {
    return Card.of("early-stopping", "a network on few digits, stopped where validation is best")
        .rows("C3")
        .source(
            "Goodfellow, Bengio and Courville, \"Deep learning\", section 7.8, algorithms 7.1 and"
                + " 7.2");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(600, 2_000, 2_000),
        VALIDATION.row(200, 500, 500),
        TEST.row(1_000, Setting.ALL, Setting.ALL),
        EPOCHS.row(100, 60, 60),
        BATCH.row(50, 50, 50),
        HIDDEN.row(100, 300, 300),
        RATE.row(2e-3, 1e-3, 1e-3),
        PERIOD.row(8, 15, 15),
        PATIENCE.row(5, 8, 8));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(OVERFIT, 1.1, 1.1, 1.1),
        Claim.atMost(GAIN, 0.95, 0.95, 0.95),
        Claim.atMost(AGAIN, 1.0, 1.0, 1.0));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(run.get(HIDDEN))
            .relu()
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier again) {
    Split digits = run.data();
    int period = run.get(PERIOD);
    Outcome end =
        stage(run, "not-stopped", model(run), digits.train())
            .evaluate("validation", digits.validation())
            .evaluateEvery(period)
            .go();
    Outcome stopped =
        stage(run, "stopped", model(run), digits.train())
            .evaluate("validation", digits.validation())
            .evaluateEvery(period)
            .stopEarly(Goal.smallest("validation.loss"), run.get(PATIENCE))
            .go();
    Outcome all =
        stage(run, "again", again, digits.withValidationInTraining().train())
            .steps(stopped.kept())
            .go();

    Comparison table = run.compare("test", "Test loss", LOSS);
    table.variant("not stopped", () -> loss("test", end));
    table.variant("stopped", () -> loss("test", stopped));
    table.variant("again with all data", () -> loss("test", all));
    table.show();
    run.score(OVERFIT, () -> loss("validation", end) / loss("validation", stopped));
    run.score(GAIN, () -> loss("test", stopped) / loss("test", end));
    run.score(AGAIN, () -> loss("test", all) / loss("test", stopped));
    run.show("losses", () -> losses(run, stopped));
  }

  private static Stage stage(Run run, String name, LogitClassifier model, Dataset train) {
    SupervisedLearner learner =
        SupervisedLearner.of(model.network(), Losses::softmaxCrossEntropy, Adam.of(run.get(RATE)));
    return run.train(name, learner, run.batches(train)).evaluateAtEnd("test", run.data().test());
  }

  private static double loss(String set, Outcome outcome) {
    return outcome.metrics().getOrDefault(set + ".loss", Double.NaN);
  }

  private static Lines losses(Run run, Outcome best) {
    Lines chart =
        Figure.lines("Loss of a network that is not stopped")
            .axes("step", "cross-entropy (nats)")
            .caption(
                "Stopped after step %d; the weights of step %d were given back."
                    .formatted(best.step(), best.kept()));
    for (String part : List.of("train", "validation")) {
      PointSeries curve = run.curves("", part + ".loss", "not-stopped").series().getFirst();
      chart = chart.series(new PointSeries(part, curve.points()));
    }
    return chart.best("validation", Lines.Best.SMALLEST);
  }
}
