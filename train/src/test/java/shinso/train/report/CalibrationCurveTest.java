package shinso.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import shinso.nn.loss.CalibrationReport;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;

final class CalibrationCurveTest {
  /** Four examples between 0.5 and 1, three of them right; two below, both wrong. */
  private static final CalibrationReport REPORT =
      new CalibrationReport(2, new double[] {2, 0.8, 0, 4, 3.2, 3});

  private static final CalibrationReport SURE =
      new CalibrationReport(2, new double[] {0, 0, 0, 4, 4, 2});

  @Test
  void binsArePointsAndEmptyOnesAreLeftOut() {
    Map<String, CalibrationReport> reports = new LinkedHashMap<>();
    reports.put("a", REPORT);
    reports.put("b", SURE);
    Lines chart = CalibrationCurve.of("Calibration", reports);
    assertEquals(
        List.of("as right as sure", "a, error 16.7 %", "b, error 50.0 %"),
        chart.series().stream().map(PointSeries::name).toList());
    List<PointSeries.Point> a = chart.series().get(1).points();
    assertEquals(2, a.size());
    assertEquals(40, a.getFirst().x(), 1e-12);
    assertEquals(0, a.getFirst().y(), 1e-12);
    assertEquals(80, a.getLast().x(), 1e-12);
    assertEquals(75, a.getLast().y(), 1e-12);
    assertEquals(List.of(new PointSeries.Point(100, 50)), chart.series().getLast().points());
  }

  @Test
  void itIsDrawn() {
    assertTrue(CalibrationCurve.of("Calibration", REPORT).png().length > 1_000);
  }
}
