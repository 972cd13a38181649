package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Pass;
import shinso.train.checkpoint.ModelFile;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.file.FileException;
import shinso.train.loop.BestModel;
import shinso.train.loop.Ending;
import shinso.train.loop.Learner;
import shinso.train.loop.Outcome;
import shinso.train.loop.Progress;
import shinso.train.loop.Screen;
import shinso.train.loop.Trainer;
import shinso.train.report.Report;
import shinso.train.report.Section;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;

/** A run of a recipe in its folder: it is trained, resumed, reported on, and its model used. */
public final class RecipeRun {
  private static final String DATA = "data";
  private static final int EVALUATION_BATCH = 500;
  private static final int RECORDS_PER_EPOCH = 20;

  private final RunFolder folder;
  private final Recipe recipe;
  private final Budget budget;
  private final Setup setup;
  private final Experiment experiment;
  private @Nullable Split split;

  private RecipeRun(
      RunFolder folder, Recipe recipe, Budget budget, Setup setup, @Nullable Split split) {
    this.folder = folder;
    this.recipe = recipe;
    this.budget = budget;
    this.setup = setup;
    this.split = split;
    this.experiment = recipe.experiment(setup);
  }

  /**
   * Makes a new run, which loads the data and makes the run's folder.
   *
   * @param runs the folder of all runs
   * @throws UsageException if the settings contradict each other
   * @throws shinso.train.data.DataException if the data is not there or damaged
   * @throws FileException if the folder can't be made
   */
  public static RecipeRun create(Path runs, Recipe recipe, Budget budget, Setup setup) {
    Split split = load(setup);
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put(DATA, setup.data().name());
    configuration.putAll(setup.settings().texts());
    RunInfo info =
        RunInfo.starting(
            recipe.name(),
            budget.toString(),
            setup.seed(),
            configuration,
            describe(setup.data(), split),
            commandLine(recipe, budget, setup));
    return new RecipeRun(RunFolder.create(runs, info), recipe, budget, setup, split);
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
  public static RecipeRun open(Path runs, String name, Function<String, Recipe> recipes) {
    RunFolder folder = RunFolder.open(runs, name);
    RunInfo info = folder.info();
    try {
      Recipe recipe = recipes.apply(info.recipe());
      Budget budget = Budget.named(info.budget());
      Map<String, String> values = new LinkedHashMap<>(info.configuration());
      String data = values.remove(DATA);
      Setup setup =
          new Setup(
              recipe.data(data == null ? "" : data), recipe.settings(budget, values), info.seed());
      return new RecipeRun(folder, recipe, budget, setup, null);
    } catch (UsageException e) {
      throw new FileException(
          "the run %s was made by another version: %s".formatted(folder.path(), e.getMessage()), e);
    }
  }

  /** Returns the arguments that start the same run. */
  private static List<String> commandLine(Recipe recipe, Budget budget, Setup setup) {
    List<String> arguments = new ArrayList<>(List.of("run", recipe.name()));
    arguments.addAll(List.of("--data", setup.data().name(), "--budget", budget.toString()));
    arguments.addAll(List.of("--seed", Long.toString(setup.seed())));
    Map<String, String> usual = recipe.settings(budget, Map.of()).texts();
    setup
        .settings()
        .texts()
        .forEach((name, value) -> {
          if (!value.equals(usual.get(name))) {
            arguments.addAll(List.of("--set", name + "=" + value));
          }
        });
    return arguments;
  }

  /** Loads the data and cuts it to the settings; the validation part follows from the seed. */
  private static Split load(Setup setup) {
    Split all = setup.data().load();
    Split limited = all.limit(setup.get(Training.TRAIN), 0, setup.get(Training.TEST));
    int validation = setup.get(Training.VALIDATION);
    if (validation >= limited.train().size()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "of %,d training examples %,d can't be held out for validation; choose a smaller"
                  + " --set validation=N",
              limited.train().size(),
              validation));
    }
    return limited.withStratifiedValidation(validation, setup.seed());
  }

  private static String describe(DataChoice data, Split split) {
    return String.format(
        Locale.ROOT,
        "%s: %,d examples for training, %,d for validation, %,d for test",
        data.name(),
        split.train().size(),
        split.validation().size(),
        split.test().size());
  }

  /** Returns the run's folder. */
  public RunFolder folder() {
    return folder;
  }

  /** Returns the recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** Returns what the run is made from. */
  public Setup setup() {
    return setup;
  }

  /**
   * Trains, or goes on after the last checkpoint; then measures the best model on the test set. A
   * run that has been trained to its end is measured again.
   *
   * @param screen where progress is shown
   * @param interrupted is asked after each step whether to stop
   * @param maxTime after which training ends with what it has, null for no limit
   * @throws shinso.train.loop.NotFiniteException if the loss is NaN or infinite
   * @throws FileException if a file can't be written or read
   */
  public Outcome train(Screen screen, BooleanSupplier interrupted, @Nullable Duration maxTime) {
    Split data = split();
    Batches batches = Batches.shuffled(data.train(), setup.get(Training.BATCH), setup.seed());
    int epochs = setup.get(Training.EPOCHS);
    int steps = Math.multiplyExact(epochs, batches.perEpoch());
    Trainer trainer =
        Trainer.of(experiment.learner(steps), batches)
            .seed(setup.seed())
            .epochs(epochs)
            .recordEvery(Math.max(1, batches.perEpoch() / RECORDS_PER_EPOCH))
            .evaluate("validation", inOrder(data.validation()))
            .evaluateAtEnd("test", inOrder(data.test()))
            .with(BestModel.by(experiment.goal()))
            .with(Progress.on(screen))
            .interruptedBy(interrupted)
            .in(folder);
    experiment.gauges(steps).forEach(trainer::gauge);
    if (maxTime != null) {
      trainer.maxTime(maxTime);
    }
    Outcome outcome = trainer.run();
    if (outcome.ending() != Ending.INTERRUPTED) {
      report();
    }
    return outcome;
  }

  private Split split() {
    Split s = split;
    if (s == null) {
      s = load(setup);
      split = s;
    }
    return s;
  }

  private static Batches inOrder(Dataset data) {
    return Batches.inOrder(data, EVALUATION_BATCH);
  }

  /** Returns the final numbers of the test set, with their targets. */
  public List<Score> scores() {
    List<Score> scores = new ArrayList<>();
    folder
        .info()
        .metrics()
        .forEach((metric, value) -> {
          if (metric.startsWith("test.") && !Learner.isLoss(metric)) {
            scores.add(new Score(metric, value, target(metric), budget));
          }
        });
    return scores;
  }

  private @Nullable Target target(String metric) {
    return recipe.targets().stream()
        .filter(t -> t.data().equals(setup.data().name()) && t.metric().equals(metric))
        .findFirst()
        .orElse(null);
  }

  /**
   * Writes the report of what there is so far; without a trained model it has curves only.
   *
   * @throws FileException if a file of the run is damaged, or the report can't be written
   */
  public Path report() {
    Report report = Report.of(folder).with(Section.table("Recipe", facts()));
    if (Files.exists(folder.model())) {
      loadModel();
      report.with(experiment.sections(split().test()));
    }
    return report.write();
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("what", recipe.card().summary());
    facts.put("reported", recipe.card().reported());
    for (Score score : scores()) {
      String verdict = score.verdict();
      facts.put(
          score.metric().replace('.', ' '),
          Target.text(score.metric(), score.value())
              + (verdict.isEmpty() ? "" : " (" + verdict + ")"));
    }
    return facts;
  }

  /**
   * Loads the trained model and returns a function that says what a picture shows.
   *
   * @throws UsageException if the recipe's model doesn't classify pictures
   * @throws FileException if the run has no model yet, or its file is damaged
   */
  public Function<Path, Prediction> classifier() {
    Layer network = experiment.classifier();
    if (network == null) {
      throw new UsageException(
          "the model of the recipe %s doesn't classify pictures".formatted(recipe.name()));
    }
    loadModel();
    return picture -> predict(network, picture);
  }

  private Prediction predict(Layer network, Path picture) {
    ImageInput.Read read = setup.data().pictures().read(picture);
    Tensor logits = network.forward(read.image().unsqueeze(0), Pass.inference()); // [1, classes]
    double[] p = logits.softmax(-1).toDoubleArray();
    List<String> names = setup.data().classNames();
    List<Prediction.Guess> guesses =
        IntStream.range(0, p.length)
            .boxed()
            .sorted((a, b) -> Double.compare(p[b], p[a]))
            .map(c -> new Prediction.Guess(names.get(c), p[c]))
            .toList();
    return new Prediction(picture, guesses, read.changes());
  }

  private void loadModel() {
    if (!Files.exists(folder.model())) {
      throw new FileException(
          "the run %s has no model yet, since it is %s; go on with shinso run --resume %s"
              .formatted(folder.path(), folder.info().status(), folder.path()));
    }
    ModelFile.load(folder.model(), experiment.learner(1).model());
  }
}
