package shinso.zoo.harness;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.train.data.Split;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.loop.Ending;
import shinso.train.loop.Screen;
import shinso.train.report.Report;
import shinso.train.report.Section;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;
import shinso.train.run.TrainingFolder;

/** A run of a recipe in its folder: it is made, gone on with, reported on, and its model used. */
public final class RecipeRun {
  private static final String DATA = "data";

  private final RunFolder folder;
  private final Recipe<?> recipe;
  private final Setup setup;
  private List<Score> scores = List.of();
  private long startedAt;
  private double secondsBefore;

  private RecipeRun(RunFolder folder, Recipe<?> recipe, Setup setup) {
    this.folder = folder;
    this.recipe = recipe;
    this.setup = setup;
  }

  /**
   * Makes a new run: the run's folder, in which the data is remembered.
   *
   * @param runs the folder of all runs
   * @throws UsageException if the settings contradict each other
   * @throws shinso.train.data.DataException if the data is not there or damaged
   * @throws FileException if the folder can't be made
   */
  public static RecipeRun create(Path runs, Recipe<?> recipe, Setup setup) {
    return create(recipe, setup, info -> RunFolder.create(runs, info));
  }

  /**
   * Makes a new run in a folder of this name; one that was killed before it began is taken over.
   *
   * @param runs the folder in which it is to lie
   * @throws FileException if there is a run of this name, or as {@link #create(Path, Recipe,
   *     Setup)}
   */
  public static RecipeRun create(Path runs, String name, Recipe<?> recipe, Setup setup) {
    return create(recipe, setup, info -> RunFolder.create(runs, name, info));
  }

  private static RecipeRun create(
      Recipe<?> recipe, Setup setup, Function<RunInfo, RunFolder> made) {
    Split split = setup.data() == null ? null : Run.cut(setup.data().load(), setup);
    Map<String, String> configuration = new LinkedHashMap<>();
    if (setup.data() != null && setup.own() == null) {
      configuration.put(DATA, setup.data().name());
    }
    configuration.putAll(setup.settings().texts());
    RunInfo info =
        RunInfo.starting(
            recipe.name(),
            setup.budget().toString(),
            setup.seed(),
            configuration,
            split == null ? "no data" : describe(setup, split),
            commandLine(recipe, setup));
    RecipeRun run = new RecipeRun(made.apply(info), recipe, setup);
    if (split != null) {
      Run.remember(run.folder, setup.dataName(), split);
    }
    if (setup.own() != null) {
      Origin.write(run.folder, setup.own().read());
    }
    return run;
  }

  /**
   * Opens a run that was started before.
   *
   * @param runs the folder of all runs
   * @param name the run's folder, or what its name in {@code runs} begins with
   * @param recipes finds a recipe by its name
   * @throws FileException if there is no such run, or it was made by a version of the recipe that
   *     had other settings
   */
  public static RecipeRun open(Path runs, String name, Function<String, Recipe<?>> recipes) {
    RunFolder folder = RunFolder.open(runs, name);
    RunInfo info = folder.info();
    try {
      Recipe<?> recipe = recipes.apply(info.recipe());
      Budget budget = Budget.named(info.budget());
      Map<String, String> values = new LinkedHashMap<>(info.configuration());
      String data = values.remove(DATA);
      Setup setup = Setup.of(recipe, data, budget, values, info.seed());
      return new RecipeRun(folder, recipe, setup);
    } catch (UsageException e) {
      throw new FileException(
          "the run %s was made by another version: %s".formatted(folder.path(), e.getMessage()), e);
    }
  }

  /**
   * Returns this run on the user's own data where it lies now. It is checked to be the same when it
   * is next read.
   *
   * @throws UsageException if it is no run on the user's own data, or there is nothing at the place
   */
  public RecipeRun movedTo(Path place) {
    if (!(recipe instanceof OwnRecipe<?>)) {
      throw new UsageException(
          "the run %s is one of the recipe %s, whose data doesn't lie in a place of its own"
              .formatted(folder.path(), recipe.name()));
    }
    Path now = place.toAbsolutePath().normalize();
    if (!Files.exists(now)) {
      throw new UsageException("%s: does not exist; is the path right?".formatted(now));
    }
    Map<String, String> values = new LinkedHashMap<>(setup.settings().texts());
    values.put(OwnRecipe.PLACE.name(), now.toString());
    folder.configure(OwnRecipe.PLACE.name(), now.toString());
    return new RecipeRun(
        folder, recipe, Setup.of(recipe, null, setup.budget(), values, setup.seed()));
  }

  /** Returns the arguments that start the same run. */
  private static List<String> commandLine(Recipe<?> recipe, Setup setup) {
    List<String> arguments = new ArrayList<>(List.of("run", recipe.name()));
    if (setup.own() != null) {
      arguments = new ArrayList<>(List.of("train", recipe.name(), setup.own().place().toString()));
    } else if (setup.data() != null) {
      arguments.addAll(List.of("--data", setup.dataName()));
    }
    if (setup.own() == null) {
      arguments.addAll(List.of("--budget", setup.budget().toString()));
    }
    arguments.addAll(List.of("--seed", Long.toString(setup.seed())));
    Map<String, String> usual = recipe.settings(setup.budget(), Map.of()).texts();
    for (Map.Entry<String, String> setting : setup.settings().texts().entrySet()) {
      boolean isPlace = setting.getKey().equals(OwnRecipe.PLACE.name()) && setup.own() != null;
      if (!isPlace && !setting.getValue().equals(usual.get(setting.getKey()))) {
        arguments.addAll(List.of("--set", setting.getKey() + "=" + setting.getValue()));
      }
    }
    return arguments;
  }

  private static String describe(Setup setup, Split split) {
    return String.format(
        Locale.ROOT,
        "%s: %,d examples for training, %,d for validation, %,d for test",
        setup.own() == null ? setup.dataName() : setup.own().place(),
        split.train().size(),
        split.validation().size(),
        split.test().size());
  }

  /** Returns the run's folder. */
  public RunFolder folder() {
    return folder;
  }

  /** Returns the recipe. */
  public Recipe<?> recipe() {
    return recipe;
  }

  /** Returns what the run is made from. */
  public Setup setup() {
    return setup;
  }

  /** Returns what a run is made from that differs from this one in nothing but the seed. */
  public Setup setup(long seed) {
    String data = setup.own() == null && setup.data() != null ? setup.data().name() : null;
    return Setup.of(recipe, data, setup.budget(), setup.settings().texts(), seed);
  }

  /** Returns what was said about the user's own data when it was read; empty for other data. */
  public List<String> notes() {
    return setup.own() == null ? List.of() : Origin.read(folder).notes();
  }

  /** Returns a file that predictions need of the user's own data; see {@link Run#dataFile}. */
  public Path dataFile(String name) {
    return replaying().dataFile(name);
  }

  /**
   * Returns the data that the run is on.
   *
   * @throws UsageException if its recipe takes none
   */
  public Split data() {
    if (setup.data() == null) {
      throw new UsageException("the recipe %s takes no data".formatted(recipe.name()));
    }
    return replaying().data();
  }

  /** Returns the names of the classes of the run's data; empty if it has none. */
  public List<String> classNames() {
    return setup.data() == null ? List.of() : replaying().data().test().classNames();
  }

  /** Returns the numbers that the last {@link #train} or {@link #report} came to. */
  public List<Score> scores() {
    return scores;
  }

  /**
   * Runs the recipe from its first stage that hasn't finished, and writes model and report. A run
   * that is complete is replayed.
   *
   * @param screen where progress is shown
   * @param interrupted is asked again and again whether to stop
   * @param maxTime after which training ends with what it has, null for no limit
   * @throws shinso.train.loop.NotFiniteException if a loss is NaN or infinite
   * @throws FileException if a file can't be written or read
   */
  public Ending train(Screen screen, BooleanSupplier interrupted, @Nullable Duration maxTime) {
    return train(screen, interrupted, maxTime, Watcher.NONE, null);
  }

  /**
   * The same, while a watcher hears what the run comes to.
   *
   * @throws shinso.train.loop.NotFiniteException if a loss is NaN or infinite
   * @throws FileException if a file can't be written or read
   */
  public Ending train(
      Screen screen, BooleanSupplier interrupted, @Nullable Duration maxTime, Watcher watcher) {
    return train(screen, interrupted, maxTime, watcher, null);
  }

  /**
   * Runs the recipe up to its end or to a pause, which is an ending {@link Ending#INTERRUPTED}.
   *
   * @param pause where training pauses, null to go on to its end
   * @throws shinso.train.loop.NotFiniteException if a loss is NaN or infinite
   * @throws FileException if a file can't be written or read
   */
  public Ending trainTo(Screen screen, BooleanSupplier interrupted, @Nullable Pause pause) {
    return train(screen, interrupted, null, Watcher.NONE, pause);
  }

  private Ending train(
      Screen screen,
      BooleanSupplier interrupted,
      @Nullable Duration maxTime,
      Watcher watcher,
      @Nullable Pause pause) {
    startedAt = System.nanoTime();
    secondsBefore = folder.info().seconds();
    Long deadline = maxTime == null ? null : (Long) (System.nanoTime() + maxTime.toNanos());
    try (TrainingFolder.Lock _ = folder.lock()) {
      folder.update(RunStatus.RUNNING, null, folder.info().seconds(), folder.info().metrics());
      Run.Mode mode = new Run.Mode(screen, interrupted, deadline, true, null, watcher, pause, null);
      Run run = new Run(folder, recipe, setup, mode);
      try {
        Ending ending = perform(recipe, run);
        watcher.scored(scores);
        report(run);
        return ending;
      } catch (RuntimeException | Error e) {
        failed(run, e);
        throw e;
      }
    }
  }

  private <M> Ending perform(Recipe<M> recipe, Run run) {
    try {
      M model = recipe.model(run);
      run.trains(model);
      recipe.run(run, model);
      Map<String, Param> params = Parameters.all(model);
      if (!params.isEmpty()) {
        folder.saveModel(params);
      }
      writeMetrics();
      scores = run.scores().of(recipe, setup);
      Map<String, Double> numbers = new LinkedHashMap<>();
      scores.forEach(s -> numbers.put(s.quantity().name(), s.estimate().value()));
      Ending ending = run.isProvisional() ? Ending.OUT_OF_TIME : Ending.COMPLETED;
      String reason = run.isProvisional() ? "the time was up" : "all stages have finished";
      folder.update(RunStatus.FINISHED, reason, seconds(run), numbers);
      return ending;
    } catch (Stopped e) {
      folder.update(RunStatus.INTERRUPTED, e.getMessage(), seconds(run), Map.of());
      return Ending.INTERRUPTED;
    }
  }

  /** Returns the time spent; after a kill, of what went before, that which its stages know of. */
  private double seconds(Run run) {
    return Math.max(run.seconds(), secondsBefore + (System.nanoTime() - startedAt) / 1e9);
  }

  private void failed(Run run, Throwable error) {
    String message = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    try {
      folder.update(RunStatus.FAILED, message, seconds(run), Map.of());
    } catch (FileException e) {
      error.addSuppressed(e);
    }
  }

  /** Writes the numbers of all stages into one table, with the number of the stage. */
  private void writeMetrics() {
    String numbers = StageSummary.csv(folder.path());
    if (!numbers.isEmpty()) {
      AtomicFile.write(folder.metrics(), numbers);
    }
  }

  /**
   * Writes the report of what there is so far; without a trained model it has curves only.
   *
   * @throws FileException if a file of the run is damaged, or the report can't be written
   */
  public Path report() {
    Run run = replaying();
    replay(recipe, run);
    return report(run);
  }

  private <M> void replay(Recipe<M> recipe, Run run) {
    try {
      recipe.run(run, recipe.model(run));
      scores = run.scores().of(recipe, setup);
    } catch (Stopped e) {
      // What there is can be reported on.
    }
  }

  private Path report(Run run) {
    Report report = Report.of(folder);
    Map<String, String> numbers = new LinkedHashMap<>();
    run.scores()
        .of(recipe, setup)
        .forEach(s -> numbers.put(s.quantity().name(), s.quantity().text(s.estimate())));
    report.numbers(numbers);
    for (Path stage : StageFolder.all(folder.path())) {
      String name = stage.getFileName().toString();
      report.stage(name.substring(name.indexOf('-') + 1), stage.resolve("metrics.csv"));
    }
    report.with(Section.table("Recipe", facts(run.scores().of(recipe, setup))));
    if (!notes().isEmpty()) {
      report.with(Section.text("About the data", String.join(System.lineSeparator(), notes())));
    }
    report.with(run.sections().all());
    return report.write();
  }

  private Map<String, String> facts(List<Score> numbers) {
    Card card = recipe.card();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("what", card.summary());
    facts.put("source", card.source());
    facts.put("reported", card.reported());
    for (Score score : numbers) {
      String protocol =
          score.quantity().protocol() == null ? "" : "; " + score.quantity().protocol();
      String verdict = score.verdict().isEmpty() ? "" : " (" + score.verdict() + ")";
      String published =
          score.claim() == null || score.claim().published().isEmpty()
              ? ""
              : "; published: " + score.claim().published();
      facts.put(
          score.quantity().name(),
          score.quantity().text(score.estimate()) + verdict + protocol + published);
    }
    facts.values().removeIf(String::isEmpty);
    return facts;
  }

  /**
   * Loads the trained model and returns it as what a command needs.
   *
   * @param ability the interface, such as {@code Classifier}
   * @param verb what the command would do, such as {@code classify}
   * @throws UsageException if the model can't do that
   * @throws FileException if the run has no model yet, or its file is damaged
   */
  public <A> A model(Class<A> ability, String verb) {
    Object model = untrained();
    if (!ability.isInstance(model)) {
      throw new UsageException(whyNot(model, verb));
    }
    loadModel(model);
    return ability.cast(model);
  }

  /**
   * Loads the newest model that there is, also while the run trains.
   *
   * @throws UsageException if the recipe has no model
   * @throws FileException if the run has no model yet, or its file is damaged
   */
  public LatestModel latestModel() {
    return latest(recipe);
  }

  private <M> LatestModel latest(Recipe<M> recipe) {
    M model = recipe.model(replaying());
    if (model == null || model instanceof Demo.None) {
      throw new UsageException("a run of the recipe " + recipe.name() + " has no model");
    }
    return LatestModel.of(this, recipe, model);
  }

  /**
   * Returns why a model can't do something.
   *
   * @param verb what it would do, such as {@code classify}
   */
  public String whyNot(Object model, String verb) {
    return "a run of the recipe %s can't %s: it %s"
        .formatted(recipe.name(), verb, abilities(model));
  }

  /** Returns whether the model can do something; loads nothing. */
  public boolean can(Class<?> ability) {
    return ability.isInstance(untrained());
  }

  private Object untrained() {
    Object model = recipe.model(replaying());
    if (model == null) {
      throw new IllegalStateException("the recipe " + recipe.name() + " makes no model");
    }
    return model;
  }

  /**
   * Returns how often each unit of the run's training part is on, {@code [units]}; null if the run
   * doesn't keep that, since its model isn't one of binary units.
   */
  public @Nullable Tensor baseRates() {
    return BaseRates.isKept(folder) ? BaseRates.of(replaying()) : null;
  }

  /** Returns a run that trains nothing. */
  private Run replaying() {
    Screen nowhere = Screen.lines(new PrintStream(OutputStream.nullOutputStream()));
    return new Run(folder, recipe, setup, new Run.Mode(nowhere, () -> false, null, false));
  }

  /**
   * Returns the shape of the input of one example of the run's data; that of a number if the recipe
   * takes none.
   */
  public Shape input() {
    return setup.data() == null
        ? Shape.SCALAR
        : replaying().data().test().fields().getFirst().shape();
  }

  private static String abilities(Object model) {
    if (model instanceof Demo.None) {
      return "has no model";
    }
    Set<String> names = new TreeSet<>();
    abilities(model.getClass(), names);
    return names.isEmpty() ? "has a model of another kind" : "has a " + String.join(", ", names);
  }

  private static void abilities(Class<?> type, Set<String> names) {
    for (Class<?> ability : type.getInterfaces()) {
      if (ability.getPackage().equals(Classifier.class.getPackage())) {
        names.add(ability.getSimpleName());
      }
      abilities(ability, names);
    }
  }

  private void loadModel(Object model) {
    Map<String, Param> params = Parameters.all(model);
    if (params.isEmpty()) {
      return;
    }
    if (!Files.exists(folder.model()) && folder.info().status() == RunStatus.FINISHED) {
      throw new FileException(
          "the run %s is finished, but its %s is gone; put it back, or train anew with shinso runs"
                  .formatted(folder.path(), folder.model().getFileName())
              + " repeat "
              + folder.path());
    }
    if (!Files.exists(folder.model())) {
      throw new FileException(
          "the run %s has no model yet, since it is %s; go on with shinso run --resume %s"
              .formatted(folder.path(), folder.info().status(), folder.path()));
    }
    folder.loadModel(params);
  }
}
