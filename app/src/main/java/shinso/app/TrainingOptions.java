package shinso.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shinso.core.backend.Backends;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Setup;

/** The options of all commands that train, and what they do. */
final class TrainingOptions {
  private static final long USUAL_SEED = 1;

  @Mixin private Threads threads;
  @Mixin private PrecisionOption precision;
  @Mixin private RunsFolder runs;
  @Mixin private SetOption replaced;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description =
          "What everything random follows from (default: 1); the same seed gives the same bits.")
  private @Nullable Long seed;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "End training after this time, such as 90s, 5m or 1h30m, with what it has.")
  private @Nullable Duration maxTime;

  @Option(
      names = "--tensorboard",
      paramLabel = "FOLDER",
      description =
          "Write event files while training: tensorboard --logdir FOLDER shows curves, pictures,"
              + " distributions of weights and settings.")
  private @Nullable Path tensorBoard;

  /** Returns the seed, or the usual one. */
  long seed() {
    return seed == null ? USUAL_SEED : seed;
  }

  /** Returns the values of {@code --set}, by the names of settings. */
  Map<String, String> replaced() {
    return replaced.values();
  }

  /**
   * Trains a run that is made or opened, and says how it goes and what came out.
   *
   * @return the exit code
   */
  int train(Main main, Supplier<RecipeRun> run) {
    threads.apply();
    precision.apply();
    return Execution.of(main, run, maxTime, tensorBoard);
  }

  /** Makes a run. */
  RecipeRun create(Main main, Recipe<?> recipe, Setup setup) {
    main.notes().println(Execution.title(recipe, setup));
    // What is wrong with its options is to be said before data is loaded.
    Backends.preferred();
    return RecipeRun.create(runs.folder(), recipe, setup);
  }

  /**
   * Opens a run that is to go on; it has its settings, others would make another run of it.
   *
   * @param fixed further options that a run has, and whether they are given
   */
  RecipeRun open(String name, Map<String, Boolean> fixed) {
    Map<String, Boolean> all = new LinkedHashMap<>(fixed);
    all.put("--seed", seed != null);
    all.put("--set", replaced.isGiven());
    all.put("--precision", precision.isGiven());
    Execution.requireNone(all);
    return RecipeRun.open(runs.folder(), name, Recipes::ofRun);
  }
}
