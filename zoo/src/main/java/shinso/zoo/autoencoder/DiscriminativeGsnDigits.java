package shinso.zoo.autoencoder;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.train.loop.LossLearner;
import shinso.zoo.harness.*;

/**
 * A generative stochastic network of three hidden layers with the label above them, on digits: it
 * tells digits apart. With the label held its chain draws digits. If all walks of the training
 * begin with pixels, as in the paper, 16 % of these are of their class; if half of them begin
 * without, 90 %, for 0.7 points of the accuracy. The noise on pixels has the mean 0, since the
 * digits that it is asked about have none.
 *
 * <pre>
 * ./shinso run dgsn-digits --data mnist
 * ./shinso run dgsn-digits --data mnist --set held=0.5
 * </pre>
 */
public final class DiscriminativeGsnDigits implements Recipe<DiscriminativeGsn> {
  private static final Setting<Integer> WALK =
      Setting.integer("walk", "steps of the chain", 1, 100);
  private static final Setting<Double> NOISE =
      Setting.number("noise", "standard deviation of the hidden units' noise", 0, 100);
  private static final Setting<Double> LAMBDA =
      Setting.number("lambda", "weight λ of the examples' reconstruction", 0, 1);

  private static final Setting<Double> HELD =
      Setting.number("held", "share of walks from noise with the label held", 0, 1);

  private static final Quantity FOLLOWING =
      Quantity.share("drawn digits that it takes for their class", Quantity.Better.LARGER);

  private static final int COLUMNS = 20;
  private static final int DRAWN = 500;

  @Override
  public Card card() {
    return Card.of("dgsn-digits", "generative stochastic network that tells digits apart")
        .rows("L7")
        .source(
            "Zöhrer and Pernkopf, \"General stochastic networks for classification\", 2014;"
                + " Goodfellow, Bengio and Courville, \"Deep learning\", section 20.12.1");
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
        HIDDEN.row(80, 300, 2_000),
        EPOCHS.row(8, 8, 500),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.001, 0.001),
        WALK.row(4, 6, 6),
        NOISE.always(0.2),
        LAMBDA.always(0.01),
        HELD.always(0.0));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY, 0.60, 0.90, 0.95).on("glyphs"),
        Claim.atLeast(TEST_ACCURACY, 0.75, 0.965, 0.985).on("mnist"));
  }

  @Override
  public DiscriminativeGsn model(Run run) {
    int hidden = run.get(HIDDEN);
    GenerativeStochasticNetwork network =
        GenerativeStochasticNetwork.of(
                List.of(28 * 28, hidden, hidden, hidden),
                Corruption.gaussian(0.4),
                run.get(NOISE),
                run.rng("model"))
            .withBaseRates(BaseRates.of(run));
    return DiscriminativeGsn.of(network, 10, run.get(WALK), run.rng("labels"));
  }

  @Override
  public void run(Run run, DiscriminativeGsn gsn) {
    Batches batches = run.batches(run.data().train());
    double lambda = run.get(LAMBDA);
    double held = run.get(HELD);
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.steps(batches)));
    run.train(
            "train",
            LossLearner.of(gsn, (b, rng) -> gsn.loss(b.get(0), b.get(1), lambda, held, rng), rule),
            batches)
        .evaluate("test", run.data().test())
        .go();

    run.score(
        TEST_ACCURACY,
        () ->
            Estimate.mean(
                    PerExample.ofFields(
                        run.data().test(),
                        run.rng("test"),
                        (b, rng) -> gsn.logits(b.get(0)).argmax(1).equal(b.get(1)).cast(DType.F32)))
                .value());
    run.score(
        FOLLOWING,
        () -> {
          Tensor classes = Tensor.iota(DRAWN).mod(10);
          Tensor drawn = gsn.sampleGiven(classes, run.rng("drawn"));
          return gsn.logits(drawn).argmax(1).equal(classes).cast(DType.F32).mean().item();
        });
    run.show(
        "classes",
        () -> {
          Tensor y = Tensor.eye(10);
          Tensor start = gsn.sample(y, 100, run.rng("classes"));
          Gibbs chains = Gibbs.of(start.evaluate(), gsn.given(y));
          Tensor states = chains.draws(COLUMNS, 1, run.rng("chain"));
          Tensor means = gsn.network().means(states.reshape(10 * COLUMNS, -1));
          return ChainFigures.sequences(
                  "Chains with the label held", means.reshape(COLUMNS, 10, 28 * 28))
              .caption("From above: labels 0 to 9; successive steps, after 100 from noise on");
        });
    run.filters("filters", "Weights of the first hidden layer", gsn.network().weights().getFirst());
  }
}
