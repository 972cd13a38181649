package shinso.zoo.recurrent;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Sequences;
import shinso.train.data.file.PianoRollFile;
import shinso.train.figure.Figure;
import shinso.train.judge.Quantity;
import shinso.train.loop.Evaluation;
import shinso.train.loop.Goal;
import shinso.zoo.harness.*;

/**
 * Which keys sound next: a recurrent network of each kind, all with as many parameters, on
 * polyphonic music. Frames are predicted from the second of a piece on.
 *
 * <pre>
 * ./shinso run polyphonic-music --data jsb-chorales
 * </pre>
 */
public final class PolyphonicMusic implements Recipe<PolyphonicMusic.Networks> {
  private static final Setting<Integer> PARAMETERS =
      Setting.integer("parameters", "about how many parameters each network has", 500, 100_000_000);
  private static final Setting<Integer> WINDOW =
      Setting.integer("window", "most frames of a piece that are predicted together", 8, 10_000);
  private static final Setting<Integer> CONTEXT =
      Setting.integer("context", "frames before those that are predicted", 1, 10_000);
  private static final int TOGETHER = 64;
  private static final int SHORT = 64;
  private static final int EVALUATIONS = 30;
  private static final int LEAST_STEPS = 10;
  private static final int SHOWN = 120;
  private static final double CLIP = 1;
  private static final Quantity NLL =
      Quantity.smaller("test negative log-likelihood of a frame", "nats");
  private static final Quantity ACCURACY =
      Quantity.share("test frame-level accuracy", Quantity.Better.LARGER);

  /** A network of each kind. */
  public record Networks(SequencedMap<String, FramePredictor> byName) {}

  @Override
  public Card card() {
    return Card.of("polyphonic-music", "next frame of polyphonic music by RNN, LSTM and GRU")
        .rows("F4", "F5")
        .source(
            "Boulanger-Lewandowski, Bengio and Vincent 2012; Chung, Gulcehre, Cho and Bengio 2014;"
                + " Bai, Kolter and Koltun, \"An empirical evaluation of generic convolutional and"
                + " recurrent networks for sequence modeling\", 2018, table 1")
        .reported("chorales: RNN 8.91, LSTM 8.45, GRU 8.43; Nottingham: 4.05, 3.29, 3.46 nats");
  }

  @Override
  public List<DataSource> data() {
    return PianoRolls.ALL;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(20, ALL, ALL),
        TEST.row(10, ALL, ALL),
        PARAMETERS.row(15_000, 300_000, 300_000),
        DROPOUT.row(0.0, 0.5, 0.5),
        WINDOW.row(16, 160, 160),
        CONTEXT.row(4, 64, 64),
        STEPS.row(40, 1_500, 6_000),
        BATCH.row(10, 16, 16),
        RATE.row(0.01, 0.003, 0.002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(NLL.of("gru"), 13, 6, 6).on("cadences"),
        Claim.atMost(NLL.of("rnn"), 11, 9, 8.91).on("jsb-chorales").published("8.91"),
        Claim.atMost(NLL.of("lstm"), 11, 8.6, 8.45).on("jsb-chorales").published("8.45"),
        Claim.atMost(NLL.of("gru"), 11, 8.6, 8.43).on("jsb-chorales").published("8.43"),
        Claim.atMost(NLL.of("rnn"), 9, 4.2, 4.05).on("nottingham").published("4.05"),
        Claim.atMost(NLL.of("lstm"), 9, 3.6, 3.29).on("nottingham").published("3.29"),
        Claim.atMost(NLL.of("gru"), 9, 3.6, 3.46).on("nottingham").published("3.46"));
  }

  @Override
  public Networks model(Run run) {
    Tensor rates = run.once("base-rates", () -> PianoRolls.rates(run.data().train()));
    SequencedMap<String, FramePredictor> all = new LinkedHashMap<>();
    for (Cell cell : Cell.values()) {
      String name = cell.name().toLowerCase(Locale.ROOT);
      all.put(
          name,
          FramePredictor.of(
                  cell, PianoRollFile.KEYS, run.get(PARAMETERS), run.get(DROPOUT), run.rng(name))
              .withBaseRates(rates));
    }
    return new Networks(all);
  }

  @Override
  public void run(Run run, Networks networks) {
    Comparison table = run.compare("cells", "Prediction of the next frame", NLL, ACCURACY);
    networks.byName.forEach((name, model) -> {
      Batches batches = Batches.bucketed(pieces(run, run.data().train()), run.get(BATCH), 1);
      int steps = run.get(STEPS);
      Schedule rate = Schedule.cosine(run.get(RATE), 0, steps);
      FrameLearner learner = new FrameLearner(model, Adam.of(rate), CLIP);
      run.train(name, learner, batches)
          .steps(steps)
          .evaluateEvery(Math.max(LEAST_STEPS, steps / EVALUATIONS))
          .evaluate("validation", inOrder(run, run.data().validation()))
          .keepBest(Goal.smallest("validation.loss"))
          .rate(rate)
          .go();
      table.variant(
          name, () -> measured(run, learner, "loss"), () -> measured(run, learner, "accuracy"));
    });
    table.show();
    run.show(
        "learning",
        () ->
            run.curves(
                "Negative log-likelihood of a frame in nats",
                "validation.loss",
                "rnn",
                "lstm",
                "gru"));
    run.show("rolls", () -> rolls(run, networks));
  }

  private static Sequences pieces(Run run, Dataset part) {
    int window = run.get(WINDOW);
    Sequences all = Sequences.pieces(part, window, run.get(CONTEXT));
    // A program is compiled for each bucket: short pieces aren't worth several.
    return window <= SHORT ? all : all.upTo(window / 4, window / 2, 3 * window / 4);
  }

  private static Batches inOrder(Run run, Dataset part) {
    return Batches.inOrder(pieces(run, part), TOGETHER);
  }

  private static double measured(Run run, FrameLearner learner, String name) {
    Evaluation evaluation = Evaluation.of(learner, run.rng("evaluation"));
    return Objects.requireNonNull(evaluation.on(inOrder(run, run.data().test())).get(name)).item();
  }

  /** Returns a piece as it is, and what was expected of each frame by what came before it. */
  private static Figure rolls(Run run, Networks networks) {
    List<Tensor> batch = Sequences.pieces(run.data().test(), SHOWN, 1).batch(new int[] {0});
    FramePredictor.Frames frames =
        Objects.requireNonNull(networks.byName.get("gru")).predict(batch, Pass.inference());
    int end = batch.get(1).toIntArray()[0] - 1;
    Tensor truth = frames.truth().at(0, 0).slice(0, 0, end); // [time, keys]
    Tensor expected = frames.logits().sigmoid().at(0, 0).slice(0, 0, end);
    int[] sounding =
        IntStream.range(0, PianoRollFile.KEYS)
            .filter(key -> truth.at(1, key).max().item() > 0)
            .toArray();
    int low = sounding.length == 0 ? 0 : sounding[0];
    int high = sounding.length == 0 ? PianoRollFile.KEYS : sounding[sounding.length - 1] + 1;
    return Figure.panels(
        "A piece of the test part, from its second frame on",
        List.of(
            PianoRolls.figure("what sounds", truth, low, high),
            PianoRolls.figure("what the GRU expects", expected, low, high)),
        1);
  }
}
