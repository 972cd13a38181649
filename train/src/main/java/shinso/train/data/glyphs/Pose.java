package shinso.train.data.glyphs;

import java.util.ArrayList;
import java.util.List;
import shinso.train.data.glyphs.Pen.Point;

/**
 * How a digit lies on the paper: stretched, slanted, turned, scaled and moved, and the paper itself
 * stretched unevenly (an elastic distortion).
 */
final class Pose {
  private static final double MARGIN = 1.5;

  /** Nodes of the distortion along each side. */
  private static final int GRID = 4;

  private final double aspect;
  private final double slant;
  private final double cos;
  private final double sin;
  private final double height;
  private final double driftX;
  private final double driftY;
  private final double[] bendX = new double[GRID * GRID];
  private final double[] bendY = new double[GRID * GRID];

  Pose(ExactDraws d) {
    aspect = d.between(0.8, 1.2);
    slant = d.bell(0.19);
    // Of a small angle: the pair is normalised, so this is a rotation whatever the tangent.
    double tangent = d.bell(0.09);
    double norm = Math.sqrt(1 + tangent * tangent);
    cos = 1 / norm;
    sin = tangent / norm;
    height = d.between(16, 21);
    driftX = d.between(-1, 1);
    driftY = d.between(-1, 1);
    double strength = d.between(0.2, 0.9);
    for (int i = 0; i < GRID * GRID; i++) {
      bendX[i] = d.bell(strength);
      bendY[i] = d.bell(strength);
    }
  }

  /** Returns strokes in pixels of the image. */
  List<List<Point>> place(List<List<Point>> strokes) {
    List<List<Point>> turned = map(strokes, this::turn);
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double bottom = Double.NEGATIVE_INFINITY;
    for (List<Point> stroke : turned) {
      for (Point p : stroke) {
        left = Math.min(left, p.x());
        right = Math.max(right, p.x());
        top = Math.min(top, p.y());
        bottom = Math.max(bottom, p.y());
      }
    }
    double room = Paper.SIDE - 2 * MARGIN;
    double scale = Math.min(1, Math.min(room / (right - left), room / (bottom - top)));
    double freeX = room - scale * (right - left);
    double freeY = room - scale * (bottom - top);
    // Up to four pixels from the middle, as far as there is room.
    double x = Paper.SIDE / 2.0 + driftX * Math.min(2.2, freeX / 2) - scale * (left + right) / 2;
    double y = Paper.SIDE / 2.0 + driftY * Math.min(2.2, freeY / 2) - scale * (top + bottom) / 2;
    return map(turned, p -> bend(x + scale * p.x(), y + scale * p.y()));
  }

  private interface Change {
    Point of(Point p);
  }

  private static List<List<Point>> map(List<List<Point>> strokes, Change change) {
    List<List<Point>> changed = new ArrayList<>(strokes.size());
    for (List<Point> stroke : strokes) {
      List<Point> points = new ArrayList<>(stroke.size());
      for (Point p : stroke) {
        points.add(change.of(p));
      }
      changed.add(points);
    }
    return changed;
  }

  private Point turn(Point p) {
    double x = height * (aspect * p.x() - slant * p.y());
    double y = height * p.y();
    return new Point(cos * x - sin * y, sin * x + cos * y);
  }

  private Point bend(double x, double y) {
    double gx = Math.max(0, Math.min(GRID - 1.001, x * (GRID - 1) / Paper.SIDE));
    double gy = Math.max(0, Math.min(GRID - 1.001, y * (GRID - 1) / Paper.SIDE));
    int ix = (int) gx;
    int iy = (int) gy;
    double fx = smooth(gx - ix);
    double fy = smooth(gy - iy);
    int node = iy * GRID + ix;
    return new Point(x + bilinear(bendX, node, fx, fy), y + bilinear(bendY, node, fx, fy));
  }

  private static double bilinear(double[] grid, int node, double fx, double fy) {
    double upper = grid[node] + fx * (grid[node + 1] - grid[node]);
    double lower = grid[node + GRID] + fx * (grid[node + GRID + 1] - grid[node + GRID]);
    return upper + fy * (lower - upper);
  }

  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }
}
