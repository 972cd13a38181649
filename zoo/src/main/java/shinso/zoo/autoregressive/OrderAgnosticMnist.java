package shinso.zoo.autoregressive;

import static shinso.train.judge.Quantity.TEST_LOG_LIKELIHOOD;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Estimate;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * One estimator for all orders of the pixels of binary digits, and what mixing several orders
 * gains.
 *
 * <pre>
 * ./shinso run eonade-mnist --data binarized-mnist
 * </pre>
 */
public final class OrderAgnosticMnist implements Recipe<OrderAgnosticNade> {
  private static final Setting<Integer> LAYERS = Setting.integer("layers", "hidden layers", 1, 10);
  private static final Setting<Integer> ORDERS =
      Setting.integer("orders", "orders that are mixed", 1, 1_000);

  private static final Quantity ONE_ORDER = TEST_LOG_LIKELIHOOD.of("one order");
  private static final Quantity GAIN = Quantity.larger("gain of mixing all orders", "nats");

  /** Examples that are judged at once; each takes 784 times as much as it does in training. */
  private static final int AT_ONCE = 50;

  @Override
  public Card card() {
    return Card.of("eonade-mnist", "order-agnostic NADE and ensembles of orders on binary digits")
        .rows("K4")
        .source("Uria, Murray and Larochelle, \"A deep and tractable density estimator\", 2014")
        .reported(
            "binarised MNIST by 1, 2, 4, 8, … 128 orders: one hidden layer of 500 units -92.17,"
                + " -90.69, -89.86, -89.16, … -87.71, two -89.17 … -85.10 nats");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.row(100, 500, ALL),
        HIDDEN.row(50, 500, 500),
        LAYERS.row(1, 2, 2),
        ORDERS.row(4, 8, 128),
        EPOCHS.row(12, 40, 1_000),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.001, 0.001));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        // Independent pixels have −206 nats on binarized MNIST.
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -190, -100, -88)
            .on("binarized-mnist")
            .published("-87.71 with one hidden layer, -85.10 with two, of 128 orders"),
        Claim.atLeast(TEST_LOG_LIKELIHOOD, -190, -110, -100).on("glyphs-binary"),
        Claim.atLeast(GAIN, 0.3, 1, 3)
            .on("binarized-mnist")
            .published("3.01 by 8 orders, 4.46 by 128, with one hidden layer"),
        Claim.atLeast(GAIN, 0.3, 1, 1).on("glyphs-binary"));
  }

  @Override
  public OrderAgnosticNade model(Run run) {
    // Not from base rates: next to these random logits are noise, and rectifiers die of it.
    return OrderAgnosticNade.of(28 * 28, run.get(HIDDEN), run.get(LAYERS), run.rng("model"));
  }

  @Override
  public void run(Run run, OrderAgnosticNade nade) {
    Split digits = run.data();
    Batches batches = run.batches(digits.train());
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches));
    run.train("train", nade.learning(Adam.of(rate)), batches)
        .evaluate("test", digits.test())
        .rate(rate)
        .go();

    Protocol protocol = Protocol.on(run.source().name());
    Tensor each = run.once("orders", () -> byOrder(run, nade, digits)); // [orders, examples]
    int all = run.get(ORDERS);
    double one = run.score(ONE_ORDER.under(protocol), () -> each.mean().item());
    Estimate mixed = run.score(TEST_LOG_LIKELIHOOD.under(protocol), () -> mixed(each, all));
    run.score(GAIN, () -> mixed.value() - one);
    run.show("orders", () -> chart(each));
    DigitFigures.samples(run, nade);
    DigitFigures.completions(run, nade);
    run.filters("filters", "What pixels give to hidden units", nade.encoder());
  }

  /** log p(v | oₖ) of the test examples in each order. */
  private static Tensor byOrder(Run run, OrderAgnosticNade nade, Split digits) {
    return Tensor.stack(
        0,
        IntStream.range(0, run.get(ORDERS))
            .mapToObj(k -> {
              Tensor order = nade.order(run.rng("orders").split(k));
              double[] log =
                  PerExample.of(
                      digits.test(),
                      AT_ONCE,
                      run.rng("test"),
                      (x, key) -> nade.logProbability(x, order));
              return Tensor.of(log, log.length);
            })
            .toList());
  }

  /** The mean of log 1/K Σₖ p(v | oₖ) over the first K orders. */
  private static Estimate mixed(Tensor each, int orders) {
    Tensor log = each.slice(0, 0, orders).logSumExp(0).sub(Math.log(orders));
    return Estimate.mean(log.toDoubleArray());
  }

  private static Lines chart(Tensor each) {
    double[] orders =
        IntStream.iterate(1, k -> k <= each.shape().dim(0), k -> 2 * k).asDoubleStream().toArray();
    double[] log =
        IntStream.range(0, orders.length).mapToDouble(i -> mixed(each, 1 << i).value()).toArray();
    return Figure.lines("Mixtures of orders")
        .axes("orders", "test log-likelihood, nats")
        .logX()
        .series("whole probabilities mixed", orders, log);
  }
}
