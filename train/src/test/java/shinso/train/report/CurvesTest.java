package shinso.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import shinso.train.figure.Lines;
import shinso.train.figure.PointSeries;
import shinso.train.run.MetricsTable;

class CurvesTest {
  private static List<Lines> charts(String column, IntToDoubleFunction values) {
    List<Map<String, Double>> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(Map.of("step", i + 1.0, "epoch", i / 10.0, column, values.applyAsDouble(i)));
    }
    return Curves.of(new MetricsTable(List.of("step", "epoch", column), rows));
  }

  private static Lines chart(String column, IntToDoubleFunction values) {
    return charts(column, values).getFirst();
  }

  @Test
  void aChartShowsWhatTheTableHas() {
    Lines loss = chart("validation.loss", i -> i == 3 ? Double.NaN : 5 - 0.01 * i);
    assertEquals("loss", loss.title());
    assertEquals("epoch", loss.axes().x());
    assertEquals("validation", loss.series().getFirst().name());
    assertEquals(new PointSeries.Point(9.9, 5 - 0.99), loss.series().getFirst().points().getLast());
    assertEquals(Map.of("validation", Lines.Best.SMALLEST), loss.best());
    assertEquals(Map.of("test", Lines.Best.LARGEST), chart("test.accuracy", i -> 0.9).best());
    assertEquals(Map.of(), chart("train.loss", i -> 1).best());
    assertEquals(Map.of("validation", Lines.Best.LARGEST), chart("validation.f1", i -> 0.9).best());
    assertEquals(Map.of("validation", Lines.Best.SMALLEST), chart("validation.mae", i -> 1).best());
  }

  @Test
  void lossesThatFallByATenthAreLogarithmic() {
    assertTrue(chart("train.loss", i -> 2.3 * Math.exp(-i / 10.0)).axes().logY());
    // The first steps are neither cut off nor do they press the rest together.
    assertTrue(chart("train.loss", i -> i < 5 ? 25 : 2 + i / 100.0).axes().logY());
    assertFalse(chart("train.loss", i -> 2.3 - 0.01 * i).axes().logY());
    assertFalse(chart("train.loss", i -> i - 1).axes().logY());
    assertFalse(chart("train.accuracy", i -> 0.01 + i / 102.0).axes().logY());
    assertFalse(chart("rate", i -> Math.pow(0.9, i)).axes().logY());
  }

  @Test
  void settingsAreDrawnAsTheyAre() {
    assertFalse(chart("rate", i -> i).smoothed());
    assertTrue(chart("train.loss", i -> i).smoothed());
    assertFalse(Curves.areMeasured(chart("rate", i -> i)));
  }

  @Test
  void oneNumberIsNoCurve() {
    MetricsTable table =
        new MetricsTable(
            List.of("step", "train.loss"), List.of(Map.of("step", 1.0, "train.loss", 2.0)));
    assertEquals(List.of(), Curves.of(table));
  }

  @Test
  void theReaderChoosesTheScaleOfWhatIsPositive() {
    String falling = Curves.html(chart("train.loss", i -> 2.3 * Math.exp(-i / 10.0)), "a");
    assertTrue(falling.contains("<input type=\"checkbox\" id=\"a\" checked>"), falling);
    String flat = Curves.html(chart("train.loss", i -> 2.3 - 0.01 * i), "a");
    assertTrue(flat.contains("<input type=\"checkbox\" id=\"a\">"), flat);
    String spaced = Curves.html(chart("train.loss", i -> 1), "a b");
    assertTrue(spaced.contains("id=\"a-b\""), spaced);
    assertTrue(spaced.contains("for=\"a-b\""), spaced);
    for (Lines chart :
        List.of(
            chart("train.loss", i -> i - 1),
            chart("train.accuracy", i -> 0.5),
            chart("rate", i -> 0.1))) {
      assertEquals(chart.html(), Curves.html(chart, "a"));
    }
  }
}
