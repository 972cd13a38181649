package shinso.train.figure;

import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Canvas.Anchor;
import shinso.train.figure.PointSeries.Point;

/**
 * Curves over a common axis.
 *
 * @param axes what the axes are
 * @param series the curves, their points in the order of x
 * @param bands areas between two curves
 * @param levels horizontal lines to compare with
 * @param best which point of a curve is marked as the best, by the curve's name
 * @param smoothed whether curves of many noisy points are drawn faint, with their mean over them
 * @param size of the drawing
 */
public record Lines(
    String title,
    String caption,
    Axes axes,
    List<PointSeries> series,
    List<Band> bands,
    List<Level> levels,
    Map<String, Best> best,
    boolean smoothed,
    Size size)
    implements Figure {
  private static final String KIND = "lines";

  private static final double DECADE = 10;

  /** How many points of a curve, and of an area, say their numbers. */
  private static final int HOVERS = 400;

  /** The distance in pixels of the points at which a level says its number. */
  private static final int LEVEL_HOVERS = 60;

  /** More points than this are a line without dots. */
  private static final int DENSE = 60;

  /** What is the best number of a curve. */
  public enum Best {
    /** The largest one. */
    LARGEST,
    /** The smallest one. */
    SMALLEST
  }

  /** The area between two curves over the same x, in the colour of the curve of its name. */
  public record Band(String name, List<Edge> edges) {
    /** The area's ends at one x. */
    public record Edge(double x, double low, double high) {}

    /** Keeps a copy. */
    public Band {
      edges = List.copyOf(edges);
    }
  }

  /** A horizontal line. */
  public record Level(String name, double y) {}

  /** Keeps copies. */
  public Lines {
    series = List.copyOf(series);
    bands = List.copyOf(bands);
    levels = List.copyOf(levels);
    best = Map.copyOf(best);
  }

  static Lines of(String title) {
    return new Lines(
        title, "", Axes.PLAIN, List.of(), List.of(), List.of(), Map.of(), false, Size.USUAL);
  }

  private Lines with(Axes newAxes) {
    return new Lines(title, caption, newAxes, series, bands, levels, best, smoothed, size);
  }

  /** Returns this with another title. */
  public Lines titled(String text) {
    return new Lines(text, caption, axes, series, bands, levels, best, smoothed, size);
  }

  @Override
  public Lines caption(String text) {
    return new Lines(title, text, axes, series, bands, levels, best, smoothed, size);
  }

  /** Returns this with names at its axes, each with its unit. */
  public Lines axes(String x, String y) {
    return with(axes.named(x, y));
  }

  /**
   * Returns this with a logarithmic horizontal axis; numbers that are not positive are left out.
   */
  public Lines logX() {
    return with(axes.logarithmicX());
  }

  /** Returns this with a logarithmic vertical axis; numbers that are not positive are left out. */
  public Lines logY() {
    return with(axes.logarithmicY());
  }

  /** Returns this with a linear vertical axis. */
  public Lines linearY() {
    return with(axes.linearY());
  }

  /**
   * Returns this with a logarithmic vertical axis if all numbers are positive and the largest is at
   * least ten times the smallest, as those of a loss that falls far.
   */
  public Lines logYOverDecades() {
    double[] ys =
        series.stream()
            .flatMap(s -> s.points().stream())
            .mapToDouble(Point::y)
            .filter(Double::isFinite)
            .toArray();
    double low = Arrays.stream(ys).min().orElse(0);
    double high = Arrays.stream(ys).max().orElse(0);
    return low > 0 && high / low >= DECADE ? logY() : this;
  }

  /** Returns this with a part of the horizontal axis. */
  public Lines xRange(double low, double high) {
    return with(axes.withX(new Range(low, high)));
  }

  /** Returns this with a part of the vertical axis. */
  public Lines yRange(double low, double high) {
    return with(axes.withY(new Range(low, high)));
  }

  /** Returns this with another size. */
  public Lines size(int width, int height) {
    Size s = new Size(width, height);
    return new Lines(title, caption, axes, series, bands, levels, best, smoothed, s);
  }

  /** Returns this with curves of many noisy points drawn faint, and their mean over them. */
  public Lines smooth() {
    return new Lines(title, caption, axes, series, bands, levels, best, true, size);
  }

  /**
   * Returns this with one more curve.
   *
   * @throws IllegalArgumentException if there are not as many x as y, or the name is taken
   */
  public Lines series(String name, double[] x, double[] y) {
    return series(PointSeries.of(name, x, y));
  }

  /**
   * Returns this with one more curve.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Lines series(PointSeries curve) {
    FigureChecks.isNew(KIND, title, series.stream().map(PointSeries::name).toList(), curve.name());
    List<PointSeries> all = add(series, curve);
    return new Lines(title, caption, axes, all, bands, levels, best, smoothed, size);
  }

  /**
   * Returns this with one more area, in the colour of the curve of the same name if there is one.
   *
   * @throws IllegalArgumentException if there are not as many of the ones as of the others
   */
  public Lines band(String name, double[] x, double[] low, double[] high) {
    FigureChecks.that(
        x.length == low.length && x.length == high.length,
        KIND,
        title,
        "the band '%s' has %d x, %d lower and %d upper ends; give as many of each",
        name,
        x.length,
        low.length,
        high.length);
    List<Band.Edge> edges = new ArrayList<>(x.length);
    for (int i = 0; i < x.length; i++) {
      edges.add(new Band.Edge(x[i], low[i], high[i]));
    }
    List<Band> all = add(bands, new Band(name, edges));
    return new Lines(title, caption, axes, series, all, levels, best, smoothed, size);
  }

  /**
   * Returns this with one more horizontal line.
   *
   * @throws IllegalArgumentException if it is at no finite number
   */
  public Lines level(String name, double y) {
    FigureChecks.that(Double.isFinite(y), KIND, title, "the level '%s' can't be at %s", name, y);
    List<Level> all = add(levels, new Level(name, y));
    return new Lines(title, caption, axes, series, bands, all, best, smoothed, size);
  }

  /**
   * Returns this with the best point of a curve marked.
   *
   * @throws IllegalArgumentException if there is no curve of this name
   */
  public Lines best(String name, Best which) {
    List<String> names = series.stream().map(PointSeries::name).toList();
    FigureChecks.that(
        names.contains(name), KIND, title, "there is no curve '%s' but %s", name, names);
    Map<String, Best> all = new LinkedHashMap<>(best);
    all.put(name, which);
    return new Lines(title, caption, axes, series, bands, levels, all, smoothed, size);
  }

  private static <T> List<T> add(List<T> list, T more) {
    return Stream.concat(list.stream(), Stream.of(more)).toList();
  }

  /** Returns the best point of what is to be seen of a curve, or null. */
  @Nullable Point bestOf(PointSeries curve) {
    Best which = best.get(curve.name());
    Point found = null;
    for (Point p : curve.points()) {
      if (which != null
          && axes.sees(p)
          && (found == null || (which == Best.LARGEST ? p.y() > found.y() : p.y() < found.y()))) {
        found = p;
      }
    }
    return found;
  }

  /** Returns the colour's number for a name: curves first, then bands and levels of their own. */
  private int index(String name) {
    List<String> names =
        Stream.of(
                series.stream().map(PointSeries::name),
                bands.stream().map(Band::name),
                levels.stream().map(Level::name))
            .flatMap(n -> n)
            .distinct()
            .toList();
    return names.indexOf(name);
  }

  private List<PlotFrame.Key> keys() {
    Map<String, PlotFrame.Key> keys = new LinkedHashMap<>();
    series.forEach(s -> key(keys, s.name(), PlotFrame.Sign.LINE));
    bands.forEach(b -> key(keys, b.name(), PlotFrame.Sign.BOX));
    levels.forEach(l -> key(keys, l.name(), PlotFrame.Sign.DASHES));
    boolean obvious = keys.size() == 1 && (keys.containsKey("") || keys.containsKey(title));
    return obvious ? List.of() : List.copyOf(keys.values());
  }

  private void key(Map<String, PlotFrame.Key> keys, String name, PlotFrame.Sign sign) {
    keys.putIfAbsent(name, new PlotFrame.Key(name, sign, index(name)));
  }

  /** Returns all points that are to be seen. */
  private List<Point> shown() {
    return Stream.of(
            series.stream().flatMap(s -> s.points().stream()),
            bands.stream()
                .flatMap(b -> b.edges().stream())
                .flatMap(e -> Stream.of(new Point(e.x(), e.low()), new Point(e.x(), e.high()))))
        .flatMap(p -> p)
        .filter(axes::shows)
        .toList();
  }

  private List<String> notes() {
    long lost =
        Stream.of(
                series.stream().flatMap(s -> s.points().stream()),
                bands.stream()
                    .flatMap(b -> b.edges().stream())
                    .map(e -> new Point(e.x(), shows(e) ? e.low() : Double.NaN)),
                levels.stream().map(l -> new Point(1, l.y())))
            .flatMap(p -> p)
            .filter(p -> !axes.shows(p))
            .count();
    List<String> notes =
        new ArrayList<>(Notes.leftOut((int) lost, "point", axes.logX() || axes.logY()));
    long outside = shown().stream().filter(p -> !axes.sees(p)).count();
    if (outside > 0) {
      notes.add(Numbers.count((int) outside, "point") + " outside of the axes");
    }
    return notes;
  }

  void draw(Canvas canvas, boolean titled) {
    PlotFrame frame =
        new PlotFrame(canvas, size, titled ? title : "", keys(), axes.x(), axes.y(), notes(), 0);
    List<Point> shown = shown();
    List<Double> ys =
        Stream.concat(
                shown.stream().map(Point::y),
                levels.stream().map(Level::y).filter(y -> !axes.logY() || y > 0))
            .toList();
    Axis y =
        Axis.of(ys, axes.logY(), axes.yRange(), frame.bottom(), frame.top(), true, frame.yTicks());
    List<PlotFrame.Tick> yTicks = PlotFrame.ticks(y);
    frame.sides(yTicks, 0);
    List<Double> xs = shown.stream().map(Point::x).toList();
    // With room: a steep beginning must not lie on the edge.
    Axis x =
        Axis.around(xs, axes.logX(), axes.xRange(), frame.left(), frame.right(), frame.xTicks());
    List<PlotFrame.Tick> xTicks = PlotFrame.ticks(x);
    frame.grid(List.of(), yTicks);
    frame.edges(xTicks, yTicks);
    canvas.clip(frame.plot(5));
    bands.forEach(b -> band(canvas, b, x, y));
    levels.forEach(l -> level(canvas, l, frame, y));
    series.forEach(s -> curve(canvas, s, x, y));
    canvas.clip(null);
    series.forEach(s -> mark(canvas, s, frame, x, y));
  }

  private boolean shows(Band.Edge e) {
    return axes.shows(new Point(e.x(), e.low())) && axes.shows(new Point(e.x(), e.high()));
  }

  private void band(Canvas canvas, Band b, Axis x, Axis y) {
    List<Band.Edge> edges = new ArrayList<>();
    for (Band.Edge e : b.edges()) {
      if (shows(e)) {
        edges.add(e);
      } else {
        area(canvas, b, edges, x, y);
        edges.clear();
      }
    }
    area(canvas, b, edges, x, y);
  }

  private void area(Canvas canvas, Band b, List<Band.Edge> edges, Axis x, Axis y) {
    if (edges.isEmpty()) {
      return;
    }
    Path2D path = new Path2D.Double();
    path.moveTo(x.at(edges.getFirst().x()), y.at(edges.getFirst().low()));
    edges.forEach(e -> path.lineTo(x.at(e.x()), y.at(e.low())));
    edges.reversed().forEach(e -> path.lineTo(x.at(e.x()), y.at(e.high())));
    path.closePath();
    canvas.fill(path, Ink.series(index(b.name())).faint(0.22));
    for (int i : told(edges.size())) {
      Band.Edge e = edges.get(i);
      String ends = Numbers.text(e.low()) + " to " + Numbers.text(e.high());
      String text = Notes.named(b.name(), Numbers.text(e.x()) + ": " + ends);
      hover(canvas, e.x(), e.low(), text, x, y);
      hover(canvas, e.x(), e.high(), text, x, y);
    }
  }

  /** Returns which of some points say their numbers: evenly spread, the first and the last one. */
  private static int[] told(int points) {
    int every = Math.max(1, points / HOVERS);
    return IntStream.range(0, points).filter(i -> i % every == 0 || i == points - 1).toArray();
  }

  private void hover(Canvas canvas, double px, double py, String text, Axis x, Axis y) {
    if (axes.sees(new Point(px, py))) {
      canvas.hover(x.at(px), y.at(py), text);
    }
  }

  private void level(Canvas canvas, Level l, PlotFrame frame, Axis y) {
    if (axes.logY() && l.y() <= 0) {
      return;
    }
    Line2D line = new Line2D.Double(frame.left(), y.at(l.y()), frame.right(), y.at(l.y()));
    canvas.draw(line, Ink.series(index(l.name())), 1.8, PlotFrame.dashes(PlotFrame.Sign.DASHES, 0));
    int parts = (int) Math.max(2, (frame.right() - frame.left()) / LEVEL_HOVERS);
    for (int i = 0; i <= parts; i++) {
      double at = frame.left() + i * (frame.right() - frame.left()) / parts;
      canvas.hover(at, y.at(l.y()), Notes.named(l.name(), Numbers.text(l.y())));
    }
  }

  private void curve(Canvas canvas, PointSeries s, Axis x, Axis y) {
    int index = index(s.name());
    Ink ink = Ink.series(index);
    boolean dense = s.points().size() > DENSE;
    // What is marked must lie on what is drawn.
    boolean noisy = smoothed && dense && !best.containsKey(s.name());
    float[] dashes = PlotFrame.dashes(PlotFrame.Sign.LINE, index);
    canvas.draw(path(s, x, y), noisy ? ink.faint(0.35) : ink, noisy ? 1 : 2.2, dashes);
    if (noisy) {
      canvas.draw(path(s.smooth(), x, y), ink, 2.2, dashes);
    }
    boolean before = false;
    List<Point> points = s.points();
    for (int i = 0; i < points.size(); i++) {
      Point p = points.get(i);
      boolean shown = axes.shows(p);
      boolean alone =
          shown && !before && (i + 1 == points.size() || !axes.shows(points.get(i + 1)));
      if (shown && (!dense || alone)) {
        Marker.of(index).fill(canvas, x.at(p.x()), y.at(p.y()), 3, ink);
      }
      before = shown;
    }
    hover(canvas, s, x, y);
  }

  private Path2D path(PointSeries s, Axis x, Axis y) {
    Path2D path = new Path2D.Double();
    boolean pen = false;
    for (Point p : Thinning.of(s.points(), axes, size.width())) {
      if (!axes.shows(p)) {
        pen = false;
      } else if (pen) {
        path.lineTo(x.at(p.x()), y.at(p.y()));
      } else {
        path.moveTo(x.at(p.x()), y.at(p.y()));
        pen = true;
      }
    }
    return path;
  }

  private void hover(Canvas canvas, PointSeries s, Axis x, Axis y) {
    List<Point> points = s.points();
    for (int i : told(points.size())) {
      Point p = points.get(i);
      String text = Numbers.text(p.x()) + ": " + Numbers.text(p.y());
      hover(canvas, p.x(), p.y(), Notes.named(s.name(), text), x, y);
    }
  }

  private void mark(Canvas canvas, PointSeries s, PlotFrame frame, Axis x, Axis y) {
    Point p = bestOf(s);
    if (p == null) {
      return;
    }
    double px = x.at(p.x());
    double py = y.at(p.y());
    Ink ink = Ink.series(index(s.name()));
    canvas.dot(px, py, 5.5, Ink.PAPER);
    canvas.draw(Canvas.circle(px, py, 5), ink, 2.5);
    String best = "best " + Numbers.text(p.y());
    String text = series.size() > 1 ? Notes.named(s.name(), best) : best;
    Rectangle2D place = place(canvas.width(text, Letters.MARK), px, py, frame, x, y);
    canvas.haloed(
        text,
        place.getMinX(),
        place.getMaxY() - 4,
        Anchor.START,
        Letters.MARK,
        Ink.TEXT,
        Ink.PAPER);
    canvas.hover(px, py, Notes.named(s.name(), best + " at " + Numbers.text(p.x())));
  }

  /** Returns where a label covers the least: above or below, to the left or the right. */
  private Rectangle2D place(double width, double px, double py, PlotFrame frame, Axis x, Axis y) {
    List<Line2D> others = pieces(x, y);
    Rectangle2D best = new Rectangle2D.Double(px, py, width, 16);
    long least = Long.MAX_VALUE;
    for (double left : new double[] {px - width / 2, px + 8, px - 8 - width}) {
      for (double top : new double[] {py - 24, py + 8, py - 46, py + 30}) {
        Rectangle2D place = new Rectangle2D.Double(left, top, width, 16);
        long covered =
            frame.plot(0).contains(place)
                ? others.stream().filter(place::intersectsLine).count()
                : Long.MAX_VALUE - 1;
        if (covered < least) {
          least = covered;
          best = place;
        }
      }
    }
    return best;
  }

  /** Returns the straight pieces that the curves are made of. */
  private List<Line2D> pieces(Axis x, Axis y) {
    List<Line2D> pieces = new ArrayList<>();
    for (PointSeries s : series) {
      Point before = null;
      for (Point p : s.points()) {
        if (axes.shows(p)) {
          Point from = before == null ? p : before;
          pieces.add(new Line2D.Double(x.at(from.x()), y.at(from.y()), x.at(p.x()), y.at(p.y())));
          before = p;
        } else {
          before = null;
        }
      }
    }
    return pieces;
  }
}
