package shinso.zoo.autoencoder;

import static shinso.zoo.autoencoder.ChainFigures.*;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * The Markov chain of a denoising auto-encoder on digits, learned with and without walk-back:
 * without it the chain runs into places where no digit is and stays there. Halves of digits are
 * drawn with the other halves held. Papers put Parzen windows on grey digits, on which training
 * examples have 150 nats more than on binary ones; grey values are learned as probabilities.
 *
 * <pre>
 * ./shinso run walkback-digits --data mnist
 * ./shinso run walkback-digits --data binarized-mnist
 * </pre>
 */
public final class WalkBackDigits implements Recipe<DenoisingAutoencoder> {
  private static final Setting<Integer> WALK =
      Setting.integer("walk", "steps that walks take at most", 1, 100);
  private static final Setting<Double> FURTHER =
      Setting.number("further", "probability p to go on with a walk", 0, 1);

  private static final String WITH = "with walk-back";
  private static final String WITHOUT = "without walk-back";
  private static final Quantity GAP =
      Quantity.larger("what walk-back gains, Parzen window on samples", "nats");

  @Override
  public Card card() {
    return Card.of("walkback-digits", "chains of denoising auto-encoders, and walk-back")
        .rows("L3", "L4", "L5")
        .source(
            "Bengio, Yao, Alain and Vincent, \"Generalized denoising auto-encoders as generative"
                + " models\", 2013, section 5")
        .reported("grey MNIST, Parzen windows: about 150 nats with walk-back, 50 without");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        VALIDATION.row(100, 1_000, 5_000),
        TEST.always(ALL),
        HIDDEN.row(200, 500, 2_000),
        EPOCHS.row(15, 10, 200),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.001, 0.001),
        WALK.always(5),
        FURTHER.always(0.5),
        SAMPLES.row(5, 50, 100));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(PARZEN.of(WITH), 50, 120, 120).on("mnist").published("about 150"),
        Claim.atLeast(GAP, 0, 20, 50).on("mnist").published("about 100"),
        Claim.atLeast(PARZEN.of(WITH), -300, 0, 20).on("binarized-mnist"),
        Claim.atLeast(GAP, 0, 20, 50).on("binarized-mnist"),
        Claim.atLeast(PARZEN.of(WITH), -350, -200, -200).on("glyphs-binary"),
        Claim.atMost(PAINTED, 1, 0.9, 0.8));
  }

  @Override
  public DenoisingAutoencoder model(Run run) {
    return DenoisingAutoencoder.of(
            28 * 28, run.get(HIDDEN), Corruption.saltAndPepper(0.4), run.rng("model"))
        .withBaseRates(BaseRates.of(run));
  }

  @Override
  public void run(Run run, DenoisingAutoencoder dae) {
    DenoisingAutoencoder plain = model(run);
    learn(run, "with", dae, new WalkBack(dae.chain(), run.get(WALK), run.get(FURTHER)));
    learn(run, "without", plain, new WalkBack(plain.chain(), 1, 1));

    Tensor with = samples(run, "with", dae);
    Tensor without = samples(run, "without", plain);
    double more = run.score(parzen(run, WITH), () -> parzen(run, with)).value();
    double less = run.score(parzen(run, WITHOUT), () -> parzen(run, without)).value();
    run.score(GAP, () -> more - less);
    show(run, "chain-with", "Chains, a row each, learned with walk-back", dae);
    show(run, "chain-without", "Chains, a row each, learned without walk-back", plain);
    halves(run, dae);
  }

  private static void learn(Run run, String stage, DenoisingAutoencoder dae, WalkBack walk) {
    Batches batches = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.steps(batches)));
    run.train(
            stage,
            LossLearner.of(dae, (b, rng) -> walk.loss(b.getFirst().flatten(1), rng), rule),
            batches)
        .evaluate("test", run.data().test().every(50))
        .go();
  }

  /** P(x = 1 | x̃) on the way of chains that begin with noise. */
  private static Tensor samples(Run run, String name, DenoisingAutoencoder dae) {
    return run.once(
        "samples-" + name,
        () -> {
          Tensor start = noise(CHAINS, run.rng("noise"));
          Gibbs chains = Gibbs.of(start, dae.chain());
          chains.run(100, run.rng("burn-in"));
          Tensor x = chains.draws(run.get(SAMPLES), 10, run.rng("draws"));
          return means(dae, pictures(x), run).evaluate();
        });
  }

  private static Tensor means(DenoisingAutoencoder dae, Tensor x, Run run) {
    return dae.denoise(dae.corruption().corrupt(x, run.rng("means"))).mean();
  }

  /** The first steps from test digits on. */
  private static void show(Run run, String name, String title, DenoisingAutoencoder dae) {
    run.show(
        name,
        () -> {
          Tensor digits = digits(run, SHOWN);
          Gibbs chains = Gibbs.of(digits, dae.chain());
          Tensor x = chains.draws(COLUMNS, 1, run.rng("chain"));
          Tensor means = means(dae, pictures(x), run);
          return sequences(title, means.reshape(COLUMNS, SHOWN, 28 * 28))
              .caption("P(x = 1 | x̃) of successive steps from test digits on");
        });
  }
}
