package shinso.dashboard.model;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import shinso.nn.layer.Parameters;
import shinso.train.loop.Screen;
import shinso.train.run.RunStatus;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Setup;

/** Small runs of real recipes on digits that the program draws, of a step or a few. */
public final class TestRuns {
  private TestRuns() {}

  /** Makes a run whose model has learned for a step or two; returns its name. */
  public static String oneStep(Path runs, String recipe, Map<String, String> settings) {
    RecipeRun run = create(runs, recipe, settings);
    stop(run, 1);
    // What a run measures and draws at its end would take longer than everything else here.
    run.folder().saveModel(Parameters.all(run.latestModel().model()));
    run.folder().update(RunStatus.FINISHED, "one step is enough", 0, Map.of());
    return name(run);
  }

  /** Makes a run that is stopped after some steps, so that it has a checkpoint and no model. */
  static String stopped(Path runs, String recipe, Map<String, String> settings, int steps) {
    RecipeRun run = create(runs, recipe, settings);
    stop(run, steps);
    return name(run);
  }

  /** Makes a run that has done nothing yet. */
  static String untouched(Path runs, String recipe, Map<String, String> settings) {
    return name(create(runs, recipe, settings));
  }

  private static RecipeRun create(Path runs, String name, Map<String, String> settings) {
    Recipe<?> recipe = Recipes.named(name);
    return RecipeRun.create(
        runs,
        recipe,
        new Setup(
            recipe.data().getFirst(), Budget.SMOKE, recipe.settings(Budget.SMOKE, settings), 1));
  }

  private static void stop(RecipeRun run, int steps) {
    Screen nowhere = Screen.lines(new PrintStream(OutputStream.nullOutputStream()));
    int[] asked = {0};
    run.train(nowhere, () -> asked[0]++ >= steps, null);
  }

  private static String name(RecipeRun run) {
    return String.valueOf(run.folder().path().getFileName());
  }
}
