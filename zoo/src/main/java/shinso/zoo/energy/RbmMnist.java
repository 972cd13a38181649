package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A restricted Boltzmann machine with 500 hidden units on handwritten digits, learned by persistent
 * chains that take ever more steps, and judged by annealed importance sampling from both sides: the
 * estimate of log Z from below overstates the likelihood, the one from above understates it.
 *
 * <pre>
 * ./shinso run rbm-mnist --data mnist
 * </pre>
 */
public final class RbmMnist implements Recipe<Rbm> {
  private static final Setting<Integer> TEMPERATURES =
      Setting.integer("temperatures", "steps of annealing from each side", 10, 1_000_000);

  private static final Quantity LOG_LIKELIHOOD = Quantity.TEST_LOG_LIKELIHOOD;
  private static final Quantity REVERSE =
      Quantity.larger("test log-likelihood, reverse annealing", "nats");

  private static final int CHAINS = 100;

  @Override
  public Card card() {
    return Card.of("rbm-mnist", "restricted Boltzmann machine with persistent chains on digits")
        .rows("I3", "I4")
        .source(
            "Salakhutdinov and Murray, \"On the quantitative analysis of deep belief networks\","
                + " 2008; Tieleman 2008; Burda, Grosse and Salakhutdinov 2015")
        .reported("MNIST: -86.34 nats with 500 hidden units (CD-25, table 1)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.row(500, ALL, ALL),
        HIDDEN.row(50, 500, 500),
        EPOCHS.row(6, 6, 80),
        BATCH.row(50, 100, 100),
        RATE.row(0.2, 0.05, 0.05),
        WEIGHT_DECAY.row(0.0, 2e-4, 2e-4),
        TEMPERATURES.row(200, 5_000, 20_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(LOG_LIKELIHOOD, -230, -100, -90).on("mnist").published("-86.34"),
        Claim.atLeast(REVERSE, -260, -110, -95).on("mnist"),
        Claim.atLeast(LOG_LIKELIHOOD, -230, -100, -90).on("glyphs"));
  }

  @Override
  public Rbm model(Run run) {
    return Rbm.of(28 * 28, run.get(HIDDEN), run.rng("model")).withBaseRates(rates(run));
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, Rbm rbm) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Tensor rates = rates(run);
    Param chains = Param.of(rates.unsqueeze(0).tile(0, CHAINS).bernoulli(run.rng("chains")));

    for (int k : List.of(1, 5, 15)) {
      Optimizer rule = rule(run, batches, k);
      run.train("pcd-" + k, ContrastiveDivergence.persistent(rbm, chains, k, rule), batches)
          .evaluate("test", digits.test())
          .go();
    }

    Tensor samples =
        run.once(
            "samples", () -> Gibbs.of(chains.value(), rbm::gibbs).run(1_000, run.rng("samples")));
    AnnealedLikelihood likelihood =
        AnnealedLikelihood.of(run, rbm, rates, samples, run.get(TEMPERATURES));
    Protocol protocol = Protocol.on(run.source().name()).redrawn().estimate();
    run.score(
        LOG_LIKELIHOOD.under(protocol), () -> likelihood.forward(digits.test(), run.rng("test")));
    run.score(REVERSE.under(protocol), () -> likelihood.reverse(digits.test(), run.rng("test")));

    run.filters("filters", "Weights of hidden units", rbm.weight());
    run.pictures(
        "samples",
        "Where the persistent chains are after 1,000 more steps: p(v | h)",
        () -> rbm.reconstruct(samples, run.rng("shown")));
  }

  /** The rate falls to nothing within each stage. */
  private static Optimizer rule(Run run, Batches batches, int k) {
    Schedule rate = Schedule.linear(run.get(RATE) / Math.sqrt(k), 0, run.steps(batches));
    return Momentum.of(rate, 0.5).weightDecay(run.get(WEIGHT_DECAY), Parameters::isWeight);
  }
}
