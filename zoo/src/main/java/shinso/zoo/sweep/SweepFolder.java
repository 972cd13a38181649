package shinso.zoo.sweep;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.UsageException;

/**
 * The folder of a sweep, {@code <time>-sweep-<recipe>}: {@code sweep.json} with the plan, {@code
 * results.json} with what came out so far, {@code trials/}, in which each trial is a run, and
 * {@code report.html}.
 *
 * @param path where it lies
 * @param plan what the sweep follows from
 */
public record SweepFolder(Path path, Plan plan) {
  private static final String PLAN = "sweep.json";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  /**
   * Makes a new folder.
   *
   * @param runs the folder of all runs, made if need be
   * @throws UsageException if nobody knows which direction of the plan's metric is good
   * @throws FileException if it can't be made
   */
  public static SweepFolder create(Path runs, Plan plan) {
    Metric.check(plan);
    String name =
        TIME.format(LocalDateTime.now(ZoneId.systemDefault())) + "-sweep-" + plan.recipe().name();
    try {
      Files.createDirectories(runs);
      for (int i = 1; ; i++) {
        Path path = runs.resolve(i == 1 ? name : name + "-" + i);
        try {
          Files.createDirectory(path);
        } catch (FileAlreadyExistsException taken) {
          // Another sweep started in the same second.
          continue;
        }
        plan.write(path.resolve(PLAN));
        return new SweepFolder(path, plan);
      }
    } catch (IOException e) {
      throw FileException.writing(runs.resolve(name), e);
    }
  }

  /** Returns the folders of all sweeps, the oldest first. */
  public static List<Path> list(Path runs) {
    if (!Files.isDirectory(runs)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .filter(f -> Files.exists(f.resolve(PLAN)))
          .sorted(Comparator.comparing(SweepFolder::nameOf))
          .toList();
    } catch (IOException e) {
      throw FileException.reading(runs, e);
    }
  }

  private static String nameOf(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  /**
   * Returns the folder of a sweep.
   *
   * @param runs the folder of all runs
   * @param name a path, or the name of a folder in {@code runs}, or what only one of them begins
   *     with
   * @throws FileException if there is no such sweep, or several
   */
  public static Path find(Path runs, String name) {
    List<Path> found = matching(runs, name);
    if (found.size() == 1) {
      return found.getFirst();
    }
    List<Path> all = list(runs);
    List<String> names = all.reversed().stream().limit(5).map(SweepFolder::nameOf).toList();
    throw new FileException(
        found.size() > 1
            ? "'%s' stands for %d sweeps; write more of it".formatted(name, found.size())
            : all.isEmpty()
                ? "there is no sweep '%s': none has been started in %s".formatted(name, runs)
                : "there is no sweep '%s' in %s; the latest are %s"
                    .formatted(name, runs, String.join(", ", names)));
  }

  /** Returns the sweeps that a name stands for, as {@link #find} takes it. */
  public static List<Path> matching(Path runs, String name) {
    if (name.isEmpty()) {
      return List.of();
    }
    Path direct = direct(name);
    return Files.exists(direct.resolve(PLAN))
        ? List.of(direct)
        : list(runs).stream().filter(p -> nameOf(p).startsWith(name)).toList();
  }

  private static Path direct(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      return Path.of("");
    }
  }

  /**
   * Opens a folder.
   *
   * @param recipes finds a recipe by its name
   * @throws FileException if its plan is damaged or of another version
   */
  public static SweepFolder open(Path path, Function<String, Recipe<?>> recipes) {
    return new SweepFolder(path, Plan.read(path.resolve(PLAN), recipes));
  }

  /**
   * Writes down that trials are ranked by another metric.
   *
   * @param metric as {@link Plan#metric}
   * @param goal as {@link Plan#goal}
   * @throws UsageException if trials don't measure it, if nobody knows which direction is good, or
   *     if trials have been stopped early by the metric before
   */
  public SweepFolder rankedBy(String metric, String goal) {
    Plan changed = plan.rankedBy(metric, goal);
    List<Trial> before = results();
    if (plan.method() == Method.HALVING
        && !before.isEmpty()
        && (before.stream().anyMatch(t -> t.round() > 1)
            || !Metric.set(metric).equals(Metric.set(plan.metric())))) {
      throw new UsageException(
          "the trials of the sweep %s have paused as its metric says; another metric or goal needs a sweep of its own"
              .formatted(path.getFileName()));
    }
    Metric.check(changed);
    before.stream()
        .filter(t -> !t.hasFailed())
        .findFirst()
        .ifPresent(t -> Metric.of(changed, t.numbers()));
    changed.write(path.resolve(PLAN));
    return new SweepFolder(path, changed);
  }

  /** Returns the folder of all trials. */
  public Path trials() {
    return path.resolve("trials");
  }

  /** Returns the folder of a trial, which is that of a run. */
  public Path trial(int number) {
    return trials().resolve(String.format(Locale.ROOT, "trial-%04d", number));
  }

  /** Returns the file of the report. */
  public Path report() {
    return path.resolve("report.html");
  }

  /** Returns what has come out so far, in the order of rounds and trials. */
  public List<Trial> results() {
    Path file = resultsFile();
    return Files.exists(file)
        ? JsonFile.read(file).objects("trials").stream().map(Trial::of).toList()
        : List.of();
  }

  /** Writes down what has come out so far. */
  void write(List<Trial> results) {
    List<Trial> sorted = new ArrayList<>(results);
    sorted.sort(Comparator.comparingInt(Trial::round).thenComparingInt(Trial::number));
    JsonFile.write(resultsFile(), Map.of("trials", sorted.stream().map(Trial::fields).toList()));
  }

  private Path resultsFile() {
    return path.resolve("results.json");
  }
}
