package shinso.zoo.autoregressive;

import static shinso.train.judge.Quantity.TEST_LOG_LIKELIHOOD;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.model.DensityModel;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.train.figure.Scatter;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * RNADE on points whose density is known, so that what it misses is a divergence in nats; one
 * Gaussian misses half of all there is to know.
 *
 * <pre>
 * ./shinso run rnade-waves
 * </pre>
 */
public final class RnadeWaves implements Recipe<Rnade> {
  private static final Setting<Integer> COMPONENTS =
      Setting.integer("components", "Gaussians of each unit", 1, 1_000);

  private static final Quantity MISSED = Quantity.smaller("divergence from the density", "nats");
  private static final Quantity ONE_GAUSSIAN =
      Quantity.smaller("divergence from the density, one Gaussian", "nats");

  private static final int SIDE = 120;
  private static final double EDGE = 3;

  @Override
  public Card card() {
    return Card.of("rnade-waves", "real-valued NADE on points of a known density")
        .rows("K3")
        .source(
            "Uria, Murray and Larochelle, \"RNADE: the real-valued neural autoregressive"
                + " density-estimator\", 2013");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Waves.SOURCE);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(32, 64, 128),
        COMPONENTS.row(4, 4, 8),
        EPOCHS.row(20, 100, 200),
        BATCH.row(100, 100, 100),
        RATE.row(0.01, 0.005, 0.002));
  }

  /** The best that can be is 0; 10,000 points determine some hundred numbers to about 0.01 nats. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(MISSED, 0.15, 0.04, 0.03), Claim.atLeast(ONE_GAUSSIAN, 0.3, 0.3, 0.3));
  }

  @Override
  public Rnade model(Run run) {
    return Rnade.of(2, run.get(HIDDEN), run.get(COMPONENTS), run.rng("model"));
  }

  @Override
  public void run(Run run, Rnade rnade) {
    Split points = run.data();
    Batches batches = run.batches(points.train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train("train", LossLearner.likelihood(rnade, Adam.of(rate)), batches)
        .evaluate("test", points.test())
        .rate(rate)
        .go();

    Tensor train = run.once("train", () -> points.train().whole().getFirst());
    MultivariateNormal gaussian = gaussian(train);
    run.score(
        TEST_LOG_LIKELIHOOD.under(Protocol.on(run.source().name()).density()),
        () -> PerExample.mean(points.test(), run.rng("test"), (x, key) -> rnade.logProbability(x)));
    run.score(MISSED, () -> missed(points, rnade));
    run.score(ONE_GAUSSIAN, () -> missed(points, gaussian::logProbability));
    Tensor drawn = run.once("samples", () -> rnade.sample(2_000, run.rng("samples")));
    run.show("densities", () -> densities(rnade, gaussian));
    run.show(
        "samples",
        () ->
            Figure.panels(
                "Training points and samples",
                List.of(points("Data", train.slice(0, 0, 2_000)), points("Samples", drawn)),
                2));
  }

  private static Scatter points(String title, Tensor xy) {
    return Figure.scatter(title).points("", xy).xRange(-EDGE, EDGE).yRange(-EDGE, EDGE);
  }

  /** E log p(x) − log q(x) over the test points. */
  private static Estimate missed(Split points, DensityModel q) {
    return PerExample.mean(
        points.test(), Rng.of(0), (x, key) -> Waves.logDensity(x).sub(q.logProbability(x)));
  }

  private static MultivariateNormal gaussian(Tensor x) {
    Tensor mean = x.mean(0);
    Tensor rest = x.sub(mean);
    Tensor covariance = rest.transpose().matmul(rest).div(x.shape().dim(0));
    return new MultivariateNormal(
        mean.evaluate(), LinearAlgebra.cholesky(covariance.evaluate()).cast(x.dtype()).evaluate());
  }

  private static Figure densities(Rnade rnade, MultivariateNormal gaussian) {
    return Figure.panels(
        "Densities on the plane, the first value from left to right",
        List.of(
            density("What is true", Waves::logDensity),
            density("RNADE", rnade::logProbability),
            density("One Gaussian", gaussian::logProbability)),
        3);
  }

  /** The square root of a density, which shows what is faint too, as a picture. */
  private static Pictures density(String title, UnaryOperator<Tensor> log) {
    Shape grid = Shape.of(SIDE, SIDE);
    Tensor right = Tensor.iota(grid, 1).cast(DType.F32);
    Tensor down = Tensor.iota(grid, 0).cast(DType.F32);
    Tensor x = right.add(0.5).mul(2 * EDGE / SIDE).sub(EDGE).reshape(SIDE * SIDE);
    Tensor y = down.add(0.5).mul(-2 * EDGE / SIDE).add(EDGE).reshape(SIDE * SIDE);
    Tensor root = log.apply(Tensor.stack(1, List.of(x, y))).mul(0.5).exp();
    return Figure.pictures(title, root.reshape(1, SIDE, SIDE, 1)).stretched().scale(3);
  }
}
