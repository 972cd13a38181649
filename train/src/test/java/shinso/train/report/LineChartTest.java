package shinso.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LineChartTest {
  private static List<LineChart.Point> points(double... ys) {
    return IntStream.range(0, ys.length).mapToObj(i -> new LineChart.Point(i, ys[i])).toList();
  }

  private static Document drawn(LineChart.Series... series) throws Exception {
    String html = new LineChart("loss <&\"'>", "epoch", true, List.of(series)).html();
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  private static List<Element> elements(Document d, String name) {
    NodeList nodes = d.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  private static List<String> texts(Document d) {
    return elements(d, "text").stream().map(Element::getTextContent).toList();
  }

  @Test
  void curvesHaveGapsWhereNumbersAreNotFinite() throws Exception {
    Document d = drawn(new LineChart.Series("train", points(1, 2, Double.NaN, 3, 4), 0));
    String path = elements(d, "path").getFirst().getAttribute("d");
    assertEquals(2, path.chars().filter(c -> c == 'M').count(), path);
    assertEquals(2, path.chars().filter(c -> c == 'L').count(), path);
    assertEquals(4, elements(d, "circle").size());
    assertEquals("loss <&\"'>", elements(d, "b").getFirst().getTextContent());
  }

  @Test
  void theBestIsMarked() throws Exception {
    assertTrue(
        texts(drawn(new LineChart.Series("v", points(3, 1.5, 2, Double.NaN), -1)))
            .contains("best 1.5"));
    assertTrue(
        texts(drawn(new LineChart.Series("v", points(0.5, 0.75, 0.5), 1))).contains("best 0.75"));
  }

  @Test
  void largeRangesAreLogarithmic() throws Exception {
    assertEquals(
        List.of("0.01", "0.1", "1"),
        texts(drawn(new LineChart.Series("t", points(3, 0.1, 0.004), 0))).subList(0, 3));
    LineChart setting =
        new LineChart(
            "rate", "step", false, List.of(new LineChart.Series("r", points(1, 1e-6), 0)));
    assertFalse(setting.isLogarithmic());
  }

  @Test
  void theWorstOfManyNumbersDontPressTheRestTogether() throws Exception {
    double[] ys = IntStream.range(0, 100).mapToDouble(i -> i < 5 ? 25 : 2 + i / 100.0).toArray();
    List<String> labels = texts(drawn(new LineChart.Series("v", points(ys), -1)));
    assertFalse(labels.contains("25"), labels.toString());
    assertTrue(labels.contains("2.2"), labels.toString());
  }

  @Test
  void manyPointsAreSmoothed() throws Exception {
    double[] ys = IntStream.range(0, 400).mapToDouble(i -> i % 2).toArray();
    LineChart.Series series = new LineChart.Series("t", points(ys), 0);
    Document d = drawn(series);
    assertEquals(2, elements(d, "path").size());
    assertEquals(0, elements(d, "circle").size());
    assertEquals(0.5, series.smooth().getLast().y(), 0.06);
    List<LineChart.Point> even = new ArrayList<>(points(new double[300]));
    even.replaceAll(p -> new LineChart.Point(p.x(), 7));
    new LineChart.Series("t", even, 0).smooth().forEach(p -> assertEquals(7, p.y(), 1e-9));
  }

  @Test
  void nothingAndNothingButOneNumber() throws Exception {
    assertEquals(1, elements(drawn(new LineChart.Series("t", List.of(), -1)), "svg").size());
    assertEquals(1, elements(drawn(new LineChart.Series("t", points(0, 0), 1)), "svg").size());
    assertEquals(
        1, elements(drawn(new LineChart.Series("t", points(Double.NaN), 1)), "svg").size());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "0.25, 0.25",
    "12.5, 12.5",
    "1234, 1234",
    "-3.14159, -3.142",
    "0.0005, 5e-4",
    "1500000, 1.5e6",
    "20000000000, 2e10",
    "1000, 1000"
  })
  void numbers(double x, String text) {
    assertEquals(text, LineChart.number(x));
  }

  @Test
  void ticksAreRoundAndAllDifferent() {
    List<List<Double>> ranges =
        List.of(
            List.of(0.0, 0.002),
            List.of(0.0, 1.0),
            List.of(3.0, 40_000.0),
            List.of(-1e-9, 1e-9),
            List.of(0.97, 0.991),
            List.of(5.0, 5.0),
            List.of(0.0, 1e12));
    for (List<Double> range : ranges) {
      Axis axis = Axis.linear(range, 0, 100, true);
      List<Double> ticks = axis.ticks();
      assertTrue(ticks.size() >= 3 && ticks.size() <= 9, range + ": " + ticks);
      assertEquals(
          ticks.size(), ticks.stream().map(axis::label).distinct().count(), range.toString());
      assertEquals(0, axis.at(ticks.getFirst()), 1e-6);
      assertEquals(100, axis.at(ticks.getLast()), 1e-6);
    }
  }
}
