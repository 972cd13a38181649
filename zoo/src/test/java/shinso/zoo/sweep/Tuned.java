package shinso.zoo.sweep;

import java.util.List;
import java.util.Map;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Card;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.Classification;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.PictureSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.Run;
import shinso.zoo.harness.Setting;
import shinso.zoo.harness.Training;

/** A small network with settings of all kinds. */
record Tuned() implements Recipe<LogitClassifier> {
  static final Recipe<?> RECIPE = new Tuned();

  private static final Setting<String> RULE =
      Setting.choice("rule", "how it learns", List.of("adam", "broken"));

  @Override
  public Card card() {
    return Card.of("tuned", "a small network");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(
        Training.TRAIN.always(500),
        Training.VALIDATION.always(100),
        Training.TEST.always(100),
        Training.EPOCHS.row(4, 4, 4),
        Training.BATCH.always(50),
        Training.RATE.always(0.01),
        Training.HIDDEN.always(16),
        Training.DROPOUT.always(0.2),
        RULE.always("adam"));
  }

  @Override
  public List<Claim> claims() {
    return List.of(Claim.atLeast(Quantity.TEST_ACCURACY, 0.1, 0.1, 0.1).on("glyphs"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(run.get(Training.HIDDEN))
            .relu()
            .dropout(run.get(Training.DROPOUT))
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    // A rate of infinity, as when training diverges.
    double rate = run.get(RULE).equals("broken") ? 1e38 : run.get(Training.RATE);
    Classification.of(run, model).train(steps -> Schedule.cosine(rate, 0, steps), Adam::of);
  }

  static Plan plan(Map<String, String> texts, Method method, int trials) {
    return plan(texts, method, trials, "", "");
  }

  static Plan plan(
      Map<String, String> texts, Method method, int trials, String metric, String goal) {
    return new Plan(
        RECIPE, RECIPE.data().getFirst(), Budget.SMOKE, 1, texts, method, trials, metric, goal, 3);
  }
}
