package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.train.data.Split;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Adversarial networks on digits: a generator of two layers of rectifiers against a discriminator
 * of two layers of maxout units with dropout, with the penalty on the discriminator's slope as an
 * option.
 *
 * <pre>
 * ./shinso run gan-digits --data mnist
 * ./shinso run gan-digits --set gamma=0
 * </pre>
 */
public final class GanDigits implements Recipe<Gan> {
  private static final int NOISE = 100;
  private static final int PIECES = 5;
  private static final Quantity FRECHET = SampleJudge.FRECHET.of("samples");
  private static final Quantity COVERAGE = SampleJudge.COVERAGE.of("samples");

  private static final Setting<Double> GAMMA =
      Setting.number("gamma", "penalty on the slope of the discriminator, γ", 0, 1_000);
  private static final Setting<Integer> MAXOUT =
      Setting.integer("maxout", "maxout units in a layer of the discriminator", 1, 100_000);

  @Override
  public Card card() {
    return Card.of("gan-digits", "adversarial networks on digits")
        .rows("J9")
        .source("Goodfellow et al., \"Generative adversarial nets\", 2014, table 1")
        .reported(
            "MNIST: log-density 225 ± 2 of a Parzen window, which puts models in a wrong order");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        VALIDATION.row(200, 1_000, 10_000),
        TEST.row(300, 2_000, ALL),
        HIDDEN.row(128, 600, 1_200),
        MAXOUT.row(32, 120, 240),
        EPOCHS.row(24, 20, 100),
        BATCH.row(50, 100, 100),
        RATE.row(0.001, 0.0003, 0.0002),
        GAMMA.row(2.5, 2.5, 0.0),
        SampleJudge.EPOCHS.row(2, 3, 10));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        // Noise has about −670 nats on MNIST, the mean digit alone about −50.
        Claim.atLeast(Parzen.DENSITY, 0, 120, 190).on("mnist").published("225"),
        Claim.atLeast(Parzen.DENSITY, 0, 100, 150).on("glyphs"),
        Claim.atMost(FRECHET, 60, 10, 6),
        Claim.atLeast(COVERAGE, 0.1, 0.5, 0.6));
  }

  @Override
  public Gan model(Run run) {
    int hidden = run.get(HIDDEN);
    int pieces = PIECES * run.get(MAXOUT);
    Rng rng = run.rng("model");
    return new Gan(
        Network.of(NOISE)
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(28 * 28)
            .sigmoid()
            .reshape(28, 28, 1)
            .build(rng.split(0)),
        Network.of(28, 28, 1)
            .flatten()
            .dense(pieces)
            .maxout(PIECES)
            .dropout(0.5)
            .dense(pieces)
            .maxout(PIECES)
            .dropout(0.5)
            .dense(1)
            .build(rng.split(1)),
        Noise.uniform(NOISE));
  }

  @Override
  public void run(Run run, Gan gan) {
    Split digits = run.data();
    Adam rule = Adam.of(run.get(RATE)).betas(0.5, 0.999);
    Gan.Game game = new Gan.Game(gan, Gan.Objective.NON_SATURATING, 1, run.get(GAMMA), rule, rule);
    run.train("play", game, run.batches(digits.train())).evaluate("test", digits.test()).go();

    SampleJudge judge = SampleJudge.of(run);
    judge.judge("samples", () -> gan.sample(judge.count(), run.rng("judged")));
    judge.show();
    Parzen.score(run, Parzen.DENSITY, count -> gan.sample(count, run.rng("parzen")));
    Tensor samples = run.once("samples", () -> gan.sample(100, run.rng("samples")));
    run.pictures("samples", "Samples", () -> samples);
    run.show(
        "value",
        () ->
            run.curves("Value of the game, nats", "test.value", "play")
                .level("−log 4, the optimum", -Math.log(4)));
  }
}
