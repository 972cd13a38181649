package shinso.train.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.figure.Numbers;
import shinso.train.file.AtomicFile;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;

/**
 * The report of a run: {@code report.html}, one file that opens without server and network, and the
 * pictures in it as files of their own. It can be made again at any time.
 */
public final class Report {
  private final RunFolder run;
  private final List<Section> sections = new ArrayList<>();
  private final Map<String, Path> stages = new LinkedHashMap<>();
  private final Map<String, String> numbers = new LinkedHashMap<>();

  private Report(RunFolder run) {
    this.run = run;
  }

  /** Returns the report of a run as far as it is, with its numbers and curves. */
  public static Report of(RunFolder run) {
    return new Report(run);
  }

  /** Adds numbers to be shown at the top, in words. */
  public Report numbers(Map<String, String> texts) {
    numbers.putAll(texts);
    return this;
  }

  /**
   * Adds the numbers of a stage, whose curves are shown under its name instead of those of the run
   * as a whole.
   *
   * @param metrics its {@code metrics.csv}
   */
  public Report stage(String name, Path metrics) {
    stages.put(name, metrics);
    return this;
  }

  /** Adds a section; null adds none. */
  public Report with(@Nullable Section section) {
    if (section != null) {
      sections.add(section);
    }
    return this;
  }

  /** Adds sections. */
  public Report with(List<Section> more) {
    sections.addAll(more);
    return this;
  }

  /**
   * Writes {@code report.html}, {@code curves.png} and the sections' pictures into the run folder.
   *
   * @throws shinso.train.file.FileException if that fails, or the run's files can't be read
   */
  public Path write() {
    Map<String, List<Lines>> charts = new LinkedHashMap<>();
    if (stages.isEmpty()) {
      charts.put("", Curves.of(MetricsTable.read(run.metrics())));
    }
    stages.forEach((name, file) -> charts.put(name, Curves.of(MetricsTable.read(file))));
    List<Lines> measured = new ArrayList<>();
    charts.forEach((stage, list) ->
        list.stream()
            .filter(Curves::areMeasured)
            .map(c -> charts.size() > 1 ? c.titled(c.title() + ", " + stage) : c)
            .forEach(measured::add));
    if (!measured.isEmpty()) {
      Figure.panels("", measured, 1).write(run.file("curves.png"));
    }
    for (Section s : sections) {
      s.files().forEach((name, bytes) -> AtomicFile.write(run.file(name), bytes));
    }
    AtomicFile.write(run.report(), html(charts));
    return run.report();
  }

  private String html(Map<String, List<Lines>> charts) {
    RunInfo info = run.info();
    Document page = Document.titled(info.recipe() + " – " + name());
    header(page, info);
    charts.forEach((name, list) ->
        page.charts(charts.size() > 1 ? "Curves of " + name : "Curves", "log-" + name, list));
    sections.forEach(page::with);
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("budget", info.budget());
    configuration.put("seed", Long.toString(info.seed()));
    configuration.putAll(info.configuration());
    page.with(Section.table("Configuration", configuration));
    Map<String, String> machine = new LinkedHashMap<>(info.versions());
    machine.putAll(info.machine());
    if (!info.changes().isEmpty()) {
      machine.put("changed on the way", String.join("; ", info.changes()));
    }
    page.with(Section.table("Versions and machine", machine));
    if (!info.commandLine().isEmpty()) {
      page.with(Section.text("Run it again", "shinso " + String.join(" ", info.commandLine())));
    }
    return page.html();
  }

  private String name() {
    return String.valueOf(run.path().getFileName());
  }

  private void header(Document page, RunInfo info) {
    String ending = info.ending();
    boolean failed = info.status() == RunStatus.FAILED;
    String hint =
        "%s · started %s · %s of training"
            .formatted(name(), info.started(), Numbers.duration(info.seconds()));
    page.heading(info.recipe(), info.status().toString()).lead(info.data());
    page.hint(
        ending == null ? hint : failed ? hint + " · " : hint + " · " + ending,
        failed ? ending : null);
    // What counts most in front: the test set.
    List<Map.Entry<String, Double>> numbers = new ArrayList<>(info.metrics().entrySet());
    numbers.sort((a, b) -> Boolean.compare(isTest(b), isTest(a)));
    Map<String, String> texts = new LinkedHashMap<>(this.numbers);
    if (texts.isEmpty()) {
      numbers.forEach(
          e -> texts.put(e.getKey().replace('.', ' '), value(e.getKey(), e.getValue())));
    }
    page.numbers(texts);
  }

  private static boolean isTest(Map.Entry<String, Double> e) {
    return e.getKey().startsWith("test.");
  }

  private static String value(String name, double value) {
    return name.contains("accuracy")
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value)
        : Numbers.text(value);
  }
}
