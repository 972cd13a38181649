package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Plain and centred machines with 16 hidden units, whose likelihood is exact, on digits and on
 * digits with 0 and 1 in turn: the plain one learns the second much worse, the centred one learns
 * both alike.
 *
 * <pre>
 * ./shinso run rbm-centred --data mnist
 * </pre>
 */
public final class RbmCentring implements Recipe<CentredRbm> {
  private static final int PIXELS = 28 * 28;
  private static final int CHAINS = 100;
  private static final double OFFSET_RATE = 0.01;

  private static final Quantity LOG_LIKELIHOOD = Quantity.TEST_LOG_LIKELIHOOD;
  private static final Quantity GAIN = Quantity.larger("gain by centring, flipped digits", "nats");
  private static final Quantity LOSS =
      Quantity.smaller("loss of the centred machine by flipping", "nats");

  @Override
  public Card card() {
    return Card.of("rbm-centred", "plain and centred machines on digits and on flipped digits")
        .rows("I3", "I4")
        .source("Melchior, Fischer and Wiskott 2016, table 3; Montavon and Müller 2012")
        .reported("MNIST, 16 hidden units: plain -149.05, centred -142.56")
        .reported("flipped MNIST: plain -183.36, centred -142.09");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(300, ALL, ALL),
        HIDDEN.row(8, 16, 16),
        EPOCHS.row(15, 50, 50),
        BATCH.row(50, 100, 100),
        RATE.row(0.1, 0.01, 0.01));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(LOG_LIKELIHOOD.of("plain"), -250, -152, -152)
            .on("mnist")
            .published("-149.05"),
        Claim.atLeast(LOG_LIKELIHOOD.of("centred"), -250, -144.5, -144.5)
            .on("mnist")
            .published("-142.56"),
        Claim.atLeast(LOG_LIKELIHOOD.of("centred, flipped"), -250, -144.5, -144.5)
            .on("mnist")
            .published("-142.09"),
        Claim.atLeast(GAIN, 3, 20, 20).published("41.3"),
        Claim.atMost(LOSS, 3, 1.5, 1.5).published("-0.5"));
  }

  @Override
  public CentredRbm model(Run run) {
    return CentredRbm.of(rates(run), run.get(HIDDEN), OFFSET_RATE, run.rng("model"));
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, CentredRbm centred) {
    Split digits = run.data();
    Split flipped = run.data(DataSource.generated("flipped", () -> digits.map(d -> flipped(d))));
    Tensor rates = rates(run);
    Tensor opposite = rates.rsub(1).evaluate();
    int hidden = run.get(HIDDEN);
    Rbm plain = Rbm.of(PIXELS, hidden, run.rng("model")).withBaseRates(rates);
    Rbm plainFlipped = Rbm.of(PIXELS, hidden, run.rng("model")).withBaseRates(opposite);
    CentredRbm other = CentredRbm.of(opposite, hidden, OFFSET_RATE, run.rng("model"));

    learn(run, "plain", plain, digits, rates);
    learn(run, "centred", centred, digits, rates);
    learn(run, "plain-flipped", plainFlipped, flipped, opposite);
    learn(run, "centred-flipped", other, flipped, opposite);

    Protocol protocol = Protocol.on(run.source().name()).redrawn();
    Comparison all =
        run.compare("centring", "Exact test log-likelihood", LOG_LIKELIHOOD.under(protocol));
    all.variant("plain", () -> likelihood(run, plain, digits));
    double up = all.variant("centred", () -> likelihood(run, centred.plain(), digits)).getFirst();
    double low =
        all.variant("plain, flipped", () -> likelihood(run, plainFlipped, flipped)).getFirst();
    double high =
        all.variant("centred, flipped", () -> likelihood(run, other.plain(), flipped)).getFirst();
    all.show();
    run.score(GAIN, () -> high - low);
    run.score(LOSS, () -> up - high);

    LearningFigures.freeEnergyGap(
        run, "test", "plain", "centred", "plain-flipped", "centred-flipped");
    run.filters("filters", "Weights of the centred machine", centred.weight());
    run.filters("filters-plain", "Weights of the plain machine, flipped", plainFlipped.weight());
  }

  private static void learn(Run run, String stage, GibbsModel model, Split data, Tensor rates) {
    Batches batches = run.batches(data.train());
    Param chains = Param.of(rates.unsqueeze(0).tile(0, CHAINS).bernoulli(run.rng("chains")));
    run.train(
            stage,
            ContrastiveDivergence.persistent(model, chains, 1, Sgd.of(run.get(RATE))),
            batches)
        .evaluate("train", data.train().limit(data.test().size()))
        .evaluate("test", data.test())
        .go();
  }

  private static double likelihood(Run run, Rbm rbm, Split data) {
    Estimate mean =
        PerExample.mean(
            data.test(), run.rng("test"), (x, key) -> rbm.freeEnergy(rbm.observed(x, key)).neg());
    return mean.value() - rbm.exactLogPartition();
  }

  private static Dataset flipped(Dataset digits) {
    float[] pixels = digits.whole().getFirst().rsub(1).toFloatArray();
    return InMemoryDataset.of(
        digits.description() + ", flipped",
        List.of(Column.floats("picture", Shape.of(28, 28, 1), pixels)));
  }
}
