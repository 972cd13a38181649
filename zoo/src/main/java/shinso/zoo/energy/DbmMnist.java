package shinso.zoo.energy;

import static shinso.zoo.energy.GreedyLayers.*;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A deep Boltzmann machine of two hidden layers on handwritten digits: its layers are learned
 * greedily with doubled units, joined, and then learned together. The bound on the test
 * log-likelihood is by mean field and by annealing from both sides.
 *
 * <pre>
 * ./shinso run dbm-mnist --data mnist
 * </pre>
 */
public final class DbmMnist implements Recipe<Dbm> {
  private static final int PIXELS = 28 * 28;
  private static final int CHAINS = 100;
  private static final MeanField MEAN_FIELD = new MeanField(10, 1e-3, 0);
  private static final MeanField JUDGED = MeanField.of(15);

  private static final Quantity BOUND = Quantity.TEST_LOG_LIKELIHOOD;
  private static final Quantity REVERSE =
      Quantity.larger("test log-likelihood, reverse annealing", "nats");
  private static final Quantity ITERATIONS = Quantity.smaller("mean-field iterations", "");

  @Override
  public Card card() {
    return Card.of("dbm-mnist", "deep Boltzmann machine with greedily learned layers on digits")
        .rows("I7", "I8")
        .source("Salakhutdinov and Hinton, \"Deep Boltzmann machines\", 2009, section 4.1")
        .reported("MNIST: at least -84.62 nats with 500 and 1000 hidden units");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(200, ALL, ALL),
        HIDDEN.row(40, 500, 500),
        SECOND.row(30, 1000, 1000),
        GREEDY.row(4, 1, 100),
        EPOCHS.row(6, 12, 300),
        BATCH.row(50, 100, 100),
        RATE.row(0.05, 0.1, 0.05),
        TEMPERATURES.row(100, 10_000, 20_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(BOUND, -280, -105, -87.5).on("mnist").published("-84.62"),
        Claim.atLeast(REVERSE, -280, -115, -92).on("mnist"),
        Claim.atLeast(BOUND, -280, -150, -100).on("glyphs"),
        Claim.atMost(ITERATIONS, 14, 14, 14));
  }

  @Override
  public Dbm model(Run run) {
    return Dbm.of(run.rng("model"), PIXELS, run.get(HIDDEN), run.get(SECOND));
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, Dbm dbm) {
    Split digits = run.data();
    Tensor rates = rates(run);
    int hidden = run.get(HIDDEN);
    ReplicatedRbm low =
        ReplicatedRbm.lowest(PIXELS, hidden, run.rng("lowest")).withBaseRates(rates);
    ReplicatedRbm high = ReplicatedRbm.highest(hidden, run.get(SECOND), run.rng("highest"));
    learnPersistently(run, "lowest", low, 2 * PIXELS, digits.train());
    learnPersistently(run, "highest", high, hidden, hidden(digits.train(), low::hidden));
    Parameters.copy(Dbm.of(List.of(low, high)), dbm);

    Batches batches = run.batches(digits.train());
    Param chains = Param.of(dbm.start(rates, CHAINS, run.rng("chains")).evaluate());
    Schedule rate = Schedule.linear(run.get(RATE) / 5, 0, run.steps(batches));
    run.train(
            "joint",
            new VariationalLikelihood(dbm, chains, 5, MEAN_FIELD, 0, Sgd.of(rate)),
            batches)
        .evaluate("test", digits.test())
        .go();

    Tensor even =
        run.once(
            "samples", () -> Gibbs.of(chains.value(), dbm::gibbs).run(500, run.rng("samples")));
    AnnealedBound bound =
        AnnealedBound.of(run, "annealing", dbm, JUDGED, rates, even, run.get(TEMPERATURES));
    Protocol protocol = Protocol.on(run.source().name()).redrawn().bound();
    run.score(BOUND.under(protocol), bound::forward);
    run.score(REVERSE.under(protocol), bound::reverse);
    run.score(ITERATIONS, () -> iterations(digits.test(), dbm, run));

    run.filters("filters", "Weights of the first hidden layer", dbm.weights().getFirst());
    run.pictures(
        "samples", "Where the chains are: p(v | h)", () -> dbm.shown(even, run.rng("shown")));
  }

  private static double iterations(Dataset data, Dbm dbm, Run run) {
    return PerExample.mean(
            data,
            run.rng("test"),
            (x, key) -> dbm.meanField(x.flatten(1).bernoulli(key), JUDGED).iterations())
        .value();
  }
}
