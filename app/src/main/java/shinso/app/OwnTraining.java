package shinso.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shinso.core.backend.Backends;
import shinso.zoo.Recipes;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.UsageException;

/** The options of all kinds of {@code shinso train}, and what they do. */
final class OwnTraining {
  private static final long USUAL_SEED = 1;

  @Mixin private Threads threads;
  @Mixin private PrecisionOption precision;
  @Mixin private RunsFolder runs;
  @Mixin private SetOption replaced;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training examples, at most.")
  private @Nullable String epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description =
          "What everything random follows from, the parts of the data among them (default: 1).")
  private @Nullable Long seed;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run that was stopped, on data that lies elsewhere now; shinso run --resume"
              + " where it lies as before.")
  private @Nullable String resumed;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "End training after this time, such as 90s, 5m or 1h30m, with what it has.")
  private @Nullable Duration maxTime;

  /**
   * Trains on a file or folder.
   *
   * @param kind what kind of data it is, the name of a recipe
   * @param options values of further settings, by name; null where none is given
   * @return the exit code
   */
  int on(Main main, String kind, Path place, Map<String, @Nullable String> options) {
    threads.apply();
    precision.apply();
    Map<String, @Nullable String> all = new LinkedHashMap<>(options);
    all.put("epochs", epochs);
    return Execution.of(
        main,
        () ->
            resumed == null
                ? create(main, kind, place, all)
                : open(main, kind, place, all, resumed),
        maxTime);
  }

  private RecipeRun create(
      Main main, String kind, Path place, Map<String, @Nullable String> options) {
    Map<String, String> values = new LinkedHashMap<>(replaced.values());
    options.forEach((name, value) -> {
      if (value != null && values.put(name, value) != null) {
        throw new UsageException(
            "--%s and --set %s= say the same; leave one out".formatted(name, name));
      }
    });
    OwnRecipe<?> recipe = Recipes.own(kind);
    Setup setup = recipe.on(place, values, seed == null ? USUAL_SEED : seed);
    main.notes().println(Execution.title(recipe, setup));
    // What is wrong with its options is to be said before data is loaded.
    Backends.preferred();
    return RecipeRun.create(runs.folder(), recipe, setup);
  }

  private RecipeRun open(
      Main main, String kind, Path place, Map<String, @Nullable String> options, String name) {
    Map<String, Boolean> fixed = new LinkedHashMap<>();
    options.forEach((option, value) -> fixed.put("--" + option, value != null));
    fixed.put("--seed", seed != null);
    fixed.put("--set", replaced.isGiven());
    fixed.put("--precision", precision.isGiven());
    Execution.requireNone(fixed);
    RecipeRun run = RecipeRun.open(runs.folder(), name, Recipes::ofRun);
    if (!run.recipe().name().equals(kind)) {
      throw new UsageException(
          "the run %s is one of %s, not of %s; give another run"
              .formatted(run.folder().path(), run.recipe().name(), kind));
    }
    RecipeRun moved = run.movedTo(place);
    Execution.restore(main, moved);
    return moved;
  }
}
