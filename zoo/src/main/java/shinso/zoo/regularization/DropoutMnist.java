package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.regularization.Trial.TEST_ERROR;

import java.util.Arrays;
import java.util.List;
import shinso.core.random.Rng;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.model.MonteCarloDropout;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Projections;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Three hidden layers of rectifiers without dropout, with it on inputs and hidden units, and with
 * weights held within a ball as well; and how many masks it takes until their mean does as well as
 * the network with scaled weights.
 *
 * <pre>
 * ./shinso run dropout-mnist --data mnist
 * </pre>
 */
public final class DropoutMnist implements Recipe<LogitClassifier> {
  private static final Setting<Double> NORM =
      Setting.number("norm", "largest norm of the weights into a unit", 0.01, 1_000);

  private static final Quantity GAP =
      Quantity.smaller("difference of 20 masks and weight scaling in test error", "%");

  private static final int[] MASKS = {1, 2, 3, 5, 10, 20};
  private static final String NONE = "no dropout";
  private static final String DROPOUT = "dropout";
  private static final String BALL = "dropout and max-norm";

  @Override
  public Card card() {
    return Card.of("dropout-mnist", "dropout, max-norm, and means over masks on digits")
        .rows("C11")
        .source(
            "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, \"Dropout\", 2014, table"
                + " 2 and figure 11")
        .reported(
            "MNIST, test error of 3 layers of 1024 rectifiers: 1.60 % without dropout (2 layers of"
                + " 800), 1.25 % with it, 1.06 % with max-norm too");
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
        HIDDEN.row(100, 1_024, 1_024),
        EPOCHS.row(6, 10, 150),
        BATCH.row(50, 100, 100),
        RATE.row(0.002, 0.001, 0.001),
        NORM.row(3.5, 3.5, 3.5));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(TEST_ERROR.of(NONE), 0.40, 0.020, 0.017).on("mnist").published("1.60 %"),
        Claim.atMost(TEST_ERROR.of(DROPOUT), 0.40, 0.0165, 0.0130).on("mnist").published("1.25 %"),
        Claim.atMost(TEST_ERROR.of(BALL), 0.40, 0.0165, 0.0115).on("mnist").published("1.06 %"),
        Claim.atMost(GAP, 0.06, 0.002, 0.001));
  }

  @Override
  public LogitClassifier model(Run run) {
    return network(run, 0.2, 0.5);
  }

  private static LogitClassifier network(Run run, double ofInputs, double ofHidden) {
    Network.Builder net = Network.of(28, 28, 1).flatten().dropout(ofInputs);
    for (int layer = 0; layer < 3; layer++) {
      net.dense(run.get(HIDDEN)).relu().dropout(ofHidden);
    }
    return Classifier.of(net.dense(10).build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Comparison errors = run.compare("errors", "Test error", TEST_ERROR);
    LogitClassifier plain = network(run, 0, 0);
    LogitClassifier dropped = network(run, 0.2, 0.5);
    train(run, "plain", NONE, plain, false, errors);
    train(run, "dropout", DROPOUT, dropped, false, errors);
    train(run, "max-norm", BALL, model, true, errors);
    errors.show();

    double scaled = run.score(TEST_ERROR.of("weight scaling"), () -> Trial.error(run, model));
    run.score(GAP, () -> Math.abs(ofMasks(run, model, 20) - scaled));
    double[] masks = Arrays.stream(MASKS).asDoubleStream().toArray();
    run.show(
        "masks",
        () ->
            Figure.lines("Test error of the mean over masks")
                .axes("masks", "test error, %")
                .logX()
                .series(
                    "mean of the probabilities",
                    masks,
                    Arrays.stream(MASKS).mapToDouble(k -> 100 * ofMasks(run, model, k)).toArray())
                .level("weight scaling", 100 * scaled));
  }

  private static void train(
      Run run, String stage, String name, LogitClassifier net, boolean inBall, Comparison errors) {
    Batches batches = run.batches(run.data().train());
    Optimizer adam = Adam.of(Schedule.oneCycle(run.get(RATE), run.steps(batches)));
    Optimizer rule =
        inBall ? adam.projected(Parameters::isWeight, Projections.columnNorm(run.get(NORM))) : adam;
    run.train(stage, Trial.learner(net.network(), rule), batches).go();
    errors.variant(name, () -> Trial.error(run, net));
  }

  private static double ofMasks(Run run, LogitClassifier net, int masks) {
    Rng rng = run.rng("masks");
    return Trial.error(run, MonteCarloDropout.of(net.network(), masks, rng));
  }
}
