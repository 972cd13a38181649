package shinso.zoo.regularization;

import static shinso.zoo.harness.Training.HIDDEN;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shinso.core.random.Rng;
import shinso.train.figure.Figure;
import shinso.train.figure.Histogram;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Regression from few examples, with soft weight-sharing, with weight decay and with neither, each
 * at the strength that is best on validation data, from several initial weights. The network that
 * made the data has weights of three values, and soft weight-sharing finds them.
 *
 * <pre>
 * ./shinso run soft-weight-sharing
 * </pre>
 */
public final class SharedWeights implements Demo {
  private static final Setting<Integer> STARTS =
      Setting.integer("starts", "initial weights that each variant is trained from", 1, 1_000);
  private static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", "most iterations of L-BFGS", 1, 1_000_000);
  private static final Setting<Integer> GROUPS =
      Setting.integer("groups", "groups of weights", 1, 1_000);
  private static final double[] LAMBDAS = {5e-4, 1e-3, 2e-3, 1e-2, 3e-2, 0.1};

  private static final Quantity ERROR = Quantity.smaller("test error", "");
  private static final Quantity GAIN =
      Quantity.smaller("test error, soft weight-sharing ÷ weight decay", "");
  private static final Quantity TIGHT =
      Quantity.share("mean square distance from a centre ÷ mean square", Quantity.Better.SMALLER);

  @Override
  public Card card() {
    return Card.of("soft-weight-sharing", "a mixture prior of the weights against weight decay")
        .rows("C6")
        .source(
            "Nowlan and Hinton, \"Simplifying neural networks by soft weight-sharing\", 1992;"
                + " Bishop 2006, section 5.5.7");
  }

  @Override
  public List<DataSource> data() {
    return List.of(ThreeWeights.source());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        STARTS.row(1, 5, 10),
        ITERATIONS.row(500, 1_000, 3_000),
        HIDDEN.row(6, 6, 6),
        GROUPS.row(3, 3, 3));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(GAIN, 0.7, 0.7, 0.7).on("three-weights"),
        Claim.atMost(TIGHT, 0.1, 0.1, 0.1).on("three-weights"));
  }

  @Override
  public void run(Run run) {
    Map<WeightPrior, List<WeightPrior.Fit>> best = new EnumMap<>(WeightPrior.class);
    Map<WeightPrior, Double> errors = new EnumMap<>(WeightPrior.class);
    for (WeightPrior prior : WeightPrior.values()) {
      List<WeightPrior.Fit> fits = new ArrayList<>();
      for (int start = 0; start < run.get(STARTS); start++) {
        fits.add(best(run, prior, start));
      }
      best.put(prior, fits);
      double[] tests = fits.stream().mapToDouble(WeightPrior.Fit::test).toArray();
      errors.put(prior, run.score(ERROR.of(prior.title()), () -> Estimate.mean(tests)).value());
    }
    run.score(
        GAIN,
        () ->
            errors.getOrDefault(WeightPrior.SHARING, Double.NaN)
                / errors.getOrDefault(WeightPrior.DECAY, Double.NaN));
    WeightPrior.Fit shared = first(best, WeightPrior.SHARING);
    run.score(TIGHT, () -> distance(shared));
    run.show(
        "weights",
        () ->
            Figure.panels(
                "Weights of the network, before and after",
                List.of(
                    histogram("initial", shared.initial()),
                    histogram("weight decay", first(best, WeightPrior.DECAY).weights()),
                    histogram("soft weight-sharing", shared.weights())
                        .caption("Centres of the groups: " + text(shared.means()))),
                3));
  }

  private static WeightPrior.Fit first(
      Map<WeightPrior, List<WeightPrior.Fit>> fits, WeightPrior prior) {
    return fits.getOrDefault(prior, List.of()).getFirst();
  }

  private static Histogram histogram(String title, double[] weights) {
    return Figure.histogram(title)
        .axes("weight", "number")
        .values(title, weights)
        .xRange(-2, 2)
        .bins(40);
  }

  /** Returns the fit at the strength that is best on validation data. */
  private static WeightPrior.Fit best(Run run, WeightPrior prior, int start) {
    WeightPrior.Setup setup =
        new WeightPrior.Setup(run.get(HIDDEN), run.get(GROUPS), run.get(ITERATIONS));
    Rng rng = run.rng("start").split(start);
    return run.once(
        prior.title().replace(' ', '-') + "-" + start,
        WeightPrior.Fit.class,
        () ->
            Arrays.stream(prior == WeightPrior.NONE ? new double[] {0} : LAMBDAS)
                .mapToObj(lambda -> prior.fit(run.data(), setup, lambda, rng))
                .min(Comparator.comparingDouble(WeightPrior.Fit::validation))
                .orElseThrow());
  }

  /** The mean squared distance of a weight from the nearest centre, as a share of its square. */
  private static double distance(WeightPrior.Fit fit) {
    double sum = 0;
    double all = 0;
    for (double w : fit.weights()) {
      double square = Arrays.stream(fit.means()).map(m -> (w - m) * (w - m)).min().orElseThrow();
      sum += square;
      all += w * w;
    }
    return sum / all;
  }

  private static String text(double[] numbers) {
    return Arrays.stream(numbers)
        .mapToObj(x -> String.format(Locale.ROOT, "%.2f", x))
        .reduce((a, b) -> a + ", " + b)
        .orElse("none");
  }
}
