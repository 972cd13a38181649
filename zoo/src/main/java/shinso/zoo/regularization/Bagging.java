package shinso.zoo.regularization;

import static shinso.zoo.harness.Training.HIDDEN;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Minimizer;
import shinso.nn.penalty.Penalties;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.Scatter;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Networks trained on bootstrap samples of a few noisy points, and their mean. The mean squares v
 * and mean products c of their errors are measured, and the error of k of them together is compared
 * with v/k + (k − 1) c/k.
 *
 * <pre>
 * ./shinso run bagging
 * </pre>
 */
public final class Bagging implements Recipe<Ensemble> {
  private static final Setting<Integer> MEMBERS =
      Setting.integer("members", "networks, each with a bootstrap sample of its own", 2, 1_000);
  private static final int POINTS = 40;
  private static final int CHOICES = 200;
  private static final double DECAY = 1e-4;

  private static final Quantity V = Quantity.smaller("mean square v of a member's errors", "");
  private static final Quantity SHARED = Quantity.smaller("covariance ÷ variance, c/v", "");
  private static final Quantity MISSED =
      Quantity.smaller("error of all together ÷ formula, less 1", "");
  private static final Quantity WORST =
      Quantity.smaller("largest distance of error ÷ formula from 1, k members", "");
  private static final Quantity GAIN = Quantity.smaller("error of all together ÷ v", "");

  @Override
  public Card card() {
    return Card.of("bagging", "the error of k averaged networks against v/k + (k - 1) c/k")
        .rows("C9")
        .source(
            "Breiman, \"Bagging predictors\", 1996; Goodfellow, Bengio and Courville, \"Deep"
                + " learning\", section 7.11, equation 7.51");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(MEMBERS.row(10, 40, 100), HIDDEN.row(12, 12, 12));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.near(MISSED, 0, 1e-5, 1e-5, 1e-5),
        Claim.atMost(WORST, 0.15, 0.15, 0.15),
        Claim.atMost(SHARED, 0.9, 0.9, 0.9),
        Claim.atMost(GAIN, 0.9, 0.9, 0.9));
  }

  @Override
  public Ensemble model(Run run) {
    List<Rng> keys = run.rng("model").children(run.get(MEMBERS));
    return new Ensemble(
        keys.stream()
            .<Layer>map(k -> Network.of(1).dense(run.get(HIDDEN)).tanh().dense(1).build(k))
            .toList());
  }

  /** With a decay, since a member without one leaps where its sample has no points. */
  private static Tensor decayed(Layer net, Dataset sample) {
    return NoisyCurve.error(net, sample)
        .add(Penalties.l2(DECAY, List.copyOf(Parameters.trainable(net).values())));
  }

  private static double truth(double x) {
    return Math.sin(2 * Math.PI * x);
  }

  @Override
  public void run(Run run, Ensemble bag) {
    Dataset points = NoisyCurve.draw(POINTS, 0, 1, Bagging::truth, 0.3, run.rng("data"));
    int members = bag.members().size();
    run.perform(
        "train",
        bag,
        log -> {
          for (int i = 0; i < members; i++) {
            Layer net = bag.members().get(i);
            Dataset sample = points.bootstrap(run.rng("sample").split(i));
            Minimizer.Minimum m =
                Minimizer.lbfgs()
                    .iterations(300)
                    .minimize(Parameters.trainable(net).values(), () -> decayed(net, sample));
            log.record(i + 1, Map.of("loss", m.loss()));
          }
        });
    double[] grid = NoisyCurve.grid(201, 0, 1);
    double[] truth = Arrays.stream(grid).map(Bagging::truth).toArray();
    Tensor x = Tensor.of(grid, grid.length, 1).cast(DType.F32);
    Tensor errors =
        bag.each(x)
            .reshape(members, grid.length)
            .cast(DType.F64)
            .sub(Tensor.of(truth, truth.length));
    Ensemble.Errors e = Ensemble.Errors.of(errors.evaluate());
    double[] measured = measured(errors.evaluate(), run.rng("choices"));

    run.score(V, e::variance);
    run.score(SHARED, () -> e.covariance() / e.variance());
    run.score(MISSED, () -> measured[members - 1] / e.ofMean(members) - 1);
    run.score(
        WORST,
        () ->
            IntStream.rangeClosed(1, members)
                .mapToDouble(k -> Math.abs(measured[k - 1] / e.ofMean(k) - 1))
                .max()
                .orElseThrow());
    run.score(GAIN, () -> measured[members - 1] / e.variance());
    run.show("errors", () -> errors(e, measured));
    run.show("curves", () -> curves(bag, points, grid, truth));
  }

  /** Returns the squared errors of k members together, means over choices of them. */
  private static double[] measured(Tensor errors, Rng rng) {
    int members = errors.shape().dim(0);
    int n = errors.shape().dim(1);
    double[] e = errors.toDoubleArray();
    RandomGenerator random = rng.generator();
    double[] mean = new double[members];
    List<Integer> order = new ArrayList<>(IntStream.range(0, members).boxed().toList());
    for (int choice = 0; choice < CHOICES; choice++) {
      Collections.shuffle(order, random);
      double[] sum = new double[n];
      for (int k = 1; k <= members; k++) {
        double square = 0;
        for (int i = 0; i < n; i++) {
          sum[i] += e[order.get(k - 1) * n + i];
          square += sum[i] * sum[i] / k / k / n;
        }
        mean[k - 1] += square / CHOICES;
      }
    }
    return mean;
  }

  private static Lines errors(Ensemble.Errors e, double[] measured) {
    double[] k = IntStream.rangeClosed(1, measured.length).asDoubleStream().toArray();
    return Figure.lines("Squared error of k networks together")
        .axes("k", "mean squared error")
        .caption("Means over %d choices of the k members.".formatted(CHOICES))
        .series("v/k + (k − 1) c/k", k, Arrays.stream(k).map(i -> e.ofMean((int) i)).toArray())
        .series("measured", k, measured)
        .level("c, what no number of members takes away", e.covariance());
  }

  private static Scatter curves(Ensemble bag, Dataset points, double[] grid, double[] truth) {
    Scatter plane =
        Figure.scatter("Members and their mean")
            .axes("x", "y")
            .yRange(-2, 2)
            .points("points", NoisyCurve.values(points, 0), NoisyCurve.values(points, 1))
            .path("truth", grid, truth)
            .path(
                "mean of " + bag.members().size(),
                grid,
                bag.predict(Tensor.of(grid, grid.length, 1).cast(DType.F32)).toDoubleArray());
    for (int i = 0; i < 3; i++) {
      plane = plane.path("member " + (i + 1), grid, NoisyCurve.at(bag.members().get(i), grid));
    }
    return plane;
  }
}
