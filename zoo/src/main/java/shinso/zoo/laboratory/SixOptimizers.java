package shinso.zoo.laboratory;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.*;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.zoo.harness.*;

/**
 * One network with one hidden layer of rectifiers, trained from the same weights on the same
 * batches with gradient descent, Adadelta, AdaGrad, Adam, FTRL and RMSprop, each with a usual rate.
 *
 * <pre>
 * ./shinso run six-optimizers --data mnist
 * </pre>
 */
public final class SixOptimizers implements Demo {
  @Override
  public Card card() {
    return Card.of("six-optimizers", "one network on grey images of 28 x 28 with six optimisers")
        .rows("H27")
        .source("Goodfellow, Bengio and Courville, \"Deep learning\", section 8.5");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(3_000, ALL, ALL),
        VALIDATION.row(500, 5_000, 5_000),
        TEST.row(1_000, ALL, ALL),
        EPOCHS.row(3, 5, 20),
        BATCH.row(50, 100, 100),
        HIDDEN.row(64, 128, 128));
  }

  @Override
  public List<Claim> claims() {
    return rules().keySet().stream()
        .map(rule -> Claim.atLeast(TEST_ACCURACY.of(rule), 0.4, 0.8, 0.85))
        .toList();
  }

  private static Map<String, Optimizer> rules() {
    Map<String, Optimizer> rules = new LinkedHashMap<>();
    rules.put("gradient descent", Sgd.of(0.1));
    rules.put("Adadelta", Adadelta.of());
    rules.put("AdaGrad", Adagrad.of(0.02));
    rules.put("Adam", Adam.of(0.001));
    rules.put("FTRL", Ftrl.of(0.2));
    rules.put("RMSprop", RmsProp.of(0.001));
    return rules;
  }

  @Override
  public void run(Run run) {
    Split data = run.data();
    Batches batches = run.batches(data.train());
    Comparison rules = run.compare("optimizers", "Six optimisers", TEST_ACCURACY);
    rules()
        .forEach((name, rule) -> {
          Network net =
              Network.of(28, 28, 1)
                  .flatten()
                  .dense(run.get(HIDDEN))
                  .relu()
                  .dense(10)
                  .build(run.rng("model"));
          run.train(stage(name), learner(net, rule), batches)
              .evaluate("validation", data.validation())
              .go();
          rules.variant(
              name, () -> Predictions.of(net, Batches.inOrder(data.test(), 500)).accuracy());
        });
    rules.show();
    String[] stages = rules().keySet().stream().map(SixOptimizers::stage).toArray(String[]::new);
    run.show("training", () -> run.curves("Training loss", "train.loss", stages).logY().smooth());
    run.show("validation", () -> run.curves("Validation loss", "validation.loss", stages).logY());
  }

  private static SupervisedLearner learner(Network net, Optimizer rule) {
    return SupervisedLearner.of(net, Losses::softmaxCrossEntropy, rule)
        .metric("accuracy", Metrics::accuracy);
  }

  private static String stage(String rule) {
    return rule.toLowerCase(Locale.ROOT).replace(' ', '-');
  }
}
