package shinso.zoo.directed;

import static shinso.zoo.harness.Training.HIDDEN;
import static shinso.zoo.harness.Training.RATE;

import java.util.List;
import java.util.Objects;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/** What recipes of variational auto-encoders have in common: networks, learning, numbers. */
final class VaeDigits {
  static final Quantity BOUND = Quantity.larger("test bound", "nats");
  static final Quantity LIKELIHOOD = Quantity.TEST_LOG_LIKELIHOOD;
  static final Quantity ACTIVE = Quantity.of("active latent variables", "");

  static final Setting<Integer> CODE = Setting.integer("code", "latent variables", 1, 10_000);
  static final Setting<Integer> DRAWS =
      Setting.integer("draws", "draws of the likelihood's estimate", 1, 1_000_000);
  static final Setting<Integer> JUDGED =
      Setting.count("judged", "test examples whose likelihood is estimated", 1);

  /** Binary digits, and grey ones whose pixels are drawn anew at every use. */
  static final List<DataSource> DIGITS = List.of(BinaryDigits.GLYPHS, PictureSource.MNIST);

  private VaeDigits() {}

  /** Two hidden layers of tanh units each way; the pixels begin with their base rates. */
  static Vae networks(Run run, int code, String key) {
    int hidden = run.get(HIDDEN);
    Network encoder =
        Network.of(28, 28, 1)
            .flatten()
            .dense(hidden)
            .tanh()
            .dense(hidden)
            .tanh()
            .dense(2 * code)
            .build(run.rng(key).split("encoder"));
    Rng rng = run.rng(key).split("generator");
    Dense pixels = Dense.of(hidden, 28 * 28, Initializer.glorotUniform(), rng.split("pixels"));
    Objects.requireNonNull(pixels.bias()).assign(baseRates(run));
    Network generator =
        Network.of(code)
            .dense(hidden)
            .tanh()
            .dense(hidden)
            .tanh()
            .layer("pixels", pixels)
            .build(rng);
    return new Vae(encoder, new Generator(generator, new Observation.Binary(), code));
  }

  /** Returns log p / (1 − p) of the shares p of the pixels in the data: {@code [784]}. */
  static Tensor baseRates(Run run) {
    return Bernoulli.ofRates(BaseRates.of(run)).logits().evaluate();
  }

  /** Returns how the run's digits become binary. */
  static Protocol protocol(Run run) {
    Protocol protocol = Protocol.on(run.source().name());
    return run.source() instanceof PictureSource ? protocol.redrawn() : protocol;
  }

  /** Trains by a bound with k draws, with a rate that falls to nothing. */
  static void train(Run run, String stage, Vae vae, Vae.Bound bound, int k) {
    Batches batches = run.batches(run.data().train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train(stage, new Vae.Learning(vae, bound, k, Adam.of(rate).epsilon(1e-4)), batches)
        .evaluate("test", run.data().test().limit(1_000))
        .rate(rate)
        .go();
  }

  /** Returns the bound of one draw over the test examples. */
  static Estimate bound(Run run, Vae vae) {
    Observation observation = vae.generator().observation();
    return PerExample.mean(
        run.data().test(),
        run.rng("bound"),
        (x, rng) ->
            vae.bound(Vae.Bound.ANALYTIC, observation.prepare(x, rng.split(0)), 1, rng.split(1)));
  }

  /** Returns the codes of some test examples. */
  static Tensor codes(Run run, Vae vae) {
    return run.once("codes", () -> vae.encode(run.data().test().limit(500).whole().getFirst()));
  }
}
