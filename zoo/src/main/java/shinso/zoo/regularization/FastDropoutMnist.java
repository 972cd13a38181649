package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.regularization.Trial.TEST_ERROR;

import java.util.List;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.FastDropout;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Moments;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.figure.Histogram;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Dropout by masks, and by the normal distribution that many masks together come to: the same
 * network, steps and rate. The output for one digit over masks is shown beside that distribution,
 * which is somewhat narrower: units of a trained network vary together, and are taken not to.
 *
 * <pre>
 * ./shinso run fast-dropout-mnist --data mnist
 * </pre>
 */
public final class FastDropoutMnist implements Recipe<LogitClassifier> {
  private static final Quantity MEAN =
      Quantity.smaller("distance of the approximate mean from that over masks", "deviations");
  private static final Quantity DEVIATION =
      Quantity.of("approximate deviation ÷ that over masks", "");

  private static final int DRAWS = 4_000;
  private static final String MASKS = "masks";
  private static final String FAST = "fast dropout";
  private static final String NONE = "no dropout";

  @Override
  public Card card() {
    return Card.of("fast-dropout-mnist", "dropout without masks on digits")
        .rows("C12")
        .source("Wang and Manning, \"Fast dropout training\", 2013")
        .reported("the accuracy of dropout in a small part of its steps");
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
        HIDDEN.row(100, 800, 1_200),
        EPOCHS.row(6, 10, 100),
        BATCH.row(50, 100, 100),
        RATE.row(0.002, 0.001, 0.001));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(TEST_ERROR.of(FAST), 0.40, 0.0165, 0.0130).on("mnist"),
        Claim.atMost(TEST_ERROR.of(MASKS), 0.40, 0.0165, 0.0130).on("mnist"),
        Claim.atMost(MEAN, 0.3, 0.3, 0.3),
        Claim.near(DEVIATION, 1, 0.6, 0.6, 0.6));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(network(run, 0.2, 0.5));
  }

  private static Network network(Run run, double ofInputs, double ofHidden) {
    int hidden = run.get(HIDDEN);
    return Network.of(28, 28, 1)
        .flatten()
        .dropout(ofInputs)
        .dense(hidden)
        .relu()
        .dropout(ofHidden)
        .dense(hidden)
        .relu()
        .dropout(ofHidden)
        .dense(10)
        .build(run.rng("model"));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Comparison errors = run.compare("errors", "Test error", TEST_ERROR);
    Network plain = network(run, 0, 0);
    Network masked = network(run, 0.2, 0.5);
    FastDropout fast = new FastDropout((Network) model.network());
    train(run, "plain", plain);
    train(run, "masks", masked);
    train(run, "fast", fast);
    errors.variant(NONE, () -> Trial.error(run, Classifier.of(plain)));
    errors.variant(MASKS, () -> Trial.error(run, Classifier.of(masked)));
    errors.variant(FAST, () -> Trial.error(run, model));
    errors.show();
    run.show(
        "curves",
        () -> run.curves("Test loss on the way", "test.loss", "plain", "masks", "fast").logY());

    Tensor x = run.once("digit", () -> run.data().test().batch(new int[] {0}).getFirst());
    Outputs outputs = run.once("outputs", Outputs.class, () -> Outputs.of(run, fast, x));
    run.score(MEAN, () -> Math.abs(outputs.mean - mean(outputs.drawn)) / deviation(outputs.drawn));
    run.score(DEVIATION, () -> outputs.deviation / deviation(outputs.drawn));
    run.show("outputs", () -> outputs.figure(Tensor.normal(run.rng("normal"), DRAWS)));
  }

  private static void train(Run run, String stage, Layer network) {
    Batches batches = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.oneCycle(run.get(RATE), run.steps(batches)));
    run.train(stage, Trial.learner(network, rule), batches)
        .evaluate("test", run.data().test())
        .go();
  }

  /**
   * The largest output for one digit.
   *
   * @param drawn over masks, {@code [n]}
   */
  public record Outputs(Tensor drawn, double mean, double deviation) {
    static Outputs of(Run run, FastDropout fast, Tensor x) {
      Moments m = fast.moments(x);
      int largest = (int) m.mean().argmax(-1).item();
      Pass masks = Pass.inference().drawing(run.rng("masks"));
      Tensor drawn = fast.network().forward(x.tile(0, DRAWS), masks).at(1, largest);
      double mean = m.mean().at(1, largest).item();
      return new Outputs(drawn.evaluate(), mean, Math.sqrt(m.variance().at(1, largest).item()));
    }

    Histogram figure(Tensor normal) {
      return Figure.histogram("Output for a digit over masks, and its normal distribution")
          .axes("output", "density")
          .density()
          .bins(40)
          .values("masks", drawn)
          .values("normal, without masks", normal.mul(deviation).add(mean));
    }
  }

  private static double mean(Tensor x) {
    return x.mean().item();
  }

  private static double deviation(Tensor x) {
    return Math.sqrt(x.variance().item());
  }
}
