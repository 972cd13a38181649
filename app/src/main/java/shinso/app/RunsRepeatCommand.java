package shinso.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.Setup;

/** {@code shinso runs repeat}: the same again, to see whether the same comes out. */
@Command(
    name = "repeat",
    mixinStandardHelpOptions = true,
    description = "Run again what a run ran: the same recipe, data, budget and settings.",
    footer = {
      "",
      "With the same seed the bits are compared; exit code 1 if they aren't the same. What is",
      "another than then of versions and machine is said."
    })
final class RunsRepeatCommand implements Callable<Integer> {
  @ParentCommand private RunsCommand parent;
  @Mixin private RunsFolder runs;
  @Mixin private Threads threads;

  @Parameters(paramLabel = "RUN", description = "The run's folder, or what its name begins with.")
  private String name = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description = "Another seed (default: the run's own).")
  private @Nullable Long seed;

  private @Nullable RecipeRun made;

  @Override
  public Integer call() {
    threads.apply();
    Main main = parent.main();
    RecipeRun first = RecipeRun.open(runs.folder(), name, Recipes::ofRun);
    RunInfo then = first.folder().info();
    PrecisionOption.restore(then.machine().getOrDefault("precision", "f32"));
    Setup setup = first.setup(seed == null ? then.seed() : seed);
    int code = Execution.of(main, () -> create(main, first, setup), null, null);
    RecipeRun second = made;
    if (code != 0 || second == null) {
      return code;
    }
    if (setup.seed() != then.seed()) {
      return 0;
    }
    return compare(main, first.folder(), RunFolder.at(second.folder().path()));
  }

  private RecipeRun create(Main main, RecipeRun first, Setup setup) {
    RunInfo then = first.folder().info();
    main.notes().println(Execution.title(first.recipe(), setup));
    List<String> changes = then.changesHere();
    if (!changes.isEmpty()) {
      main.err()
          .println(
              "shinso: since the run was started, %s; the bits may be others"
                  .formatted(String.join("; ", changes)));
    }
    List<String> further = then.furtherChangesHere();
    if (!further.isEmpty()) {
      main.notes().println("also: " + String.join("; ", further));
    }
    RecipeRun run = RecipeRun.create(runs.folder(), first.recipe(), setup);
    if (!run.folder().info().data().equals(then.data())) {
      main.err()
          .println(
              "shinso: the data is another than then: %s, not %s"
                  .formatted(run.folder().info().data(), then.data()));
    }
    made = run;
    return run;
  }

  /** Says whether the same came out. */
  private static int compare(Main main, RunFolder first, RunFolder second) {
    String before = String.valueOf(first.path().getFileName());
    RunInfo then = first.info();
    if (then.status() != RunStatus.FINISHED || "the time was up".equals(then.ending())) {
      main.out()
          .println(
              "%s has nothing to compare with: %s"
                  .formatted(before, then.ending() == null ? then.status() : then.ending()));
      return 0;
    }
    List<String> differences = new ArrayList<>();
    if (!Objects.equals(then.modelSha256(), second.info().modelSha256())) {
      differences.add("the model");
    }
    Map<String, Measurement> now = byName(second);
    byName(first)
        .forEach((name, old) -> {
          Measurement m = now.get(name);
          if (m == null || Double.compare(m.value(), old.value()) != 0) {
            differences.add(
                "%s (%s, then %s)".formatted(name, m == null ? "missing" : m.text(), old.text()));
          }
        });
    if (differences.isEmpty()) {
      main.out()
          .println(
              "the same bits as %s%s"
                  .formatted(before, then.modelSha256() == null ? " in all scores" : ""));
      return 0;
    }
    main.err()
        .println(
            "shinso: other bits than %s: %s differ%s"
                .formatted(
                    before, String.join(", ", differences), differences.size() == 1 ? "s" : ""));
    return Errors.FAILED;
  }

  private static Map<String, Measurement> byName(RunFolder run) {
    Map<String, Measurement> all = new LinkedHashMap<>();
    Measurement.of(run, null).forEach(m -> all.put(m.name(), m));
    return all;
  }
}
