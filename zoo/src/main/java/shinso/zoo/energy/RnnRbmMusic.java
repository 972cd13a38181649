package shinso.zoo.energy;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.file.MidiFile;
import shinso.train.data.file.PianoRollFile;
import shinso.train.figure.Figure;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.report.Section;
import shinso.zoo.harness.*;

/**
 * Polyphonic music by a restricted Boltzmann machine that a recurrent network leads: notes that
 * sound together are drawn together. What it makes up is in the run's folder as MIDI files.
 *
 * <pre>
 * ./shinso run rnn-rbm --data jsb-chorales
 * </pre>
 */
public final class RnnRbmMusic implements Recipe<RnnRbm> {
  private static final Setting<Integer> RECURRENT =
      Setting.integer("recurrent", "units of the recurrent network", 1, 100_000);
  private static final Setting<Integer> K =
      Setting.integer("k", "steps of Gibbs sampling in a step of learning", 1, 1_000);
  private static final Setting<Integer> CHAINS =
      Setting.integer("chains", "chains of annealing for each frame", 2, 10_000);
  private static final Setting<Integer> TEMPERATURES =
      Setting.integer("temperatures", "steps of annealing", 5, 1_000_000);
  private static final Setting<Integer> FRAME_STEPS =
      Setting.integer("frame-steps", "steps in which frames are learned alone", 1, 10_000_000);
  private static final Setting<Double> FRAME_RATE =
      Setting.number("frame-rate", "learning rate of these steps", 1e-6, 1);
  private static final Quantity NLL =
      Quantity.smaller("test negative log-likelihood of a frame", "nats");
  private static final Quantity BACK =
      Quantity.smaller("test negative log-likelihood of a frame, annealed back", "nats");
  private static final Quantity ACCURACY =
      Quantity.share("test frame-level accuracy", Quantity.Better.LARGER);

  /** Frames of a batch, where they are learned alone. */
  private static final int TOGETHER = 100;

  /** Steps of Gibbs sampling from frames of the data to draws that are annealed back. */
  private static final int FROM_DATA = 200;

  /** Steps of Gibbs sampling from anywhere to a frame. */
  private static final int FROM_ANYWHERE = 1_000;

  private static final int PIECES = 3;
  private static final int FRAMES = 64;
  private static final int EVALUATIONS = 20;
  private static final int LEAST_STEPS = 20;
  private static final int QUARTERS_A_MINUTE = 90;

  @Override
  public Card card() {
    return Card.of("rnn-rbm", "music by a Boltzmann machine that a recurrent network leads")
        .rows("I17")
        .source("Boulanger-Lewandowski, Bengio and Vincent 2012, table 1")
        .reported("chorales: 6.27 nats a frame; RNN 8.71");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PianoRolls.CADENCES, PianoRolls.CHORALES);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(20, ALL, ALL),
        TEST.row(4, ALL, ALL),
        HIDDEN.row(20, 150, 150),
        RECURRENT.row(20, 100, 100),
        K.row(3, 15, 15),
        FRAME_STEPS.row(200, 8_000, 40_000),
        FRAME_RATE.row(0.05, 0.02, 0.01),
        STEPS.row(60, 1_500, 20_000),
        BATCH.row(10, 16, 16),
        RATE.row(0.02, 0.003, 0.001),
        CHAINS.row(5, 10, 50),
        TEMPERATURES.row(20, 1_000, 4_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(BACK, 15, 8, 7).on("cadences"),
        Claim.atMost(NLL, 13, 6.5, 6.3).on("jsb-chorales").published("6.27"),
        Claim.atMost(BACK, 14, 7, 6.5).on("jsb-chorales"));
  }

  @Override
  public RnnRbm model(Run run) {
    Tensor rates = run.once("base-rates", () -> PianoRolls.rates(run.data().train()));
    return RnnRbm.of(PianoRollFile.KEYS, run.get(HIDDEN), run.get(RECURRENT), run.rng("model"))
        .withBaseRates(rates);
  }

  @Override
  public void run(Run run, RnnRbm model) {
    Split music = run.data();
    learnFrames(run, model.ofFrames(), PianoRolls.frames(music.train()));
    Schedule rate = Schedule.cosine(run.get(RATE), 0, run.get(STEPS));
    Batches batches = run.batches(music.train());
    run.train(
            "train",
            new SequenceContrastiveDivergence(model, run.get(K), Adam.of(rate), 1),
            batches)
        .steps(run.get(STEPS))
        .evaluateEvery(Math.max(LEAST_STEPS, run.get(STEPS) / EVALUATIONS))
        .evaluate("validation", music.validation())
        .keepBest(Goal.largest("validation.pseudo-likelihood"))
        .rate(rate)
        .go();

    Protocol protocol = Protocol.on(run.source().name()).estimate();
    run.score(
        NLL.under(protocol),
        () ->
            FrameLikelihood.of(model, music.test())
                .negative(run.get(CHAINS), run.get(TEMPERATURES), run.rng("annealing")));
    run.score(
        BACK.under(protocol),
        () ->
            FrameLikelihood.of(model, music.test())
                .negativeBack(
                    run.get(CHAINS), run.get(TEMPERATURES), FROM_DATA, run.rng("annealing back")));
    run.score(
        ACCURACY,
        () -> FrameLikelihood.of(model, music.test()).accuracy(FROM_ANYWHERE, run.rng("accuracy")));
    Tensor made =
        run.once("made", () -> model.compose(PIECES, FRAMES, FROM_ANYWHERE, run.rng("samples")));
    run.show("rolls", () -> rolls(music, made));
    run.showAll("music", () -> List.of(files(made)));
  }

  /** First what sounds together, whatever came before: without it the network learns by heart. */
  private static void learnFrames(Run run, Rbm machine, Dataset frames) {
    Schedule rate = Schedule.cosine(run.get(FRAME_RATE), 0, run.get(FRAME_STEPS));
    run.train(
            "frames",
            ContrastiveDivergence.of(machine, run.get(K), Adam.of(rate)),
            run.batches(frames, TOGETHER))
        .steps(run.get(FRAME_STEPS))
        .go();
  }

  private static Figure rolls(Split music, Tensor made) {
    Tensor piece = music.test().limit(1).whole().getFirst().at(0, 0);
    Tensor truth = piece.slice(0, 0, Math.min(FRAMES, piece.shape().dim(0)));
    Tensor sample = made.at(0, 0); // [time, keys]
    int[] keys = FrameLikelihood.range(Tensor.concat(0, List.of(truth, sample)));
    return Figure.panels(
        "Music of the test part, and music that the model made up",
        List.of(
            PianoRolls.figure("test part", truth, keys[0], keys[1]),
            PianoRolls.figure("made up", sample, keys[0], keys[1])),
        1);
  }

  private static Section files(Tensor made) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    IntStream.range(0, PIECES)
        .forEach(i ->
            files.put(
                "music-%d.mid".formatted(i + 1), MidiFile.of(made.at(0, i), QUARTERS_A_MINUTE)));
    String names = String.join(", ", files.keySet());
    return new Section("Music to listen to", "<p>In the run's folder: " + names + "</p>", files);
  }
}
