package shinso.zoo.directed;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Scatter;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Adversarial networks on a ring of eight Gaussians, with the minimax and with the non-saturating
 * objective of the generator: how many modes each finds, and how many of its samples lie on one.
 *
 * <pre>
 * ./shinso run gan-ring
 * </pre>
 */
public final class GanRing implements Recipe<Gan> {
  private static final Quantity MODES = Quantity.larger("modes found, non-saturating", "of 8");
  private static final Quantity ON_MODE =
      Quantity.share("samples on a mode, non-saturating", Quantity.Better.LARGER);
  private static final Quantity MINIMAX_MODES = Quantity.larger("modes found, minimax", "of 8");

  private static final int NOISE = 32;
  private static final int SAMPLES = 2_500;

  @Override
  public Card card() {
    return Card.of("gan-ring", "adversarial networks on a ring of eight Gaussians")
        .rows("J9")
        .source(
            "Goodfellow et al., \"Generative adversarial nets\", 2014; Metz, Poole, Pfau and"
                + " Sohl-Dickstein 2017; Srivastava et al., \"VEEGAN\", 2017, table 1")
        .reported("modes of 8: plain GAN 1, unrolled 7.6, VEEGAN 8");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Ring.source());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(64, 128, 128),
        STEPS.row(600, 12_000, 50_000),
        BATCH.row(128, 256, 256),
        RATE.row(0.001, 0.0005, 0.0002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(MODES, 1, 7, 8).published("1 (plain GAN in VEEGAN, table 1)"),
        Claim.atLeast(ON_MODE, 0.001, 0.5, 0.7));
  }

  @Override
  public Gan model(Run run) {
    return networks(run, "non-saturating");
  }

  private static Gan networks(Run run, String name) {
    int hidden = run.get(HIDDEN);
    return new Gan(
        Network.of(NOISE)
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(2)
            .build(run.rng(name).split("generator")),
        Network.of(2)
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(1)
            .build(run.rng(name).split("discriminator")),
        NOISE);
  }

  @Override
  public void run(Run run, Gan gan) {
    Dataset ring = run.data().train();
    Gan minimax = networks(run, "minimax");
    play(run, gan, Gan.Objective.NON_SATURATING, "non-saturating");
    play(run, minimax, Gan.Objective.MINIMAX, "minimax");

    Tensor samples = run.once("samples", () -> gan.sample(SAMPLES, run.rng("samples")));
    Tensor others = run.once("minimax-samples", () -> minimax.sample(SAMPLES, run.rng("samples")));
    run.score(MODES, () -> Ring.Coverage.of(samples).modes());
    run.score(ON_MODE, () -> Ring.Coverage.of(samples).share());
    run.score(MINIMAX_MODES, () -> Ring.Coverage.of(others).modes());
    run.show(
        "samples",
        () ->
            Figure.panels(
                "Samples of the generators",
                List.of(
                    points("Non-saturating", samples),
                    points("Minimax", others),
                    points("Data", ring.batch(ring.limit(SAMPLES).all()).getFirst())),
                3));
    run.show(
        "value",
        () ->
            run.curves("Value of the game, nats", "test.value", "non-saturating", "minimax")
                .level("−log 4, the optimum", -Math.log(4)));
  }

  private static void play(Run run, Gan gan, Gan.Objective objective, String stage) {
    Adam rule = Adam.of(run.get(RATE)).betas(0.5, 0.999);
    run.train(stage, new Gan.Game(gan, objective, 1, rule, rule), run.batches(run.data().train()))
        .steps(run.get(STEPS))
        .evaluate("test", run.data().test())
        .evaluateEvery(Math.max(1, run.get(STEPS) / 50))
        .go();
  }

  private static Scatter points(String title, Tensor xy) {
    return Figure.scatter(title).points("", xy);
  }
}
