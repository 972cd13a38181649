package shinso.train.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;
import shinso.train.run.MetricsTable;

/** The curves of several runs over one another: one chart for each number, one curve for a run. */
public final class CurveOverlay {
  private CurveOverlay() {}

  /**
   * Returns a chart for each number that at least one run has more than once.
   *
   * @param runs what was measured on the way, by the names of the runs
   */
  public static List<Lines> of(Map<String, MetricsTable> runs) {
    Set<String> columns = new LinkedHashSet<>();
    runs.values().forEach(t -> columns.addAll(t.columns()));
    columns.removeAll(List.of("step", "stage", "epoch", "seconds"));
    boolean epochs =
        runs.values().stream().allMatch(t -> t.columns().contains("epoch"))
            && runs.values().stream().anyMatch(Curves::hasEpochs);
    String over = epochs ? "epoch" : "step";
    List<Lines> charts = new ArrayList<>();
    for (String column : columns) {
      Map<String, PointSeries> curves = new LinkedHashMap<>();
      runs.forEach((name, table) -> {
        PointSeries curve = Curves.trace(table, column, over);
        if (!curve.points().isEmpty()) {
          curves.put(name, new PointSeries(name, curve.points()));
        }
      });
      if (curves.values().stream().anyMatch(c -> c.points().size() > 1)) {
        charts.add(chart(column, over, curves));
      }
    }
    return charts;
  }

  private static Lines chart(String column, String over, Map<String, PointSeries> curves) {
    int dot = column.indexOf('.');
    String title = dot < 0 ? column : column.substring(dot + 1) + ", " + column.substring(0, dot);
    Lines chart = Curves.empty(title, over);
    for (PointSeries curve : curves.values()) {
      chart = chart.series(curve);
    }
    return dot < 0 ? chart : Curves.scaled(chart.smooth(), column);
  }
}
