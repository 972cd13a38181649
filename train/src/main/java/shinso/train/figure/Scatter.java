package shinso.train.figure;

import java.awt.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import shinso.core.tensor.Tensor;
import shinso.train.figure.PointSeries.Point;

/**
 * Points of a plane.
 *
 * @param axes what the axes are
 * @param clouds points of one kind, each in a colour of its own
 * @param paths ways through the plane, each with a ring at its start and a diamond at its end
 * @param equal whether a unit is as long on both axes
 * @param size of the drawing
 */
public record Scatter(
    String title,
    String caption,
    Axes axes,
    List<PointSeries> clouds,
    List<PointSeries> paths,
    boolean equal,
    Size size)
    implements Figure {
  private static final String KIND = "scatter";

  /** More points than this are drawn small and translucent. */
  private static final int MANY = 400;

  /** The mouse finds at most so many points of a cloud. */
  private static final int HOVERED = 500;

  /** Keeps copies. */
  public Scatter {
    clouds = List.copyOf(clouds);
    paths = List.copyOf(paths);
  }

  static Scatter of(String title) {
    return new Scatter(title, "", Axes.PLAIN, List.of(), List.of(), false, Size.USUAL);
  }

  private Scatter with(Axes newAxes) {
    return new Scatter(title, caption, newAxes, clouds, paths, equal, size);
  }

  @Override
  public Scatter caption(String text) {
    return new Scatter(title, text, axes, clouds, paths, equal, size);
  }

  /** Returns this with names at its axes, each with its unit. */
  public Scatter axes(String x, String y) {
    return with(axes.named(x, y));
  }

  /**
   * Returns this with a logarithmic horizontal axis; numbers that are not positive are left out.
   */
  public Scatter logX() {
    return with(axes.logarithmicX());
  }

  /** Returns this with a logarithmic vertical axis; numbers that are not positive are left out. */
  public Scatter logY() {
    return with(axes.logarithmicY());
  }

  /** Returns this with a part of the horizontal axis. */
  public Scatter xRange(double low, double high) {
    return with(axes.withX(new Range(low, high)));
  }

  /** Returns this with a part of the vertical axis. */
  public Scatter yRange(double low, double high) {
    return with(axes.withY(new Range(low, high)));
  }

  /** Returns this with a unit as long on both axes, if both are linear. */
  public Scatter equalAxes() {
    return new Scatter(title, caption, axes, clouds, paths, true, size);
  }

  /** Returns this with another size. */
  public Scatter size(int width, int height) {
    return new Scatter(title, caption, axes, clouds, paths, equal, new Size(width, height));
  }

  /**
   * Returns this with more points.
   *
   * @throws IllegalArgumentException if there are not as many x as y, or the name is taken
   */
  public Scatter points(String name, double[] x, double[] y) {
    return points(PointSeries.of(name, x, y));
  }

  /**
   * Returns this with more points.
   *
   * @param points {@code [n, 2]}
   * @throws IllegalArgumentException if the shape is another, or the name is taken
   */
  public Scatter points(String name, Tensor points) {
    return points(PointSeries.of(name, points));
  }

  /**
   * Returns this with the points of several classes.
   *
   * @param points {@code [n, 2]}
   * @param labels a class for each point
   * @param names of the classes
   * @throws IllegalArgumentException if there is not a label for each point and a name for each
   *     label
   */
  public Scatter points(Tensor points, int[] labels, List<String> names) {
    List<Point> all = PointSeries.of("", points).points();
    FigureChecks.that(
        all.size() == labels.length,
        KIND,
        title,
        "there are %d points and %d labels",
        all.size(),
        labels.length);
    List<List<Point>> classes = new ArrayList<>();
    names.forEach(n -> classes.add(new ArrayList<>()));
    for (int i = 0; i < labels.length; i++) {
      FigureChecks.that(
          labels[i] >= 0 && labels[i] < names.size(),
          KIND,
          title,
          "label %d is %d, and there are names for 0 to %d",
          i,
          labels[i],
          names.size() - 1);
      classes.get(labels[i]).add(all.get(i));
    }
    Scatter result = this;
    for (int c = 0; c < classes.size(); c++) {
      result = result.points(new PointSeries(names.get(c), classes.get(c)));
    }
    return result;
  }

  /**
   * Returns this with more points.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Scatter points(PointSeries cloud) {
    FigureChecks.isNew(KIND, title, names(), cloud.name());
    List<PointSeries> all = Stream.concat(clouds.stream(), Stream.of(cloud)).toList();
    return new Scatter(title, caption, axes, all, paths, equal, size);
  }

  /**
   * Returns this with one more way through the plane.
   *
   * @throws IllegalArgumentException if there are not as many x as y, or the name is taken
   */
  public Scatter path(String name, double[] xs, double[] ys) {
    return path(PointSeries.of(name, xs, ys));
  }

  /**
   * Returns this with one more way through the plane.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Scatter path(PointSeries path) {
    FigureChecks.isNew(KIND, title, names(), path.name());
    List<PointSeries> all = Stream.concat(paths.stream(), Stream.of(path)).toList();
    return new Scatter(title, caption, axes, clouds, all, equal, size);
  }

  private List<String> names() {
    return all().map(PointSeries::name).toList();
  }

  private Stream<PointSeries> all() {
    return Stream.concat(clouds.stream(), paths.stream());
  }

  private List<PlotFrame.Key> keys() {
    List<PlotFrame.Key> keys = new ArrayList<>();
    clouds.forEach(c -> keys.add(new PlotFrame.Key(c.name(), PlotFrame.Sign.DOT, keys.size())));
    paths.forEach(p -> keys.add(new PlotFrame.Key(p.name(), PlotFrame.Sign.PATH, keys.size())));
    return keys;
  }

  private PointSeries shown(PointSeries t) {
    return new PointSeries(t.name(), t.points().stream().filter(axes::shows).toList());
  }

  private List<String> notes() {
    int lost = all().mapToInt(t -> t.points().size() - shown(t).points().size()).sum();
    return Notes.leftOut(lost, "point", axes.logX() || axes.logY());
  }

  void draw(Canvas canvas, boolean titled) {
    List<PlotFrame.Key> keys = keys();
    boolean obvious = keys.size() == 1 && keys.getFirst().name().isEmpty();
    PlotFrame frame =
        new PlotFrame(
            canvas,
            size,
            titled ? title : "",
            obvious ? List.of() : keys,
            axes.x(),
            axes.y(),
            notes(),
            0);
    List<Point> points = all().flatMap(t -> shown(t).points().stream()).toList();
    Axis y =
        Axis.around(
            points.stream().map(Point::y).toList(),
            axes.logY(),
            axes.yRange(),
            frame.bottom(),
            frame.top(),
            frame.yTicks());
    frame.sides(PlotFrame.ticks(y), 0);
    Axis x =
        Axis.around(
            points.stream().map(Point::x).toList(),
            axes.logX(),
            axes.xRange(),
            frame.left(),
            frame.right(),
            frame.xTicks());
    if (equal && !axes.logX() && !axes.logY()) {
      double unit = Math.min(x.unit(), y.unit());
      y = y.withUnit(unit);
      frame.sides(PlotFrame.ticks(y), 0);
      x = x.between(frame.left(), frame.right()).withUnit(unit);
    }
    frame.grid(PlotFrame.ticks(x), PlotFrame.ticks(y));
    frame.edges(PlotFrame.ticks(x), PlotFrame.ticks(y));
    canvas.clip(frame.plot(5));
    boolean many = clouds.stream().mapToInt(c -> shown(c).points().size()).sum() > MANY;
    // A few points would vanish under the lines, and lines under many points.
    if (many) {
      clouds(canvas, keys, true, x, y);
    }
    // A point on the edge is seen whole; a line that goes on ends there.
    canvas.clip(frame.plot(1));
    for (int i = 0; i < paths.size(); i++) {
      PlotFrame.Key key = keys.get(clouds.size() + i);
      Paths.line(canvas, shown(paths.get(i)), key, Paths.Pen.of(key.ink(), false), x, y);
    }
    canvas.clip(frame.plot(5));
    for (int i = 0; i < paths.size(); i++) {
      Ink ink = keys.get(clouds.size() + i).ink();
      Paths.ends(canvas, shown(paths.get(i)), Paths.Pen.of(ink, false), x, y);
    }
    if (!many) {
      clouds(canvas, keys, false, x, y);
    }
    canvas.clip(null);
  }

  private void clouds(Canvas canvas, List<PlotFrame.Key> keys, boolean many, Axis x, Axis y) {
    for (int i = 0; i < clouds.size(); i++) {
      PlotFrame.Key key = keys.get(i);
      cloud(canvas, shown(clouds.get(i)), key, key.ink(), many, x, y);
    }
  }

  static void cloud(
      Canvas canvas,
      PointSeries cloud,
      PlotFrame.Key key,
      Ink solid,
      boolean many,
      Axis x,
      Axis y) {
    List<Point> points = cloud.finite();
    Ink ink = solid.faint(many ? 0.6 : 0.85);
    int every = Math.ceilDiv(points.size(), HOVERED);
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      double px = x.at(points.get(i).x());
      double py = y.at(points.get(i).y());
      shapes.add(Marker.of(key.index()).shape(px, py, many ? 2.4 : 3.6));
      if (i % every == 0) {
        Point p = points.get(i);
        String at = "(%s, %s)".formatted(Numbers.text(p.x()), Numbers.text(p.y()));
        canvas.hover(px, py, Notes.named(cloud.name(), at));
      }
    }
    canvas.fill(shapes, ink);
  }
}
