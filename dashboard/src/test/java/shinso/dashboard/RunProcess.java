package shinso.dashboard;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.train.loop.Screen;
import shinso.train.run.StopRequest;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Setup;

/**
 * A process that trains, in the place of the command line, of which this module knows nothing. It
 * takes the arguments that the dashboard gives.
 */
final class RunProcess {
  private RunProcess() {}

  /** Returns what starts such a process. */
  static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-XX:+UseSerialGC", "-Dshinso.threads=1", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(RunProcess.class.getName());
    command.addAll(arguments);
    return command;
  }

  /** Trains what the arguments say, {@code run RECIPE --data … --runs DIR}. */
  public static void main(String[] args) {
    Map<String, String> options = new LinkedHashMap<>();
    Map<String, String> settings = new LinkedHashMap<>();
    boolean resumes = args[1].equals("--resume");
    for (int i = resumes ? 1 : 2; i < args.length; i += 2) {
      if (args[i].equals("--set")) {
        String[] setting = args[i + 1].split("=", 2);
        settings.put(setting[0], setting[1]);
      } else {
        options.put(args[i], args[i + 1]);
      }
    }
    Path runs = Path.of(options.getOrDefault("--runs", ""));
    RecipeRun run =
        resumes
            ? RecipeRun.open(runs, options.getOrDefault("--resume", ""), Recipes::ofRun)
            : create(runs, Recipes.named(args[1]), options, settings);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println("run folder: " + run.folder().path());
    run.train(Screen.lines(out), StopRequest.in(run.folder().path()), null);
  }

  private static RecipeRun create(
      Path runs, Recipe<?> recipe, Map<String, String> options, Map<String, String> settings) {
    Budget budget = Budget.named(options.getOrDefault("--budget", "default"));
    return RecipeRun.create(
        runs,
        recipe,
        new Setup(
            recipe.data(options.getOrDefault("--data", "")),
            budget,
            recipe.settings(budget, settings),
            Long.parseLong(options.getOrDefault("--seed", "1"))));
  }
}
