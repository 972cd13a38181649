package shinso.zoo.mixture;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.model.Regressor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * The inverse of x = t + 0.3 sin 2πt: three answers in the middle, of which least squares gives the
 * mean, which may be none of them. A mixture density network finds all three.
 *
 * <p>The noise is uniform, and a Gaussian in the place of a uniform density costs ½ log(πe / 6) =
 * 0.18 nats: one Gaussian for each answer comes to about -1.1 nats. More of them come nearer to the
 * -1.28 that are possible on the training examples, but a thousand are too few for that to help on
 * others.
 *
 * <pre>
 * ./shinso run inverse-problem
 * ./shinso run inverse-problem --set components=10 --set hidden=30 --set rate=0.01
 * </pre>
 */
public final class InverseProblem implements Recipe<MixtureDensityNetwork> {
  private static final Quantity NLL = Quantity.smaller("test negative log-likelihood", "nats");
  private static final Quantity SQUARES = NLL.of("least squares");
  private static final Quantity RIGHT = right("conditional mode");

  private static final Setting<Integer> COMPONENTS =
      Setting.integer("components", "Gaussians in the mixture, K", 1, 1_000);
  private static final Setting<Double> FLOOR =
      Setting.number("floor", "smallest standard deviation of a Gaussian", 0, 1);

  private static Quantity right(String variant) {
    return Quantity.share("possible answers, " + variant, Quantity.Better.LARGER);
  }

  @Override
  public Card card() {
    return Card.of("inverse-problem", "mixture density network where one input has three answers")
        .rows("G1", "G2")
        .source(
            "Bishop, \"Mixture density networks\", 1994; \"Pattern recognition and machine"
                + " learning\", 2006, figures 5.19 to 5.21")
        .reported("best possible: -1.2823 nats; one Gaussian of one width -0.2122 nats");
  }

  @Override
  public List<DataSource> data() {
    return List.of(TwoWays.source());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.always(5),
        COMPONENTS.always(3),
        FLOOR.always(0.0),
        STEPS.row(2_000, 20_000, 100_000),
        RATE.always(0.02));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.near(SQUARES, TwoWays.LEAST_SQUARES, 0.05, 0.03, 0.03).published("-0.2122"),
        Claim.atMost(NLL, -0.9, -1.06, -1.06).published("≥ -1.2823, the entropy of the answers"),
        Claim.atLeast(RIGHT, 0.9, 0.95, 0.95));
  }

  @Override
  public MixtureDensityNetwork model(Run run) {
    return MixtureDensityNetwork.of(
            hidden(run, run.rng("units")), run.get(COMPONENTS), 1, run.rng("model"))
        .withFloor(run.get(FLOOR));
  }

  /** Steep steps at random places from 0 to 1, where units of the usual weights are straight. */
  private static Network.Builder hidden(Run run, Rng rng) {
    int units = run.get(HIDDEN);
    Tensor slopes = Tensor.normal(rng.split("slopes"), 1, units).mul(5);
    Tensor places = Tensor.uniform(rng.split("places"), units);
    Tensor bias = slopes.reshape(-1).mul(places).neg();
    return Network.of(1)
        .layer(new Dense(Param.of(slopes.evaluate()), Param.of(bias.evaluate())))
        .tanh();
  }

  @Override
  public void run(Run run, MixtureDensityNetwork mixture) {
    Network squares = hidden(run, run.rng("squares-units")).dense(1).build(run.rng("squares"));
    train(
        run,
        "mixture",
        SupervisedLearner.of(mixture.network(), mixture::negativeLogLikelihood, rule(run)));
    train(run, "least-squares", SupervisedLearner.of(squares, Losses::mse, rule(run)));

    Regressor mean = Regressor.of(squares);
    run.score(NLL, () -> TwoWays.likelihood(run, mixture));
    run.score(SQUARES, () -> TwoWays.gaussianLikelihood(run, mean));
    run.score(RIGHT, () -> TwoWays.possible(x -> mixture.mode(x, 1e-6)));
    run.score(right("approximate mode"), () -> TwoWays.possible(mixture::approximateMode));
    run.score(right("conditional mean"), () -> TwoWays.possible(mixture));
    run.score(right("least squares"), () -> TwoWays.possible(mean));
    run.show("panels", () -> new InversePanels(mixture, mean, run.data().train()).sheet());
    run.show("learning", () -> run.curves("Negative log-likelihood", "test.loss", "mixture"));
  }

  private static void train(Run run, String stage, SupervisedLearner learner) {
    run.train(stage, learner, run.batches(run.data().train(), run.data().train().size()))
        .steps(run.get(STEPS))
        .evaluate("test", run.data().test())
        .go();
  }

  private static Adam rule(Run run) {
    return Adam.of(Schedule.cosine(run.get(RATE), 0, run.get(STEPS)));
  }
}
