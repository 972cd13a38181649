package shinso.train.figure;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import shinso.core.tensor.Tensor;
import shinso.train.figure.Canvas.Anchor;
import shinso.train.figure.PointSeries.Point;

/**
 * The heights of a landscape, with paths through it.
 *
 * @param z the heights
 * @param levels where the lines are, in rising order
 * @param filled whether the bands between the lines are coloured, or the lines
 * @param x what the horizontal axis is
 * @param y what the vertical axis is
 * @param paths lines through it, each with a ring at its start and a diamond at its end
 * @param clouds points in it, such as samples
 * @param marks single points with a name
 * @param equal whether a unit is as long on both axes
 * @param size of the drawing
 */
public record Contours(
    String title,
    String caption,
    Grid z,
    List<Double> levels,
    boolean filled,
    String x,
    String y,
    List<PointSeries> paths,
    List<PointSeries> clouds,
    List<PointSeries> marks,
    boolean equal,
    Size size)
    implements Figure {
  private static final String KIND = "contours";
  private static final int USUAL_LEVELS = 15;

  /** What is ground to lines and points is paler. */
  private static final double PALE = 0.45;

  /** Keeps copies. */
  public Contours {
    levels = List.copyOf(levels);
    paths = List.copyOf(paths);
    clouds = List.copyOf(clouds);
    marks = List.copyOf(marks);
  }

  static Contours of(String title, Grid z) {
    FigureChecks.that(
        z.columns() > 1 && z.rows() > 1,
        KIND,
        title,
        "contours need at least 2 x 2 points, not %d x %d",
        z.columns(),
        z.rows());
    return new Contours(
            title,
            "",
            z,
            List.of(),
            true,
            "",
            "",
            List.of(),
            List.of(),
            List.of(),
            false,
            Size.USUAL)
        .levels(USUAL_LEVELS);
  }

  private Contours with(List<Double> newLevels) {
    return new Contours(
        title, caption, z, newLevels, filled, x, y, paths, clouds, marks, equal, size);
  }

  private Contours with(
      List<PointSeries> newPaths, List<PointSeries> newClouds, List<PointSeries> newMarks) {
    return new Contours(
        title, caption, z, levels, filled, x, y, newPaths, newClouds, newMarks, equal, size);
  }

  @Override
  public Contours caption(String text) {
    return new Contours(title, text, z, levels, filled, x, y, paths, clouds, marks, equal, size);
  }

  /** Returns this with names at its axes. */
  public Contours axes(String newX, String newY) {
    return new Contours(
        title, caption, z, levels, filled, newX, newY, paths, clouds, marks, equal, size);
  }

  /** Returns this with another size. */
  public Contours size(int width, int height) {
    Size s = new Size(width, height);
    return new Contours(title, caption, z, levels, filled, x, y, paths, clouds, marks, equal, s);
  }

  /** Returns this with a unit as long on both axes. */
  public Contours equalAxes() {
    return new Contours(title, caption, z, levels, filled, x, y, paths, clouds, marks, true, size);
  }

  /** Returns this with coloured lines instead of coloured bands. */
  public Contours lines() {
    return new Contours(title, caption, z, levels, false, x, y, paths, clouds, marks, equal, size);
  }

  /**
   * Returns this with lines at these heights.
   *
   * @throws IllegalArgumentException if one of them is not finite
   */
  public Contours levels(double... heights) {
    for (double h : heights) {
      FigureChecks.that(Double.isFinite(h), KIND, title, "there is no line at the height %s", h);
    }
    return with(Arrays.stream(heights).sorted().distinct().boxed().toList());
  }

  /** Returns this with lines at about so many round heights. */
  public Contours levels(int about) {
    check(about);
    double low = z.min();
    double high = z.max();
    if (Double.isNaN(low) || low == high) {
      return with(List.of());
    }
    List<Double> ticks = Axis.linear(low, high, 0, 1, about).ticks();
    return with(ticks.stream().filter(t -> t > low && t < high).toList());
  }

  /**
   * Returns this with lines at about so many round heights, each as many times the one before.
   *
   * @throws IllegalArgumentException if no two heights are above 0
   */
  public Contours logLevels(int about) {
    check(about);
    double high = z.max();
    double low =
        Arrays.stream(z.values()).filter(v -> v > 0 && Double.isFinite(v)).min().orElse(Double.NaN);
    FigureChecks.that(
        low < high,
        KIND,
        title,
        "logarithmic levels need heights above 0, and they go from %s to %s; shift them",
        z.min(),
        high);
    // A minimum of 1e-30 would take all levels for what is zero to the eye.
    List<Double> round = Axis.roundByRatio(Math.max(low, high * 1e-6), high, about);
    return with(round.stream().filter(t -> t > low && t < high).toList());
  }

  private void check(int count) {
    FigureChecks.that(
        count >= 1 && count <= 100, KIND, title, "there are 1 to 100 levels, not %d", count);
  }

  /**
   * Returns this with one more path.
   *
   * @throws IllegalArgumentException if there are not as many x as y, or the name is taken
   */
  public Contours path(String name, double[] xs, double[] ys) {
    return path(PointSeries.of(name, xs, ys));
  }

  /**
   * Returns this with one more path.
   *
   * @throws IllegalArgumentException if the name is taken
   */
  public Contours path(PointSeries path) {
    FigureChecks.isNew(KIND, title, names(), path.name());
    return with(add(paths, path), clouds, marks);
  }

  /**
   * Returns this with more points.
   *
   * @throws IllegalArgumentException if there are not as many x as y, or the name is taken
   */
  public Contours points(String name, double[] xs, double[] ys) {
    return points(PointSeries.of(name, xs, ys));
  }

  /**
   * Returns this with more points.
   *
   * @param points {@code [n, 2]}
   * @throws IllegalArgumentException if the shape is another, or the name is taken
   */
  public Contours points(String name, Tensor points) {
    return points(PointSeries.of(name, points));
  }

  private Contours points(PointSeries cloud) {
    FigureChecks.isNew(KIND, title, names(), cloud.name());
    return with(paths, add(clouds, cloud), marks);
  }

  /** Returns this with a point whose name stands beside it. */
  public Contours point(String name, double px, double py) {
    return with(paths, clouds, add(marks, new PointSeries(name, List.of(new Point(px, py)))));
  }

  private static List<PointSeries> add(List<PointSeries> list, PointSeries more) {
    return Stream.concat(list.stream(), Stream.of(more)).toList();
  }

  private List<String> names() {
    return Stream.concat(paths.stream(), clouds.stream()).map(PointSeries::name).toList();
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (z.lost() > 0) {
      notes.add(Numbers.count(z.lost(), "height") + " left out: not finite");
    }
    if (z.min() == z.max()) {
      notes.add("all heights are " + Numbers.text(z.min()));
    }
    int lost =
        Stream.of(paths, clouds, marks)
            .flatMap(List::stream)
            .mapToInt(t -> t.points().size() - t.finite().size())
            .sum();
    notes.addAll(Notes.leftOut(lost, "point", false));
    return notes;
  }

  private List<PlotFrame.Key> keys() {
    List<PlotFrame.Key> keys = new ArrayList<>();
    paths.forEach(p -> keys.add(new PlotFrame.Key(p.name(), PlotFrame.Sign.PATH, keys.size())));
    clouds.forEach(p -> keys.add(new PlotFrame.Key(p.name(), PlotFrame.Sign.DOT, keys.size())));
    return keys;
  }

  private int band(double height) {
    int band = 0;
    while (band < levels.size() && height >= levels.get(band)) {
      band++;
    }
    return band;
  }

  private int rgb(double part) {
    boolean ground = !paths.isEmpty() || !clouds.isEmpty() || !marks.isEmpty();
    return ColourMap.mix(ColourMap.SEQUENTIAL.rgb(part), 0xFFFFFF, ground && filled ? PALE : 0);
  }

  private int bandColour(int band) {
    return rgb(levels.isEmpty() ? 0.5 : (double) band / levels.size());
  }

  private int lineColour(int level) {
    return rgb(levels.size() == 1 ? 0.3 : 0.9 * level / (levels.size() - 1));
  }

  void draw(Canvas canvas, boolean titled) {
    PlotFrame frame = new PlotFrame(canvas, size, titled ? title : "", keys(), x, y, notes(), 0);
    Region r = z.region();
    Axis yAxis = Axis.linear(r.yLow(), r.yHigh(), frame.bottom(), frame.top(), frame.yTicks());
    List<PlotFrame.Tick> yTicks = PlotFrame.ticks(yAxis);
    List<PlotFrame.Tick> bar = barTicks(frame);
    double widest =
        bar.stream().mapToDouble(t -> canvas.width(t.label(), Letters.TICK)).max().orElse(0);
    frame.sides(yTicks, 18 + 15 + 8 + widest);
    if (equal) {
      double unit = (frame.bottom() - frame.top()) / (r.yHigh() - r.yLow());
      frame.narrow(Math.min(frame.right(), frame.left() + unit * (r.xHigh() - r.xLow())));
    }
    Axis xAxis = Axis.linear(r.xLow(), r.xHigh(), frame.left(), frame.right(), frame.xTicks());
    Rectangle2D plot = frame.plot(0);
    if (filled) {
      canvas.image(bands(plot), plot, true);
    }
    canvas.clip(plot);
    levelLines(canvas, xAxis, yAxis);
    canvas.clip(frame.plot(5));
    List<PlotFrame.Key> keys = keys();
    for (int i = 0; i < clouds.size(); i++) {
      PointSeries cloud = clouds.get(i);
      PlotFrame.Key key = keys.get(paths.size() + i);
      Ink ink = Paths.Pen.of(key.ink(), filled).ink();
      boolean many = cloud.points().size() > 300;
      Scatter.cloud(canvas, cloud, key, ink, many, xAxis, yAxis);
    }
    for (int i = 0; i < paths.size(); i++) {
      Paths.Pen pen = Paths.Pen.of(keys.get(i).ink(), filled);
      Paths.line(canvas, paths.get(i), keys.get(i), pen, xAxis, yAxis);
    }
    for (int i = 0; i < paths.size(); i++) {
      Paths.Pen pen = Paths.Pen.of(keys.get(i).ink(), filled);
      Paths.ends(canvas, paths.get(i), pen, xAxis, yAxis);
    }
    marks.forEach(m -> mark(canvas, m, frame, xAxis, yAxis));
    canvas.clip(null);
    frame.edges(PlotFrame.ticks(xAxis), yTicks);
    bar(canvas, frame, bar);
    canvas.hover(heights(plot, xAxis, yAxis));
  }

  /** Returns the labels of the bar, in which each band is as high. */
  private List<PlotFrame.Tick> barTicks(PlotFrame frame) {
    double height = (frame.bottom() - frame.top()) / (levels.size() + 1);
    int every = (int) Math.max(1, Math.ceil(20 / height));
    List<PlotFrame.Tick> ticks = new ArrayList<>();
    for (int i = 0; i < levels.size(); i += every) {
      ticks.add(new PlotFrame.Tick(frame.bottom() - (i + 1) * height, label(levels.get(i))));
    }
    return ticks;
  }

  private static String label(double level) {
    return Numbers.text(new BigDecimal(level).round(new MathContext(3)).doubleValue());
  }

  private void bar(Canvas canvas, PlotFrame frame, List<PlotFrame.Tick> ticks) {
    int n = levels.size();
    if (n == 0) {
      return;
    }
    int parts = filled ? n + 1 : 12 * (n + 1);
    BufferedImage image = new BufferedImage(1, parts, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < parts; i++) {
      if (filled) {
        image.setRGB(0, n - i, 0xFF << 24 | bandColour(i));
      } else if ((i + 1) % 12 == 0 && i + 1 < parts) {
        image.setRGB(0, parts - 1 - i, 0xFF << 24 | lineColour((i + 1) / 12 - 1));
      }
    }
    Scale.bar(canvas, frame, image, ticks);
  }

  /** Returns the bands, two pixels for each one of the plot. */
  private BufferedImage bands(Rectangle2D plot) {
    int w = (int) Math.round(2 * plot.getWidth());
    int h = (int) Math.round(2 * plot.getHeight());
    int[] colours =
        IntStream.rangeClosed(0, levels.size()).map(i -> 0xFF << 24 | bandColour(i)).toArray();
    Region r = z.region();
    BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < h; i++) {
      double py = r.yHigh() - (r.yHigh() - r.yLow()) * (i + 0.5) / h;
      for (int j = 0; j < w; j++) {
        double height = z.at(r.xLow() + (r.xHigh() - r.xLow()) * (j + 0.5) / w, py);
        if (Double.isFinite(height)) {
          image.setRGB(j, i, colours[band(height)]);
        }
      }
    }
    return image;
  }

  private void levelLines(Canvas canvas, Axis xAxis, Axis yAxis) {
    MarchingSquares squares = new MarchingSquares(z);
    Region r = z.region();
    double dx = (r.xHigh() - r.xLow()) / (z.columns() - 1);
    double dy = (r.yHigh() - r.yLow()) / (z.rows() - 1);
    for (int i = 0; i < levels.size(); i++) {
      Path2D path = new Path2D.Double();
      for (List<Point> line : squares.lines(levels.get(i))) {
        for (int k = 0; k < line.size(); k++) {
          double px = xAxis.at(r.xLow() + line.get(k).x() * dx);
          double py = yAxis.at(r.yLow() + line.get(k).y() * dy);
          if (k == 0) {
            path.moveTo(px, py);
          } else {
            path.lineTo(px, py);
          }
        }
      }
      Ink ink = filled ? Ink.fixed(0x000000).faint(0.28) : Ink.fixed(lineColour(i));
      canvas.draw(path, ink, filled ? 0.7 : 1.6);
    }
  }

  private void mark(Canvas canvas, PointSeries mark, PlotFrame frame, Axis x, Axis y) {
    Paths.Pen pen = Paths.Pen.of(Ink.TEXT, filled);
    for (Point p : mark.finite()) {
      double px = x.at(p.x());
      double py = y.at(p.y());
      for (int side : new int[] {-1, 1}) {
        canvas.line(px - 5, py - 5 * side, px + 5, py + 5 * side, pen.halo(), 5);
      }
      for (int side : new int[] {-1, 1}) {
        canvas.line(px - 5, py - 5 * side, px + 5, py + 5 * side, pen.ink(), 2.4);
      }
      boolean right = px > frame.right() - 20 - canvas.width(mark.name(), Letters.MARK);
      canvas.haloed(
          mark.name(),
          px + (right ? -10 : 10),
          py < frame.top() + 20 ? py + 16 : py - 7,
          right ? Anchor.END : Anchor.START,
          Letters.MARK,
          pen.ink(),
          pen.halo());
      String at = "(%s, %s)".formatted(Numbers.text(p.x()), Numbers.text(p.y()));
      canvas.hover(px, py, Notes.named(mark.name(), at));
    }
  }

  private HoverCells heights(Rectangle2D plot, Axis xAxis, Axis yAxis) {
    int across = Math.min(60, z.columns());
    int down = Math.min(40, z.rows());
    double[] xs = centres(across, plot.getMinX(), plot.getWidth(), xAxis);
    double[] ys = centres(down, plot.getMinY(), plot.getHeight(), yAxis);
    List<String> heights = new ArrayList<>();
    for (double cy : ys) {
      for (double cx : xs) {
        heights.add(Numbers.text(z.at(cx, cy)));
      }
    }
    return new HoverCells(plot, texts(xs), texts(ys), heights, true);
  }

  private static double[] centres(int n, double from, double length, Axis axis) {
    return IntStream.range(0, n)
        .mapToDouble(i -> axis.value(from + length * (i + 0.5) / n))
        .toArray();
  }

  private static List<String> texts(double[] values) {
    return DoubleStream.of(values).mapToObj(Numbers::text).toList();
  }
}
