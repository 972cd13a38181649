package shinso.train.figure;

import java.util.ArrayList;
import java.util.List;
import shinso.train.figure.PointSeries.Point;

/** Leaves out what nobody can see of a line with more points than pixels. */
final class Thinning {
  private Thinning() {}

  /**
   * Returns the points of a line, or of each group of neighbours the first, the lowest, the highest
   * and the last one; gaps are kept.
   */
  static List<Point> of(List<Point> points, Axes axes, int width) {
    int group = points.size() / (2 * width);
    if (group < 4) {
      return points;
    }
    List<Point> result = new ArrayList<>();
    for (int from = 0; from < points.size(); from += group) {
      int to = Math.min(from + group, points.size());
      int low = from;
      int high = from;
      int gap = -1;
      for (int i = from; i < to; i++) {
        Point p = points.get(i);
        if (!axes.shows(p)) {
          gap = i;
        } else {
          low = !axes.shows(points.get(low)) || p.y() < points.get(low).y() ? i : low;
          high = !axes.shows(points.get(high)) || p.y() > points.get(high).y() ? i : high;
        }
      }
      for (int i = from; i < to; i++) {
        if (i == from || i == to - 1 || i == low || i == high || i == gap) {
          result.add(points.get(i));
        }
      }
    }
    return result;
  }
}
