package shinso.app;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.core.backend.Backends;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Setup;
import shinso.zoo.harness.UsageException;

/** {@code shinso run}: trains what a recipe says, or goes on with a run that was stopped. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Train what a recipe says, and leave a model and a report in the run's folder.",
    footer = {
      "",
      "Ctrl-C finishes the step and writes a checkpoint; --resume RUN goes on from it.",
      "shinso list RECIPE shows the settings that --set takes."
    })
final class RunCommand implements Callable<Integer> {
  private static final long USUAL_SEED = 1;

  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private PrecisionOption precision;
  @Mixin private RunsFolder runs;
  @Mixin private SetOption replaced;

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      completionCandidates = Candidates.RecipeNames.class,
      description = "What to run; see shinso list.")
  private @Nullable String recipe;

  @Option(
      names = "--data",
      paramLabel = "NAME",
      completionCandidates = Candidates.DataNames.class,
      description = "Data set (default: the first one that shinso list shows for the recipe).")
  private @Nullable String data;

  @Option(
      names = "--budget",
      paramLabel = "NAME",
      completionCandidates = Candidates.BudgetNames.class,
      description = "smoke (seconds), default (minutes) or paper (the full protocol).")
  private @Nullable String budget;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description =
          "What everything random follows from (default: 1); the same seed gives the same bits.")
  private @Nullable Long seed;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Go on with a run that was stopped: its folder, or what its name begins with.")
  private @Nullable String resumed;

  @Option(
      names = "--max-time",
      paramLabel = "TIME",
      converter = Converters.Time.class,
      description = "End training after this time, such as 90s, 5m or 1h30m, with what it has.")
  private @Nullable Duration maxTime;

  @Override
  public Integer call() {
    threads.apply();
    precision.apply();
    return Execution.of(main, () -> resumed == null ? create() : open(resumed), maxTime);
  }

  private RecipeRun create() {
    if (recipe == null) {
      throw new UsageException(
          "run needs a RECIPE, or --resume RUN; shinso list shows the recipes");
    }
    Recipe<?> chosen = Recipes.named(recipe);
    Budget size = budget == null ? Budget.DEFAULT : Budget.named(budget);
    Setup setup =
        new Setup(
            source(chosen, data),
            size,
            chosen.settings(size, replaced.values()),
            seed == null ? USUAL_SEED : seed);
    main.notes().println(Execution.title(chosen, setup));
    // What is wrong with its options is to be said before data is loaded.
    Backends.preferred();
    return RecipeRun.create(runs.folder(), chosen, setup);
  }

  /** Returns the data of a name, or the recipe's usual data. */
  static @Nullable DataSource source(Recipe<?> chosen, @Nullable String data) {
    if (data != null) {
      return chosen.data(data);
    }
    return chosen.data().isEmpty() ? null : chosen.data().getFirst();
  }

  /** A run has its settings: others would make another run of it. */
  private RecipeRun open(String name) {
    Map<String, Boolean> fixed = new LinkedHashMap<>();
    fixed.put("--data", data != null);
    fixed.put("--budget", budget != null);
    fixed.put("--seed", seed != null);
    fixed.put("--set", replaced.isGiven());
    fixed.put("--precision", precision.isGiven());
    Execution.requireNone(fixed);
    RecipeRun run = RecipeRun.open(runs.folder(), name, Recipes::ofRun);
    if (recipe != null && !recipe.equals(run.recipe().name())) {
      throw new UsageException(
          "the run %s is one of %s, not of %s; leave the recipe out"
              .formatted(run.folder().path(), run.recipe().name(), recipe));
    }
    Execution.restore(main, run);
    return run;
  }
}
