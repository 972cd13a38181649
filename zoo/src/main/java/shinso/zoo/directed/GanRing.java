package shinso.zoo.directed;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Scatter;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Adversarial networks on a ring of eight Gaussians: the minimax objective gives the generator next
 * to no gradient, the non-saturating one falls into a single mode, and a penalty on the
 * discriminator's slope at the data lets it find all, though it doesn't settle on them.
 *
 * <pre>
 * ./shinso run gan-ring
 * </pre>
 */
public final class GanRing implements Recipe<Gan> {
  private static final Quantity MODES = modes("with penalty");
  private static final Quantity DISTANCE =
      Quantity.smaller("distance of samples from the nearest mode, with penalty", "");

  private static final Setting<Double> GAMMA =
      Setting.number("gamma", "penalty on the slope of the discriminator, γ", 0, 1_000);

  private static final int NOISE = 32;
  private static final int SAMPLES = 2_500;

  private static Quantity modes(String variant) {
    return Quantity.larger("modes found, " + variant, "of 8");
  }

  private static Quantity onMode(String variant) {
    return Quantity.share("samples on a mode, " + variant, Quantity.Better.LARGER);
  }

  @Override
  public Card card() {
    return Card.of("gan-ring", "adversarial networks on a ring of eight Gaussians")
        .rows("J9")
        .source(
            "Goodfellow et al., \"Generative adversarial nets\", 2014; Metz, Poole, Pfau and"
                + " Sohl-Dickstein 2017; Mescheder, Geiger and Nowozin 2018")
        .reported("modes of 8: plain GAN 1, unrolled GAN 7.6, VEEGAN 8 (VEEGAN, 2017, table 1)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Ring.source());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(64, 128, 128),
        STEPS.row(2_000, 12_000, 50_000),
        BATCH.row(128, 256, 256),
        RATE.row(0.002, 0.0005, 0.0005),
        GAMMA.row(1.0, 1.0, 1.0));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(MODES, 1, 7, 8).published("8 (VEEGAN), 1 (plain GAN)"),
        Claim.atMost(DISTANCE, 0.7, 0.2, 0.15));
  }

  @Override
  public Gan model(Run run) {
    return networks(run);
  }

  private static Gan networks(Run run) {
    int hidden = run.get(HIDDEN);
    Rng rng = run.rng("model");
    return new Gan(
        Network.of(NOISE).dense(hidden).relu().dense(hidden).relu().dense(2).build(rng.split(0)),
        Network.of(2).dense(hidden).relu().dense(hidden).relu().dense(1).build(rng.split(1)),
        Noise.normal(NOISE));
  }

  @Override
  public void run(Run run, Gan gan) {
    Gan plain = networks(run);
    Gan minimax = networks(run);
    play(run, gan, Gan.Objective.NON_SATURATING, run.get(GAMMA), "with-penalty");
    play(run, plain, Gan.Objective.NON_SATURATING, 0, "without-penalty");
    play(run, minimax, Gan.Objective.MINIMAX, 0, "minimax");

    Tensor samples = samples(run, "with-penalty", gan);
    Tensor fallen = samples(run, "without-penalty", plain);
    Tensor stuck = samples(run, "minimax", minimax);
    run.score(MODES, () -> Ring.Coverage.of(samples).modes());
    run.score(DISTANCE, () -> Ring.Coverage.of(samples).distance());
    run.score(onMode("with penalty"), () -> Ring.Coverage.of(samples).share());
    run.score(modes("without penalty"), () -> Ring.Coverage.of(fallen).modes());
    run.score(onMode("without penalty"), () -> Ring.Coverage.of(fallen).share());
    run.score(onMode("minimax"), () -> Ring.Coverage.of(stuck).share());
    run.show(
        "samples",
        () ->
            Figure.panels(
                "Samples of the generators",
                List.of(
                    points("Data", data(run)),
                    points("Minimax", stuck),
                    points("Non-saturating", fallen),
                    points("Non-saturating, with penalty", samples)),
                2));
    run.show(
        "value",
        () ->
            run.curves(
                    "Value of the game, nats",
                    "test.value",
                    "with-penalty",
                    "without-penalty",
                    "minimax")
                .level("−log 4, the optimum", -Math.log(4)));
  }

  private static void play(Run run, Gan gan, Gan.Objective objective, double gamma, String stage) {
    Adam rule = Adam.of(run.get(RATE)).betas(0.5, 0.999);
    run.train(
            stage,
            new Gan.Game(gan, objective, 1, gamma, rule, rule),
            run.batches(run.data().train()))
        .steps(run.get(STEPS))
        .evaluate("test", run.data().test())
        .go();
  }

  private static Tensor samples(Run run, String name, Gan gan) {
    return run.once(name + "-samples", () -> gan.sample(SAMPLES, run.rng("samples")));
  }

  private static Tensor data(Run run) {
    Dataset test = run.data().test();
    return test.whole().getFirst();
  }

  private static Scatter points(String title, Tensor xy) {
    return Figure.scatter(title).points("", xy).xRange(-3, 3).yRange(-3, 3).size(480, 480);
  }
}
