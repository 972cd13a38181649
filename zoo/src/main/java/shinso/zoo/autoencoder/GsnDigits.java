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
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * A generative stochastic network of two hidden layers on digits: successive samples go from one
 * digit to another within a few steps. Papers put Parzen windows on grey digits, on which training
 * examples have 150 nats more than on binary ones; grey values are learned as probabilities.
 *
 * <pre>
 * ./shinso run gsn-digits --data mnist
 * ./shinso run gsn-digits --data binarized-mnist
 * </pre>
 */
public final class GsnDigits implements Recipe<GenerativeStochasticNetwork> {
  private static final Setting<Integer> WALK =
      Setting.integer("walk", "steps of the chain in training", 1, 100);
  private static final Setting<Double> NOISE =
      Setting.number("noise", "standard deviation of the hidden units' noise", 0, 100);

  private static final String SAMPLED = "samples of the network";

  @Override
  public Card card() {
    return Card.of("gsn-digits", "generative stochastic network on digits")
        .rows("L6")
        .source(
            "Bengio, Thibodeau-Laufer, Alain and Yosinski, \"Deep generative stochastic networks"
                + " trainable by backprop\", 2014, section 5 and table 1")
        .reported("grey MNIST, Parzen windows: 214 nats with two layers of 1,500 units");
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
        HIDDEN.row(100, 400, 1_500),
        EPOCHS.row(8, 8, 1_000),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.001, 0.001),
        WALK.always(4),
        NOISE.always(2.0),
        SAMPLES.row(5, 50, 100));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(PARZEN.of(SAMPLED), 50, 120, 190).on("mnist").published("214"),
        Claim.atLeast(PARZEN.of(SAMPLED), -300, 20, 30).on("binarized-mnist"),
        Claim.atLeast(PARZEN.of(SAMPLED), -350, -200, -200).on("glyphs-binary"),
        Claim.atMost(PAINTED, 1, 0.9, 0.8));
  }

  @Override
  public GenerativeStochasticNetwork model(Run run) {
    int hidden = run.get(HIDDEN);
    return GenerativeStochasticNetwork.of(
            List.of(28 * 28, hidden, hidden),
            Corruption.saltAndPepper(0.4),
            run.get(NOISE),
            run.rng("model"))
        .withBaseRates(BaseRates.of(run));
  }

  @Override
  public void run(Run run, GenerativeStochasticNetwork gsn) {
    Batches batches = run.batches(run.data().train());
    int walk = run.get(WALK);
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.steps(batches)));
    run.train(
            "train",
            LossLearner.of(gsn, (b, rng) -> gsn.loss(b.getFirst(), walk, rng), rule),
            batches)
        .evaluate("test", run.data().test().every(50))
        .go();

    Tensor samples =
        run.once(
            "samples",
            () -> {
              Tensor start = gsn.states(noise(CHAINS, run.rng("noise"))).evaluate();
              Gibbs chains = Gibbs.of(start, gsn.chain());
              chains.run(100, run.rng("burn-in"));
              return means(gsn, chains.draws(run.get(SAMPLES), 10, run.rng("draws")));
            });
    run.score(parzen(run, SAMPLED), () -> parzen(run, samples));
    run.show(
        "chain",
        () -> {
          Tensor digits = digits(run, SHOWN);
          Gibbs chains = Gibbs.of(gsn.states(digits).evaluate(), gsn.chain());
          Tensor means = means(gsn, chains.draws(COLUMNS, 1, run.rng("chain")));
          return sequences("Chains, a row each", means.reshape(COLUMNS, SHOWN, 28 * 28))
              .caption("P(x = 1 | h) of successive steps from test digits on");
        });
    halves(run, gsn);
    run.filters("filters", "Weights of the first hidden layer", gsn.weights().getFirst());
  }

  private static Tensor means(GenerativeStochasticNetwork gsn, Tensor draws) {
    return gsn.means(draws.reshape(-1, draws.shape().dim(2))).evaluate();
  }
}
