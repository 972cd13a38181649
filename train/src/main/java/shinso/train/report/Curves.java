package shinso.train.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import shinso.train.run.MetricsTable;

/** The curves of a run: one chart for each number, with a curve for each set. */
final class Curves {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 380;

  private Curves() {}

  /** Returns the charts of a table: the loss first, then the others in their order. */
  static List<LineChart> of(MetricsTable table) {
    Map<String, List<String>> columns = new LinkedHashMap<>();
    for (String column : table.columns()) {
      if (!List.of("step", "epoch", "seconds").contains(column)) {
        String name = column.substring(column.indexOf('.') + 1);
        columns.computeIfAbsent(name, n -> new ArrayList<>()).add(column);
      }
    }
    boolean epochs =
        table.rows().stream().mapToDouble(r -> r.getOrDefault("epoch", 0.0)).max().orElse(0) > 1;
    List<LineChart> charts = new ArrayList<>();
    columns.forEach((name, sets) -> {
      List<LineChart.Series> series =
          sets.stream().map(c -> series(table, c, name, epochs)).toList();
      if (series.stream().anyMatch(s -> s.points().size() > 1)) {
        boolean measured = sets.stream().anyMatch(c -> c.contains("."));
        charts.add(new LineChart(name, epochs ? "epoch" : "step", measured, series));
      }
    });
    return charts;
  }

  private static LineChart.Series series(
      MetricsTable table, String column, String name, boolean epochs) {
    List<LineChart.Point> points = new ArrayList<>();
    for (Map<String, Double> row : table.rows()) {
      Double y = row.get(column);
      if (y != null) {
        points.add(new LineChart.Point(row.getOrDefault(epochs ? "epoch" : "step", Double.NaN), y));
      }
    }
    int dot = column.indexOf('.');
    String set = dot < 0 ? name : column.substring(0, dot);
    boolean judged = dot > 0 && !set.equals("train");
    int best = !judged ? 0 : name.contains("accuracy") ? 1 : name.contains("loss") ? -1 : 0;
    return new LineChart.Series(set, points, best);
  }

  /** Returns the charts of measurements as one picture, or null on a machine without fonts. */
  static @Nullable BufferedImage picture(List<LineChart> all) {
    List<LineChart> charts = all.stream().filter(LineChart::measured).toList();
    if (charts.isEmpty() || !Captions.arePossible()) {
      return null;
    }
    BufferedImage picture =
        new BufferedImage(WIDTH, HEIGHT * charts.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    for (int i = 0; i < charts.size(); i++) {
      graphics.drawImage(
          BitmapEncoder.getBufferedImage(xchart(charts.get(i))), 0, i * HEIGHT, null);
    }
    graphics.dispose();
    return picture;
  }

  private static XYChart xchart(LineChart c) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(c.title())
            .xAxisTitle(c.xLabel())
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisLogarithmic(c.isLogarithmic());
    for (LineChart.Series s : c.series()) {
      List<LineChart.Point> finite =
          (s.isDense() ? s.smooth() : s.points())
              .stream().filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y())).toList();
      if (!finite.isEmpty()) {
        chart
            .addSeries(
                s.name(),
                finite.stream().mapToDouble(LineChart.Point::x).toArray(),
                finite.stream().mapToDouble(LineChart.Point::y).toArray())
            .setMarker(SeriesMarkers.NONE);
      }
    }
    return chart;
  }
}
