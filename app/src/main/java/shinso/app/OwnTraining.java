package shinso.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import shinso.zoo.Recipes;
import shinso.zoo.harness.OwnRecipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.UsageException;

/** The options of all kinds of {@code shinso train}, and what they do. */
final class OwnTraining {
  @Mixin private TrainingOptions training;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training examples, at most.")
  private @Nullable String epochs;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run that was stopped, on data that lies elsewhere now; shinso run --resume"
              + " where it lies as before.")
  private @Nullable String resumed;

  /**
   * Trains on a file or folder.
   *
   * @param kind what kind of data it is, the name of a recipe
   * @param options values of further settings, by name; null where none is given
   * @return the exit code
   */
  int on(Main main, String kind, Path place, Map<String, @Nullable String> options) {
    Map<String, @Nullable String> all = new LinkedHashMap<>(options);
    all.put("epochs", epochs);
    return training.train(
        main,
        () ->
            resumed == null
                ? create(main, kind, place, all)
                : open(main, kind, place, all, resumed));
  }

  private RecipeRun create(
      Main main, String kind, Path place, Map<String, @Nullable String> options) {
    Map<String, String> values = new LinkedHashMap<>(training.replaced());
    options.forEach((name, value) -> {
      if (value != null && values.put(name, value) != null) {
        throw new UsageException(
            "--%s and --set %s= say the same; leave one out".formatted(name, name));
      }
    });
    OwnRecipe<?> recipe = Recipes.own(kind);
    return training.create(main, recipe, recipe.on(place, values, training.seed()));
  }

  private RecipeRun open(
      Main main, String kind, Path place, Map<String, @Nullable String> options, String name) {
    Map<String, Boolean> fixed = new LinkedHashMap<>();
    options.forEach((option, value) -> fixed.put("--" + option, value != null));
    RecipeRun run = training.open(name, fixed);
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
