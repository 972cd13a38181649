package shinso.app;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import shinso.zoo.Recipes;
import shinso.zoo.harness.RecipeRun;

/** The first argument of the commands that use a run. */
final class GivenRun {
  @Mixin private RunsFolder runs;

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "The run's folder, or what its name begins with.")
  private String name = "";

  /**
   * Opens the run.
   *
   * @throws shinso.train.file.FileException if there is no such run, or its description is damaged
   */
  RecipeRun open() {
    return RecipeRun.open(runs.folder(), name, Recipes::ofRun);
  }
}
