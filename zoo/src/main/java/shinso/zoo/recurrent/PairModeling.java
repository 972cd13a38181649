package shinso.zoo.recurrent;

import static shinso.zoo.harness.Training.*;
import static shinso.zoo.recurrent.LanguageModeling.CELL;
import static shinso.zoo.recurrent.LanguageModeling.EMBEDDING;
import static shinso.zoo.recurrent.LanguageModeling.LAYERS;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.text.TextPairs;
import shinso.train.data.text.TokenPairs;
import shinso.train.data.text.Vocabulary;
import shinso.train.figure.Figure;
import shinso.train.figure.HeatMap;
import shinso.train.judge.Bleu;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;
import shinso.train.loop.Evaluation;
import shinso.train.loop.Goal;
import shinso.train.report.Section;
import shinso.zoo.harness.*;
import shinso.zoo.recurrent.EncoderDecoder.Context;

/**
 * The experiment of the recipes about pairs of texts: targets are learned with the right tokens
 * before them, the model that is best on the validation part is kept, and it writes.
 */
final class PairModeling {
  static final Quantity TOKENS =
      Quantity.share("test tokens right, given those before", Quantity.Better.LARGER);

  static final Setting<String> CONTEXT =
      Setting.choice(
          "context",
          "how the decoder knows of the source",
          Arrays.stream(Context.values()).map(c -> c.name().toLowerCase(Locale.ROOT)).toList());
  static final Setting<Double> TEACHER =
      Setting.number(
          "teacher", "probability at the end of training that a step sees the right token", 0, 1);
  static final Setting<Integer> BEAM = Setting.integer("beam", "beginnings that are kept", 1, 100);
  static final Setting<Double> LENGTH_POWER =
      Setting.number("length-power", "power of a text's length that divides its log p", 0, 2);
  static final Setting<Integer> BUCKETS =
      Setting.integer("buckets", "lengths to which texts are filled up", 1, 20);

  private static final double CLIP = 5;
  private static final int DRAWS = 1_000;
  private static final int EVALUATION_BATCH = 500;

  private final Run run;
  private final Seq2Seq model;

  /**
   * How many tokens texts have at most.
   *
   * @param source of sources
   * @param target of targets, with the end mark
   */
  public record Longest(int source, int target) {}

  private PairModeling(Run run, Seq2Seq model) {
    this.run = run;
    this.model = model;
  }

  static PairModeling of(Run run, Seq2Seq model) {
    return new PairModeling(run, model);
  }

  /**
   * Returns an untrained model of the tokens of the training texts.
   *
   * @param rare how often a token is there at least; others are unknown
   */
  static Seq2Seq model(Run run, Vocabulary.Unit unit, int rare) {
    Vocabulary source = vocabulary(run, "source", unit, rare, TextPairs.Pair::source);
    Vocabulary target = vocabulary(run, "target", unit, rare, TextPairs.Pair::target);
    Longest longest =
        run.once(
            "longest",
            Longest.class,
            () -> {
              TokenPairs all = TokenPairs.of("all", pairs(run.data().train()), source, target);
              return new Longest(all.longestSource(), all.longestTarget());
            });
    EncoderDecoder.Config config =
        new EncoderDecoder.Config(
            Context.valueOf(run.get(CONTEXT).toUpperCase(Locale.ROOT)),
            Cell.valueOf(run.get(CELL).toUpperCase(Locale.ROOT)),
            run.get(LAYERS),
            run.get(EMBEDDING),
            run.get(HIDDEN),
            run.get(DROPOUT));
    return Seq2Seq.of(
        EncoderDecoder.of(config, source.size(), target.size(), run.rng("model")),
        new Seq2Seq.Code(source, target, longest.source, longest.target),
        new Seq2Seq.Beam(run.get(BEAM), run.get(LENGTH_POWER)));
  }

  private static Vocabulary vocabulary(
      Run run, String side, Vocabulary.Unit unit, int rare, Function<TextPairs.Pair, String> text) {
    return run.vocabulary(
        side + "-vocabulary",
        () ->
            Vocabulary.of(unit, pairs(run.data().train()).stream().map(text).toList())
                .atLeast(rare));
  }

  private static List<TextPairs.Pair> pairs(Dataset part) {
    return PairSource.pairs(part);
  }

  private TokenPairs tokens(Dataset part) {
    return model.code().pairs(part.description(), pairs(part)).inBuckets(run.get(BUCKETS));
  }

  /** Trains in the stage {@code train} and keeps the model that is best on the validation part. */
  PairModeling train(Goal goal) {
    Batches batches = run.bucketed(tokens(run.data().train()));
    int steps = run.steps(batches);
    Schedule rate = Schedule.cosine(run.get(RATE), 0, steps);
    TeacherForcing learner = TeacherForcing.of(model.network(), Adam.of(rate)).clipNorm(CLIP);
    double teacher = run.get(TEACHER);
    run.train(
            "train",
            teacher < 1 ? learner.sampling(Schedule.linear(1, teacher, steps)) : learner,
            batches)
        .evaluate("validation", tokens(run.data().validation()))
        .keepBest(goal)
        .rate(rate)
        .go();
    return this;
  }

  /** Returns the share of test tokens that are the first choice, given the right ones before. */
  double tokensRight() {
    TeacherForcing learner = TeacherForcing.of(model.network(), Adam.of(0));
    Batches test = Batches.inOrder(tokens(run.data().test()), EVALUATION_BATCH);
    Tensor share = Evaluation.of(learner, run.rng("evaluation")).on(test).get("tokens");
    return Objects.requireNonNull(share).item();
  }

  private List<String> written(List<TextPairs.Pair> pairs, Seq2Seq with) {
    return with.translate(pairs.stream().map(TextPairs.Pair::source).toList());
  }

  /** Returns the share of test targets that are written without a mistake. */
  Estimate exact() {
    List<TextPairs.Pair> test = pairs(run.data().test());
    List<String> written = written(test, model);
    return Estimate.mean(
        IntStream.range(0, test.size())
            .mapToDouble(i -> written.get(i).equals(test.get(i).target()) ? 1 : 0)
            .toArray());
  }

  /** Returns BLEU of the test part, as words of the vocabulary's unit are cut. */
  Estimate bleu(Seq2Seq.Beam beam) {
    Vocabulary.Unit unit = model.code().target().unit();
    List<TextPairs.Pair> test = pairs(run.data().test());
    return Bleu.of(
            written(test, model.with(beam)).stream().map(unit::split).toList(),
            test.stream().map(p -> unit.split(p.target())).toList())
        .estimate(DRAWS, run.rng("bleu"));
  }

  /** Shows the loss, what the model writes for some test sources, and where it looks. */
  void show(int samples) {
    run.show("learning", () -> run.curves("Loss in nats a token", "validation.loss", "train"));
    run.showAll("samples", () -> List.of(samples(pairs(run.data().test()).subList(0, samples))));
    if (run.get(CONTEXT).endsWith("tive")) {
      run.show("attention", this::attention);
    }
  }

  private Section samples(List<TextPairs.Pair> pairs) {
    List<String> written = written(pairs, model);
    List<List<String>> rows =
        IntStream.range(0, pairs.size())
            .mapToObj(i -> List.of(pairs.get(i).source(), written.get(i), pairs.get(i).target()))
            .toList();
    return Section.grid(
        "Written for test sources", List.of("source", "written", "right"), rows, List.of(-1, -1));
  }

  private Figure attention() {
    List<TextPairs.Pair> some = pairs(run.data().test()).subList(0, 4);
    List<String> written = written(some, model);
    List<HeatMap> maps =
        IntStream.range(0, some.size())
            .mapToObj(i -> map(model.looks(some.get(i).source(), written.get(i))))
            .toList();
    return Figure.panels("Where the decoder looks", maps, 2);
  }

  private static HeatMap map(Seq2Seq.Looks looks) {
    return Figure.heatMap("", looks.weights())
        .axes("source", "written")
        .columns(looks.source())
        .rows(looks.target())
        .range(0, 1);
  }
}
