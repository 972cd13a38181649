package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "0.25, 0.25",
    "12.5, 12.5",
    "1234, 1234",
    "-3.14159, -3.142",
    "0.04567, 0.0457",
    "0.0012345, 0.00123",
    "0.0005, 5e-4",
    "1500000, 1.5e6",
    "20000000000, 2e10",
    "1000, 1000",
    "NaN, NaN",
    "Infinity, Infinity"
  })
  void numbers(double x, String text) {
    assertEquals(text, Numbers.text(x));
  }

  @Test
  void ticksAreRoundAndAllDifferentAndInside() {
    List<List<Double>> ranges =
        List.of(
            List.of(0.0, 0.002),
            List.of(0.0, 1.0),
            List.of(3.0, 40_000.0),
            List.of(-1e-9, 1e-9),
            List.of(0.97, 0.991),
            List.of(5.0, 5.0),
            List.of(0.0, 1e12),
            List.of(1e6, 1e6 + 1),
            List.of(-204.0, -86.0));
    for (List<Double> range : ranges) {
      Axis axis = Axis.linear(range, 0, 100, true, 6);
      assertTrue(axis.at(range.getFirst()) >= 0 && axis.at(range.getLast()) <= 100, range + "");
      List<Double> ticks = axis.ticks();
      assertTrue(ticks.size() >= 3 && ticks.size() <= 9, range + ": " + ticks);
      assertEquals(
          ticks.size(), ticks.stream().map(axis::label).distinct().count(), range.toString());
      for (double t : ticks) {
        assertTrue(axis.at(t) > -1e-6 && axis.at(t) < 100 + 1e-6, range + ": " + t);
        assertEquals(t, axis.value(axis.at(t)), 1e-9 * Math.max(1, Math.abs(t)));
      }
    }
  }

  /** However small a plot is, its numbers say how much a length is. */
  @ParameterizedTest
  @CsvSource({
    "-4, 4, 3, -4;-2;0;2;4",
    "-11.1, -3.2, 3, -10;-8;-6;-4",
    "-3, 2.5, 3, -2;0;2",
    "0, 1.9, 1, 0.0;0.5;1.0;1.5",
    "0.1, 0.9, 2, 0.2;0.4;0.6;0.8"
  })
  void atLeastThreeNumbersAreWritten(double low, double high, int most, String labels) {
    Axis axis = Axis.linear(low, high, 0, 100, most);
    assertEquals(List.of(labels.split(";")), axis.ticks().stream().map(axis::label).toList());
  }

  @Test
  void logarithmicTicksSuitTheRange() {
    assertEquals(List.of(1.0, 10.0, 100.0, 1000.0, 1e4, 1e5), ticks(1, 1e5));
    assertEquals(List.of(0.1, 0.2, 0.5, 1.0, 2.0, 5.0), ticks(0.08, 6));
    assertEquals(List.of(1.0, 3.0, 10.0, 30.0, 100.0, 300.0), ticks(1, 800));
    assertEquals(6, ticks(2.05, 2.65).size());
    assertTrue(ticks(1e-30, 1e30).size() <= 9, ticks(1e-30, 1e30).toString());
  }

  private static List<Double> ticks(double low, double high) {
    return Axis.of(List.of(), true, new Range(low, high), 0, 100, false, 6).ticks().stream()
        .map(t -> Double.parseDouble(Numbers.text(t)))
        .toList();
  }
}
