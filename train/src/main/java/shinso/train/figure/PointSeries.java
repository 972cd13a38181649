package shinso.train.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Points with a name.
 *
 * @param points in their order; what is not finite is left out, and is a gap in a line
 */
public record PointSeries(String name, List<Point> points) {
  /** A point of a plane. */
  public record Point(double x, double y) {
    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  /** Keeps a copy. */
  public PointSeries {
    points = List.copyOf(points);
  }

  /**
   * Returns the points with these coordinates.
   *
   * @throws IllegalArgumentException if there are not as many of the ones as of the others
   */
  public static PointSeries of(String name, double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'%s' has %d x and %d y; give one y for each x",
              name,
              x.length,
              y.length));
    }
    List<Point> points = new ArrayList<>(x.length);
    for (int i = 0; i < x.length; i++) {
      points.add(new Point(x[i], y[i]));
    }
    return new PointSeries(name, points);
  }

  /**
   * Returns the rows of a matrix.
   *
   * @param points {@code [n, 2]}
   * @throws IllegalArgumentException if the shape is another
   */
  public static PointSeries of(String name, Tensor points) {
    Shape s = points.shape();
    if (s.rank() != 2 || s.dim(1) != 2) {
      throw new IllegalArgumentException(
          "'" + name + "': points of a plane are [n, 2], not " + s + "; take two of the columns");
    }
    double[] values = points.toDoubleArray();
    List<Point> list = new ArrayList<>(s.dim(0));
    for (int i = 0; i < values.length; i += 2) {
      list.add(new Point(values[i], values[i + 1]));
    }
    return new PointSeries(name, list);
  }

  /** Returns the points without those that are not finite. */
  List<Point> finite() {
    return points.stream().filter(Point::isFinite).toList();
  }

  /**
   * Returns the finite points on straight lines through them and their neighbours, a fortieth of
   * all to either side: a slope stays where it is, noise doesn't.
   */
  PointSeries smooth() {
    List<Point> all = finite();
    int reach = Math.max(2, all.size() / 40);
    List<Point> result = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      int n = 0;
      double st = 0;
      double stt = 0;
      double sy = 0;
      double sty = 0;
      for (int j = Math.max(0, i - reach); j <= Math.min(all.size() - 1, i + reach); j++) {
        double t = j - i;
        n++;
        st += t;
        stt += t * t;
        sy += all.get(j).y();
        sty += t * all.get(j).y();
      }
      double determinant = n * stt - st * st;
      double y = determinant == 0 ? sy / n : (stt * sy - st * sty) / determinant;
      result.add(new Point(all.get(i).x(), y));
    }
    return new PointSeries(name, result);
  }
}
