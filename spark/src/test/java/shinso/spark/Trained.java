package shinso.spark;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import shinso.train.loop.Screen;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Settings;
import shinso.zoo.harness.Setup;

/** Runs of recipes in this process. */
public final class Trained {
  private Trained() {}

  /** Trains with seed 1 and the budget smoke, but for some settings. */
  public static RecipeRun run(Path runs, Recipe<?> recipe, Map<String, String> values) {
    Settings settings = recipe.settings(Budget.SMOKE, values);
    Setup setup =
        new Setup(
            recipe instanceof OwnRecipe<?> own ? own.source(settings, 1) : recipe.data().getFirst(),
            Budget.SMOKE,
            settings,
            1);
    RecipeRun run = RecipeRun.create(runs, recipe, setup);
    Screen nowhere =
        Screen.lines(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    run.train(nowhere, () -> false, null);
    return run;
  }
}
