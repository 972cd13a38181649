package shinso.zoo.autoencoder;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * Binary digits dissolve into tosses of coins, and the way back is learned.
 *
 * <pre>
 * ./shinso run diffusion-digits --data binarized-mnist
 * </pre>
 */
public final class DiffusionDigits implements Recipe<BinomialDiffusion> {
  private static final Setting<Integer> TIMES =
      Setting.integer("times", "steps T of the diffusion", 1, 10_000);

  private static final Quantity BOUND = Quantity.larger("bound on the test log-likelihood", "nats");

  private static final int PIXELS = 28 * 28;
  private static final int SHOWN = 10;
  private static final int COLUMNS = 8;

  /** Steps that the bound of an example is estimated from. */
  private static final int DRAWS = 20;

  @Override
  public Card card() {
    return Card.of("diffusion-digits", "diffusion that is turned round, on binary digits")
        .rows("L8")
        .source(
            "Sohl-Dickstein, Weiss, Maheswaranathan and Ganguli, \"Deep unsupervised learning"
                + " using nonequilibrium thermodynamics\", 2015");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.always(ALL),
        TIMES.row(100, 500, 1_000),
        HIDDEN.row(100, 500, 1_000),
        EPOCHS.row(12, 40, 400),
        BATCH.row(50, 100, 100),
        RATE.row(0.003, 0.001, 0.001));
  }

  /** Coins have −543 nats, independent pixels about −206 on MNIST: there it begins. */
  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(BOUND, -206, -170, -130).on("binarized-mnist"),
        Claim.atLeast(BOUND, -206, -150, -130).on("glyphs-binary"),
        Claim.atMost(ChainFigures.PAINTED, 1, 0.9, 0.8));
  }

  @Override
  public BinomialDiffusion model(Run run) {
    int hidden = run.get(HIDDEN);
    Network network =
        Network.of(BinomialDiffusion.inputs(PIXELS))
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(PIXELS, o -> o.init(Initializer.zeros()))
            .build(run.rng("model"));
    Tensor rates = BaseRates.of(run).clip(1e-3, 1 - 1e-3).evaluate();
    return new BinomialDiffusion(network, NoiseSchedule.erasing(run.get(TIMES)), rates);
  }

  @Override
  public void run(Run run, BinomialDiffusion diffusion) {
    Batches batches = run.batches(run.data().train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train(
            "train",
            LossLearner.of(
                diffusion,
                (b, rng) -> diffusion.bound(b.getFirst().flatten(1), 1, rng).neg(),
                Adam.of(rate)),
            batches)
        .evaluate("test", run.data().test().every(50))
        .go();

    run.score(
        BOUND.under(Protocol.on(run.source().name()).bound()),
        () ->
            PerExample.mean(
                run.data().test().every(10),
                run.rng("test"),
                (x, rng) -> diffusion.bound(x.flatten(1), DRAWS, rng)));
    run.show(
        "way-back",
        () -> ChainFigures.sequences("Samples on their way back", back(run, diffusion)));
    ChainFigures.halves(run, diffusion);
  }

  private static Tensor back(Run run, BinomialDiffusion diffusion) {
    int last = run.get(TIMES);
    Rng rng = run.rng("samples");
    Tensor x = ChainFigures.noise(SHOWN, rng.split("start"));
    List<Tensor> seen = new ArrayList<>(List.of(x));
    for (int i = 1; i < COLUMNS; i++) {
      int from = last - last * (i - 1) / (COLUMNS - 1);
      x = diffusion.back(x, from, last - last * i / (COLUMNS - 1), rng.split(i));
      seen.add(x);
    }
    return Tensor.stack(0, seen); // [columns, shown, pixels]
  }
}
