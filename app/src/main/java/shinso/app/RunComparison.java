package shinso.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Numbers;
import shinso.train.judge.Quantity.Better;
import shinso.train.report.CurveOverlay;
import shinso.train.report.Document;
import shinso.train.report.Section;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.Measurement;
import shinso.zoo.harness.StageSummary;

/**
 * Runs beside each other.
 *
 * @param runs with a description each
 */
record RunComparison(List<KnownRun> runs) {
  private static final String NONE = "–";

  /** Returns what runs are called. */
  List<String> labels() {
    return runs.stream().map(KnownRun::name).toList();
  }

  private static RunInfo info(KnownRun run) {
    return Objects.requireNonNull(run.info());
  }

  /** Returns what isn't the same in all runs, a value for each run by its name. */
  Map<String, List<String>> differences() {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    rows.put("recipe", values(RunInfo::recipe));
    rows.put("status", runs.stream().map(r -> r.state().toString()).toList());
    rows.put("budget", values(RunInfo::budget));
    rows.put("seed", values(i -> Long.toString(i.seed())));
    each(rows, RunInfo::configuration);
    each(rows, RunInfo::versions);
    each(rows, RunInfo::machine);
    rows.values().removeIf(v -> v.stream().distinct().count() < 2);
    // Of no two runs it is the same.
    rows.put("time", values(i -> Numbers.duration(i.seconds())));
    return rows;
  }

  private List<String> values(Function<RunInfo, String> of) {
    return runs.stream().map(r -> of.apply(info(r))).toList();
  }

  private void each(Map<String, List<String>> rows, Function<RunInfo, Map<String, String>> of) {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(r -> names.addAll(of.apply(info(r)).keySet()));
    for (String name : names) {
      rows.put(name, values(i -> of.apply(i).getOrDefault(name, NONE)));
    }
  }

  /** Returns the scores in words, a value for each run by the quantity's name. */
  Map<String, List<String>> scores() {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    for (String name : quantities()) {
      rows.put(name, runs.stream().map(r -> text(score(r, name))).toList());
    }
    return rows;
  }

  private static String text(@Nullable Measurement m) {
    return m == null ? NONE : m.text() + (m.isGood() ? "" : " (missed)");
  }

  private Set<String> quantities() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(r -> r.scores().forEach(m -> names.add(m.name())));
    return names;
  }

  private static @Nullable Measurement score(KnownRun run, String name) {
    return run.scores().stream().filter(m -> m.name().equals(name)).findFirst().orElse(null);
  }

  /** Returns the differences, for programs. */
  List<Map<String, Object>> settingRows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    differences()
        .forEach((name, values) -> {
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("setting", name);
          row.put("values", byRun(values));
          rows.add(row);
        });
    return rows;
  }

  private <T> Map<String, T> byRun(List<T> values) {
    Map<String, T> byRun = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      byRun.put(runs.get(i).name(), values.get(i));
    }
    return byRun;
  }

  /** Returns the scores, for programs; a run that hasn't measured something lacks it. */
  List<Map<String, Object>> scoreRows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : quantities()) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (KnownRun run : runs) {
        Measurement m = score(run, name);
        if (m != null) {
          values.put(run.name(), JsonOption.number(m.value()));
        }
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("quantity", name);
      row.put("values", values);
      rows.add(row);
    }
    return rows;
  }

  /** Returns which direction of a quantity is good, as far as a recipe claims something of it. */
  private Better better(String name) {
    for (KnownRun run : runs) {
      Measurement m = score(run, name);
      Claim claim = m == null ? null : m.claim();
      if (claim != null) {
        return claim.quantity().better();
      }
    }
    return Better.NEITHER;
  }

  /** Returns the run whose value of a quantity is best; -1 if that isn't known, or two are. */
  private int best(String name) {
    Better better = better(name);
    if (better == Better.NEITHER) {
      return -1;
    }
    int best = -1;
    boolean tied = false;
    double reached = Double.NaN;
    for (int i = 0; i < runs.size(); i++) {
      Measurement m = score(runs.get(i), name);
      double value = m == null ? Double.NaN : m.value();
      if (Double.isNaN(value)) {
        continue;
      }
      boolean isBetter = best < 0 || (better == Better.LARGER ? value > reached : value < reached);
      tied = !isBetter && (tied || value == reached);
      if (isBetter) {
        best = i;
        reached = value;
      }
    }
    return tied ? -1 : best;
  }

  /** Returns the page. */
  Document page() {
    Document page = Document.titled("Comparison of runs");
    page.heading(runs.size() + " runs", "");
    page.lead(String.join(", ", labels()));
    page.with(table("What differs", differences(), false));
    if (!quantities().isEmpty()) {
      page.with(table("Scores", scores(), true));
    }
    curves(page);
    Map<String, String> commands = new LinkedHashMap<>();
    runs.forEach(r -> commands.put(r.name(), "shinso " + String.join(" ", info(r).commandLine())));
    return page.with(Section.table("Run them again", commands));
  }

  private Section table(String title, Map<String, List<String>> rows, boolean judged) {
    List<String> heading = new ArrayList<>(List.of(""));
    heading.addAll(labels());
    List<Integer> best = rows.keySet().stream().map(n -> judged ? best(n) : -1).toList();
    return Section.comparison(title, heading, rows, best);
  }

  private void curves(Document page) {
    Map<String, Map<String, MetricsTable>> stages = new LinkedHashMap<>();
    for (KnownRun run : runs) {
      List<StageSummary> own = StageSummary.of(run.folder());
      for (StageSummary stage : own) {
        String name = own.size() == 1 ? "" : stage.name();
        stages.computeIfAbsent(name, n -> new LinkedHashMap<>()).put(run.name(), stage.metrics());
      }
      if (own.isEmpty()) {
        Map<String, MetricsTable> whole = stages.computeIfAbsent("", n -> new LinkedHashMap<>());
        whole.put(run.name(), MetricsTable.read(RunFolder.at(run.folder()).metrics()));
      }
    }
    stages.forEach((name, tables) ->
        page.charts(
            name.isEmpty() ? "Curves" : "Curves of " + name,
            "log-" + name,
            CurveOverlay.of(tables)));
  }
}
