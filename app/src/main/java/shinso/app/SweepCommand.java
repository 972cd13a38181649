package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.core.backend.Backends;
import shinso.core.backend.NativeMemory;
import shinso.train.figure.Numbers;
import shinso.train.run.RunFolder;
import shinso.train.run.TrainingFolder;
import shinso.zoo.Recipes;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.UsageException;
import shinso.zoo.sweep.LocalRunner;
import shinso.zoo.sweep.Method;
import shinso.zoo.sweep.Metric;
import shinso.zoo.sweep.Plan;
import shinso.zoo.sweep.Standing;
import shinso.zoo.sweep.Sweep;
import shinso.zoo.sweep.SweepFolder;
import shinso.zoo.sweep.SweepReport;
import shinso.zoo.sweep.Trial;
import shinso.zoo.sweep.TrialCluster;
import shinso.zoo.sweep.TrialRunner;

/** {@code shinso sweep}: trains a recipe with many settings and says which are good. */
@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    description = "Train a recipe with many settings, and say which are good.",
    footer = {
      "",
      "--set rate=1e-4:1e-2:log draws from a range, equal ratios being equally likely;",
      "--set rate=0.1:0.5 draws from one evenly; --set dropout=0,0.3,0.5 takes one of these;",
      "--set epochs=5 is the same for all. shinso list RECIPE shows the settings.",
      "",
      "Trials are ranked by what they measure on the validation set, unless --metric says",
      "otherwise. Ctrl-C stops with checkpoints; --resume SWEEP goes on, also after a kill."
    })
final class SweepCommand implements Callable<Integer> {
  private static final long USUAL_SEED = 1;
  private static final int SHOWN = 10;

  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private RunsFolder runs;
  @Mixin private SetOption settings;
  @Mixin private JsonOption json;

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      completionCandidates = Candidates.RecipeNames.class,
      description = "What to train; see shinso list.")
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
      description = "Work of each trial: smoke, default or paper (default: default).")
  private @Nullable String budget;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      completionCandidates = Candidates.SweepMethods.class,
      description =
          "grid: all combinations; random; halving: many trials for a short while, the best of them"
              + " for longer (default: random, or grid without --trials).")
  private @Nullable String method;

  @Option(
      names = "--trials",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "How many trials, at most.")
  private @Nullable Integer trials;

  @Option(
      names = "--parallel",
      paramLabel = "P",
      converter = Converters.Threads.class,
      description =
          "How many trials at the same time, each in a process of its own (default: 1, in this"
              + " one). Results don't depend on it.")
  private int parallel = 1;

  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "Compute the trials as jobs of Apache Spark, --parallel of them at the same time:"
              + " spark://HOST:7077, yarn or local[2]. The runs come back to the sweep's folder.")
  private @Nullable String spark;

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description =
          "By what trials are ranked, such as validation.loss or 'test accuracy' (default: what is"
              + " measured on the validation set).")
  private @Nullable String metric;

  @Option(
      names = "--goal",
      paramLabel = "WORD",
      completionCandidates = Candidates.SweepGoals.class,
      description = "Which is good, largest or smallest (default: what the metric's name says).")
  private @Nullable String goal;

  @Option(
      names = "--eta",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "Of a round of halving one in N goes on (default: 3).")
  private @Nullable Integer eta;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description = "What the choice of settings and every trial follow from (default: 1).")
  private @Nullable Long seed;

  @Option(
      names = "--resume",
      paramLabel = "SWEEP",
      description =
          "Go on with a sweep that was stopped: its folder, or what its name begins with. --metric"
              + " and --goal rank it in another way.")
  private @Nullable String resumed;

  @Option(names = "--retry", description = "With --resume: try again what failed.")
  private boolean retries;

  @Override
  public Integer call() {
    threads.apply();
    // A wrong option is the user's mistake, not a failure of every trial.
    Backends.preferred();
    NativeMemory.limitBytes();
    try (Interruption interruption = Interruption.listen(main.err())) {
      SweepFolder folder = resumed == null ? create() : open(resumed);
      main.notes().println("sweep folder: " + folder.path());
      try (TrainingFolder.Lock _ = RunFolder.lock(folder.path())) {
        if (resumed != null && (metric != null || goal != null)) {
          folder =
              folder.rankedBy(
                  metric == null ? folder.plan().metric() : metric, goal == null ? "" : goal);
        }
        return spark == null
            ? run(folder, runners(folder, interruption), interruption)
            : onCluster(folder, spark, interruption);
      }
    }
  }

  private int onCluster(SweepFolder folder, String master, Interruption interruption) {
    try (TrialCluster cluster =
        ServiceLoader.load(TrialCluster.class)
            .findFirst()
            .orElseThrow(() ->
                new UsageException(
                    "--spark needs the libraries of Apache Spark, which the launcher fetches: start with ./shinso sweep"))) {
      return run(
          folder,
          cluster.runners(folder.path(), master, parallel, interruption.interrupt()),
          interruption);
    }
  }

  private int run(SweepFolder folder, List<TrialRunner> runners, Interruption interruption) {
    List<Map<String, String>> points = folder.plan().points();
    try {
      Standing standing = Sweep.run(folder, runners, retries, t -> tell(t, points));
      say(folder, standing);
      return standing.best() == null ? Errors.FAILED : 0;
    } catch (TrialRunner.Interruption e) {
      main.err().println("go on with: shinso sweep --resume " + folder.path());
      return interruption.exitCode();
    } finally {
      runners.forEach(TrialRunner::close);
    }
  }

  private SweepFolder create() {
    if (recipe == null) {
      throw new UsageException(
          "sweep needs a RECIPE, or --resume SWEEP; shinso list shows the recipes");
    }
    if (retries) {
      throw new UsageException("--retry goes with --resume SWEEP; leave it out");
    }
    Recipe<?> chosen = Recipes.named(recipe);
    String name = method == null ? (trials == null ? "grid" : "random") : method;
    Plan plan =
        new Plan(
            chosen,
            RunCommand.source(chosen, data),
            budget == null ? Budget.DEFAULT : Budget.named(budget),
            seed == null ? USUAL_SEED : seed,
            settings.values(),
            Method.named(name),
            trials == null ? 0 : trials,
            metric == null ? "" : metric,
            goal == null ? "" : goal,
            eta == null ? 3 : eta);
    List<Map<String, String>> points = plan.points();
    // What settings contradict each other is said before anything is made.
    plan.setup(points.getFirst());
    main.notes().println("%s: %s".formatted(chosen.name(), chosen.card().summary()));
    main.notes()
        .println(
            plan.rounds(points.size()).stream()
                .map(r ->
                    "%d %s%s"
                        .formatted(
                            r.trials(),
                            r.trials() == 1 ? "trial" : "trials",
                            r.share() < 1
                                ? " up to " + Numbers.text(100 * r.share()) + " % of the steps"
                                : ""))
                .collect(Collectors.joining(", ")));
    if (trials != null && points.size() < trials) {
      main.notes().println("there are no more than %d different points".formatted(points.size()));
    }
    return SweepFolder.create(runs.folder(), plan);
  }

  private SweepFolder open(String name) {
    Map<String, Boolean> fixed = new LinkedHashMap<>();
    fixed.put("RECIPE", recipe != null);
    fixed.put("--set", settings.isGiven());
    fixed.put("--data", data != null);
    fixed.put("--budget", budget != null);
    fixed.put("--method", method != null);
    fixed.put("--trials", trials != null);
    fixed.put("--eta", eta != null);
    fixed.put("--seed", seed != null);
    List<String> given =
        fixed.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    if (!given.isEmpty()) {
      throw new UsageException(
          "a sweep goes on with what it was started with, but for --metric and --goal; leave %s out"
              .formatted(String.join(", ", given)));
    }
    return SweepFolder.open(SweepFolder.find(runs.folder(), name), Recipes::named);
  }

  private List<TrialRunner> runners(SweepFolder folder, Interruption interruption) {
    if (parallel == 1) {
      return List.of(new LocalRunner(folder, Recipes::named, interruption.interrupt()));
    }
    List<TrialRunner> runners = new ArrayList<>();
    for (int i = 1; i <= parallel; i++) {
      runners.add(new WorkerRunner(folder.path(), i, parallel, interruption.interrupt()));
    }
    return runners;
  }

  private void tell(Trial trial, List<Map<String, String>> points) {
    List<String> settings = new ArrayList<>();
    points.get(trial.number() - 1).forEach((name, value) -> settings.add(name + " " + value));
    String result =
        trial.hasFailed()
            ? "failed: " + trial.error()
            : Numbers.duration(trial.seconds()) + (trial.complete() ? "" : ", pauses");
    main.notes()
        .println(
            "trial %d of %d: %s: %s"
                .formatted(trial.number(), points.size(), String.join(", ", settings), result));
  }

  private void say(SweepFolder folder, Standing standing) {
    Trial best = standing.best();
    Metric by = standing.metric();
    if (json.isGiven()) {
      JsonOption.print(main.out(), fields(folder, standing));
      return;
    }
    if (best == null || by == null) {
      main.err()
          .println(
              "shinso: all %d trials failed, the first one so: %s"
                  .formatted(standing.ranked().size(), standing.ranked().getFirst().error()));
    } else {
      table(standing, by);
      main.out().println();
      main.out().println("best: " + SweepReport.command(folder, best));
    }
    main.out().println("report: " + folder.report());
  }

  private void table(Standing standing, Metric by) {
    List<List<String>> rows = new ArrayList<>();
    List<String> names = List.copyOf(standing.points().getFirst().keySet());
    List<String> heading = new ArrayList<>(List.of("trial"));
    heading.addAll(names);
    heading.addAll(List.of(by.name(), "time", ""));
    rows.add(heading);
    for (Trial t : standing.ranked().stream().limit(SHOWN).toList()) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(t.number())));
      names.forEach(n -> row.add(standing.point(t).getOrDefault(n, "")));
      row.add(t.hasFailed() ? "" : Numbers.text(standing.value(t)));
      row.add(Numbers.duration(t.seconds()));
      row.add(t.hasFailed() ? "failed" : t.complete() ? "" : "round " + t.round());
      rows.add(row);
    }
    TextTable.lines(rows).forEach(main.out()::println);
    int more = standing.ranked().size() - SHOWN;
    if (more > 0) {
      main.out().println("and %d more".formatted(more));
    }
    if (standing.failures() > 0) {
      main.out().println(String.format(Locale.ROOT, "%d failed", standing.failures()));
    }
  }

  private static Map<String, Object> fields(SweepFolder folder, Standing standing) {
    Map<String, Object> fields = new LinkedHashMap<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Trial t : standing.ranked()) {
      Map<String, Object> row = new LinkedHashMap<>(t.fields());
      row.put("settings", standing.point(t));
      row.put("value", JsonOption.number(standing.value(t)));
      row.put("folder", folder.trial(t.number()).toAbsolutePath().normalize().toString());
      rows.add(row);
    }
    fields.put("trials", rows);
    Metric by = standing.metric();
    fields.put("metric", by == null ? null : by.name());
    fields.put("goal", by == null ? null : by.larger() ? "largest" : "smallest");
    Trial best = standing.best();
    fields.put("best", best == null ? null : best.number());
    fields.put("command", best == null ? null : SweepReport.command(folder, best));
    Path report = folder.report();
    fields.put("report", report.toString());
    return fields;
  }
}
