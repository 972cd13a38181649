package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.train.figure.LinesTest.assertMessage;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Histograms, bars and heat maps. */
class CountsTest {
  @Test
  void numbersAreCounted() {
    Histogram h =
        Figure.histogram("h")
            .values("a", new double[] {0, 0.5, 1, 1.5, 4, Double.NaN})
            .values("b", new double[] {2.5})
            .bins(4);
    assertEquals(List.of(0.0, 1.0, 2.0, 3.0, 4.0), h.edges());
    assertEquals(List.of(2, 2, 0, 1), h.counts("a"));
    assertEquals(List.of(0, 0, 1, 0), h.counts("b"));
    assertTrue(h.html().contains("a 1 to 2: 2"));
    Histogram part = h.xRange(0, 2).bins(2);
    assertEquals(List.of(2, 2), part.counts("a"));
    assertTrue(FigureTest.texts(part).contains("1 number left out: not finite; 2 numbers outside"));
    assertMessage("histogram 'h': there is no sample 'c' but [a, b]", () -> h.counts("c"));
    assertMessage("histogram 'h': there are 1 to 10000 bins, not 0", () -> h.bins(0));
  }

  @Test
  void binsFollowFreedmanAndDiaconis() {
    double[] uniform = IntStream.range(0, 1000).mapToDouble(i -> i / 999.0).toArray();
    // 2 · IQR / n^(1/3) = 2 · 0.5 / 10.
    assertEquals(11, Figure.histogram("h").values("u", uniform).edges().size(), 1);
    double[] normal = Tensor.normal(Rng.of(3), 1000).toDoubleArray();
    Histogram h = Figure.histogram("h").values("n", normal);
    assertEquals(1000, h.counts("n").stream().mapToInt(c -> c).sum());
    // Six standard deviations and a little, each bin 0.27 of one.
    assertEquals(25, h.counts("n").size(), 4);
  }

  @Test
  void integersHaveBinsOfTheirOwn() {
    Histogram h = Figure.histogram("h").values("i", new double[] {3, 3, 5});
    assertEquals(List.of(2.5, 3.5, 4.5, 5.5), h.edges());
    assertEquals(List.of(2, 0, 1), h.counts("i"));
  }

  @Test
  void oneNumberAndNone() {
    assertEquals(List.of(1), Figure.histogram("h").values("a", new double[] {0.3}).counts("a"));
    assertEquals(List.of(0), Figure.histogram("h").values("a", new double[0]).counts("a"));
  }

  @Test
  void barsKeepTheirData() {
    Bars b =
        Figure.bars("b", List.of("x", "y"))
            .axes("which", "percent")
            .series("ours", new double[] {1, -2}, new double[] {0.1, 0.2})
            .series("theirs", 3, Double.NaN)
            .level("chance", 0.5);
    assertEquals(List.of("x", "y"), b.categories());
    assertEquals(
        new Bars.Series("ours", List.of(1.0, -2.0), List.of(0.1, 0.2)), b.series().getFirst());
    assertEquals(List.of(new Lines.Level("chance", 0.5)), b.levels());
    assertTrue(FigureTest.texts(b).containsAll(List.of("x", "y", "1", "-2", "3", "chance")));
    assertTrue(b.html().contains("ours y: -2 ± 0.2"));
    assertMessage("bars 'b': 'c' has 1 numbers for 2 categories", () -> b.series("c", 1));
    assertMessage(
        "bars 'b': 'c' has 1 numbers and 2 errors",
        () -> b.series("c", new double[1], new double[2]));
  }

  @Test
  void longNamesOfBarsStandAslantAndInside() {
    List<String> names = IntStream.range(0, 30).mapToObj(i -> "a long name " + i).toList();
    Bars b = Figure.bars("b", names).series("s", new double[30]);
    assertEquals(
        30,
        FigureTest.elements(b, "text").stream()
            .filter(e -> e.getAttribute("transform").startsWith("rotate(-35"))
            .count());
  }

  @Test
  void heatMaps() {
    HeatMap h =
        Figure.heatMap("m", Tensor.of(new float[] {1, 2, 3, 4, 5, Float.NaN}, 2, 3))
            .axes("c", "r")
            .rows(List.of("up", "down"))
            .columns(List.of("a", "b", "c"))
            .range(0, 10);
    assertEquals(3, h.values().at(0, 2));
    assertEquals(4, h.values().at(1, 0));
    assertEquals(new Range(0, 10), h.range());
    assertTrue(FigureTest.texts(h).containsAll(List.of("up", "down", "a", "1", "5", "NaN")));
    assertTrue(h.html().contains("\"values\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"NaN\"]"));
    assertMessage("heat map 'm': there are 2 rows and 1 names", () -> h.rows(List.of("a")));
    assertMessage("heat map 'm': there are 3 columns and 1 names", () -> h.columns(List.of("a")));
    assertMessage(
        "heat map 'm': row 0 has 1 numbers and row 1 has 2; give each row as many",
        () -> Figure.heatMap("m", new double[][] {{1}, {1, 2}}));
    assertMessage(
        "heat map 'm': there are no numbers; give some",
        () -> Figure.heatMap("m", new double[][] {}));
    assertMessage(
        "heat map 'm': a heat map shows a matrix [rows, columns], not [3]; reshape it",
        () -> Figure.heatMap("m", Tensor.zeros(3)));
  }

  @Test
  void coloursGoOverTheNumbers() {
    Scale scale = new Scale(0, 10, false, ColourMap.SEQUENTIAL, 0);
    assertEquals(0x440154, scale.rgb(0));
    assertEquals(0x21918C, scale.rgb(5));
    assertEquals(0xFDE725, scale.rgb(10));
    assertEquals(0xFDE725, scale.rgb(11));
    assertEquals(ColourMap.NOTHING, scale.rgb(Double.NaN));
    assertEquals(0xF7F7F7, new Scale(-3, 3, false, ColourMap.DIVERGING, 0).rgb(0));
    assertEquals(0x21918C, new Scale(4, 4, false, ColourMap.SEQUENTIAL, 0).rgb(4));
    assertEquals(0x21918C, new Scale(0.1, 10, true, ColourMap.SEQUENTIAL, 0).rgb(1));
  }
}
