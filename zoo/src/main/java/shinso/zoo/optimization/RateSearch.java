package shinso.zoo.optimization;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.Quantity;
import shinso.train.loop.RateFinder;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.zoo.harness.*;

/**
 * A learning rate for gradient descent that is looked for: steps with rates that grow from 1e-4 to
 * 10, and the rate at which the loss falls fastest. With it a network learns; with a hundredth of
 * it, hardly.
 *
 * <pre>
 * ./shinso run rate-search --data mnist
 * </pre>
 */
public final class RateSearch implements Demo {
  private static final Quantity SUGGESTED = Quantity.of("suggested rate", "");

  @Override
  public Card card() {
    return Card.of("rate-search", "a learning rate found by steps with growing rates")
        .rows("B2")
        .source(
            "Smith, \"Cyclical learning rates for training neural networks\" 2017, section 3.3");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(3_000, ALL, ALL),
        TEST.row(1_000, ALL, ALL),
        EPOCHS.row(2, 2, 10),
        BATCH.always(50),
        HIDDEN.row(64, 128, 128));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atLeast(SUGGESTED, 0.01, 0.01, 0.01),
        Claim.atLeast(TEST_ACCURACY.of("suggested"), 0.6, 0.8, 0.85));
  }

  private static Network network(Run run) {
    return Network.of(28, 28, 1)
        .flatten()
        .dense(run.get(HIDDEN))
        .relu()
        .dense(10)
        .build(run.rng("model"));
  }

  private static SupervisedLearner learner(Network net, Schedule rate) {
    return SupervisedLearner.of(net, Losses::softmaxCrossEntropy, Sgd.of(rate));
  }

  @Override
  public void run(Run run) {
    Split data = run.data();
    Batches batches = run.batches(data.train());
    RateFinder finder =
        RateFinder.of(rate -> learner(network(run), rate), batches).range(1e-4, 10).steps(200);
    run.show("rates", () -> finder.run().figure());
    double found =
        run.once("rate", () -> Tensor.of(new double[] {finder.run().suggestion()})).item();
    run.score(SUGGESTED, () -> found);
    Comparison rates = run.compare("accuracy", "Test accuracy by rate", TEST_ACCURACY);
    for (String part : List.of("suggested", "a hundredth")) {
      double rate = part.equals("suggested") ? found : found / 100;
      Network net = network(run);
      run.train(part.replace(' ', '-'), learner(net, Schedule.constant(rate)), batches).go();
      rates.variant(part, () -> Predictions.of(net, Batches.inOrder(data.test(), 500)).accuracy());
    }
    rates.show();
  }
}
