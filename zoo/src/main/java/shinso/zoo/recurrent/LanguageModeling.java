package shinso.zoo.recurrent;

import static shinso.zoo.harness.Training.*;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import shinso.core.tensor.Tensor;
import shinso.nn.model.TextSampler.Choice;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.text.TextData;
import shinso.train.data.text.TextWindows;
import shinso.train.data.text.Vocabulary;
import shinso.train.loop.Evaluation;
import shinso.train.loop.Goal;
import shinso.train.report.Section;
import shinso.zoo.harness.Run;
import shinso.zoo.harness.Setting;

/**
 * The experiment of the recipes about language models: a text is learned window by window, the
 * model that is best on its validation part is kept, and it writes.
 */
final class LanguageModeling {
  static final Setting<Integer> WINDOW =
      Setting.integer("window", "steps that a gradient goes back through time", 1, 2_000);
  static final Setting<Integer> LAYERS = Setting.integer("layers", "recurrent layers", 1, 16);
  static final Setting<Integer> EMBEDDING =
      Setting.integer("embedding", "length of a token's vector", 1, 10_000);
  static final Setting<String> CELL =
      Setting.choice("cell", "kind of the recurrent layers", List.of("lstm", "gru", "rnn"));

  static final Setting<Integer> MOST_WORDS =
      Setting.integer("words", "most words of the vocabulary, its marks included", 3, 1_000_000);

  private static final double CLIP = 1;

  /** A short text has fewer streams, so that a pass over it is at least so many steps. */
  private static final int LEAST_STEPS = 20;

  private static final int EVALUATION_STREAMS = 16;
  private static final double[] TEMPERATURES = {0.5, 0.8, 1};

  private final Run run;
  private final TextModel model;
  private final LanguageModelLearner bptt;
  private final Counts counts;
  private final TextWindows text;
  private final Schedule rate;

  /**
   * How many tokens the parts of the data have.
   *
   * @param train in the training part
   * @param validation in the validation part
   * @param test in the test part
   */
  public record Counts(int train, int validation, int test) {}

  private LanguageModeling(Run run, TextModel model) {
    this.run = run;
    this.model = model;
    this.counts = run.once("tokens", Counts.class, this::count);
    int streams = Math.clamp(counts.train / (LEAST_STEPS * run.get(WINDOW)), 1, run.get(BATCH));
    this.text = windows(run.data().train(), counts.train, streams);
    this.rate = Schedule.cosine(run.get(RATE), 0, run.steps(batches()));
    this.bptt = new LanguageModelLearner(model.language(), Adam.of(rate), CLIP, text.streams());
  }

  private Batches batches() {
    return Batches.inOrder(text, text.streams());
  }

  static LanguageModeling of(Run run, TextModel model) {
    return new LanguageModeling(run, model);
  }

  /** Returns an untrained model of the tokens of the training text. */
  static TextModel model(Run run, Vocabulary.Unit unit, int mostTokens) {
    Vocabulary vocabulary =
        run.vocabulary(
            "vocabulary",
            () -> {
              String text = TextData.text(run.data().train());
              return TextCode.fit(unit, text, mostTokens).vocabulary();
            });
    LanguageModel.Config config =
        new LanguageModel.Config(
            Cell.valueOf(run.get(CELL).toUpperCase(Locale.ROOT)),
            run.get(EMBEDDING),
            run.get(HIDDEN),
            run.get(LAYERS),
            run.get(DROPOUT));
    return new TextModel(
        LanguageModel.of(vocabulary.size(), config, run.rng("model")), new TextCode(vocabulary));
  }

  /** Trains, and keeps the model that is best on the validation part. */
  LanguageModeling train() {
    return train(Integer.MAX_VALUE);
  }

  /** Does the same, and ends after so many evaluations in a row that were no better. */
  LanguageModeling train(int patience) {
    run.train("train", bptt, batches())
        .evaluate("validation", inOrder(run.data().validation(), counts.validation))
        .stopEarly(Goal.smallest("validation.loss"), patience)
        .rate(rate)
        .go();
    return this;
  }

  private int[] tokens(Dataset part) {
    return model.code().encode(TextData.text(part));
  }

  private Counts count() {
    Split data = run.data();
    return new Counts(
        tokens(data.train()).length, tokens(data.validation()).length, tokens(data.test()).length);
  }

  private TextWindows windows(Dataset part, int tokens, int streams) {
    return TextWindows.of(part.description(), tokens, () -> tokens(part), streams, run.get(WINDOW));
  }

  private Batches inOrder(Dataset part, int tokens) {
    TextWindows windows = windows(part, tokens, EVALUATION_STREAMS);
    return Batches.inOrder(windows, windows.streams());
  }

  /**
   * Returns a number of the model on the validation part, as evaluations have it.
   *
   * @param name {@code bits} or {@code perplexity}
   */
  double validation(String name) {
    return measured(name, inOrder(run.data().validation(), counts.validation));
  }

  /** Returns the same on the test part. */
  double test(String name) {
    return measured(name, inOrder(run.data().test(), counts.test));
  }

  private double measured(String name, Batches part) {
    Tensor number = Evaluation.of(bptt, run.rng("evaluation")).on(part).get(name);
    return Objects.requireNonNull(number).item();
  }

  /** Shows what the model writes. */
  void show(int tokens) {
    run.showAll("texts", () -> Arrays.stream(TEMPERATURES).mapToObj(t -> text(t, tokens)).toList());
  }

  private Section text(double temperature, int tokens) {
    String written =
        model
            .continuations(
                model.opening(), 1, tokens, new Choice(temperature, null), run.rng("texts"))
            .getFirst();
    return Section.text("Written at temperature " + temperature, written.strip());
  }
}
