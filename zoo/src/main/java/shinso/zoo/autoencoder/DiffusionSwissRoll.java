package shinso.zoo.autoencoder;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.figure.Figure;
import shinso.train.figure.Scatter;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * A spiral dissolves into a normal distribution, and the way back is learned. The true density of
 * the spiral is known, so that one sees how much the bound lacks.
 *
 * <pre>
 * ./shinso run diffusion-swiss-roll
 * ./shinso run diffusion-swiss-roll --set target=noise
 * </pre>
 */
public final class DiffusionSwissRoll implements Recipe<GaussianDiffusion> {
  private static final Setting<Integer> TIMES =
      Setting.integer("times", "steps T of the diffusion", 2, 10_000);
  private static final Setting<String> TARGET =
      Setting.choice("target", "what the network tells", List.of("means", "noise"));

  private static final Quantity BOUND = Quantity.larger("bound on log p", "bits");
  private static final Quantity TRUTH = Quantity.larger("log p of the spiral itself", "bits");
  private static final Quantity MISSING = Quantity.smaller("what the bound lacks", "bits");

  private static final int SHOWN = 2_000;
  private static final int DRAWS = 39;

  @Override
  public Card card() {
    return Card.of("diffusion-swiss-roll", "diffusion that is turned round, on a spiral")
        .rows("L8")
        .source(
            "Sohl-Dickstein, Weiss, Maheswaranathan and Ganguli, \"Deep unsupervised learning"
                + " using nonequilibrium thermodynamics\", 2015, figure 1; Ho, Jain and Abbeel"
                + " 2020")
        .reported("2.35 bits on a spiral of another width (table 1)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(SwissRoll.source());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TARGET.always("means"),
        TIMES.row(40, 40, 40),
        HIDDEN.row(64, 128, 128),
        STEPS.row(800, 20_000, 200_000),
        BATCH.row(500, 500, 500),
        RATE.row(0.005, 0.002, 0.001));
  }

  /** A normal distribution of the same variance is 2.5 bits below the spiral. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(MISSING, 2, 0.8, 0.5));
  }

  @Override
  public GaussianDiffusion model(Run run) {
    GaussianDiffusion.Target target =
        run.get(TARGET).equals("noise")
            ? GaussianDiffusion.Target.NOISE
            : GaussianDiffusion.Target.MEAN_AND_VARIANCE;
    int hidden = run.get(HIDDEN);
    Network network =
        Network.of(GaussianDiffusion.inputs(2))
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(2 * target.outputs(), o -> o.init(Initializer.zeros()))
            .build(run.rng("model"));
    return new GaussianDiffusion(
        network, NoiseSchedule.geometric(run.get(TIMES), 0.002, 0.7), target, 2);
  }

  @Override
  public void run(Run run, GaussianDiffusion diffusion) {
    int steps = run.get(STEPS);
    Schedule rate = Schedule.cosine(run.get(RATE), 0, steps);
    run.train(
            "train",
            LossLearner.of(diffusion, (b, rng) -> diffusion.loss(b.getFirst(), rng), Adam.of(rate)),
            run.batches(run.data().train()))
        .steps(steps)
        .evaluate("test", run.data().test())
        .go();

    Protocol protocol = Protocol.on(run.source().name()).density();
    double bound =
        run.score(
                BOUND.under(protocol.bound()),
                () -> bits(run, (x, rng) -> diffusion.bound(x, DRAWS, rng)))
            .value();
    double truth =
        run.score(
                TRUTH.under(protocol),
                () -> bits(run, (x, rng) -> new SwissRoll().logProbability(x)))
            .value();
    run.score(MISSING, () -> truth - bound);
    run.show("there-and-back", () -> panels(run, diffusion));
  }

  private static Estimate bits(Run run, PerExample.Measure nats) {
    return PerExample.mean(run.data().test(), run.rng("test"), nats).times(1 / Math.log(2));
  }

  /** Above the data on its way there, below samples on their way back. */
  private static Figure panels(Run run, GaussianDiffusion diffusion) {
    int last = diffusion.schedule().steps();
    Rng rng = run.rng("shown");
    Tensor data = run.data().test().limit(SHOWN).whole().getFirst();
    Tensor noise = data.normalLike(rng.split("noise"));
    List<Scatter> panels = new ArrayList<>();
    int[] times = {0, last / 4, last / 2, last};
    for (int t : times) {
      Tensor when = Tensor.zeros(data.shape().dim(0)).add(t).cast(DType.I32);
      panels.add(points("Data, t = " + t, diffusion.diffuse(data, when, noise)));
    }
    Tensor x = Tensor.normal(rng.split("start"), SHOWN, 2).evaluate();
    List<Scatter> back = new ArrayList<>(List.of(points("Samples, t = " + last, x)));
    for (int i = times.length - 1; i > 0; i--) {
      x = diffusion.back(x, times[i], times[i - 1], rng.split(i));
      back.addFirst(points("Samples, t = " + times[i - 1], x));
    }
    panels.addAll(back);
    return Figure.panels("A spiral dissolves, and comes back", panels, times.length);
  }

  private static Scatter points(String title, Tensor xy) {
    return Figure.scatter(title).points("", xy).xRange(-3, 3).yRange(-3, 3).size(300, 300);
  }
}
