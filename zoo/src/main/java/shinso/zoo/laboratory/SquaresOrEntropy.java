package shinso.zoo.laboratory;

import static shinso.zoo.harness.Training.*;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.loss.CalibrationReport;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Sgd;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.CalibrationCurve;
import shinso.zoo.harness.*;

/**
 * One network learned with the squared error of its probabilities, and with their cross-entropy.
 * Where it is sure of a wrong class, the squared error has next to no slope.
 *
 * <pre>
 * ./shinso run squares-or-entropy --data mnist
 * </pre>
 */
public final class SquaresOrEntropy implements Demo {
  private static final Quantity ACCURACY = Quantity.TEST_ACCURACY;
  private static final Quantity SLOPE =
      Quantity.smaller("slope of the loss where the right class has e^-8", "");

  private static final int BINS = 15;

  /** What is made small, given logits {@code [b, 10]} and classes {@code [b]}. */
  private static final Map<String, SupervisedLearner.Measure> LOSSES = new LinkedHashMap<>();

  static {
    LOSSES.put("squared-error", SquaresOrEntropy::squaredError);
    LOSSES.put("cross-entropy", Losses::softmaxCrossEntropy);
  }

  /** ‖softmax(z) − onehot(t)‖², the mean over the batch. */
  static Tensor squaredError(Tensor z, Tensor t) {
    Tensor hot = t.oneHot(z.shape().dim(-1)).cast(z.dtype());
    return z.softmax(-1).sub(hot).square().sum(-1).mean();
  }

  @Override
  public Card card() {
    return Card.of("squares-or-entropy", "squared error against cross-entropy for classes")
        .rows("H22")
        .source("Goodfellow, Bengio and Courville, \"Deep learning\", 2016, section 6.2.2.3");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, 20_000, Setting.ALL),
        TEST.row(1_000, Setting.ALL, Setting.ALL),
        HIDDEN.row(100, 300, 300),
        EPOCHS.row(4, 10, 30),
        BATCH.row(50, 100, 100),
        RATE.row(0.1, 0.1, 0.1));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(ACCURACY.of("cross-entropy"), 0.5, 0.8, 0.8),
        Claim.atMost(SLOPE.of("squared-error"), 0.01, 0.01, 0.01),
        Claim.near(SLOPE.of("cross-entropy"), 1, 0.01, 0.01, 0.01));
  }

  @Override
  public void run(Run run) {
    Comparison table = run.compare("accuracy", "Accuracy after the same steps", ACCURACY);
    Map<String, Network> networks = new LinkedHashMap<>();
    LOSSES.forEach((name, loss) -> {
      Network net =
          Network.of(28, 28, 1)
              .flatten()
              .dense(run.get(HIDDEN))
              .relu()
              .dense(10)
              .build(run.rng("model"));
      networks.put(name, net);
      run.train(
              name,
              SupervisedLearner.of(net, loss, Sgd.of(run.get(RATE)))
                  .metric("accuracy", Metrics::accuracy),
              run.batches(run.data().train()))
          .evaluate("test", run.data().test())
          .go();
      table.variant(name, () -> Metrics.accuracy(logits(run, net), classes(run)).item());
      run.score(SLOPE.of(name), () -> slope(loss, -8));
    });
    table.show();
    String[] names = LOSSES.keySet().toArray(String[]::new);
    run.show("learning", () -> run.curves("Accuracy on the way", "test.accuracy", names));
    run.show("slopes", SquaresOrEntropy::slopes);
    run.show(
        "calibration",
        () -> {
          Map<String, CalibrationReport> reports = new LinkedHashMap<>();
          networks.forEach((name, net) ->
              reports.put(
                  name,
                  CalibrationReport.of(
                      CalibrationReport.sums(logits(run, net), classes(run), BINS))));
          return CalibrationCurve.of("Calibration", reports);
        });
  }

  private static Tensor logits(Run run, Network net) {
    return net.forward(run.data().test().whole().getFirst(), Pass.inference());
  }

  private static Tensor classes(Run run) {
    return run.data().test().whole().getLast();
  }

  /** Returns how steeply a loss falls in the logit of the right one of two classes. */
  private static double slope(SupervisedLearner.Measure loss, double logit) {
    Tensor z = Tensor.of(new double[] {logit, 0}, 1, 2);
    Tensor value = loss.of(z, Tensor.of(new int[] {0}, 1));
    return -Autodiff.gradients(value, List.of(z)).getFirst().toDoubleArray()[0];
  }

  private static Lines slopes() {
    double[] logits = IntStream.rangeClosed(-50, 50).mapToDouble(i -> i / 5.0).toArray();
    Lines chart = Figure.lines("How steeply the loss falls").axes("logit of the right class", "");
    for (Map.Entry<String, SupervisedLearner.Measure> loss : LOSSES.entrySet()) {
      double[] slopes = Arrays.stream(logits).map(z -> slope(loss.getValue(), z)).toArray();
      chart = chart.series(loss.getKey(), logits, slopes);
    }
    return chart;
  }
}
