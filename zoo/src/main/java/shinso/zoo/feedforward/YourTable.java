package shinso.zoo.feedforward;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Standardization;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.model.Regressor;
import shinso.nn.optim.Adam;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.train.report.Residuals;
import shinso.train.report.Section;
import shinso.zoo.harness.*;

/**
 * A small network on a table of the user's own, stopped early, beside a linear model and the guess
 * that looks at no column.
 *
 * <pre>
 * ./shinso train table houses.csv --target price
 * </pre>
 */
public final class YourTable implements OwnRecipe<Record> {
  private static final Setting<Integer> PATIENCE =
      Setting.integer("patience", "epochs without a better one after which it ends", 1, 10_000);

  private static final Quantity LOG_LOSS = Quantity.smaller("test log loss", "nats");
  private static final Quantity R2 = Quantity.larger("test R²", "");
  private static final Quantity RMSE = Quantity.smaller("test RMSE", "");
  private static final Quantity MAE = Quantity.smaller("test mean absolute error", "");

  /**
   * A network that predicts a number in its own unit.
   *
   * @param network from features to the standardised number
   * @param target standardises the number
   */
  public record Numbers(Network network, Standardization target) implements Layer, Regressor {
    /** Returns the standardised prediction: {@code [b, f] -> [b, 1]}. */
    @Override
    public Tensor forward(Tensor x, Pass pass) {
      return network.forward(x, pass);
    }

    @Override
    public Tensor predict(Tensor x) {
      return target.inverse(forward(x, Pass.inference()));
    }

    private Tensor error(Tensor y, Tensor t) {
      return Losses.mse(y, target.forward(t, Pass.inference()));
    }
  }

  @Override
  public Card card() {
    return Card.of("table", "small network on your own table");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    List<Setting.Row<?>> rows = new ArrayList<>(TableFile.settings());
    rows.addAll(
        List.of(
            BOOTSTRAP.always(0),
            HIDDEN.always(128),
            DROPOUT.always(0.1),
            WEIGHT_DECAY.always(0.01),
            EPOCHS.always(200),
            PATIENCE.always(15),
            BATCH.always(64),
            RATE.always(0.001)));
    return rows;
  }

  @Override
  public OwnSource source(Settings settings, long seed) {
    return TableFile.of(place(settings), settings).source(seed);
  }

  @Override
  public Record model(Run run) {
    return model(run, true, run.rng("model"));
  }

  /** Two hidden layers of rectifiers with dropout, or none. */
  private static Record model(Run run, boolean hidden, Rng rng) {
    Dataset train = run.data().train();
    Network.Builder net = Network.of(train.fields().getFirst().shape().size());
    for (int i = 0; i < 2 && hidden; i++) {
      net.dense(run.get(HIDDEN)).relu().dropout(run.get(DROPOUT));
    }
    return train.hasLabels()
        ? Classifier.of(net.dense(train.classNames().size()).build(rng))
        : new Numbers(net.dense(1).build(rng), run.standardization("target", train, 1));
  }

  @Override
  public void run(Run run, Record model) {
    Record linear = model(run, false, run.rng("linear"));
    train(run, "network", model, run.get(WEIGHT_DECAY));
    train(run, "linear", linear, 0);
    if (model instanceof LogitClassifier c && linear instanceof LogitClassifier l) {
      classes(run, c, l);
    } else if (model instanceof Numbers n && linear instanceof Numbers l) {
      numbers(run, n, l);
    }
    run.show("curves", () -> run.curves("Validation loss", "validation.loss", "network", "linear"));
  }

  private static void train(Run run, String name, Record model, double decay) {
    Adam rule = Adam.of(run.get(RATE)).weightDecay(decay, Parameters::isWeight);
    SupervisedLearner learner =
        model instanceof Numbers n
            ? SupervisedLearner.of(n, n::error, rule)
            : SupervisedLearner.of(
                    ((LogitClassifier) model).network(), Losses::softmaxCrossEntropy, rule)
                .metric("accuracy", Metrics::accuracy);
    run.train(name, learner, run.batches(run.data().train()))
        .evaluate("validation", run.data().validation())
        .stopEarly(Goal.smallest("validation.loss"), run.get(PATIENCE))
        .go();
  }

  private static void classes(Run run, LogitClassifier network, LogitClassifier linear) {
    Comparison table = run.compare("models", "Test rows", TEST_ACCURACY, LOG_LOSS);
    table.variant(
        "network",
        () -> predictions(run, network).accuracy(),
        () -> predictions(run, network).logLoss());
    table.variant(
        "linear model",
        () -> predictions(run, linear).accuracy(),
        () -> predictions(run, linear).logLoss());
    table.variant(
        "most frequent class",
        () -> Frequencies.of(run.data().train()).accuracy(run.data().test()),
        () -> Frequencies.of(run.data().train()).logLoss(run.data().test()));
    table.show();
    run.showAll("classifier", () -> Section.classifier(predictions(run, network)));
  }

  private static Predictions predictions(Run run, LogitClassifier model) {
    return Predictions.of(model.network(), Batches.inOrder(run.data().test(), 500));
  }

  private static void numbers(Run run, Numbers network, Numbers linear) {
    Comparison table = run.compare("models", "Test rows", R2, RMSE, MAE);
    double mean = network.target().mean().value().item();
    Regressor always = x -> Tensor.full(Shape.of(x.shape().dim(0), 1), mean);
    enter(run, table, "network", network);
    enter(run, table, "linear model", linear);
    enter(run, table, "mean", always);
    table.show();
    run.showAll("regressor", () -> Section.regressor(residuals(run, network)));
  }

  private static void enter(Run run, Comparison table, String name, Regressor model) {
    table.variant(
        name,
        () -> residuals(run, model).report(0).rSquared(),
        () -> residuals(run, model).report(0).rmse(),
        () -> residuals(run, model).report(0).mae());
  }

  private static Residuals residuals(Run run, Regressor model) {
    return Residuals.of(model, Batches.inOrder(run.data().test(), 500));
  }
}
