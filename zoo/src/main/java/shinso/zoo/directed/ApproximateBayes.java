package shinso.zoo.directed;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Abc;
import shinso.nn.chain.AbcSmc;
import shinso.nn.chain.Population;
import shinso.nn.distribution.Normal;
import shinso.nn.distribution.Uniform;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Posteriors of models that can only be simulated, against those in closed form: what a tolerance
 * costs, how a regression mends it, and how populations come to small ones.
 *
 * <pre>
 * ./shinso run approximate-bayes
 * </pre>
 */
public final class ApproximateBayes implements Demo {
  private static final Setting<Integer> SIMULATIONS =
      Setting.integer("simulations", "data sets that are simulated", 1_000, 100_000_000);
  private static final Setting<Integer> PARTICLES =
      Setting.integer("particles", "parameters in a population", 100, 100_000);

  private static final Quantity CENTRE = Quantity.share("P(|θ| < 0.1)", Quantity.Better.NEITHER);
  private static final Quantity RATE = Quantity.of("accepted within 1, over 0.1", "");
  private static final Quantity UNADJUSTED = Quantity.of("posterior mean, tolerance 1", "");
  private static final Quantity ADJUSTED = Quantity.of("posterior mean, with regression", "");
  private static final Quantity VARIANCE = Quantity.of("variance, tolerances that adapt", "");
  private static final Quantity SAVED = Quantity.larger("simulations saved by populations", "×");

  private static final double[] TOLERANCES = {4, 1, 0.25};
  private static final double SMALLEST = 0.02;

  /** Sisson, Fan and Tanaka: θ ~ U(−10, 10), x ~ ½ N(θ, 1) + ½ N(θ, 0.1²), seen at 0. */
  private static final Abc TWO_WIDTHS =
      Abc.of(
          new Uniform(Tensor.full(Shape.of(1), -10), Tensor.full(Shape.of(1), 10)).independent(1),
          (theta, rng) -> {
            Tensor narrow = theta.fullLike(0.5).bernoulli(rng.split(0));
            return theta.add(theta.normalLike(rng.split(1)).mul(narrow.mul(-0.9).add(1)));
          },
          Tensor.zeros(1));

  /** θ ~ N(0, 1), x ~ N(θ, ½), seen at 1: the posterior is N(2/3, 1/3). */
  private static final Abc LINEAR =
      Abc.of(
          new Normal(Tensor.zeros(1), Tensor.zeros(1)).independent(1),
          (theta, rng) -> theta.add(theta.normalLike(rng).mul(Math.sqrt(0.5))),
          Tensor.ones(1));

  @Override
  public Card card() {
    return Card.of("approximate-bayes", "posteriors by simulation, against closed forms")
        .rows("L9")
        .source(
            "Beaumont, Zhang and Balding 2002; Sisson, Fan and Tanaka 2007; Toni et al. 2009; Del"
                + " Moral, Doucet and Jasra 2012");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        SIMULATIONS.row(200_000, 4_000_000, 20_000_000), PARTICLES.row(1_000, 4_000, 8_000));
  }

  /** Tolerances are four standard errors or more of the draws that are left. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.near(RATE, 1, 0.03, 0.01, 0.005),
        Claim.near(CENTRE, 0.381173, 0.15, 0.03, 0.015),
        Claim.near(ADJUSTED, 2.0 / 3, 0.03, 0.01, 0.005),
        Claim.near(VARIANCE, 0.505, 0.2, 0.1, 0.06),
        Claim.atLeast(SAVED, 3, 5, 5));
  }

  @Override
  public void run(Run run) {
    int n = run.get(SIMULATIONS);
    List<Population> rejected =
        IntStream.range(0, TOLERANCES.length)
            .mapToObj(i -> rejected(run, TOLERANCES[i], "rejection-" + (i + 1)))
            .toList();
    Population nearest = rejected(run, SMALLEST, "rejection-smallest");
    run.score(RATE, () -> rejected.get(1).size() / (0.1 * n));
    run.score(CENTRE, () -> nearest.mean(within(nearest.parameters())).item());

    Population near =
        run.once("linear", Population.class, () -> LINEAR.rejection(1, n / 10, run.rng("linear")));
    Population adjusted = LINEAR.regressionAdjusted(near);
    run.score(UNADJUSTED, () -> near.mean().item());
    run.score(ADJUSTED, () -> adjusted.mean().item());

    AbcSmc smc = new AbcSmc(TWO_WIDTHS, run.get(PARTICLES));
    Population last =
        run.once(
            "adaptive",
            Population.class,
            () -> smc.run(AbcSmc.Adaptive.to(0.02), run.rng("adaptive")).getLast());
    run.score(VARIANCE, () -> last.covariance().item());
    run.score(SAVED, () -> smc.particles() / (last.tolerance() / 10) / last.simulations());
    run.show("posteriors", () -> posteriors(rejected, near, adjusted, last));
  }

  private static Population rejected(Run run, double tolerance, String name) {
    return run.once(
        name,
        Population.class,
        () -> TWO_WIDTHS.rejection(tolerance, run.get(SIMULATIONS), run.rng("rejection")));
  }

  private static Tensor within(Tensor theta) {
    return theta.abs().less(0.1).cast(DType.F64);
  }

  // ---- the figure

  private static Figure posteriors(
      List<Population> rejected, Population near, Population adjusted, Population last) {
    Lines byTolerance = posterior("Rejection", ApproximateBayes::twoWidths, -4, 4);
    for (Population p : rejected) {
      byTolerance = drawn(byTolerance, tolerance(p), p, -4, 4);
    }
    Lines regression = posterior("Regression", x -> normal(x, 2.0 / 3, 1.0 / 3), -1.5, 3);
    regression = drawn(regression, tolerance(near), near, -1.5, 3);
    regression = drawn(regression, "adjusted", adjusted, -1.5, 3);
    Lines population = posterior("Populations", ApproximateBayes::twoWidths, -4, 4);
    population = drawn(population, tolerance(last), last, -4, 4);
    return Figure.panels(
        "Approximate posteriors of a parameter, and the exact ones",
        List.of(byTolerance, regression, population),
        3);
  }

  private static String tolerance(Population p) {
    return String.format(Locale.ROOT, "tolerance %.3g", p.tolerance());
  }

  private static double normal(double x, double mean, double variance) {
    return Math.exp(-(x - mean) * (x - mean) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  }

  private static double twoWidths(double x) {
    return 0.5 * normal(x, 0, 1) + 0.5 * normal(x, 0, 0.01);
  }

  private static Lines posterior(String title, DoubleUnaryOperator p, double low, double high) {
    double[] x = IntStream.range(0, 801).mapToDouble(i -> low + (high - low) * i / 800).toArray();
    double[] y = Arrays.stream(x).map(p).toArray();
    return Figure.lines(title).axes("θ", "density").series("exact", x, y).size(440, 360);
  }

  /** Adds the density of weighted draws in 80 bins. */
  private static Lines drawn(Lines chart, String name, Population p, double low, double high) {
    int bins = 80;
    double width = (high - low) / bins;
    double[] x = IntStream.range(0, bins).mapToDouble(i -> low + (i + 0.5) * width).toArray();
    double[] y = new double[bins];
    double[] theta = p.parameters().toDoubleArray();
    double[] weight = p.weights().toDoubleArray();
    for (int i = 0; i < theta.length; i++) {
      int bin = (int) Math.floor((theta[i] - low) / width);
      if (bin >= 0 && bin < bins) {
        y[bin] += weight[i] / width;
      }
    }
    return chart.series(name, x, y);
  }
}
