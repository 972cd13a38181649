package shinso.train.figure;

import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.figure.Canvas.Anchor;
import shinso.train.figure.PointSeries.Point;

/**
 * The heights of a landscape in space, seen from afar; in the report it can be turned.
 *
 * @param z the heights
 * @param x what the first axis of the ground is
 * @param y what the second one is
 * @param height what the heights are
 * @param range the lowest and the highest height to be seen, null for all; what lies outside is cut
 * @param paths ways over the landscape
 * @param azimuth from where one looks, in degrees around the vertical
 * @param elevation from where one looks, in degrees above the ground
 * @param size of the drawing
 */
public record Surface(
    String title,
    String caption,
    Grid z,
    String x,
    String y,
    String height,
    @Nullable Range range,
    List<PointSeries> paths,
    int azimuth,
    int elevation,
    Size size)
    implements Figure {
  private static final String KIND = "surface";

  /** More cells each way are smaller than the eye needs. */
  private static final int CELLS = 64;

  /** How high the box is in units of half its side. */
  private static final double TALL = 0.62;

  /** A way goes over the landscape in steps of so much of its side. */
  private static final double STEP = 0.015;

  /** Keeps a copy. */
  public Surface {
    paths = List.copyOf(paths);
  }

  static Surface of(String title, Grid z) {
    FigureChecks.that(
        z.columns() > 1 && z.rows() > 1,
        KIND,
        title,
        "a surface needs at least 2 x 2 points, not %d x %d",
        z.columns(),
        z.rows());
    return new Surface(title, "", z, "", "", "", null, List.of(), -60, 32, new Size(800, 560));
  }

  @Override
  public Surface caption(String text) {
    return new Surface(title, text, z, x, y, height, range, paths, azimuth, elevation, size);
  }

  /** Returns this with names at its axes. */
  public Surface axes(String newX, String newY, String newHeight) {
    return new Surface(
        title, caption, z, newX, newY, newHeight, range, paths, azimuth, elevation, size);
  }

  /** Returns this with these heights only; higher and lower ones are cut. */
  public Surface range(double low, double high) {
    Range r = new Range(low, high);
    return new Surface(title, caption, z, x, y, height, r, paths, azimuth, elevation, size);
  }

  /** Returns this with another size. */
  public Surface size(int width, int newHeight) {
    Size s = new Size(width, newHeight);
    return new Surface(title, caption, z, x, y, height, range, paths, azimuth, elevation, s);
  }

  /**
   * Returns this seen from somewhere else.
   *
   * @param around degrees around the vertical
   * @param above degrees above the ground, 0 to 90
   * @throws IllegalArgumentException if it is seen from below
   */
  public Surface view(int around, int above) {
    FigureChecks.that(
        above >= 0 && above <= 90, KIND, title, "it is seen from 0 to 90 degrees, not %d", above);
    return new Surface(title, caption, z, x, y, height, range, paths, around, above, size);
  }

  /**
   * Returns this with a way over the landscape.
   *
   * @throws IllegalArgumentException if there are not as many x as y, or the name is taken
   */
  public Surface path(String name, double[] xs, double[] ys) {
    FigureChecks.isNew(KIND, title, paths.stream().map(PointSeries::name).toList(), name);
    List<PointSeries> all =
        Stream.concat(paths.stream(), Stream.of(PointSeries.of(name, xs, ys))).toList();
    return new Surface(title, caption, z, x, y, height, range, all, azimuth, elevation, size);
  }

  private double low() {
    Range r = range;
    return r != null ? r.low() : Double.isNaN(z.min()) ? 0 : z.min();
  }

  private double high() {
    Range r = range;
    double high = r != null ? r.high() : z.max();
    return high > low() ? high : low() + 1;
  }

  private Scale scale() {
    return new Scale(low(), high(), false, ColourMap.SEQUENTIAL, 0);
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (z.lost() > 0) {
      notes.add(Numbers.count(z.lost(), "height") + " left out: not finite");
    }
    if (z.min() == z.max()) {
      notes.add("all heights are " + Numbers.text(z.min()));
    }
    return notes;
  }

  private List<PlotFrame.Key> keys() {
    return IntStream.range(0, paths.size())
        .mapToObj(i -> new PlotFrame.Key(paths.get(i).name(), PlotFrame.Sign.PATH, i))
        .toList();
  }

  /** A place in the box, each number −1 to 1 but for the height, which is −TALL to TALL. */
  private record Place(double x, double y, double z) {}

  private Place place(double px, double py, double pz) {
    Region r = z.region();
    return new Place(
        2 * (px - r.xLow()) / (r.xHigh() - r.xLow()) - 1,
        2 * (py - r.yLow()) / (r.yHigh() - r.yLow()) - 1,
        TALL * (2 * (Math.clamp(pz, low(), high()) - low()) / (high() - low()) - 1));
  }

  /** From places to pixels, without perspective. */
  private static final class Camera {
    private final double sinA;
    private final double cosA;
    private final double sinE;
    private final double cosE;
    private final double unit;
    private final double centreX;
    private final double centreY;

    /** Looks at the box so that it fills a rectangle. */
    Camera(int azimuth, int elevation, Rectangle2D room) {
      sinA = Math.sin(Math.toRadians(azimuth));
      cosA = Math.cos(Math.toRadians(azimuth));
      sinE = Math.sin(Math.toRadians(elevation));
      cosE = Math.cos(Math.toRadians(elevation));
      double halfWidth = Math.abs(sinA) + Math.abs(cosA);
      double halfHeight = TALL * cosE + sinE * halfWidth;
      unit = Math.min(room.getWidth() / 2 / halfWidth, room.getHeight() / 2 / halfHeight);
      centreX = room.getCenterX();
      centreY = room.getCenterY();
    }

    double x(Place p) {
      return centreX + unit * (-sinA * p.x() + cosA * p.y());
    }

    double y(Place p) {
      return centreY - unit * (cosE * p.z() - sinE * (cosA * p.x() + sinA * p.y()));
    }

    /** Returns how long an edge is, in pixels. */
    double length(Place edge) {
      return Math.max(1e-3, Math.hypot(x(edge) - centreX, y(edge) - centreY));
    }

    /** Returns how many numbers an edge has room for. */
    int numbers(Place edge) {
      return (int) Math.clamp(length(edge) / 34, 2, 5);
    }

    /** Returns how near a place is. */
    double near(Place p) {
      return sinE * p.z() + cosE * (cosA * p.x() + sinA * p.y());
    }
  }

  /** Something to draw before what is nearer. */
  private record Piece(double near, Runnable drawing) {}

  void draw(Canvas canvas, boolean titled) {
    PlotFrame frame = new PlotFrame(canvas, size, titled ? title : "", keys(), "", "", notes(), 0);
    Scale scale = scale();
    frame.sides(List.of(), scale.room(canvas, frame.bottom() - frame.top()));
    Camera camera =
        new Camera(
            azimuth,
            elevation,
            new Rectangle2D.Double(
                frame.left() + 60,
                frame.top() + 8,
                frame.right() - frame.left() - 90,
                frame.bottom() - frame.top() - 44));
    box(canvas, camera);
    List<Piece> pieces = new ArrayList<>();
    faces(canvas, camera, scale, pieces);
    for (int i = 0; i < paths.size(); i++) {
      path(canvas, camera, paths.get(i), Ink.series(i), pieces);
    }
    pieces.sort(Comparator.comparingDouble(Piece::near));
    pieces.forEach(p -> p.drawing().run());
    scale.bar(canvas, frame);
    frame.names();
  }

  private void faces(Canvas canvas, Camera camera, Scale scale, List<Piece> pieces) {
    Grid g = z.thinned(CELLS + 1, CELLS + 1);
    Region r = g.region();
    for (int i = 0; i + 1 < g.rows(); i++) {
      for (int j = 0; j + 1 < g.columns(); j++) {
        double[] h = {g.at(i, j), g.at(i, j + 1), g.at(i + 1, j + 1), g.at(i + 1, j)};
        double mean = (h[0] + h[1] + h[2] + h[3]) / 4;
        if (!Double.isFinite(mean)) {
          continue;
        }
        List<Place> corners =
            List.of(
                place(r.x(j), r.y(i), h[0]),
                place(r.x(j + 1), r.y(i), h[1]),
                place(r.x(j + 1), r.y(i + 1), h[2]),
                place(r.x(j), r.y(i + 1), h[3]));
        Path2D path = new Path2D.Double();
        path.moveTo(camera.x(corners.get(0)), camera.y(corners.get(0)));
        corners.forEach(c -> path.lineTo(camera.x(c), camera.y(c)));
        path.closePath();
        int rgb = shaded(scale.rgb(mean), corners);
        double near = corners.stream().mapToDouble(camera::near).average().orElseThrow();
        pieces.add(
            new Piece(
                near,
                () -> {
                  canvas.fill(path, Ink.fixed(rgb));
                  // The same colour closes the seam between neighbours.
                  canvas.draw(path, Ink.fixed(ColourMap.mix(rgb, 0x000000, 0.12)), 0.5);
                }));
      }
    }
  }

  /** Returns a colour lit from the left and above. */
  private static int shaded(int rgb, List<Place> c) {
    double ax = c.get(2).x() - c.get(0).x();
    double ay = c.get(2).y() - c.get(0).y();
    double az = c.get(2).z() - c.get(0).z();
    double bx = c.get(3).x() - c.get(1).x();
    double by = c.get(3).y() - c.get(1).y();
    double bz = c.get(3).z() - c.get(1).z();
    double nx = ay * bz - az * by;
    double ny = az * bx - ax * bz;
    double nz = ax * by - ay * bx;
    double lit = (-0.45 * nx - 0.25 * ny + 0.86 * nz) / Math.sqrt(nx * nx + ny * ny + nz * nz);
    double light = Math.clamp(lit, 0, 1);
    return light < 0.8
        ? ColourMap.mix(rgb, 0x000000, 0.4 * (0.8 - light))
        : ColourMap.mix(rgb, 0xFFFFFF, 0.6 * (light - 0.8));
  }

  /** Returns a way in small steps that stay on the landscape; null is a gap. */
  private List<@Nullable Place> places(PointSeries path) {
    List<@Nullable Place> places = new ArrayList<>();
    Point before = null;
    for (Point p : path.finite()) {
      Point from = before == null ? p : before;
      Region r = z.region();
      double length =
          Math.hypot(
              (p.x() - from.x()) / (r.xHigh() - r.xLow()),
              (p.y() - from.y()) / (r.yHigh() - r.yLow()));
      int steps = (int) Math.clamp(Math.ceil(length / STEP), 1, 200);
      for (int i = 1; i <= steps; i++) {
        double px = from.x() + (p.x() - from.x()) * i / steps;
        double py = from.y() + (p.y() - from.y()) * i / steps;
        double h = z.at(px, py);
        places.add(Double.isFinite(h) ? place(px, py, h) : null);
      }
      before = p;
    }
    return places;
  }

  private void path(Canvas canvas, Camera camera, PointSeries path, Ink ink, List<Piece> pieces) {
    List<@Nullable Place> places = places(path);
    for (int i = 1; i < places.size(); i++) {
      Place last = places.get(i - 1);
      Place now = places.get(i);
      if (last != null && now != null) {
        Line2D line =
            new Line2D.Double(camera.x(last), camera.y(last), camera.x(now), camera.y(now));
        // Above the faces that it lies on, and its halo below what is next to it.
        double near = (camera.near(last) + camera.near(now)) / 2;
        pieces.add(new Piece(near + 0.05, () -> canvas.draw(line, Ink.PAPER, 4.6)));
        pieces.add(new Piece(near + 0.09, () -> canvas.draw(line, ink, 2.6)));
      }
    }
    List<Place> there = places.stream().filter(Objects::nonNull).toList();
    if (!there.isEmpty()) {
      Place first = there.getFirst();
      Place last = there.getLast();
      pieces.add(
          new Piece(
              camera.near(first) + 0.11,
              () -> Marker.start(canvas, camera.x(first), camera.y(first), ink, Ink.PAPER)));
      pieces.add(
          new Piece(
              camera.near(last) + 0.11,
              () -> Marker.end(canvas, camera.x(last), camera.y(last), ink, Ink.PAPER)));
    }
  }

  /** Draws what lies behind: the ground and two walls, and the numbers at them. */
  private void box(Canvas canvas, Camera camera) {
    // The walls that are seen from inside are the far ones.
    double farX = camera.cosA > 0 ? -1 : 1;
    double farY = camera.sinA > 0 ? -1 : 1;
    Region r = z.region();
    Axis xAxis = Axis.linear(r.xLow(), r.xHigh(), -1, 1, camera.numbers(new Place(2, 0, 0)));
    Axis yAxis = Axis.linear(r.yLow(), r.yHigh(), -1, 1, camera.numbers(new Place(0, 2, 0)));
    Axis zAxis = Axis.linear(low(), high(), -TALL, TALL, camera.numbers(new Place(0, 0, 2 * TALL)));
    for (double t : xAxis.ticks()) {
      double at = xAxis.at(t);
      line(canvas, camera, new Place(at, -1, -TALL), new Place(at, 1, -TALL), Ink.GRID);
      line(canvas, camera, new Place(at, farY, -TALL), new Place(at, farY, TALL), Ink.GRID);
      label(canvas, camera, new Place(at, -farY, -TALL), new Place(0, -farY, 0), xAxis.label(t));
    }
    for (double t : yAxis.ticks()) {
      double at = yAxis.at(t);
      line(canvas, camera, new Place(-1, at, -TALL), new Place(1, at, -TALL), Ink.GRID);
      line(canvas, camera, new Place(farX, at, -TALL), new Place(farX, at, TALL), Ink.GRID);
      label(canvas, camera, new Place(-farX, at, -TALL), new Place(-farX, 0, 0), yAxis.label(t));
    }
    // The upright edge that is the farthest to the left.
    Place edge = null;
    for (double cx : new double[] {-1, 1}) {
      for (double cy : new double[] {-1, 1}) {
        Place corner = new Place(cx, cy, -TALL);
        if (edge == null || camera.x(corner) < camera.x(edge)) {
          edge = corner;
        }
      }
    }
    Place left = edge == null ? new Place(farX, farY, 0) : edge;
    for (double t : zAxis.ticks()) {
      double at = zAxis.at(t);
      line(canvas, camera, new Place(farX, -1, at), new Place(farX, 1, at), Ink.GRID);
      line(canvas, camera, new Place(-1, farY, at), new Place(1, farY, at), Ink.GRID);
      Place p = new Place(left.x(), left.y(), at);
      canvas.text(
          zAxis.label(t), camera.x(p) - 8, camera.y(p) + 4, Anchor.END, Letters.TICK, Ink.SOFT);
    }
    frame(canvas, camera, farX, farY);
    name(canvas, camera, new Place(0, -farY, -TALL), new Place(0, -farY, 0), x);
    name(canvas, camera, new Place(-farX, 0, -TALL), new Place(-farX, 0, 0), y);
    Place top = new Place(left.x(), left.y(), TALL);
    canvas.text(
        height, camera.x(top) - 30, camera.y(top) - 12, Anchor.START, Letters.NAME, Ink.SOFT);
  }

  private static void frame(Canvas canvas, Camera camera, double farX, double farY) {
    Place[][] edges = {
      {new Place(-1, -1, -TALL), new Place(1, -1, -TALL)},
      {new Place(1, -1, -TALL), new Place(1, 1, -TALL)},
      {new Place(1, 1, -TALL), new Place(-1, 1, -TALL)},
      {new Place(-1, 1, -TALL), new Place(-1, -1, -TALL)},
      {new Place(farX, farY, -TALL), new Place(farX, farY, TALL)},
      {new Place(-farX, farY, -TALL), new Place(-farX, farY, TALL)},
      {new Place(farX, -farY, -TALL), new Place(farX, -farY, TALL)},
      {new Place(farX, -1, TALL), new Place(farX, 1, TALL)},
      {new Place(-1, farY, TALL), new Place(1, farY, TALL)}
    };
    for (Place[] e : edges) {
      line(canvas, camera, e[0], e[1], Ink.EDGE);
    }
  }

  private static void line(Canvas canvas, Camera camera, Place a, Place b, Ink ink) {
    canvas.line(camera.x(a), camera.y(a), camera.x(b), camera.y(b), ink, 1);
  }

  /** Writes a number outside of an edge of the ground; {@code out} is where that is. */
  private static void label(Canvas canvas, Camera camera, Place at, Place out, String text) {
    double far = Math.max(0.1, 16 / camera.length(out));
    Place p = new Place(at.x() + far * out.x(), at.y() + far * out.y(), at.z());
    canvas.text(text, camera.x(p), camera.y(p) + 7, Anchor.MIDDLE, Letters.TICK, Ink.SOFT);
  }

  private static void name(Canvas canvas, Camera camera, Place at, Place out, String text) {
    double far = Math.max(0.3, 38 / camera.length(out));
    Place p = new Place(at.x() + far * out.x(), at.y() + far * out.y(), at.z());
    canvas.text(text, camera.x(p), camera.y(p) + 7, Anchor.MIDDLE, Letters.NAME, Ink.SOFT);
  }

  /** Returns a canvas and what the script needs to draw on it. */
  String element() {
    Grid g = z.thinned(CELLS + 1, CELLS + 1);
    Region r = g.region();
    Scale scale = scale();
    StringBuilder data = new StringBuilder();
    data.append(
        String.format(
            Locale.ROOT,
            "{\"azimuth\":%d,\"elevation\":%d,\"tall\":%s,\"x\":[%s,%s],\"y\":[%s,%s],"
                + "\"z\":[%s,%s],\"names\":%s,\"columns\":%d,\"rows\":%d,\"values\":[",
            azimuth,
            elevation,
            TALL,
            r.xLow(),
            r.xHigh(),
            r.yLow(),
            r.yHigh(),
            low(),
            high(),
            Html.json(List.of(x, y, height)),
            g.columns(),
            g.rows()));
    for (int i = 0; i < g.rows() * g.columns(); i++) {
      data.append(i == 0 ? "" : ",").append(json(g.at(i / g.columns(), i % g.columns())));
    }
    data.append("],\"ticks\":[").append(ticks(Axis.linear(r.xLow(), r.xHigh(), -1, 1, 5)));
    data.append(',').append(ticks(Axis.linear(r.yLow(), r.yHigh(), -1, 1, 5)));
    data.append(',').append(ticks(Axis.linear(low(), high(), -TALL, TALL, 5)));
    data.append("],\"colours\":[");
    for (int i = 0; i < 64; i++) {
      double value = low() + (high() - low()) * i / 63;
      data.append(i == 0 ? "" : ",").append(scale.rgb(value));
    }
    data.append("],\"paths\":[");
    for (int i = 0; i < paths.size(); i++) {
      data.append(i == 0 ? "" : ",").append(json(paths.get(i), i));
    }
    data.append("]}");
    return String.format(
        Locale.ROOT,
        "<canvas class=\"shinso-surface\" width=\"%d\" height=\"%d\" tabindex=\"0\""
            + " aria-label=\"%s\" data-surface='%s'></canvas>",
        size.width(),
        size.height(),
        Html.escape(Page.name(this)),
        data);
  }

  private static String ticks(Axis axis) {
    StringBuilder s = new StringBuilder("[");
    for (double t : axis.ticks()) {
      s.append(s.length() == 1 ? "" : ",");
      s.append('[').append(axis.at(t)).append(',').append(Html.json(axis.label(t))).append(']');
    }
    return s.append(']').toString();
  }

  private String json(PointSeries path, int index) {
    StringBuilder s = new StringBuilder("{\"name\":").append(Html.json(path.name()));
    s.append(",\"colour\":\"--f-").append(Ink.series(index).name()).append("\",\"points\":[");
    List<@Nullable Place> places = places(path);
    for (int i = 0; i < places.size(); i++) {
      Place p = places.get(i);
      s.append(i == 0 ? "" : ",");
      if (p == null) {
        s.append("null");
      } else {
        s.append(String.format(Locale.ROOT, "[%.3f,%.3f,%.3f]", p.x(), p.y(), p.z()));
      }
    }
    return s.append("]}").toString();
  }

  private static String json(double v) {
    return Double.isFinite(v) ? String.format(Locale.ROOT, "%.4g", v) : "null";
  }
}
