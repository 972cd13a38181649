package shinso.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
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
  @ParentCommand private Main main;
  @Mixin private TrainingOptions training;

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
      names = "--resume",
      paramLabel = "RUN",
      description = "Go on with a run that was stopped: its folder, or what its name begins with.")
  private @Nullable String resumed;

  @Override
  public Integer call() {
    return training.train(main, () -> resumed == null ? create() : open(resumed));
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
            chosen.settings(size, training.replaced()),
            training.seed());
    return training.create(main, chosen, setup);
  }

  /** Returns the data of a name, or the recipe's usual data. */
  static @Nullable DataSource source(Recipe<?> chosen, @Nullable String data) {
    if (data != null) {
      return chosen.data(data);
    }
    return chosen.data().isEmpty() ? null : chosen.data().getFirst();
  }

  private RecipeRun open(String name) {
    Map<String, Boolean> fixed = new LinkedHashMap<>();
    fixed.put("--data", data != null);
    fixed.put("--budget", budget != null);
    RecipeRun run = training.open(name, fixed);
    if (recipe != null && !recipe.equals(run.recipe().name())) {
      throw new UsageException(
          "the run %s is one of %s, not of %s; leave the recipe out"
              .formatted(run.folder().path(), run.recipe().name(), recipe));
    }
    Execution.restore(main, run);
    return run;
  }
}
