package shinso.app;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import shinso.train.figure.Numbers;
import shinso.train.file.AtomicFile;
import shinso.train.run.RunInfo;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.UsageException;
import shinso.zoo.sweep.SweepFolder;

/** {@code shinso runs list}: a line for each run. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List runs: how they are, what they were on, and their first number.",
    footer = {
      "",
      "A run that says that it is running is killed if nobody is at work on it; shinso run",
      "--resume RUN goes on with it. Scores can be told good from bad only within a recipe."
    })
final class RunsListCommand implements Runnable {
  /** By what runs are sorted. */
  static final List<String> ORDERS =
      List.of("started", "recipe", "status", "seconds", "size", "score");

  /** The oldest first; of runs of the same second the one with the smaller name. */
  static final Comparator<KnownRun> BY_START =
      Comparator.comparing(RunsListCommand::started).thenComparing(KnownRun::name);

  private static final Comparator<KnownRun> BY_RECIPE =
      Comparator.comparing((KnownRun run) -> run.recipe());

  /** Numbers of the same kind beside each other; runs without any are the last. */
  private static final Comparator<KnownRun> BY_SCORE =
      Comparator.comparing((KnownRun run) -> run.scores().isEmpty())
          .thenComparing(RunsListCommand::scoreName)
          .thenComparingDouble(RunsListCommand::scoreValue);

  @ParentCommand private RunsCommand parent;
  @Mixin private RunsFolder runs;
  @Mixin private RunChoice choice;
  @Mixin private JsonOption json;

  @Option(
      names = "--sort",
      paramLabel = "BY",
      completionCandidates = Candidates.RunOrders.class,
      description = "${COMPLETION-CANDIDATES} (default: started).")
  private String order = "started";

  @Option(names = "--reverse", description = "The other way round.")
  private boolean reversed;

  @Override
  public void run() {
    Comparator<KnownRun> by = comparator(order);
    Path folder = runs.folder();
    List<KnownRun> all = KnownRun.all(folder);
    List<KnownRun> chosen = new ArrayList<>(choice.of(all));
    // Equal ones stay in the order in which they were started.
    chosen.sort(reversed ? by.reversed() : by);
    PrintStream out = parent.main().out();
    List<String> sweeps =
        SweepFolder.list(folder).stream().map(p -> String.valueOf(p.getFileName())).toList();
    if (json.isGiven()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("runs", chosen.stream().map(KnownRun::row).toList());
      fields.put("sweeps", sweeps.stream().map(s -> Map.of("sweep", s)).toList());
      JsonOption.print(out, fields);
      return;
    }
    if (!sweeps.isEmpty()) {
      parent.main().notes().println("sweeps: " + String.join(", ", sweeps));
    }
    if (chosen.isEmpty()) {
      parent.main().notes().println(none(all, folder));
      return;
    }
    TextTable.lines(rows(chosen)).forEach(out::println);
    for (KnownRun run : chosen) {
      if (!run.problem().isEmpty()) {
        parent.main().err().println("shinso: " + run.problem());
      }
    }
  }

  private static String none(List<KnownRun> all, Path folder) {
    return all.isEmpty()
        ? "no run has been started in " + folder + "; shinso run RECIPE starts one"
        : "none of the %d runs in %s is such a one".formatted(all.size(), folder);
  }

  private static Comparator<KnownRun> comparator(String order) {
    return switch (order) {
      case "started" -> BY_START;
      case "recipe" -> BY_RECIPE;
      case "status" -> Comparator.comparing(KnownRun::state);
      case "seconds" -> Comparator.comparingDouble(KnownRun::seconds);
      case "size" -> Comparator.comparingLong(KnownRun::bytes);
      case "score" -> BY_RECIPE.thenComparing(BY_SCORE);
      default -> throw UsageException.unknown("order", order, ORDERS);
    };
  }

  private static String scoreName(KnownRun run) {
    Measurement score = run.headline();
    return score == null ? "" : score.name();
  }

  private static double scoreValue(KnownRun run) {
    Measurement score = run.headline();
    return score == null ? Double.NaN : score.value();
  }

  private static Instant started(KnownRun run) {
    Instant started = run.started();
    return started == null ? Instant.MIN : started;
  }

  private static List<List<String>> rows(List<KnownRun> runs) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("run", "status", "data", "budget", "seed", "time", "size", "score"));
    for (KnownRun run : runs) {
      RunInfo info = run.info();
      Measurement score = run.headline();
      rows.add(
          List.of(
              name(run),
              run.state().toString(),
              shortened(run.data()),
              info == null ? "" : info.budget(),
              info == null ? "" : Long.toString(info.seed()),
              info == null ? "" : Numbers.duration(run.seconds()),
              AtomicFile.bytes(run.bytes()),
              score == null
                  ? ""
                  : score.name() + " " + Colours.judged(score.isGood(), score.text())));
    }
    return rows;
  }

  /** The names of most runs end in that of the recipe. */
  private static String name(KnownRun run) {
    return run.recipe().isEmpty() || run.name().contains(run.recipe())
        ? run.name()
        : run.name() + " (" + run.recipe() + ")";
  }

  /** Of the place of a user's own data its last name is enough. */
  private static String shortened(String data) {
    return data.substring(data.lastIndexOf('/') + 1);
  }
}
