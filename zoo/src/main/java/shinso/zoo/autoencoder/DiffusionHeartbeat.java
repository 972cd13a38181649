package shinso.zoo.autoencoder;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * A pulse every five of twenty bits dissolves into tosses of coins, and the way back is learned.
 * There are five such sequences: no model has more than log₂ ⅕ = −2.322 bits on them.
 *
 * <pre>
 * ./shinso run diffusion-heartbeat
 * </pre>
 */
public final class DiffusionHeartbeat implements Recipe<BinomialDiffusion> {
  private static final Setting<Integer> TIMES =
      Setting.integer("times", "steps T of the diffusion", 1, 10_000);

  private static final Quantity BOUND = Quantity.larger("bound on log p, a sequence", "bits");
  private static final Quantity BEATS =
      Quantity.share("samples with a pulse every five bits", Quantity.Better.LARGER);

  /** Steps that the bound of an example is estimated from. */
  private static final int DRAWS = 50;

  private static final int LENGTH = 20;
  private static final int PERIOD = 5;

  @Override
  public Card card() {
    return Card.of("diffusion-heartbeat", "diffusion that is turned round, on pulses of bits")
        .rows("L8")
        .source(
            "Sohl-Dickstein, Weiss, Maheswaranathan and Ganguli, \"Deep unsupervised learning"
                + " using nonequilibrium thermodynamics\", 2015, figure 2")
        .reported("-2.414 bits a sequence (table 1); the sequences' own are -2.322");
  }

  @Override
  public List<DataSource> data() {
    return List.of(DataSource.generated("heartbeat", () -> Split.of(pulses(2_000), pulses(500))));
  }

  /** All phases equally often. */
  private static Dataset pulses(int count) {
    float[] bits = new float[count * LENGTH];
    for (int i = 0; i < bits.length; i++) {
      int phase = i / LENGTH % PERIOD;
      bits[i] = i % LENGTH % PERIOD == phase ? 1 : 0;
    }
    return InMemoryDataset.of(
        "a pulse every five bits", List.of(Column.floats("bits", Shape.of(LENGTH), bits)));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TIMES.row(50, 500, 2_000),
        HIDDEN.row(50, 50, 50),
        STEPS.row(1_000, 40_000, 400_000),
        BATCH.row(100, 200, 200),
        RATE.row(0.01, 0.003, 0.001));
  }

  /** Coins have −20 bits, independent bits with one pulse in five −14.4. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(BOUND, -12, -4, -2.5).published("-2.414"),
        Claim.atLeast(BEATS, 0.02, 0.7, 0.95));
  }

  @Override
  public BinomialDiffusion model(Run run) {
    int hidden = run.get(HIDDEN);
    Network network =
        Network.of(BinomialDiffusion.inputs(LENGTH))
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(LENGTH, o -> o.init(Initializer.zeros()))
            .build(run.rng("model"));
    Tensor rates = Tensor.full(Shape.of(LENGTH), 1.0 / PERIOD);
    return new BinomialDiffusion(network, NoiseSchedule.erasing(run.get(TIMES)), rates);
  }

  @Override
  public void run(Run run, BinomialDiffusion diffusion) {
    int steps = run.get(STEPS);
    Schedule rate = Schedule.cosine(run.get(RATE), 0, steps);
    run.train(
            "train",
            LossLearner.of(
                diffusion, (b, rng) -> diffusion.bound(b.getFirst(), 1, rng).neg(), Adam.of(rate)),
            run.batches(run.data().train()))
        .steps(steps)
        .go();

    run.score(
        BOUND.under(Protocol.on(run.source().name()).bound()),
        () ->
            PerExample.mean(
                    run.data().test(), run.rng("test"), (x, rng) -> diffusion.bound(x, DRAWS, rng))
                .times(1 / Math.log(2)));
    Tensor samples = run.once("samples", () -> diffusion.sample(500, run.rng("samples")));
    run.score(BEATS, () -> beating(samples));
    run.show(
        "samples",
        () ->
            Figure.pictures("Samples", samples.slice(0, 0, 40).reshape(40, 1, LENGTH, 1))
                .columns(2)
                .scale(12));
  }

  /** The share of samples that are one of the five sequences. */
  private static double beating(Tensor samples) {
    Tensor all = pulses(PERIOD).whole().getFirst(); // [5, length]
    Tensor wrong = samples.unsqueeze(1).sub(all.unsqueeze(0)).abs().sum(2).min(1); // [n]
    return wrong.equal(0).mean().item();
  }
}
