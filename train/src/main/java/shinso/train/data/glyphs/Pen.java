package shinso.train.data.glyphs;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws strokes in a box of height 1 around the origin, y pointing down, with a hand that misses
 * every point by a little.
 */
final class Pen {
  /** Pieces into which the way between two points is cut. */
  private static final int PIECES = 5;

  private final ExactDraws draws;
  private final double tremble;
  private final List<List<Point>> strokes = new ArrayList<>();

  /** A place on the paper. */
  record Point(double x, double y) {}

  Pen(ExactDraws draws, double tremble) {
    this.draws = draws;
    this.tremble = tremble;
  }

  /**
   * Starts a stroke; hands differ more in where they set the pen down than in where they lead it.
   */
  Pen at(double x, double y) {
    List<Point> stroke = new ArrayList<>();
    stroke.add(near(x, y, 1.5 * tremble));
    strokes.add(stroke);
    return this;
  }

  /** Goes straight to points, with a corner at each. */
  Pen line(double... xy) {
    for (int i = 0; i < xy.length; i += 2) {
      Point from = current().getLast();
      Point to = near(xy[i], xy[i + 1], tremble);
      for (int k = 1; k <= PIECES; k++) {
        double t = k / (double) PIECES;
        current().add(new Point(from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)));
      }
    }
    return this;
  }

  /** Goes through points in a smooth curve that begins with a corner. */
  Pen curve(double... xy) {
    List<Point> through = new ArrayList<>();
    through.add(current().getLast());
    for (int i = 0; i < xy.length; i += 2) {
      through.add(near(xy[i], xy[i + 1], tremble));
    }
    for (int i = 0; i + 1 < through.size(); i++) {
      Point before = through.get(Math.max(0, i - 1));
      Point after = through.get(Math.min(through.size() - 1, i + 2));
      for (int k = 1; k <= PIECES; k++) {
        current()
            .add(between(before, through.get(i), through.get(i + 1), after, k / (double) PIECES));
      }
    }
    return this;
  }

  /**
   * Goes along an ellipse.
   *
   * @param from where to begin, in turns; 0 is right, 0.25 is below
   * @param turns how far to go; negative ones go against the clock
   */
  Pen arc(double x, double y, double rx, double ry, double from, double turns) {
    int count = Math.max(2, (int) StrictMath.ceil(Math.abs(turns) * 8));
    double[] xy = new double[2 * count];
    for (int i = 0; i < count; i++) {
      double angle = 2 * StrictMath.PI * (from + turns * (i + 1) / count);
      xy[2 * i] = x + rx * StrictMath.cos(angle);
      xy[2 * i + 1] = y + ry * StrictMath.sin(angle);
    }
    return curve(xy);
  }

  /** Starts a stroke at the beginning of an {@link #arc} and draws it. */
  Pen ellipse(double x, double y, double rx, double ry, double from, double turns) {
    double angle = 2 * StrictMath.PI * from;
    return at(x + rx * StrictMath.cos(angle), y + ry * StrictMath.sin(angle))
        .arc(x, y, rx, ry, from, turns);
  }

  /** Returns the strokes, each a chain of short straight pieces. */
  List<List<Point>> strokes() {
    return strokes;
  }

  private List<Point> current() {
    return strokes.getLast();
  }

  private Point near(double x, double y, double deviation) {
    return new Point(x + draws.bell(deviation), y + draws.bell(deviation));
  }

  /** The curve of Catmull and Rom between b and c at 0 ≤ t ≤ 1. */
  private static Point between(Point a, Point b, Point c, Point d, double t) {
    return new Point(cubic(a.x, b.x, c.x, d.x, t), cubic(a.y, b.y, c.y, d.y, t));
  }

  private static double cubic(double a, double b, double c, double d, double t) {
    double m0 = 0.5 * (c - a);
    double m1 = 0.5 * (d - b);
    double u = c - b;
    return b + t * (m0 + t * (3 * u - 2 * m0 - m1 + t * (m0 + m1 - 2 * u)));
  }
}
