package shinso.zoo.energy;

import static shinso.zoo.energy.GreedyLayers.SECOND;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A multi-prediction deep Boltzmann machine on handwritten digits: one model tells the classes and
 * fills in the half of the pixels that are missing.
 *
 * <pre>
 * ./shinso run mp-dbm --data mnist
 * </pre>
 */
public final class MultiPredictionDigits implements Recipe<MultiPredictionDbm> {
  private static final int PIXELS = 28 * 28;
  private static final int SHOWN = 12;

  private static final Quantity ACCURACY = Quantity.TEST_ACCURACY;
  private static final Quantity MISSING = Quantity.smaller("missing pixel, filled in", "nats");
  private static final Quantity BASE = Quantity.smaller("missing pixel, base rates", "nats");
  private static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", "of mean field", 1, 1_000);

  @Override
  public Card card() {
    return Card.of("mp-dbm", "multi-prediction deep Boltzmann machine: classes and missing pixels")
        .rows("I10")
        .source(
            "Goodfellow, Mirza, Courville and Bengio, \"Multi-prediction deep Boltzmann machines\","
                + " 2013, section 6")
        .reported("MNIST: 0.88 % errors with 500 and 1000 hidden units");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        TEST.row(500, ALL, ALL),
        HIDDEN.row(60, 500, 500),
        SECOND.row(40, 500, 1000),
        ITERATIONS.row(3, 5, 10),
        EPOCHS.row(8, 20, 100),
        BATCH.row(50, 100, 100),
        RATE.row(0.005, 0.001, 0.0005));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(ACCURACY, 0.5, 0.975, 0.985).on("mnist").published("99.12 %"),
        Claim.atLeast(ACCURACY, 0.35, 0.9, 0.97).on("glyphs"),
        Claim.atMost(MISSING, 0.22, 0.13, 0.12).on("mnist"),
        Claim.atMost(MISSING, 0.29, 0.25, 0.2).on("glyphs"));
  }

  @Override
  public MultiPredictionDbm model(Run run) {
    return MultiPredictionDbm.of(
        rates(run), run.get(HIDDEN), run.get(SECOND), 10, run.get(ITERATIONS), run.rng("model"));
  }

  private static Tensor rates(Run run) {
    return BaseRates.of(run);
  }

  @Override
  public void run(Run run, MultiPredictionDbm dbm) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Schedule rate = Schedule.linear(run.get(RATE), 0, run.steps(batches));
    run.train("train", new MultiPrediction(dbm, 20, Adam.of(rate)), batches)
        .evaluate("test", digits.test())
        .go();

    run.score(ACCURACY, () -> accuracy(run, dbm, digits));
    Tensor rates = rates(run);
    run.score(MISSING, () -> missing(run, digits, dbm::expected));
    run.score(
        BASE, () -> missing(run, digits, (v, known) -> rates.unsqueeze(0).broadcastTo(v.shape())));
    run.filters("filters", "Weights of the first hidden layer", dbm.weight());
    run.show("filled-in", () -> picture(run, dbm, digits));
  }

  private static double accuracy(Run run, MultiPredictionDbm dbm, Split digits) {
    PerExample.FieldsMeasure right =
        (batch, key) -> {
          Tensor logits = dbm.logits(batch.getFirst());
          return logits.argmax(1).equal(batch.get(1)).cast(logits.dtype());
        };
    return Estimate.mean(PerExample.ofFields(digits.test(), run.rng("test"), right)).value();
  }

  /** The mean of −log Q of a pixel, half of them being given, drawn at random. */
  private static double missing(Run run, Split digits, BinaryOperator<Tensor> filled) {
    PerExample.Measure loss =
        (x, key) -> {
          Tensor v = x.flatten(1).bernoulli(key.split(0));
          Tensor known = v.mul(0).add(0.5).bernoulli(key.split(1));
          Tensor q = filled.apply(v, known).clip(1e-6, 1 - 1e-6);
          Tensor right = Tensor.select(v, q, q.rsub(1)).log().neg();
          return right.mul(known.rsub(1)).sum(1).div(known.rsub(1).sum(1));
        };
    return PerExample.mean(digits.test(), run.rng("missing"), loss).value();
  }

  private static Figure picture(Run run, MultiPredictionDbm dbm, Split digits) {
    Tensor v = digits.test().limit(SHOWN).whole().getFirst().flatten(1).round();
    Tensor lower = Tensor.iota(PIXELS).less(PIXELS / 2).unsqueeze(0).broadcastTo(v.shape());
    Tensor half = v.mul(0).add(0.5).bernoulli(run.rng("shown")).greater(0);
    List<Tensor> rows =
        Stream.of(lower, half)
            .flatMap(known ->
                Stream.of(Tensor.select(known, v, 0.5), dbm.expected(v, known.cast(v.dtype()))))
            .toList();
    return Figure.pictures(
            "The lower half and a random half missing, and what is filled in",
            Tensor.concat(0, rows).reshape(4 * SHOWN, 28, 28, 1))
        .columns(SHOWN);
  }
}
