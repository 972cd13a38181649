package shinso.zoo.recurrent;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.model.Regressor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Yearly numbers one year ahead: gated recurrent networks, the mean of several, against the linear
 * autoregressive predictor whose order is best on validation years.
 *
 * <pre>
 * ./shinso run sunspots --data sunspots
 * </pre>
 */
public final class Sunspots implements Demo {
  private static final Setting<Integer> NETWORKS =
      Setting.integer("networks", "recurrent networks that are averaged", 1, 1_000);
  private static final Setting<Integer> WINDOW =
      Setting.integer("window", "years that a prediction is made from", 2, 100);
  private static final int VALIDATION_YEARS = 51;
  private static final int FIRST_TEST_YEARS = 35;
  private static final int LATER_TEST_YEARS = 24;
  private static final double CLIP = 1;

  private static final Quantity FIRST =
      Quantity.smaller("error ÷ variance, first 35 test years", "");
  private static final Quantity LATER =
      Quantity.smaller("error ÷ variance, the 24 years after them", "");
  private static final Quantity RATIO = Quantity.smaller("error, recurrent ÷ linear", "");
  private static final DataSource OSCILLATION =
      DataSource.generated("oscillation", Series::oscillation);

  @Override
  public Card card() {
    return Card.of("sunspots", "numbers of sunspots one year ahead, recurrent against linear")
        .rows("F5")
        .source(
            "Weigend, Huberman and Rumelhart, \"Predicting the future: a connectionist approach\","
                + " 1990; Yule 1927")
        .reported(
            "mean squared error ÷ variance, 1921 to 1955 and 1956 to 1979: network of 12 years"
                + " 0.086 and 0.35, threshold autoregression 0.097 and 0.28");
  }

  @Override
  public List<DataSource> data() {
    return List.of(OSCILLATION, TableSource.SUNSPOTS);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        NETWORKS.row(1, 10, 20),
        WINDOW.row(24, 24, 24),
        HIDDEN.row(12, 12, 12),
        STEPS.row(300, 1_500, 1_500),
        RATE.row(0.02, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(RATIO, 1.5, 1, 1).on("oscillation"),
        Claim.atMost(RATIO, 1.5, 1, 1).on("sunspots"),
        Claim.atMost(FIRST.of("recurrent"), 0.3, 0.12, 0.12).on("sunspots").published("0.086"));
  }

  @Override
  public void run(Run run) {
    Series all = run.once("series", Series.class, () -> Series.of(run.data()).scaled());
    int window = run.get(WINDOW);
    int held = all.test() - VALIDATION_YEARS;
    Dataset train = all.windows(0, held, window);
    Dataset validation = all.windows(held, all.test(), window);
    Map<String, Regressor> predictors = new LinkedHashMap<>();
    predictors.put("the year before", x -> x.at(1, -1));
    Autoregression linear = linear(all, train, validation, window);
    Regressor recurrent = recurrent(run, train, validation);
    predictors.put("linear", linear);
    predictors.put("recurrent", recurrent);

    int middle = all.test() + FIRST_TEST_YEARS;
    Dataset first = all.windows(all.test(), middle, window);
    Dataset later = all.windows(middle, middle + LATER_TEST_YEARS, window);
    Comparison table = run.compare("predictors", "One year ahead", FIRST, LATER);
    predictors.forEach((name, predictor) ->
        table.variant(
            name,
            () -> error(predictor, first) / all.variance(),
            () -> error(predictor, later) / all.variance()));
    table.show();
    run.table("Linear predictor", Map.of("order", Integer.toString(linear.order())));
    Dataset test = Dataset.concat(List.of(first, later));
    run.score(RATIO, () -> error(recurrent, test) / error(linear, test));
    run.show("years", () -> years(all, test, predictors));
  }

  /** Returns the linear predictor of the order that is best on the validation years. */
  private static Autoregression linear(Series all, Dataset train, Dataset validation, int window) {
    int order =
        IntStream.rangeClosed(1, window)
            .boxed()
            .min(Comparator.comparingDouble(p -> error(fit(train, p), validation)))
            .orElseThrow();
    return fit(all.windows(0, all.test(), window), order);
  }

  private static Autoregression fit(Dataset data, int order) {
    List<Tensor> columns = data.whole();
    return Autoregression.fit(columns.getFirst(), columns.getLast(), order);
  }

  /** Returns the mean of networks, each the best on the validation years on its way. */
  private static Regressor recurrent(Run run, Dataset train, Dataset validation) {
    List<Network> networks = new ArrayList<>();
    for (int i = 0; i < run.get(NETWORKS); i++) {
      Network network =
          Network.of(run.get(WINDOW), 1)
              .gru(run.get(HIDDEN))
              .last()
              .dense(1)
              .build(run.rng("network").split(i));
      Schedule rate = Schedule.cosine(run.get(RATE), 0, run.get(STEPS));
      SupervisedLearner learner =
          SupervisedLearner.of(network, Losses::mse, Adam.of(rate)).clipNorm(CLIP);
      run.train("network-" + (i + 1), learner, run.batches(train, 32))
          .steps(run.get(STEPS))
          .evaluate("validation", validation)
          .keepBest(Goal.smallest("validation.loss"))
          .go();
      networks.add(network);
    }
    return x ->
        networks.stream()
            .map(network -> network.forward(x, Pass.inference()))
            .reduce(Tensor::add)
            .orElseThrow()
            .div(networks.size());
  }

  /** Returns the mean squared error. */
  private static double error(Regressor predictor, Dataset data) {
    List<Tensor> columns = data.whole();
    return Losses.mse(predictor.predict(columns.getFirst()), columns.getLast()).item();
  }

  private static Lines years(Series all, Dataset test, Map<String, Regressor> predictors) {
    double[] years =
        IntStream.range(0, test.size()).mapToDouble(i -> all.first() + all.test() + i).toArray();
    List<Tensor> columns = test.whole();
    Lines lines =
        Figure.lines("The test years, and what was predicted a year before")
            .axes("year", "÷ the largest of the training years")
            .series("true", years, columns.getLast().toDoubleArray());
    for (Map.Entry<String, Regressor> p : predictors.entrySet()) {
      if (!p.getKey().equals("the year before")) {
        Tensor predicted = p.getValue().predict(columns.getFirst());
        lines = lines.series(p.getKey(), years, predicted.toDoubleArray());
      }
    }
    return lines;
  }
}
