package shinso.zoo.sweep;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.Numbers;
import shinso.train.figure.ParallelCoordinates;
import shinso.train.figure.Scatter;
import shinso.train.file.AtomicFile;
import shinso.train.report.CurveOverlay;
import shinso.train.report.Document;
import shinso.train.report.Section;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.zoo.harness.StageSummary;

/** The report of a sweep. */
public final class SweepReport {
  private static final int MOST_CURVES = 24;

  private final SweepFolder folder;
  private final Standing standing;

  private SweepReport(SweepFolder folder, Standing standing) {
    this.folder = folder;
    this.standing = standing;
  }

  /** Writes the report of what there is so far, and its pictures. */
  static void write(SweepFolder folder, Standing standing) {
    new SweepReport(folder, standing).write();
  }

  private void write() {
    Plan plan = folder.plan();
    Document page = Document.titled(plan.recipe().name() + " – sweep");
    long left = standing.points().size() - standing.ranked().size();
    page.heading("Sweep of " + plan.recipe().name(), left > 0 ? "running" : "finished");
    page.lead(plan.recipe().card().summary());
    page.hint(
        "%s · %s · %d trials by %s, seed %d"
            .formatted(
                folder.path().getFileName(),
                plan.data() == null ? "no data" : plan.data().name(),
                standing.points().size(),
                plan.method(),
                plan.seed()),
        null);
    page.numbers(numbers());
    Trial best = standing.best();
    if (best != null) {
      page.with(Section.text("Train the best again", command(folder, best)));
    }
    Metric metric = standing.metric();
    if (metric != null) {
      picture(page, metric);
    }
    page.with(trials());
    if (metric != null) {
      dimensions(page, metric);
      curves(page, metric);
    }
    page.with(Section.table("Plan", plan()));
    page.write(folder.report());
  }

  private Map<String, String> numbers() {
    Map<String, String> numbers = new LinkedHashMap<>();
    Trial best = standing.best();
    Metric metric = standing.metric();
    if (best != null && metric != null) {
      numbers.put(metric.name() + " of trial " + best.number(), Numbers.text(standing.value(best)));
      standing.point(best).forEach(numbers::put);
    }
    numbers.put("trials failed", Long.toString(standing.failures()));
    numbers.put(
        "of training",
        Numbers.duration(standing.ranked().stream().mapToDouble(Trial::seconds).sum()));
    return numbers;
  }

  /** Returns the command line that trains a trial by itself. */
  public static String command(SweepFolder folder, Trial trial) {
    return "shinso "
        + String.join(" ", RunFolder.at(folder.trial(trial.number())).info().commandLine());
  }

  private void picture(Document page, Metric metric) {
    ParallelCoordinates figure = figure(standing, metric);
    Section section = Section.figure(figure, "trials.png");
    section.files().forEach((name, bytes) -> AtomicFile.write(folder.path().resolve(name), bytes));
    page.with(section);
  }

  /** Returns the trials as lines across their settings to what they are ranked by. */
  static ParallelCoordinates figure(Standing standing, Metric metric) {
    List<Trial> trials = standing.ranked();
    ParallelCoordinates figure =
        Figure.parallelCoordinates(
            "Trials", trials.stream().map(t -> "trial " + t.number()).toList());
    for (Dimension d : space(standing).dimensions()) {
      figure = with(figure, d, trials.stream().map(t -> value(standing, t, d)).toList());
    }
    if (standing.plan().method() == Method.HALVING) {
      int last = standing.plan().rounds(standing.points().size()).size();
      figure =
          figure.words(
              "round",
              IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList(),
              trials.stream().map(t -> Integer.toString(t.round())).toList());
    }
    double[] values = trials.stream().mapToDouble(standing::value).toArray();
    return figure
        .numbers(metric.name(), values)
        .best(metric.larger() ? Lines.Best.LARGEST : Lines.Best.SMALLEST)
        .size(1000, 420)
        .caption("Each line is a trial; the best one is thick, what failed is dashed.");
  }

  private static Space space(Standing standing) {
    Plan plan = standing.plan();
    return Space.parse(plan.recipe(), plan.budget(), plan.texts());
  }

  private static String value(Standing standing, Trial trial, Dimension d) {
    return standing.point(trial).getOrDefault(d.setting().name(), "");
  }

  private static ParallelCoordinates with(
      ParallelCoordinates figure, Dimension d, List<String> texts) {
    String name = d.setting().name();
    return switch (d) {
      case Dimension.Range r -> {
        double[] values = texts.stream().mapToDouble(Double::parseDouble).toArray();
        yield r.logarithmic() ? figure.logarithms(name, values) : figure.numbers(name, values);
      }
      // Listed values stand at equal distances, in the order in which they were listed.
      case Dimension.Choices c -> figure.words(name, c.values(), texts);
    };
  }

  private Section trials() {
    List<String> names =
        space(standing).dimensions().stream().map(d -> d.setting().name()).toList();
    boolean halving = folder.plan().method() == Method.HALVING;
    Metric metric = standing.metric();
    List<String> heading = new ArrayList<>(List.of("trial"));
    heading.addAll(names);
    heading.add(metric == null ? "measured" : metric.name());
    if (halving) {
      heading.add("round");
    }
    heading.addAll(List.of("time", "status"));
    List<List<String>> rows = new ArrayList<>();
    for (Trial t : standing.ranked()) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(t.number())));
      names.forEach(n -> row.add(standing.point(t).getOrDefault(n, "")));
      row.add(t.hasFailed() ? "–" : Numbers.text(standing.value(t)));
      if (halving) {
        row.add(Integer.toString(t.round()));
      }
      row.add(Numbers.duration(t.seconds()));
      row.add(t.hasFailed() ? t.error() : t.complete() ? "finished" : "not among the best");
      rows.add(row);
    }
    List<Integer> best = new ArrayList<>(Collections.nCopies(heading.size() - 1, -1));
    if (standing.best() != null) {
      best.set(names.size(), 0);
    }
    return Section.grid("All trials", heading, rows, best);
  }

  /** Adds what trials came to over each setting of numbers. */
  private void dimensions(Document page, Metric metric) {
    List<Trial> good = standing.ranked().stream().filter(t -> !t.hasFailed()).toList();
    List<Scatter> plots = new ArrayList<>();
    for (Dimension d : space(standing).dimensions()) {
      if (d instanceof Dimension.Range r) {
        Scatter plot =
            Figure.scatter(d.setting().name())
                .axes(d.setting().name(), metric.name())
                .points(
                    "",
                    good.stream()
                        .mapToDouble(t -> Double.parseDouble(value(standing, t, d)))
                        .toArray(),
                    good.stream().mapToDouble(standing::value).toArray())
                .size(480, 320);
        plots.add(r.logarithmic() ? plot.logX() : plot);
      }
    }
    if (!plots.isEmpty() && !good.isEmpty()) {
      page.with(
          new Section(
              "Each setting by itself",
              Figure.panels("", plots, Math.min(2, plots.size())).html(),
              Map.of()));
    }
  }

  /** Adds the curves of what trials are ranked by, if it is measured on the way. */
  private void curves(Document page, Metric metric) {
    Map<String, MetricsTable> tables = new LinkedHashMap<>();
    for (Trial t : standing.ranked()) {
      MetricsTable table = tables.size() < MOST_CURVES ? curve(t, metric) : null;
      if (table != null) {
        tables.put("trial " + t.number(), table);
      }
    }
    if (!tables.isEmpty()) {
      page.charts("Curves of the best", "log-trials", CurveOverlay.of(tables));
    }
  }

  private @Nullable MetricsTable curve(Trial trial, Metric metric) {
    Path run = folder.trial(trial.number());
    MetricsTable found = null;
    for (StageSummary stage : StageSummary.of(run)) {
      MetricsTable table = stage.metrics();
      if (table.columns().contains(metric.name())) {
        List<String> columns = List.of("step", "epoch", metric.name());
        found = new MetricsTable(columns, table.rows());
      }
    }
    return found;
  }

  private Map<String, String> plan() {
    Plan plan = folder.plan();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("recipe", plan.recipe().name());
    facts.put("data", plan.data() == null ? "" : plan.data().name());
    facts.put("budget", plan.budget().toString());
    facts.put("seed", Long.toString(plan.seed()));
    facts.put("method", plan.method().toString());
    plan.texts().forEach(facts::put);
    if (plan.method() == Method.HALVING) {
      List<String> rounds = new ArrayList<>();
      for (Plan.Round r : plan.rounds(standing.points().size())) {
        rounds.add(
            "%d up to %s %% of the steps".formatted(r.trials(), Numbers.text(100 * r.share())));
      }
      facts.put("rounds", String.join(", ", rounds));
    }
    facts.values().removeIf(String::isEmpty);
    return facts;
  }
}
