package shinso.train.report;

import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.nn.loss.CalibrationReport;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;

/**
 * The reliability diagram of classifiers: how often they are right where they are so sure. The
 * diagonal is a classifier that is right as often as it says; below it is one that is too sure.
 *
 * <p>Source: Guo et al., "On calibration of modern neural networks" (2017), figure 1.
 */
public final class CalibrationCurve {
  private CalibrationCurve() {}

  /**
   * Returns the diagram, a curve for each report through its bins that aren't empty. The names of
   * the curves give the expected calibration errors.
   *
   * @param reports by the names of the classifiers, in the order of the map
   */
  public static Lines of(String title, Map<String, CalibrationReport> reports) {
    Lines chart =
        Figure.lines(title)
            .axes("confidence, %", "right answers, %")
            .xRange(0, 100)
            .yRange(0, 100)
            .series("as right as sure", new double[] {0, 100}, new double[] {0, 100});
    for (Map.Entry<String, CalibrationReport> entry : reports.entrySet()) {
      CalibrationReport r = entry.getValue();
      int[] bins = IntStream.range(0, r.bins()).filter(i -> r.count(i) > 0).toArray();
      chart =
          chart.series(
              String.format(
                  Locale.ROOT, "%s, error %.1f %%", entry.getKey(), 100 * r.expectedError()),
              IntStream.of(bins).mapToDouble(i -> 100 * r.confidence(i)).toArray(),
              IntStream.of(bins).mapToDouble(i -> 100 * r.accuracy(i)).toArray());
    }
    return chart;
  }

  /** Returns the diagram of one classifier. */
  public static Lines of(String title, CalibrationReport report) {
    return of(title, Map.of("classifier", report));
  }
}
