package shinso.zoo.recurrent;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.function.UnaryOperator;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.loop.Goal;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.zoo.harness.*;

/**
 * Pictures read row by row: what a digit is has been said when the last row has been read. Long
 * short-term memory is the model; gated units are trained beside it.
 *
 * <pre>
 * ./shinso run rows-mnist --data mnist
 * </pre>
 */
public final class RowsMnist implements Recipe<LogitClassifier> {
  @Override
  public Card card() {
    return Card.of("rows-mnist", "LSTM and GRU that read grey images of 28 x 28 row by row")
        .rows("F4", "F5")
        .source(
            "Hochreiter and Schmidhuber 1997; Cho et al. 2014; the task: Le, Jaitly and Hinton 2015,"
                + " there pixel by pixel")
        .reported("MNIST by rows, LSTM with 128 units: 98 to 99 %, as commonly measured");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        VALIDATION.row(200, 5_000, 5_000),
        TEST.row(1_000, ALL, ALL),
        HIDDEN.row(32, 128, 128),
        EPOCHS.row(4, 8, 30),
        BATCH.row(32, 128, 128),
        RATE.row(0.01, 0.004, 0.004));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TEST_ACCURACY, 0.5, 0.985, 0.985).on("glyphs"),
        Claim.atLeast(TEST_ACCURACY, 0.7, 0.985, 0.988).on("mnist").published("98 to 99 %"),
        Claim.atLeast(TEST_ACCURACY, 0.6, 0.88, 0.89).on("fashion-mnist"),
        Claim.atLeast(TEST_ACCURACY.of("gru"), 0.5, 0.985, 0.985).on("glyphs"),
        Claim.atLeast(TEST_ACCURACY.of("gru"), 0.7, 0.985, 0.988).on("mnist"),
        Claim.atLeast(TEST_ACCURACY.of("gru"), 0.6, 0.88, 0.89).on("fashion-mnist"));
  }

  private static Network network(Run run, String name, UnaryOperator<Network.Builder> reader) {
    return reader.apply(Network.of(28, 28, 1).rows()).last().dense(10).build(run.rng(name));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(network(run, "model", b -> b.lstm(run.get(HIDDEN))));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Classification.of(run, model).train(steps -> Schedule.oneCycle(run.get(RATE), steps), Adam::of);

    Network gru = network(run, "gru", b -> b.gru(run.get(HIDDEN)));
    Batches batches = run.batches(run.data().train());
    Schedule rate = Schedule.oneCycle(run.get(RATE), run.steps(batches));
    run.train(
            "gru",
            SupervisedLearner.of(gru, Losses::softmaxCrossEntropy, Adam.of(rate))
                .metric("accuracy", Metrics::accuracy),
            batches)
        .evaluate("validation", run.data().validation())
        .keepBest(Goal.largest("validation.accuracy"))
        .rate(rate)
        .go();
    run.score(
        TEST_ACCURACY.of("gru"),
        () -> Predictions.of(gru, Batches.inOrder(run.data().test(), 500)).accuracy());
    run.show(
        "learning", () -> run.curves("Validation accuracy", "validation.accuracy", "train", "gru"));
  }
}
