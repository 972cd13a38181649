package shinso.train.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Figure;
import shinso.train.figure.Html;
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
    StringBuilder s = new StringBuilder();
    s.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    s.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    s.append("<meta name=\"color-scheme\" content=\"light dark\"><title>");
    s.append(Html.escape(info.recipe())).append(" – ").append(Html.escape(name()));
    s.append("</title>\n<style>\n").append(style()).append("</style></head>\n<body><main>\n");
    header(s, info);
    charts.forEach((name, list) -> {
      if (!list.isEmpty()) {
        s.append("<section><h2>Curves");
        if (charts.size() > 1) {
          s.append(" of ").append(Html.escape(name));
        }
        s.append("</h2><div class=\"charts\">\n");
        list.forEach(c -> s.append(Curves.html(c, "log-" + name + "-" + c.title())).append('\n'));
        s.append("</div></section>\n");
      }
    });
    sections.forEach(section -> section(s, section));
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("budget", info.budget());
    configuration.put("seed", Long.toString(info.seed()));
    configuration.putAll(info.configuration());
    section(s, Section.table("Configuration", configuration));
    Map<String, String> machine = new LinkedHashMap<>(info.versions());
    machine.putAll(info.machine());
    if (!info.changes().isEmpty()) {
      machine.put("changed on the way", String.join("; ", info.changes()));
    }
    section(s, Section.table("Versions and machine", machine));
    if (!info.commandLine().isEmpty()) {
      section(s, Section.text("Run it again", "shinso " + String.join(" ", info.commandLine())));
    }
    return s.append("</main></body></html>\n").toString();
  }

  private String name() {
    return String.valueOf(run.path().getFileName());
  }

  private void header(StringBuilder s, RunInfo info) {
    s.append("<header><h1>").append(Html.escape(info.recipe())).append(" <span class=\"status ");
    s.append(info.status()).append("\">").append(info.status()).append("</span></h1>\n<p>");
    s.append(Html.escape(info.data())).append("</p>\n<p class=\"hint\">");
    s.append(Html.escape(name())).append(" · started ").append(Html.escape(info.started()));
    s.append(" · ").append(duration(info.seconds())).append(" of training");
    String ending = info.ending();
    if (ending != null) {
      s.append(info.status() == RunStatus.FAILED ? " · <b>" : " · ");
      s.append(Html.escape(ending)).append(info.status() == RunStatus.FAILED ? "</b>" : "");
    }
    s.append("</p>\n<div class=\"numbers\">");
    // What counts most in front: the test set.
    List<Map.Entry<String, Double>> numbers = new ArrayList<>(info.metrics().entrySet());
    numbers.sort((a, b) -> Boolean.compare(isTest(b), isTest(a)));
    Map<String, String> texts = new LinkedHashMap<>(this.numbers);
    if (texts.isEmpty()) {
      numbers.forEach(
          e -> texts.put(e.getKey().replace('.', ' '), value(e.getKey(), e.getValue())));
    }
    texts.forEach((name, text) ->
        s.append("<div><b>")
            .append(Html.escape(text))
            .append("</b><span>")
            .append(Html.escape(name))
            .append("</span></div>"));
    s.append("</div></header>\n");
  }

  private static boolean isTest(Map.Entry<String, Double> e) {
    return e.getKey().startsWith("test.");
  }

  private static void section(StringBuilder s, Section section) {
    s.append("<section><h2>").append(Html.escape(section.title())).append("</h2>\n");
    s.append(section.html()).append("</section>\n");
  }

  private static String value(String name, double value) {
    return name.contains("accuracy")
        ? String.format(Locale.ROOT, "%.2f %%", 100 * value)
        : Numbers.text(value);
  }

  private static String duration(double seconds) {
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d min %d s", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d h %d min", s / 3600, s / 60 % 60);
  }

  private static String style() {
    try (InputStream in = Report.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("report.css can't be read from the jar", e);
    }
  }
}
