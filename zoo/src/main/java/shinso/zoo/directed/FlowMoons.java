package shinso.zoo.directed;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Split;
import shinso.train.figure.Contours;
import shinso.train.figure.Figure;
import shinso.train.figure.Region;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * A normalising flow on two half circles: a network that can be run backwards gives a density, held
 * here against the true one, and draws samples with the same weights.
 *
 * <pre>
 * ./shinso run flow-moons
 * </pre>
 */
public final class FlowMoons implements Recipe<RealNvp> {
  private static final Quantity DIVERGENCE =
      Quantity.smaller("divergence of the model from the data", "nats");
  private static final Quantity INTEGRAL = Quantity.of("integral of the density", "");

  private static final Setting<Integer> COUPLINGS =
      Setting.integer("couplings", "coupling layers", 2, 100);

  private static final Region SEEN = Region.of(-2, 3, -1.5, 2).resolution(121, 85);
  private static final Region ALL = Region.of(-6, 7, -6, 6.5).resolution(651, 626);

  @Override
  public Card card() {
    return Card.of("flow-moons", "exact density of a generator that can be run backwards")
        .rows("J6")
        .source(
            "Dinh, Sohl-Dickstein and Bengio, \"Density estimation using Real NVP\", 2017;"
                + " Goodfellow, Bengio and Courville 2016, section 20.10.2");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Moons.source());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        COUPLINGS.row(6, 8, 12),
        HIDDEN.row(32, 64, 128),
        STEPS.row(500, 10_000, 50_000),
        BATCH.row(128, 256, 256),
        RATE.row(0.005, 0.002, 0.001));
  }

  /** One Gaussian is about 1 nat away: its entropy is 2.0 nats, that of the moons 1.0. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(DIVERGENCE, 0.4, 0.05, 0.03), Claim.near(INTEGRAL, 1, 0.02, 0.01, 0.01));
  }

  @Override
  public RealNvp model(Run run) {
    return RealNvp.of(2, run.get(COUPLINGS), run.get(HIDDEN), run.rng("model"));
  }

  @Override
  public void run(Run run, RealNvp flow) {
    Split moons = run.data();
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.get(STEPS));
    run.train("train", LossLearner.likelihood(flow, Adam.of(rate)), run.batches(moons.train()))
        .steps(run.get(STEPS))
        .evaluate("test", moons.test().limit(1_000))
        .go();

    run.score(
        DIVERGENCE,
        () ->
            PerExample.mean(
                moons.test(),
                run.rng("test"),
                (x, rng) -> Moons.logDensity(x).sub(flow.logProbability(x))));
    run.score(INTEGRAL, () -> integral(flow));
    run.show(
        "density",
        () ->
            Figure.panels(
                "Density p(x)",
                List.of(density("Data", Moons::logDensity), density("Flow", flow::logProbability)),
                2));
    run.show(
        "layers",
        () -> {
          List<Tensor> stages = flow.stages(Tensor.normal(run.rng("samples"), 2_000, 2));
          List<Figure> panels = new ArrayList<>();
          for (int i = 0; i < stages.size(); i += 2) {
            String title = i == 0 ? "z" : "after " + i + " layers";
            panels.add(Figure.scatter(title).points("", stages.get(i)).size(300, 280));
          }
          return Figure.panels("Noise on its way through the layers", panels, 4);
        });
  }

  private static double integral(RealNvp flow) {
    double cell = 13.0 / 650 * 12.5 / 625;
    return flow.logProbability(ALL.points()).exp().sum().item() * cell;
  }

  private static Contours density(String title, UnaryOperator<Tensor> log) {
    return Figure.contours(title, SEEN.values(x -> log.apply(x).exp()))
        .levels(12)
        .equalAxes()
        .size(520, 400);
  }
}
