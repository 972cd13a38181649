package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.train.figure.LinesTest.assertMessage;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;
import shinso.train.figure.PointSeries.Point;

/** Grids, contours, surfaces and scatter plots. */
class PlaneTest {
  private static final Region SQUARE = Region.of(-2, 2, -2, 2);

  @Test
  void aGridHasTheValuesOfItsFunction() {
    Grid grid = Region.of(0, 2, 10, 30).resolution(3, 5).values((x, y) -> x + y);
    assertEquals(10, grid.at(0, 0));
    assertEquals(12, grid.at(0, 2));
    assertEquals(30, grid.at(4, 0));
    assertEquals(10, grid.min());
    assertEquals(32, grid.max());
    assertEquals(21.75, grid.at(0.75, 21), 1e-12);
    assertTrue(Double.isNaN(grid.at(2.1, 21)));
    Grid same = Region.of(0, 2, 10, 30).resolution(3, 5).values(p -> p.sum(1));
    assertEquals(25, same.at(3, 0));
    assertEquals(List.of(0.0, 25.0), List.of(same.region().x(0), same.region().y(3)));
  }

  @Test
  void interpolationAsksNoNeighbourThatHasNoWeight() {
    Grid grid =
        Region.of(0, 1, 0, 1)
            .resolution(2, 2)
            .values((x, y) -> x == 1 ? Double.POSITIVE_INFINITY : y);
    assertEquals(0.5, grid.at(0.0, 0.5));
    assertFalse(Double.isFinite(grid.at(0.5, 0.5)));
  }

  @Test
  void linesOfALevelAreClosedCircles() {
    Grid grid = SQUARE.values((x, y) -> x * x + y * y);
    List<List<Point>> lines = new MarchingSquares(grid).lines(1);
    assertEquals(1, lines.size());
    List<Point> circle = lines.getFirst();
    assertEquals(circle.getFirst(), circle.getLast());
    assertTrue(circle.size() > 300, "points: " + circle.size());
    for (Point p : circle) {
      assertEquals(1, Math.hypot(p.x() * 0.02 - 2, p.y() * 0.02 - 2), 1e-4);
    }
    assertEquals(0, new MarchingSquares(grid).lines(9).size());
  }

  @Test
  void aSaddleIsPassedOnEitherSide() {
    Grid grid = Region.of(-1, 1, -1, 1).resolution(2, 2).values((x, y) -> x * y);
    for (double level : new double[] {0.25, -0.25}) {
      List<List<Point>> lines = new MarchingSquares(grid).lines(level);
      assertEquals(2, lines.size());
      for (List<Point> line : lines) {
        Point a = line.getFirst();
        Point b = line.getLast();
        // Around corners with the larger product for a level above the saddle, and the others
        // below.
        double middle = (a.x() + b.x() - 1) * (a.y() + b.y() - 1);
        assertTrue(level * middle > 0, level + ": " + line);
      }
    }
  }

  @Test
  void linesEndWhereNumbersDo() {
    Grid grid = SQUARE.values((x, y) -> x > 0 ? Double.NaN : x * x + y * y);
    List<List<Point>> lines = new MarchingSquares(grid).lines(1);
    assertEquals(1, lines.size());
    assertTrue(lines.getFirst().stream().allMatch(p -> p.x() <= 100));
  }

  @Test
  void levels() {
    Grid grid = SQUARE.values((x, y) -> x * x + y * y);
    Contours c = Figure.contours("bowl", grid);
    assertEquals(List.of(2.0, 4.0, 6.0), c.levels(4).levels());
    assertEquals(List.of(1.0, 3.0), c.levels(3, 1).levels());
    assertEquals(
        List.of("0.001", "0.01", "0.1", "1"),
        c.logLevels(5).levels().stream().map(Numbers::text).toList());
    assertEquals(List.of(), Figure.contours("flat", SQUARE.values((x, y) -> 3)).levels());
    assertMessage("contours 'bowl': there are 1 to 100 levels, not 0", () -> c.levels(0));
    assertMessage(
        "contours 'bowl': there is no line at the height NaN", () -> c.levels(Double.NaN, 1));
    assertMessage(
        "contours 'low': logarithmic levels need heights above 0, and they go from -1.0 to -1.0;"
            + " shift them",
        () -> Figure.contours("low", SQUARE.values((x, y) -> -1)).logLevels(4));
  }

  @Test
  void pathsPointsAndMarks() {
    Contours c =
        Figure.contours("f", SQUARE.values((x, y) -> x))
            .axes("a", "b")
            .equalAxes()
            .path("p", new double[] {0, 1}, new double[] {0, 2})
            .points("q", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2))
            .point("m", 0.5, 0.25);
    assertEquals(List.of(new Point(0, 0), new Point(1, 2)), c.paths().getFirst().points());
    assertEquals(List.of(new Point(1, 2), new Point(3, 4)), c.clouds().getFirst().points());
    assertEquals(new PointSeries("m", List.of(new Point(0.5, 0.25))), c.marks().getFirst());
    assertTrue(FigureTest.texts(c).containsAll(List.of("p", "q", "m", "a", "b")));
    assertTrue(c.html().contains("p 1: (1, 2)"));
    assertMessage(
        "contours 'f': there is already something named 'p'; give each a name of its own",
        () -> c.path("p", new double[0], new double[0]));
    assertMessage(
        "contours 'line': contours need at least 2 x 2 points, not 1 x 3",
        () -> Figure.contours("line", SQUARE.resolution(1, 3).values((x, y) -> x)));
  }

  @Test
  void regionsThatAreNone() {
    assertMessage(
        "a region goes from a number to a larger one, not x from 1.0 to 1.0, y from 0.0 to 1.0",
        () -> Region.of(1, 1, 0, 1));
    assertMessage("a region has 1 to 4000000 points, not 0 x 5", () -> SQUARE.resolution(0, 5));
    assertMessage(
        "a region of 2 x 3 points has 6 values, not [4]",
        () -> SQUARE.resolution(2, 3).values(Tensor.zeros(4)));
  }

  @Test
  void surfaces() {
    Surface s =
        Figure.surface("s", SQUARE.values((x, y) -> x * y))
            .axes("u", "v", "w")
            .view(30, 20)
            .range(-1, 1)
            .path("p", new double[] {0, 1}, new double[] {0, 1});
    assertEquals(List.of(30, 20), List.of(s.azimuth(), s.elevation()));
    assertEquals(new Range(-1, 1), s.range());
    assertEquals(List.of(new Point(0, 0), new Point(1, 1)), s.paths().getFirst().points());
    assertEquals(1, FigureTest.elements(s, "canvas").size());
    assertTrue(s.html().contains("\"names\":[\"u\",\"v\",\"w\"]"));
    assertMessage("surface 's': it is seen from 0 to 90 degrees, not -1", () -> s.view(0, -1));
  }

  @Test
  void classesOfAScatterPlot() {
    Tensor points = Tensor.of(new float[] {0, 0, 1, 1, 2, 2}, 3, 2);
    Scatter s = Figure.scatter("s").points(points, new int[] {1, 0, 1}, List.of("no", "yes"));
    assertEquals(
        List.of(
            new PointSeries("no", List.of(new Point(1, 1))),
            new PointSeries("yes", List.of(new Point(0, 0), new Point(2, 2)))),
        s.clouds());
    assertMessage(
        "scatter 's': label 2 is 2, and there are names for 0 to 1",
        () -> Figure.scatter("s").points(points, new int[] {0, 1, 2}, List.of("no", "yes")));
    assertMessage(
        "scatter 's': there are 3 points and 1 labels",
        () -> Figure.scatter("s").points(points, new int[] {0}, List.of("no")));
    assertMessage(
        "'p': points of a plane are [n, 2], not [3]; take two of the columns",
        () -> s.points("p", Tensor.zeros(3)));
  }

  @Test
  void equalAxesHaveCirclesThatAreRound() {
    Axis x = Axis.linear(-1, 1, 0, 400, 5);
    Axis y = Axis.linear(-4, 4, 300, 0, 5);
    double unit = Math.min(x.unit(), y.unit());
    assertEquals(37.5, unit);
    assertEquals(37.5, x.withUnit(unit).at(1) - x.withUnit(unit).at(0), 1e-9);
    assertEquals(37.5, y.withUnit(unit).at(0) - y.withUnit(unit).at(1), 1e-9);
  }
}
