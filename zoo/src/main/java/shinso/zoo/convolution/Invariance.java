package shinso.zoo.convolution;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.Pictures;
import shinso.train.judge.Quantity;
import shinso.train.report.FeatureViews;
import shinso.zoo.harness.*;

/**
 * A dense and a convolutional network with equally many parameters learn digits as they are, and
 * are asked about digits that are moved, turned, made larger and smaller; and what the
 * convolutional one has learned.
 *
 * <pre>
 * ./shinso run invariance --data mnist
 * </pre>
 */
public final class Invariance implements Recipe<LogitClassifier> {
  private static final Setting<Integer> FILTERS =
      Setting.integer("filters", "filters of the first convolution", 2, 1_000);

  private static final String DENSE = "dense";
  private static final String CONVOLUTION = "convolution";

  private static final Quantity ACCURACY = Quantity.share("accuracy", Quantity.Better.LARGER);
  private static final Quantity SHIFTED = kept("shifted by 2 pixels");
  private static final Quantity TURNED = kept("turned by 30 degrees");
  private static final Quantity SMALLER = kept("at three quarters of the size");
  private static final Quantity GAIN =
      Quantity.share("gain of convolution at a shift of 2 pixels", Quantity.Better.LARGER);

  /** The accuracy on moved digits, divided by that on digits as they are. */
  private static Quantity kept(String how) {
    return Quantity.share("accuracy kept, " + how, Quantity.Better.LARGER);
  }

  @Override
  public Card card() {
    return Card.of("invariance", "shifted, turned and scaled digits, with and without convolution")
        .rows("E9")
        .source(
            "Bishop, \"Pattern recognition and machine learning\", 2006, section 5.5.6; Zeiler and"
                + " Fergus 2014, figures 2 and 5; Simonyan, Vedaldi and Zisserman 2014, section 3")
        .reported("small shifts change the output of a convolutional network little");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, 20_000, ALL),
        TEST.row(200, 2_000, ALL),
        FILTERS.row(8, 32, 32),
        EPOCHS.row(8, 4, 20),
        BATCH.row(50, 100, 100),
        RATE.row(0.005, 0.002, 0.002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN, 0.05, 0.10, 0.10).on("mnist"),
        Claim.atLeast(GAIN, 0.05, 0.05, 0.05).on("glyphs"),
        Claim.atLeast(ACCURACY.of(CONVOLUTION), 0.75, 0.985, 0.988).on("mnist"));
  }

  @Override
  public LogitClassifier model(Run run) {
    int filters = run.get(FILTERS);
    return Classifier.of(
        Network.of(28, 28, 1)
            .conv(filters, 5)
            .relu()
            .maxPool(2)
            .conv(2 * filters, 5)
            .relu()
            .maxPool(2)
            .flatten()
            .dense(3 * filters / 2)
            .relu()
            .dense(10)
            .build(run.rng("model")));
  }

  /** As many hidden units as there are parameters for: each has 28² + 1 and goes to 10 classes. */
  private static LogitClassifier dense(Run run, long parameters) {
    int hidden = (int) Math.round((parameters - 10) / (28 * 28 + 1 + 10.0));
    return Classifier.of(
        Network.of(28, 28, 1).flatten().dense(hidden).relu().dense(10).build(run.rng("dense")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Network network = (Network) model.network();
    Map<String, LogitClassifier> nets = new LinkedHashMap<>();
    LogitClassifier dense = dense(run, network.summary().trainable());
    nets.put(DENSE, dense);
    nets.put(CONVOLUTION, model);
    nets.forEach((name, net) -> train(run, name, net));

    Comparison table =
        run.compare("moved", "Accuracy, and how much is kept", ACCURACY, SHIFTED, TURNED, SMALLER);
    nets.forEach((name, net) ->
        table.variant(
            name,
            () -> Move.SHIFT.at(0, accuracy(run, name, net, Move.SHIFT)),
            () -> kept(run, name, net, Move.SHIFT, 0, 2),
            () -> kept(run, name, net, Move.ROTATION, 0, 30),
            () -> kept(run, name, net, Move.SCALE, 1, 0.75)));
    table.show();
    run.score(
        GAIN,
        () ->
            kept(run, CONVOLUTION, model, Move.SHIFT, 0, 2)
                - kept(run, DENSE, dense, Move.SHIFT, 0, 2));
    for (Move move : Move.values()) {
      run.show(move.title(), () -> curves(run, move, nets));
    }
    run.show("digits", () -> pictures(run));
    run.showAll("views", () -> FeatureViews.of(network, run.data().test()).sections());
  }

  private static void train(Run run, String name, LogitClassifier net) {
    Batches batches = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.oneCycle(run.get(RATE), run.steps(batches)));
    run.train(name, Contest.learner(net.network(), rule), batches).go();
  }

  private static Tensor accuracy(Run run, String name, LogitClassifier net, Move move) {
    return run.once(name + "-" + move.title(), () -> move.accuracy(net, run.data().test()));
  }

  private static double kept(
      Run run, String name, LogitClassifier net, Move move, double none, double amount) {
    Tensor accuracy = accuracy(run, name, net, move);
    return move.at(amount, accuracy) / move.at(none, accuracy);
  }

  private static Lines curves(Run run, Move move, Map<String, LogitClassifier> nets) {
    Lines chart =
        Figure.lines("Accuracy by " + move.title())
            .axes(move.unit(), "accuracy in %")
            .yRange(0, 100);
    for (Map.Entry<String, LogitClassifier> e : nets.entrySet()) {
      Tensor y = accuracy(run, e.getKey(), e.getValue(), move).mul(100);
      chart = chart.series(e.getKey(), move.amounts(), y.toDoubleArray());
    }
    return chart;
  }

  private static Pictures pictures(Run run) {
    Tensor digit = run.data().test().batch(new int[] {0}).getFirst();
    Tensor all = Tensor.concat(0, Stream.of(Move.values()).map(m -> m.pictures(digit)).toList());
    List<String> captions =
        Stream.of(Move.values())
            .flatMap(m -> Arrays.stream(m.amounts()).mapToObj(d -> Double.toString(d)))
            .toList();
    return Figure.pictures("A digit, moved", all)
        .columns(Move.SHIFT.amounts().length)
        .captions(captions);
  }
}
