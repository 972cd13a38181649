package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import shinso.train.figure.PointSeries.Point;

class LinesTest {
  private static double[] count(int n) {
    return IntStream.range(0, n).mapToDouble(i -> i).toArray();
  }

  private static Lines drawn(double... ys) {
    return Figure.lines("loss").series("v", count(ys.length), ys);
  }

  private static List<String> paths(Figure figure) {
    return FigureTest.elements(figure, "path").stream().map(e -> e.getAttribute("d")).toList();
  }

  private static long count(String text, char c) {
    return text.chars().filter(x -> x == c).count();
  }

  @Test
  void dataIsKept() {
    double[] ys = {1, Double.NaN, 3};
    Lines lines =
        Figure.lines("t")
            .caption("c")
            .axes("epoch", "nats")
            .logX()
            .yRange(-1, 4)
            .series("a", count(3), ys)
            .band("b", count(2), new double[] {1, 2}, new double[] {3, 4})
            .level("l", 2.5)
            .best("a", Lines.Best.LARGEST);
    ys[0] = 100;
    assertEquals("t", lines.title());
    assertEquals("c", lines.caption());
    assertEquals(new Axes("epoch", "nats", true, false, null, new Range(-1, 4)), lines.axes());
    assertEquals(
        List.of(new Point(0, 1), new Point(1, Double.NaN), new Point(2, 3)),
        lines.series().getFirst().points());
    assertEquals(new Lines.Band.Edge(1, 2, 4), lines.bands().getFirst().edges().getLast());
    assertEquals(List.of(new Lines.Level("l", 2.5)), lines.levels());
    assertEquals(0, Figure.lines("t").series().size());
  }

  @Test
  void curvesHaveGapsWhereNumbersAreNotFinite() {
    String path = paths(drawn(1, 2, Double.NaN, 3, 4, Double.NaN, 5)).getFirst();
    assertEquals(3, count(path, 'M'), path);
    assertEquals(2, count(path, 'L'), path);
    assertEquals(
        5, FigureTest.elements(drawn(1, 2, Double.NaN, 3, 4, Double.NaN, 5), "circle").size());
  }

  @Test
  void theBestIsMarkedOnItsCurve() {
    Lines least = drawn(3, 1.5, 2, Double.NaN).best("v", Lines.Best.SMALLEST);
    assertTrue(FigureTest.texts(least).contains("best 1.5"));
    Point best = least.bestOf(least.series().getFirst());
    assertEquals(new Point(1, 1.5), best);
    // The ring has the place of one of the curve's points.
    List<Element> circles = FigureTest.elements(least, "circle");
    Element ring = circles.getLast();
    assertTrue(
        circles.stream()
            .limit(3)
            .anyMatch(c ->
                c.getAttribute("cx").equals(ring.getAttribute("cx"))
                    && c.getAttribute("cy").equals(ring.getAttribute("cy"))));
    assertTrue(
        FigureTest.texts(drawn(0.5, 0.75, 0.5).best("v", Lines.Best.LARGEST))
            .contains("best 0.75"));
    Lines nothing = drawn(Double.NaN).best("v", Lines.Best.LARGEST);
    assertNull(nothing.bestOf(nothing.series().getFirst()));
    assertNotNull(nothing.png());
  }

  @Test
  void aMarkedCurveIsNotSmoothed() {
    double[] ys = IntStream.range(0, 400).mapToDouble(i -> i % 2).toArray();
    assertEquals(1, paths(drawn(ys)).size());
    assertEquals(2, paths(drawn(ys).smooth()).size());
    assertEquals(
        1,
        paths(drawn(ys).smooth().best("v", Lines.Best.LARGEST)).stream()
            .filter(p -> count(p, 'L') > 10)
            .count());
  }

  @Test
  void smoothingKeepsSlopesAndTakesNoiseAway() {
    double[] xs = count(400);
    double[] slope = IntStream.range(0, 400).mapToDouble(i -> 3 - 0.5 * i).toArray();
    PointSeries smooth = PointSeries.of("s", xs, slope).smooth();
    for (int i = 0; i < 400; i++) {
      assertEquals(slope[i], smooth.points().get(i).y(), 1e-9);
    }
    double[] noise = IntStream.range(0, 400).mapToDouble(i -> i % 2).toArray();
    assertEquals(0.5, PointSeries.of("n", xs, noise).smooth().points().get(200).y(), 0.03);
  }

  @Test
  void nothingIsClippedUnlessARangeIsAskedFor() {
    double[] ys = IntStream.range(0, 100).mapToDouble(i -> i < 5 ? 25 : 2 + i / 100.0).toArray();
    Lines lines = drawn(ys);
    double lowest = 450;
    for (String part : paths(lines).getFirst().substring(1).split("[ML]", -1)) {
      lowest = Math.min(lowest, Double.parseDouble(part.split(" ", -1)[1]));
    }
    assertTrue(lowest > 0, "above the picture: " + lowest);
    assertTrue(FigureTest.texts(lines).contains("25"));
    assertFalse(FigureTest.texts(lines.yRange(0, 5)).contains("25"));
  }

  @Test
  void logarithmicAxes() {
    List<String> texts = FigureTest.texts(drawn(3, 0.1, 0.004).logY());
    assertTrue(texts.containsAll(List.of("0.01", "0.1", "1")), texts.toString());
  }

  @Test
  void longLinesAreThinnedButKeepTheirPeaks() {
    double[] ys = new double[100_000];
    ys[77_777] = 1;
    ys[50_000] = Double.NaN;
    List<Point> thin =
        Thinning.of(PointSeries.of("t", count(ys.length), ys).points(), Axes.PLAIN, 800);
    assertTrue(thin.size() < 10_000, "points: " + thin.size());
    assertTrue(thin.contains(new Point(77_777, 1)));
    assertTrue(thin.stream().anyMatch(p -> Double.isNaN(p.y())));
    assertEquals(new Point(0, 0), thin.getFirst());
    assertEquals(new Point(99_999, 0), thin.getLast());
  }

  @Test
  void hoverSaysTheNumbers() {
    assertTrue(drawn(1, 2.25).html().contains("\"v 1: 2.25\""));
  }

  @Test
  void badInputIsNamed() {
    Lines lines = drawn(1, 2);
    assertMessage(
        "lines 'loss': there is already something named 'v'; give each a name of its own",
        () -> lines.series("v", count(1), count(1)));
    assertMessage(
        "'w' has 2 x and 3 y; give one y for each x", () -> lines.series("w", count(2), count(3)));
    assertMessage(
        "lines 'loss': there is no curve 'w' but [v]", () -> lines.best("w", Lines.Best.LARGEST));
    assertMessage(
        "lines 'loss': the level 'l' can't be at NaN", () -> lines.level("l", Double.NaN));
    assertMessage(
        "lines 'loss': the band 'b' has 1 x, 1 lower and 2 upper ends; give as many of each",
        () -> lines.band("b", count(1), count(1), count(2)));
    assertMessage(
        "a range goes from a number to a larger one, not from 2.0 to 2.0",
        () -> lines.xRange(2, 2));
    assertMessage(
        "the vertical axis is logarithmic and can't begin at -1.0; begin above 0",
        () -> lines.logY().yRange(-1, 2));
    assertMessage(
        "a figure has 160 x 120 to 10000 x 10000 pixels, not 10 x 10", () -> lines.size(10, 10));
  }

  static void assertMessage(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }

  /** What is cut off isn't the best of what is to be seen, and is said. */
  @Test
  void theBestLiesInsideOfTheAxes() {
    Lines lines = drawn(9, 3, 1, 4).best("v", Lines.Best.SMALLEST).yRange(2, 5);
    assertEquals(new Point(1, 3), lines.bestOf(lines.series().getFirst()));
    assertTrue(FigureTest.texts(lines).contains("2 points outside of the axes"));
    assertFalse(lines.html().contains("v 2: 1"));
    assertFalse(FigureTest.texts(drawn(9, 3)).stream().anyMatch(t -> t.contains("outside")));
  }

  @Test
  void theBestSaysWhoseItIsWhereThereAreSeveralCurves() {
    Lines lines =
        drawn(3, 1.5).series("w", count(2), new double[] {4, 2}).best("w", Lines.Best.SMALLEST);
    assertTrue(FigureTest.texts(lines).contains("w best 2"));
  }

  /** A steep line of two points goes through no point of the label, but through the label. */
  @Test
  void theLabelOfTheBestLiesBesideTheCurve() {
    Lines lines = drawn(1, 2).best("v", Lines.Best.LARGEST);
    Element label =
        FigureTest.elements(lines, "text").stream()
            .filter(e -> e.getTextContent().equals("best 2"))
            .findFirst()
            .orElseThrow();
    List<Element> dots = FigureTest.elements(lines, "circle");
    double[] at = new double[4];
    for (int i = 0; i < 2; i++) {
      at[2 * i] = Double.parseDouble(dots.get(i).getAttribute("cx"));
      at[2 * i + 1] = Double.parseDouble(dots.get(i).getAttribute("cy"));
    }
    double left = Double.parseDouble(label.getAttribute("x"));
    double bottom = Double.parseDouble(label.getAttribute("y"));
    assertFalse(
        new Rectangle2D.Double(left, bottom - 12, 40, 12)
            .intersectsLine(at[0], at[1], at[2], at[3]));
  }

  @Test
  void fallsOfDecadesAreLogarithmic() {
    assertTrue(drawn(3, 0.3).logYOverDecades().axes().logY());
    assertFalse(drawn(3, 0.31).logYOverDecades().axes().logY());
    assertFalse(drawn(3, -0.1).logYOverDecades().axes().logY());
    assertFalse(drawn().logYOverDecades().axes().logY());
    assertFalse(drawn(3, 0.3).logY().linearY().axes().logY());
  }

  @Test
  void areasLevelsAndLastPointsSayTheirNumbers() {
    double[] xs = count(1000);
    String html =
        Figure.lines("t")
            .series("v", xs, xs)
            .band("b", count(2), new double[] {1, 2}, new double[] {3, 4})
            .level("l", 2.5)
            .html();
    assertTrue(html.contains("\"v 999: 999\""));
    assertTrue(html.contains("\"b 1: 2 to 4\""));
    assertTrue(html.split("\"l 2.5\"", -1).length > 5);
  }
}
