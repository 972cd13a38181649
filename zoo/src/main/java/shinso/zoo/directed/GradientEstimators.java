package shinso.zoo.directed;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.distribution.Normal;
import shinso.nn.estimator.Baseline;
import shinso.nn.estimator.Darn;
import shinso.nn.estimator.Draw;
import shinso.nn.estimator.Estimator;
import shinso.nn.estimator.GumbelSoftmax;
import shinso.nn.estimator.MuProp;
import shinso.nn.estimator.OptimalBaseline;
import shinso.nn.estimator.Reparameterized;
import shinso.nn.estimator.ScoreFunction;
import shinso.nn.estimator.StraightThrough;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Estimates of a gradient whose value is known: of J = (y − 0.45)² in the logit of a coin that
 * shows 1 with probability 0.1, which is 0.009, and of z² in the mean of z ~ N(1, 1), which is 2.
 * Bias and spread of Gumbel-softmax are drawn against the temperature, beside their integrals.
 *
 * <pre>
 * ./shinso run gradient-estimators
 * </pre>
 */
public final class GradientEstimators implements Demo {
  private static final double P = 0.1;
  private static final double LOGIT = Math.log(P / (1 - P));
  private static final double TRUTH = 0.009;
  private static final double[] TEMPERATURES = {0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 4};
  private static final int CELLS = 20_000;

  private static final Setting<Integer> DRAWS =
      Setting.integer("draws", "draws of each estimator", 1_000, 100_000_000);

  private static final Quantity MEAN = Quantity.of("mean of the gradient", "");
  private static final Quantity SPREAD = Quantity.smaller("deviation of the gradient", "");
  private static final Quantity MISSED =
      Quantity.smaller("largest distance of a mean from its integral", "standard errors");
  private static final Quantity PATHWISE = Quantity.of("variance, reparameterised", "");
  private static final Quantity SCORE = Quantity.of("variance, score function of z", "");

  private static final String NONE = "score function";
  private static final String CONSTANT = "mean baseline";
  private static final String OPTIMAL = "optimal baseline";
  private static final String DARN = "DARN";
  private static final String THROUGH = "straight-through";
  private static final String COLD = "Gumbel-softmax at 0.1";

  @Override
  public Card card() {
    return Card.of("gradient-estimators", "bias and variance of gradients through drawn variables")
        .rows("J1", "J2", "J3")
        .source(
            "Goodfellow, Bengio and Courville, \"Deep learning\", section 20.9; Jang, Gu and Poole"
                + " 2017; Bengio, Léonard and Courville 2013");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(DRAWS.row(20_000, 200_000, 2_000_000)); // smoke, default, paper
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper: four standard errors
        Claim.near(MEAN.of(NONE), TRUTH, 0.0025, 0.0008, 0.00025),
        Claim.near(MEAN.of(CONSTANT), TRUTH, 0.0007, 0.00022, 0.00007),
        Claim.near(MEAN.of(OPTIMAL), TRUTH, 1e-4, 1e-5, 1e-6),
        Claim.near(MEAN.of(DARN), TRUTH, 0.0046, 0.0015, 0.0005),
        Claim.near(MEAN.of(THROUGH), -0.063, 0.0016, 0.0005, 0.00016),
        Claim.near(SPREAD.of(NONE), Math.sqrt(0.00770006), 0.005, 0.002, 0.0005),
        Claim.near(SPREAD.of(CONSTANT), 0.024, 0.001, 0.0003, 0.0001),
        Claim.atMost(MISSED, 4.5, 4.5, 4.5),
        Claim.near(PATHWISE, 4, 0.2, 0.06, 0.02),
        Claim.near(SCORE, 30, 6, 2, 0.6));
  }

  /** Mean and deviation of many gradients. */
  private record Moments(double mean, double deviation) {
    static Moments of(double[] x) {
      double mean = Arrays.stream(x).average().orElseThrow();
      double square = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      return new Moments(mean, Math.sqrt(square));
    }
  }

  /** Terms whose gradients in their logits are estimates: {@code [n, 1] -> [n]}. */
  private interface Surrogate {
    Tensor of(Tensor z, Rng rng);
  }

  private static Tensor cost(Tensor y) {
    return y.sub(0.45).square().squeeze(1);
  }

  private static Surrogate passing(Estimator estimator) {
    return (z, rng) -> cost(estimator.draw(new Bernoulli(z), rng).value());
  }

  private static Draw coin(Tensor z, Rng rng) {
    return new ScoreFunction().draw(new Bernoulli(z).independent(1), rng);
  }

  private static Surrogate credited(Baseline baseline) {
    return (z, rng) -> {
      Draw y = coin(z, rng);
      return y.credit(baseline.of(cost(y.value()), z).signal());
    };
  }

  private static Surrogate bestCredited() {
    return (z, rng) -> {
      Draw y = coin(z, rng);
      return OptimalBaseline.credit(y, cost(y.value()), z);
    };
  }

  private static Surrogate expanded() {
    return (z, rng) -> {
      Draw y = coin(z, rng);
      MuProp.Node node = new MuProp.Node(y, z.sigmoid(), z.sigmoid());
      return MuProp.credit(cost(y.value()), cost(node.mean()), List.of(node));
    };
  }

  private static Map<String, Surrogate> estimators() {
    Map<String, Surrogate> all = new LinkedHashMap<>();
    all.put(NONE, credited(Baseline.NONE));
    all.put(CONSTANT, credited(Baseline.constant(0.2125)));
    all.put(OPTIMAL, bestCredited());
    all.put("MuProp", expanded());
    all.put(DARN, passing(new Darn()));
    all.put(THROUGH, passing(new StraightThrough()));
    all.put("Gumbel-softmax at 1", passing(GumbelSoftmax.of(1)));
    all.put(COLD, passing(GumbelSoftmax.of(0.1)));
    return all;
  }

  @Override
  public void run(Run run) {
    int n = run.get(DRAWS);
    Comparison table = run.compare("estimators", "Gradients whose value is 0.009", MEAN, SPREAD);
    estimators()
        .forEach((name, estimator) -> {
          Rng rng = run.rng(name);
          table.variant(
              name,
              () -> moments(estimator, n, rng).mean(),
              () -> moments(estimator, n, rng).deviation());
        });
    table.show();
    run.score(PATHWISE, () -> varianceOfMean(new Reparameterized(), n, run.rng("pathwise")));
    run.score(SCORE, () -> varianceOfMean(new ScoreFunction(), n, run.rng("score")));

    Tensor soft = run.once("soft", () -> sweep(false, n, run.rng("soft")));
    Tensor hard = run.once("hard", () -> sweep(true, n, run.rng("hard")));
    run.score(MISSED, () -> Math.max(missed(soft, n), missed(hard, n)));
    run.show(
        "temperature",
        () ->
            Figure.panels(
                "Gumbel-softmax over temperatures",
                List.of(bias(soft, hard), spread(soft, hard)),
                2));
  }

  private static Moments moments(Surrogate surrogate, int n, Rng rng) {
    Tensor z = Tensor.full(Shape.of(n, 1), LOGIT);
    return Moments.of(Autodiff.gradient(surrogate.of(z, rng).sum(), z).toDoubleArray());
  }

  /** The variance of estimates of ∂ E[z²] / ∂μ, where z ~ N(1, 1). */
  private static double varianceOfMean(Estimator estimator, int n, Rng rng) {
    Tensor mu = Tensor.full(Shape.of(n), 1);
    Draw z = estimator.draw(new Normal(mu, mu.zerosLike()), rng);
    Tensor cost = z.value().square();
    double[] g = Autodiff.gradient(cost.add(z.credit(cost)).sum(), mu).toDoubleArray();
    return Math.pow(Moments.of(g).deviation(), 2);
  }

  // ---- over temperatures

  /** Mean and deviation of draws, and by their integrals: {@code [temperatures, 4]}. */
  private static Tensor sweep(boolean isHard, int n, Rng rng) {
    double[] all = new double[4 * TEMPERATURES.length];
    for (int i = 0; i < TEMPERATURES.length; i++) {
      double tau = TEMPERATURES[i];
      GumbelSoftmax estimator = new GumbelSoftmax(Tensor.scalar(tau), isHard);
      Moments drawn = moments(passing(estimator), n, rng.split(i));
      double mean = integral(l -> slope(l, tau, isHard));
      double square = integral(l -> Math.pow(slope(l, tau, isHard), 2));
      all[4 * i] = drawn.mean();
      all[4 * i + 1] = drawn.deviation();
      all[4 * i + 2] = mean;
      all[4 * i + 3] = Math.sqrt(square - mean * mean);
    }
    return Tensor.of(all, TEMPERATURES.length, 4);
  }

  /** The mean of a function of logistic noise, by the midpoint rule. */
  private static double integral(DoubleUnaryOperator ofNoise) {
    return IntStream.range(0, CELLS)
        .mapToDouble(i -> (i + 0.5) / CELLS)
        .map(u -> ofNoise.applyAsDouble(Math.log(u) - Math.log1p(-u)))
        .average()
        .orElseThrow();
  }

  /** ∂J / ∂z of a soft draw y, with the slope of J at y or at the corner beside it. */
  private static double slope(double noise, double tau, boolean isHard) {
    double y = 1 / (1 + Math.exp(-(LOGIT + noise) / tau));
    double at = isHard ? Math.rint(y) : y;
    return 2 * (at - 0.45) * y * (1 - y) / tau;
  }

  private static double[] column(Tensor sweep, int column) {
    return sweep.at(1, column).toDoubleArray();
  }

  private static double missed(Tensor sweep, int n) {
    Tensor error = sweep.at(1, 3).div(Math.sqrt(n));
    return sweep.at(1, 0).sub(sweep.at(1, 2)).abs().div(error).max().item();
  }

  private static double[] distance(Tensor sweep, int column) {
    return Arrays.stream(column(sweep, column)).map(m -> Math.abs(m - TRUTH)).toArray();
  }

  private static Lines bias(Tensor soft, Tensor hard) {
    return chart("Bias", "|mean − 0.009|")
        .series("soft, integral", TEMPERATURES, distance(soft, 2))
        .series("soft, draws", TEMPERATURES, distance(soft, 0))
        .series("hard, integral", TEMPERATURES, distance(hard, 2))
        .series("hard, draws", TEMPERATURES, distance(hard, 0))
        .level("straight-through", 0.072);
  }

  private static Lines spread(Tensor soft, Tensor hard) {
    return chart("Deviation", "deviation of one estimate")
        .series("soft, integral", TEMPERATURES, column(soft, 3))
        .series("soft, draws", TEMPERATURES, column(soft, 1))
        .series("hard, integral", TEMPERATURES, column(hard, 3))
        .series("hard, draws", TEMPERATURES, column(hard, 1))
        .level("score function", Math.sqrt(0.00770006))
        .level("mean baseline", 0.024);
  }

  private static Lines chart(String title, String axis) {
    return Figure.lines(title).axes("temperature τ", axis).logX().logY().size(620, 460);
  }
}
