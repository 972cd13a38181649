package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Standardization;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.Batches;
import shinso.train.data.Bucketed;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.data.Standardizer;
import shinso.train.data.text.Vocabulary;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;
import shinso.train.loop.Callback;
import shinso.train.loop.Ending;
import shinso.train.loop.Learner;
import shinso.train.loop.Outcome;
import shinso.train.loop.Progress;
import shinso.train.loop.Screen;
import shinso.train.loop.Trainer;
import shinso.train.report.Section;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;

/**
 * What a recipe works with: settings, keys, data, and the stages, values, numbers and figures of
 * which it is made. Each of these has a name; what was finished under a name is read from the run's
 * folder when the recipe is run again.
 */
public final class Run {
  private static final int MOST_FILTERS = 100;
  private static final int MOST_WATCHED = 8;

  private final RunFolder folder;
  private final Recipe<?> recipe;
  private final Setup setup;
  private final Mode mode;
  private final Map<String, Split> loaded = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<StageFolder> stages = new ArrayList<>();
  private final Scores scores;
  private final Sections sections;
  private boolean provisional;
  private @Nullable Object model;

  /**
   * How a recipe is run.
   *
   * @param screen where progress is shown
   * @param interrupted is asked again and again whether to stop
   * @param deadline when training ends with what it has, in nanoseconds of {@link System#nanoTime};
   *     null for no limit
   * @param trains whether stages that haven't finished are gone on with; else the run ends there
   * @param first is told of the first stage that trains, instead of training; null if none is
   * @param watcher hears what the run comes to
   * @param pause where training is to pause, null to go on to its end
   * @param peek is told which stages have given parameters values, up to the checkpoint of the one
   *     that hasn't finished; nothing is computed or written then; null if that isn't wanted
   */
  record Mode(
      Screen screen,
      BooleanSupplier interrupted,
      @Nullable Long deadline,
      boolean trains,
      Objective.@Nullable FirstStage first,
      Watcher watcher,
      @Nullable Pause pause,
      @Nullable Peek peek) {
    Mode(Screen screen, BooleanSupplier interrupted, @Nullable Long deadline, boolean trains) {
      this(screen, interrupted, deadline, trains, null, Watcher.NONE, null, null);
    }
  }

  /** Hears of stages while a run that is at work is looked at. */
  @FunctionalInterface
  interface Peek {
    /** Is told that parameters have the values of a stage; in words how far it is. */
    void at(String how, Collection<Param> params);
  }

  Run(RunFolder folder, Recipe<?> recipe, Setup setup, Mode mode) {
    this.folder = folder;
    this.recipe = recipe;
    this.setup = setup;
    this.mode = mode;
    this.scores = new Scores(folder.file("scores.json"));
    this.sections = new Sections(folder.file("figures"));
  }

  // ---- what the run is made from

  /** Returns the value of a setting. */
  public <T> T get(Setting<T> setting) {
    return setup.settings().get(setting);
  }

  /** Returns the budget, for what can't be said by a setting. */
  public Budget budget() {
    return setup.budget();
  }

  /** Returns a random key for a purpose, such as the initial weights. */
  public Rng rng(String purpose) {
    return Rng.of(setup.seed()).split(purpose);
  }

  /**
   * Returns the data source that the user chose.
   *
   * @throws IllegalStateException if the recipe has none
   */
  public DataSource source() {
    DataSource source = setup.data();
    if (source == null) {
      throw new IllegalStateException("the recipe " + recipe.name() + " lists no data");
    }
    return source;
  }

  /**
   * Returns the data that the user chose, cut to the settings {@code train} and {@code test} and
   * with {@code validation} examples held out, as far as the recipe has these settings. Nothing is
   * loaded before examples are asked for.
   */
  public Split data() {
    DataSource source = source();
    return remembered(
        source.name(),
        () ->
            cut(
                source instanceof OwnSource own
                    ? Origin.load(folder, recipe.name(), own)
                    : source.load(),
                setup));
  }

  /** Returns further data as it is. Nothing is loaded before examples are asked for. */
  public Split data(DataSource source) {
    return remembered("all-" + source.name(), source::load);
  }

  /**
   * Returns a file that predictions need of the user's own data, such as the coding of columns,
   * which was written when the run was made.
   *
   * @param name as the data source gave it
   */
  public Path dataFile(String name) {
    return folder.file("data").resolve(name);
  }

  private Split remembered(String name, Supplier<Split> load) {
    return loaded.computeIfAbsent(
        name,
        n -> {
          Path file = file("data", n, ".json");
          return mode.trains() || Files.exists(file) ? Remembered.split(file, load) : load.get();
        });
  }

  /** Writes down what a run's data is like. */
  static void remember(RunFolder folder, String name, Split data) {
    Remembered.split(folder.folder("data").resolve(checked(name) + ".json"), () -> data);
  }

  /** Cuts data to the settings; the validation part and bootstrap samples follow from the seed. */
  static Split cut(Split all, Setup setup) {
    Settings s = setup.settings();
    Split parts = parts(all, setup);
    int sample = s.has(Training.BOOTSTRAP) ? s.get(Training.BOOTSTRAP) : 0;
    if (sample == 0) {
      return parts;
    }
    Rng rng = Rng.of(setup.seed()).split("bootstrap").split(sample);
    return new Split(parts.train().bootstrap(rng), parts.validation(), parts.test());
  }

  private static Split parts(Split all, Setup setup) {
    Settings s = setup.settings();
    int train = s.has(Training.TRAIN) ? s.get(Training.TRAIN) : Setting.ALL;
    int test = s.has(Training.TEST) ? s.get(Training.TEST) : Setting.ALL;
    boolean holdsOut = s.has(Training.VALIDATION) && all.validation().size() == 0;
    Split limited = all.limit(train, holdsOut ? 0 : Setting.ALL, test);
    if (!holdsOut) {
      return limited;
    }
    int validation = s.get(Training.VALIDATION);
    if (validation >= limited.train().size()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "of %,d training examples %,d can't be held out for validation; choose a smaller"
                  + " --set validation=N",
              limited.train().size(),
              validation));
    }
    return limited.train().hasLabels()
        ? limited.withStratifiedValidation(validation, setup.seed())
        : limited.withValidation(validation, setup.seed());
  }

  /** Returns shuffled batches of the size that the setting {@code batch} says. */
  public Batches batches(Dataset data) {
    return Batches.shuffled(data, get(Training.BATCH), setup.seed());
  }

  /**
   * Returns shuffled batches of one bucket of lengths each, of the size that the setting {@code
   * batch} says.
   */
  public Batches bucketed(Bucketed data) {
    return Batches.bucketed(data, get(Training.BATCH), setup.seed());
  }

  /** Returns shuffled batches of a size. */
  public Batches batches(Dataset data, int size) {
    return Batches.shuffled(data, size, setup.seed());
  }

  /** Returns the steps of as many passes over batches as the setting {@code epochs} says. */
  public int steps(Batches batches) {
    return Math.multiplyExact(get(Training.EPOCHS), batches.perEpoch());
  }

  /** Returns what the run is made from. */
  Setup setup() {
    return setup;
  }

  // ---- stages

  /** Returns a stage that trains, to be described and then started with {@link Stage#go}. */
  public Stage train(String name, Learner learner, Batches batches) {
    return new Stage(this, name, learner, batches);
  }

  /** Tells who wants to know of the first stage instead of training. */
  void begin(Learner learner, Batches batches) {
    if (mode.first() != null) {
      mode.first().begin(learner, batches);
    }
  }

  /** Returns after which share of its steps a stage pauses that is measured on these sets. */
  double share(Set<String> sets) {
    Pause pause = mode.pause();
    return pause != null && sets.contains(pause.set()) ? pause.share() : 1;
  }

  Outcome go(String name, Learner learner, Trainer trainer) {
    StageFolder stage = next(name);
    if (stage.isComplete() && mode.peek() != null) {
      Outcome outcome = stage.restoreModel(learner.model());
      peek("the stage " + name + " has finished", learner.model());
      return outcome;
    }
    if (stage.isComplete()) {
      return stage.restore(learner.model(), learner.state());
    }
    if (isHeldUp(stage, learner.model())) {
      return new Outcome(Ending.OUT_OF_TIME, "the time was up", 0, null, Map.of(), 0);
    }
    trainer
        .seed(seed(name))
        .with(Progress.on(mode.screen()))
        .interruptedBy(mode.interrupted())
        .in(stage);
    if (isWatched()) {
      Path pictures = folder.file("snapshots").resolve(stages.size() + "-" + name);
      trainer.with(new Snapshots(pictures, picture(), learner.model(), model, rng("snapshots")));
    }
    Callback watching = mode.watcher().training(stage.title(), learner.model());
    if (watching != null) {
      trainer.with(watching);
    }
    if (mode.deadline() != null) {
      trainer.maxTime(Duration.ofNanos(Math.max(1, mode.deadline() - System.nanoTime())));
    }
    Outcome outcome = trainer.run();
    switch (outcome.ending()) {
      case INTERRUPTED -> throw new Stopped(outcome.reason());
      case OUT_OF_TIME -> provisional = true;
      case COMPLETED, STOPPED -> stage.complete(outcome, learner.model(), learner.state());
    }
    return outcome;
  }

  /** Runs of seconds, and comparisons of many stages, leave no pictures of their way. */
  private boolean isWatched() {
    return mode.trains()
        && setup.data() != null
        && setup.budget() != Budget.SMOKE
        && stages.size() <= MOST_WATCHED;
  }

  /** Tells which model the recipe trains, so that what it makes can be drawn on the way. */
  void trains(@Nullable Object model) {
    this.model = model;
  }

  /** Returns the seed of a stage's keys. */
  private long seed(String stage) {
    int[] words = rng("stage").split(stage).words();
    return (long) words[1] << 32 | words[0] & 0xFFFF_FFFFL;
  }

  private StageFolder next(String name) {
    claim("stage", name);
    StageFolder stage =
        StageFolder.of(folder.path(), recipe.name(), stages.size() + 1, checked(name));
    if (mode.trains()) {
      stage.make();
    }
    stages.add(stage);
    return stage;
  }

  /** Returns whether a stage that isn't complete must be left as it is. */
  private boolean isHeldUp(StageFolder stage, Map<String, Param> model) {
    if (mode.trains() && !provisional) {
      if (stages.size() > 1) {
        mode.screen().out().println("stage " + stages.size() + ", " + stage.name());
      }
      return false;
    }
    if (mode.peek() != null && !stage.model().toFile().exists()) {
      Long step = stage.peek(model);
      if (step != null) {
        peek("the stage %s is at step %,d".formatted(stage.name(), step), model);
      }
    }
    if (!mode.trains() && !stage.model().toFile().exists() && !provisional) {
      throw new Stopped("the stage " + stage.name() + " has not finished");
    }
    if (stage.model().toFile().exists()) {
      ModelFile.load(stage.model(), model);
      peek("the stage " + stage.name() + " was short of time", model);
    }
    provisional = true;
    return true;
  }

  private void peek(String how, Map<String, Param> params) {
    if (mode.peek() != null) {
      mode.peek().at(how, params.values());
    }
  }

  /** Ends a look at a run where something isn't there yet. */
  private void requireThere(boolean there, String what) {
    if (mode.peek() != null && !there) {
      throw new Stopped(what + " is not there yet");
    }
  }

  /** A computation on the host that gives parameters new values: EM, L-BFGS, boosting. */
  @FunctionalInterface
  public interface Procedure {
    /** Computes; tells the log from time to time how far it is. */
    void run(Log log);
  }

  /** What a procedure tells. */
  @FunctionalInterface
  public interface Log {
    /** Records numbers at a step of the procedure; may not return, if the user wants to stop. */
    void record(long step, Map<String, Double> numbers);
  }

  /**
   * Runs a procedure that gives parameters new values, or loads what came out of it before. One
   * that was interrupted begins again.
   *
   * @param owner the record whose parameters are changed
   */
  public void perform(String name, Object owner, Procedure procedure) {
    Map<String, Param> params = Parameters.all(owner);
    StageFolder stage = next(name);
    if (stage.isComplete()) {
      stage.restore(params, Map.of());
      peek("the stage " + name + " has finished", params);
      return;
    }
    if (!isHeldUp(stage, params)) {
      HostStage host = new HostStage(stage, mode);
      Outcome outcome = host.run(procedure);
      if (outcome.ending() == Ending.OUT_OF_TIME) {
        stage.saveModel(params);
        provisional = true;
      } else {
        stage.complete(outcome, params, Map.of());
      }
    }
  }

  // ---- values, numbers, figures

  /** Returns a tensor that is computed the first time and read from the run's folder afterwards. */
  public Tensor once(String name, Supplier<Tensor> value) {
    return once(name, Tensor.class, value);
  }

  /**
   * Returns a value that is computed the first time and read from the run's folder afterwards, so
   * that it is there without the data.
   *
   * @param type a tensor, or a public record of tensors, arrays of doubles, numbers, booleans,
   *     texts and such records
   */
  public <T> T once(String name, Class<T> type, Supplier<T> value) {
    Path file = file("kept", name, ".safetensors");
    requireThere(Files.exists(file), "the value " + name);
    return Kept.once(file, type, value, mode.trains() && !provisional);
  }

  /**
   * Returns a layer that brings each feature of a field to mean 0 and deviation 1. It is fitted to
   * the data the first time, the training part, and read from the run's folder afterwards.
   *
   * @param name of what is kept
   * @param field the position of the field, 0 for the input
   */
  public Standardization standardization(String name, Dataset train, int field) {
    return standardization(name, train, field, Standardizer.Per.FEATURE);
  }

  /** Returns such a layer with a mean and a deviation for each channel, or for all elements. */
  public Standardization standardization(
      String name, Dataset train, int field, Standardizer.Per per) {
    Tensor fitted =
        once(
            name,
            () -> {
              Standardization s = Standardizer.fit(train, field, per).layer();
              return Tensor.stack(0, List.of(s.mean().value(), s.deviation().value()));
            });
    return Standardization.of(fitted.at(0, 0), fitted.at(0, 1));
  }

  /**
   * Returns a vocabulary that is made of the training texts the first time and read from the run's
   * folder afterwards.
   *
   * @param name of what is kept
   */
  public Vocabulary vocabulary(String name, Supplier<Vocabulary> made) {
    return Vocabulary.parse(once(name, String.class, () -> made.get().text()));
  }

  /** Measures a quantity; returns the number. */
  public double score(Quantity quantity, DoubleSupplier value) {
    return score(quantity, () -> Estimate.exact(value.getAsDouble())).value();
  }

  /** Measures a quantity that is estimated; returns the estimate. */
  public Estimate score(Quantity quantity, Supplier<Estimate> value) {
    claim("quantity", quantity.name());
    requireThere(scores.isMeasured(quantity), "the number " + quantity.name());
    return scores.measure(quantity, value, !provisional);
  }

  /**
   * Returns a table to be filled with variants that are measured alike.
   *
   * @param name of the figure
   * @param quantities what is measured of each
   */
  public Comparison compare(String name, String title, Quantity... quantities) {
    return new Comparison(this, name, title, List.of(quantities));
  }

  /** Shows a figure, which is computed and drawn the first time only. */
  public void show(String name, Supplier<? extends Figure> figure) {
    showAll(name, () -> List.of(section(name, figure.get())));
  }

  /**
   * Shows examples as pictures of the shape that those of the data have.
   *
   * @param examples {@code [n, *]} of 0 to 1
   */
  public void pictures(String name, String title, Supplier<Tensor> examples) {
    show(
        name,
        () -> {
          Tensor x = examples.get();
          return Figure.pictures(title, x.reshape(Shape.of(x.shape().dim(0)).concat(picture())));
        });
  }

  /**
   * Shows what units look for, as pictures of the shape that those of the data have; the first 100.
   *
   * @param weights {@code [pixels, units]}
   */
  public void filters(String name, String title, Param weights) {
    show(
        name,
        () -> {
          int shown = Math.min(MOST_FILTERS, weights.shape().dim(1));
          Tensor first = weights.value().slice(1, 0, shown);
          return Figure.pictures(title, first, picture().dim(0), picture().dim(1));
        });
  }

  private Shape picture() {
    return data().test().fields().getFirst().shape();
  }

  private static Section section(String name, Figure figure) {
    return Section.figure(figure, name + "." + figure.extension());
  }

  /** Shows parts of the report, which are made the first time only. */
  public void showAll(String name, Supplier<List<Section>> parts) {
    claim("figure", name);
    if (mode.peek() != null) {
      return;
    }
    folder.folder("figures");
    mode.watcher().shown(sections.add(checked(name), parts, !provisional));
  }

  /**
   * Returns one metric of several stages in one chart.
   *
   * @param metric its column, such as {@code validation.loss}
   * @param names the stages; those that have no such metric give an empty curve
   */
  public Lines curves(String title, String metric, String... names) {
    Lines chart = Figure.lines(title).axes("step", metric.substring(metric.indexOf('.') + 1));
    for (StageFolder stage : stages) {
      if (List.of(names).contains(stage.name())) {
        List<MetricsTable.Point> points = MetricsTable.read(stage.metrics()).series(metric);
        chart =
            chart.series(
                stage.name(),
                points.stream().mapToDouble(MetricsTable.Point::step).toArray(),
                points.stream().mapToDouble(MetricsTable.Point::value).toArray());
      }
    }
    return chart;
  }

  /** Shows a table of names and values. */
  public void table(String title, Map<String, String> rows) {
    show(Section.table(title, rows));
  }

  /**
   * Says some lines on the screen and in the report, such as an example worked out step by step.
   */
  public void text(String title, String text) {
    text.lines().forEach(mode.screen().out()::println);
    show(Section.text(title, text));
  }

  private void show(Section section) {
    sections.add(List.of(section));
    mode.watcher().shown(List.of(section));
  }

  // ---- for the harness

  private void claim(String kind, String name) {
    if (!names.add(kind + " " + name)) {
      throw new IllegalArgumentException(
          "the recipe %s has two of the %s '%s'; give one another name"
              .formatted(recipe.name(), kind, name));
    }
  }

  private static String checked(String name) {
    if (!name.matches("[a-z0-9]+([.-][a-z0-9]+)*")) {
      throw new IllegalArgumentException(
          "a name is in small letters, digits and hyphens, not '" + name + "'");
    }
    return name;
  }

  private Path file(String kind, String name, String ending) {
    // Looking at a run writes nothing.
    Path parent = mode.trains() ? folder.folder(kind) : folder.file(kind);
    return parent.resolve(checked(name) + ending);
  }

  /** Returns whether the time was up before all stages had finished. */
  boolean isProvisional() {
    return provisional;
  }

  Scores scores() {
    return scores;
  }

  Sections sections() {
    return sections;
  }

  /** Returns the time spent in stages. */
  double seconds() {
    return StageFolder.seconds(stages);
  }
}
