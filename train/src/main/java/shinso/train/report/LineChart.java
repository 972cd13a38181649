package shinso.train.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Curves over a common axis, as an SVG that takes its colours from the page around it.
 *
 * @param title what is drawn
 * @param xLabel what the horizontal axis is
 * @param measured whether the numbers are measurements, which are noisy and fall by orders of
 *     magnitude, and not settings, which are drawn as they are
 * @param series at most eight curves
 */
public record LineChart(String title, String xLabel, boolean measured, List<Series> series) {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 290;
  private static final int LEFT = 54;
  private static final int RIGHT = 16;
  private static final int TOP = 14;
  private static final int BOTTOM = 40;

  /** Curves whose largest number is so many times the smallest are drawn on a logarithmic axis. */
  private static final double LOGARITHMIC = 30;

  /** More points than this are a noisy band that a smooth line makes readable. */
  private static final int DENSE = 60;

  /** One in so many numbers, the worst ones, may lie outside of the picture. */
  private static final int CUT = 12;

  /**
   * One curve.
   *
   * @param name what it is
   * @param points in the order of x; those that are not finite are gaps
   * @param best 1 if the largest number is the best, −1 if the smallest is, 0 if none is
   */
  public record Series(String name, List<Point> points, int best) {
    /** Keeps a copy. */
    public Series {
      points = List.copyOf(points);
    }

    /** Returns whether there are so many points that only a smooth line can be read. */
    boolean isDense() {
      return points.size() > DENSE;
    }

    /** Returns the exponential mean of the points with a memory of a fortieth of them. */
    List<Point> smooth() {
      double keep = 1 - 1.0 / Math.max(2, points.size() / 40.0);
      List<Point> result = new ArrayList<>();
      double mean = 0;
      double weight = 0;
      for (Point p : points) {
        if (Double.isFinite(p.y())) {
          mean = keep * mean + (1 - keep) * p.y();
          weight = keep * weight + (1 - keep);
          result.add(new Point(p.x(), mean / weight));
        }
      }
      return result;
    }
  }

  /** A point of a curve. */
  public record Point(double x, double y) {}

  /** Keeps a copy of the curves. */
  public LineChart {
    series = List.copyOf(series);
  }

  /** Returns the drawing with its legend. */
  public String html() {
    StringBuilder s = new StringBuilder("<figure class=\"chart\"><figcaption>");
    s.append("<b>").append(Html.escape(title)).append("</b>");
    for (int i = 0; i < series.size(); i++) {
      s.append("<span><i class=\"c").append(i).append("\"></i>");
      s.append(Html.escape(series.get(i).name())).append("</span>");
    }
    return s.append("</figcaption>").append(svg()).append("</figure>").toString();
  }

  private String svg() {
    Axis x = Axis.linear(xs(), LEFT, WIDTH - RIGHT, false);
    List<Double> ys = ys();
    Axis y =
        isLogarithmic()
            ? Axis.logarithmic(ys, HEIGHT - BOTTOM, TOP)
            : Axis.linear(ys, HEIGHT - BOTTOM, TOP, true);
    StringBuilder s = new StringBuilder();
    String plot =
        String.format(
            Locale.ROOT,
            "x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"",
            LEFT,
            TOP - 4,
            WIDTH - RIGHT - LEFT + 4,
            HEIGHT - BOTTOM - TOP + 8);
    s.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            WIDTH,
            HEIGHT,
            Html.escape(title + " over " + xLabel)));
    String clip = "clip-" + Integer.toHexString(title.hashCode());
    s.append(String.format(Locale.ROOT, "<clipPath id=\"%s\"><rect %s/></clipPath>", clip, plot));
    for (double tick : y.ticks()) {
      int at = (int) Math.round(y.at(tick));
      s.append(
          String.format(
              Locale.ROOT,
              "<line class=\"grid\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
              LEFT,
              at,
              WIDTH - RIGHT,
              at));
      s.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
              LEFT - 8,
              at + 4,
              y.label(tick)));
    }
    for (double tick : x.ticks()) {
      int at = (int) Math.round(x.at(tick));
      s.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
              at,
              HEIGHT - BOTTOM + 18,
              x.label(tick)));
    }
    s.append(
        String.format(
            Locale.ROOT,
            "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 4,
            Html.escape(xLabel)));
    s.append("<g clip-path=\"url(#").append(clip).append(")\">");
    for (int i = 0; i < series.size(); i++) {
      curve(s, series.get(i), i, x, y);
    }
    s.append("</g>");
    for (int i = 0; i < series.size(); i++) {
      best(s, series.get(i), i, x, y);
    }
    return s.append("</svg>").toString();
  }

  private List<Double> xs() {
    return finite().map(Point::x).toList();
  }

  /** Returns the numbers to be seen: not the first steps, which would press the rest together. */
  private List<Double> ys() {
    List<Double> sorted = finite().map(Point::y).sorted().toList();
    int cut = isLogarithmic() ? 0 : sorted.size() / CUT;
    int best = best();
    return sorted.subList(best > 0 ? cut : 0, sorted.size() - (best < 0 ? cut : 0));
  }

  private Stream<Point> finite() {
    return series.stream()
        .flatMap(c -> c.points().stream())
        .filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y()));
  }

  /** Returns whether the vertical axis is logarithmic. */
  boolean isLogarithmic() {
    double low = finite().mapToDouble(Point::y).min().orElse(0);
    double high = finite().mapToDouble(Point::y).max().orElse(0);
    return measured && best() <= 0 && low > 0 && high / low > LOGARITHMIC;
  }

  private int best() {
    return series.stream().mapToInt(Series::best).filter(b -> b != 0).findFirst().orElse(0);
  }

  private void curve(StringBuilder s, Series c, int index, Axis x, Axis y) {
    boolean noisy = measured && c.isDense();
    path(s, c.points(), "c" + index + (noisy ? " faint" : ""), x, y);
    if (noisy) {
      path(s, c.smooth(), "c" + index, x, y);
    }
    if (!c.isDense()) {
      for (Point p : c.points()) {
        if (Double.isFinite(p.y())) {
          s.append(
              String.format(
                  Locale.ROOT,
                  "<circle class=\"c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"><title>%s %s:"
                      + " %s</title></circle>",
                  index,
                  x.at(p.x()),
                  y.at(p.y()),
                  Html.escape(c.name()),
                  number(p.x()),
                  number(p.y())));
        }
      }
    }
  }

  private static void path(StringBuilder s, List<Point> points, String style, Axis x, Axis y) {
    s.append("<path class=\"").append(style).append("\" d=\"");
    boolean pen = false;
    for (Point p : points) {
      if (Double.isFinite(p.x()) && Double.isFinite(p.y())) {
        s.append(
            String.format(Locale.ROOT, "%s%.1f %.1f", pen ? "L" : "M", x.at(p.x()), y.at(p.y())));
        pen = true;
      } else {
        pen = false;
      }
    }
    s.append("\"/>");
  }

  private static void best(StringBuilder s, Series c, int index, Axis x, Axis y) {
    Point best = null;
    for (Point p : c.points()) {
      if (Double.isFinite(p.y()) && (best == null || c.best() * p.y() > c.best() * best.y())) {
        best = p;
      }
    }
    if (best == null || c.best() == 0) {
      return;
    }
    double px = x.at(best.x());
    double py = y.at(best.y());
    boolean right = px > (LEFT + WIDTH - RIGHT) / 2.0;
    boolean below = c.best() > 0 ? py < TOP + 24 : py < HEIGHT - BOTTOM - 24;
    s.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"c%d best\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\"/>"
                + "<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            index,
            px,
            py,
            px + (right ? -8 : 8),
            py + (below ? 18 : -8),
            right ? "end" : "start",
            "best " + number(best.y())));
  }

  /** Returns a number with four digits that matter, without needless zeros. */
  static String number(double v) {
    double size = Math.abs(v);
    if (v != 0 && (size < 1e-3 || size >= 1e6)) {
      return String.format(Locale.ROOT, "%.1e", v)
          .replace(".0e", "e")
          .replaceAll("e([+-])0?", "e$1")
          .replace("e+", "e");
    }
    String text = String.format(Locale.ROOT, "%." + Math.max(0, 3 - digits(size)) + "f", v);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  private static int digits(double size) {
    return size < 1 ? 0 : (int) Math.floor(Math.log10(size));
  }
}
