package shinso.zoo.laboratory;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.model.NetworkRegressor;
import shinso.nn.model.Regressor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Grid;
import shinso.train.figure.Region;
import shinso.train.figure.Surface;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Regression of a surface with a pit and ripples from noisy heights on a lattice: the network comes
 * much nearer to the surface than the data is. In the report the surfaces can be turned.
 *
 * <pre>
 * ./shinso run surface-in-space
 * </pre>
 */
public final class SurfaceInSpace implements Recipe<NetworkRegressor> {
  private static final Quantity ERROR =
      Quantity.smaller("root mean square distance from the surface", "");

  private static final double NOISE = 0.5;
  private static final Region DATA = Region.of(-5, 5, -5, 5).resolution(41, 41);
  private static final Region FINE = Region.of(-5, 5, -5, 5).resolution(61, 61);

  @Override
  public Card card() {
    return Card.of("surface-in-space", "regression of a surface from noisy heights, in 3-D")
        .rows("H23")
        .source("f(x) = 10 − 10 exp(−0.2 (x₁² + x₂²)) − exp((cos x₁ + cos x₂) / 2)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(
        DataSource.generated(
            "pit-and-ripples", () -> Split.of(points(DATA, NOISE), points(FINE, 0))));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(40, 64, 64), STEPS.row(2_000, 4_000, 4_000), RATE.row(0.01, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.near(ERROR.of("data"), NOISE, 0.03, 0.03, 0.03),
        Claim.atMost(ERROR.of("network"), 0.3, 0.2, 0.2));
  }

  @Override
  public NetworkRegressor model(Run run) {
    int n = run.get(HIDDEN);
    return Regressor.of(
        Network.of(2).dense(n).tanh().dense(n).tanh().dense(1).build(run.rng("model")));
  }

  @Override
  public void run(Run run, NetworkRegressor model) {
    Dataset train = run.data().train();
    Adam rule = Adam.of(Schedule.cosine(run.get(RATE), 0, run.get(STEPS)));
    run.train(
            "train",
            SupervisedLearner.of(model.network(), Losses::mse, rule),
            run.batches(train, train.size()))
        .steps(run.get(STEPS))
        .evaluate("truth", run.data().test())
        .go();
    run.score(ERROR.of("data"), () -> distance(train, x -> train.whole().getLast()));
    run.score(ERROR.of("network"), () -> distance(run.data().test(), model::predict));
    run.show(
        "surfaces",
        () ->
            Figure.panels(
                "A surface from noisy heights",
                List.of(
                    surface("Truth", FINE.values(SurfaceInSpace::heights)),
                    surface("Data", DATA.values(train.whole().getLast())),
                    surface("Network", FINE.values((Tensor x) -> model.predict(x)))),
                3));
  }

  /** f of points: {@code [n, 2] -> [n, 1]}. */
  static Tensor heights(Tensor x) {
    Tensor pit = x.square().sumKeep(1).mul(-0.2).exp().mul(10);
    Tensor ripples = x.cos().meanKeep(1).exp(); // (cos x₁ + cos x₂) / 2 is the mean
    return pit.add(ripples).rsub(10);
  }

  /** Returns points of a region and their heights with noise. */
  private static Dataset points(Region region, double noise) {
    Tensor z = heights(region.points());
    Tensor heights = z.add(z.normalLike(Rng.of(23)).mul(noise));
    return InMemoryDataset.of(
        "a surface with a pit and ripples",
        List.of(
            Column.floats("x", Shape.of(2), region.points().toFloatArray()),
            Column.floats("height", Shape.of(1), heights.toFloatArray())));
  }

  /** Returns the root of the mean square of heights less those of the surface. */
  private static double distance(Dataset data, UnaryOperator<Tensor> heights) {
    Tensor x = data.whole().getFirst();
    return Math.sqrt(heights.apply(x).sub(heights(x)).square().mean().item());
  }

  private static Surface surface(String title, Grid z) {
    return Figure.surface(title, z).axes("x₁", "x₂", "height").range(-4, 11).size(520, 420);
  }
}
