package shinso.zoo.energy;

import static shinso.zoo.energy.GreedyLayers.*;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.optim.Sgd;
import shinso.train.data.Split;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Deep Boltzmann machines whose layers learn together from small random weights: the centred one
 * does, the plain one falls behind. Beside both stands what the base rates of the pixels alone
 * give.
 *
 * <pre>
 * ./shinso run dbm-centring --data mnist
 * </pre>
 */
public final class DbmCentring implements Recipe<Dbm> {
  private static final int PIXELS = 28 * 28;
  private static final int CHAINS = 100;
  private static final double OFFSET_RATE = 0.01;
  private static final MeanField MEAN_FIELD = new MeanField(10, 1e-3, 0);
  private static final MeanField JUDGED = MeanField.of(15);

  private static final Quantity BOUND = Quantity.TEST_LOG_LIKELIHOOD;
  private static final Quantity SPREAD = Quantity.of("spread of the highest layer", "");
  private static final Quantity GAIN = Quantity.larger("gain by centring", "nats");

  @Override
  public Card card() {
    return Card.of("dbm-centring", "deep Boltzmann machines without greedy layers, centred")
        .rows("I9")
        .source(
            "Montavon and Müller, \"Deep Boltzmann machines and the centering trick\", 2012;"
                + " Goodfellow, Bengio and Courville 2016, section 20.4.5")
        .reported("the centred machine learns without greedy layers, the plain one fails");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(200, 2_000, ALL),
        HIDDEN.row(40, 400, 400),
        SECOND.row(20, 100, 100),
        EPOCHS.row(15, 5, 50),
        BATCH.row(25, 100, 25),
        RATE.row(0.05, 0.02, 0.01),
        TEMPERATURES.row(100, 3_000, 20_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN, 5, 5, 5));
  }

  @Override
  public Dbm model(Run run) {
    return machine(run).centred(rates(run));
  }

  private static Dbm machine(Run run) {
    return Dbm.of(run.rng("model"), PIXELS, run.get(HIDDEN), run.get(SECOND));
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, Dbm centred) {
    Dbm plain = machine(run).withBaseRates(rates(run));
    Protocol protocol = Protocol.on(run.source().name()).redrawn().bound();
    Comparison both =
        run.compare("centring", "Without greedy layers", BOUND.under(protocol), SPREAD);
    List<Double> low = learn(run, both, "plain", plain, 0);
    List<Double> high = learn(run, both, "centred", centred, OFFSET_RATE);
    both.variant("independent pixels", () -> independent(run), () -> 0);
    both.show();
    run.score(GAIN, () -> high.get(0) - low.get(0));
    run.show(
        "spread",
        () ->
            run.curves(
                "Standard deviation of the highest layer over digits",
                "test.spread of the highest layer",
                "plain",
                "centred"));
  }

  private static List<Double> learn(
      Run run, Comparison both, String name, Dbm dbm, double offsets) {
    Split digits = run.data();
    Tensor rates = rates(run);
    Param chains = Param.of(dbm.start(rates, CHAINS, run.rng("chains")).evaluate());
    run.train(
            name,
            new VariationalLikelihood(dbm, chains, 1, MEAN_FIELD, offsets, Sgd.of(run.get(RATE))),
            run.batches(digits.train()))
        .evaluate("test", digits.test())
        .go();
    Tensor even =
        run.once(
            "samples-" + name, () -> Gibbs.of(chains.value(), dbm::gibbs).run(200, run.rng(name)));
    AnnealedBound bound =
        AnnealedBound.of(run, "annealing-" + name, dbm, JUDGED, rates, even, run.get(TEMPERATURES));
    run.filters("filters-" + name, "Weights of the first layer, " + name, dbm.weights().getFirst());
    run.pictures(
        "samples-" + name,
        "Where the chains are, " + name,
        () -> dbm.shown(even, run.rng("shown-" + name)));
    return both.variant(name, () -> bound.forward().value(), () -> spread(dbm, digits));
  }

  /** The likelihood under the base rates alone, that of a machine that has learned nothing. */
  private static double independent(Run run) {
    Tensor logits = Bernoulli.ofRates(rates(run)).logits().evaluate();
    return PerExample.mean(
            run.data().test(),
            run.rng("test"),
            (x, key) -> Dbn.logBernoulli(x.flatten(1).bernoulli(key), logits))
        .value();
  }

  /** The standard deviation of a unit of the highest layer over digits, its mean over units. */
  private static double spread(Dbm dbm, Split digits) {
    Tensor v = digits.test().limit(500).whole().getFirst().round();
    return dbm.encode(v).variance(0).sqrt().mean().item();
  }
}
