package shinso.train.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.train.figure.Figure;
import shinso.train.figure.Html;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;
import shinso.train.run.MetricsTable;

/** The curves of a run: one chart for each number, with a curve for each set. */
final class Curves {
  /** A chart is one of two side by side. */
  private static final int WIDTH = 560;

  private static final int HEIGHT = 300;

  /** What the names of numbers have in them of which a large one, or a small one, is good. */
  private static final List<String> LARGE = List.of("accuracy", "f1", "precision", "recall", "r2");

  private static final List<String> SMALL = List.of("loss", "error", "mae", "mse");

  private Curves() {}

  /** Returns the charts of a table: the loss first, then the others in their order. */
  static List<Lines> of(MetricsTable table) {
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String column : table.columns()) {
      if (!List.of("step", "epoch", "seconds").contains(column)) {
        String name = column.substring(column.indexOf('.') + 1);
        columns.computeIfAbsent(name, n -> new ArrayList<>()).add(column);
      }
    }
    boolean epochs = hasEpochs(table);
    List<Lines> charts = new ArrayList<>();
    columns.forEach((name, sets) -> {
      Lines chart = chart(table, name, sets, epochs ? "epoch" : "step");
      if (chart.series().stream().anyMatch(s -> s.points().size() > 1)) {
        charts.add(chart);
      }
    });
    return charts;
  }

  /** Returns whether training took more than one pass over the data. */
  static boolean hasEpochs(MetricsTable table) {
    return table.rows().stream().mapToDouble(r -> r.getOrDefault("epoch", 0.0)).max().orElse(0) > 1;
  }

  /** Returns a chart without curves, of the size that two have side by side. */
  static Lines empty(String title, String over) {
    return Figure.lines(title).axes(over, "").size(WIDTH, HEIGHT);
  }

  /** Returns measurements in the scale that suits them: losses fall by orders of magnitude. */
  static Lines scaled(Lines chart, String name) {
    return isShare(name) ? chart : chart.logYOverDecades();
  }

  private static Lines chart(MetricsTable table, String name, List<String> sets, String over) {
    Lines chart = empty(name, over);
    boolean measured = false;
    for (String column : sets) {
      PointSeries trace = trace(table, column, over);
      chart = chart.series(trace);
      String set = trace.name();
      boolean judged = column.contains(".") && !set.equals("train");
      measured |= column.contains(".");
      if (judged && LARGE.stream().anyMatch(name::contains)) {
        chart = chart.best(set, Lines.Best.LARGEST);
      } else if (judged && SMALL.stream().anyMatch(name::contains)) {
        chart = chart.best(set, Lines.Best.SMALLEST);
      }
    }
    // A setting is drawn as it is; measurements are noisy.
    return measured ? scaled(chart.smooth(), name) : chart;
  }

  /**
   * Returns a chart as an HTML element; one of positive measurements lets the reader choose the
   * scale of its vertical axis.
   *
   * @param id a name that nothing else on the page has
   */
  static String html(Lines chart, String id) {
    boolean positive =
        chart.series().stream()
            .flatMap(s -> s.points().stream())
            .map(PointSeries.Point::y)
            .filter(Double::isFinite)
            .allMatch(y -> y > 0);
    if (!areMeasured(chart) || !positive || isShare(chart.title())) {
      return chart.html();
    }
    // An id in HTML has no spaces.
    String name = Html.escape(id.replaceAll("\\s", "-"));
    return "<div class=\"scales\"><input type=\"checkbox\" id=\"%s\"%s><label for=\"%s\">logarithmic</label>"
            .formatted(name, chart.axes().logY() ? " checked" : "", name)
        + "<div class=\"linear\">"
        + chart.linearY().html()
        + "</div><div class=\"log\">"
        + chart.logY().html()
        + "</div></div>";
  }

  /** Returns whether a number lies between 0 and 1, so that its distance from 0 says little. */
  private static boolean isShare(String name) {
    return LARGE.stream().anyMatch(name::contains);
  }

  /** Returns whether a chart shows measurements and not a setting. */
  static boolean areMeasured(Lines chart) {
    return chart.smoothed();
  }

  /** Returns a column over another one; a row without one of them is left out. */
  static PointSeries trace(MetricsTable table, String column, String over) {
    List<PointSeries.Point> points = new ArrayList<>();
    for (Map<String, Double> row : table.rows()) {
      Double y = row.get(column);
      if (y != null) {
        points.add(new PointSeries.Point(row.getOrDefault(over, Double.NaN), y));
      }
    }
    int dot = column.indexOf('.');
    return new PointSeries(dot < 0 ? column : column.substring(0, dot), points);
  }
}
