package shinso.train.figure;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Numbers over the points of a rectangle: a function of two variables. Immutable. Row 0 has the
 * lowest y, column 0 the lowest x.
 */
public final class Grid {
  private final Region region;
  private final double[] values;
  private final double min;
  private final double max;

  Grid(Region region, double[] values) {
    this.region = region;
    this.values = values;
    this.min = Arrays.stream(values).filter(Double::isFinite).min().orElse(Double.NaN);
    this.max = Arrays.stream(values).filter(Double::isFinite).max().orElse(Double.NaN);
  }

  /**
   * Returns the numbers of an array as they are, over x from 0 to columns − 1 and y from 0 to rows
   * − 1.
   */
  static Grid ofRows(String kind, String title, double[][] rows) {
    FigureChecks.that(
        rows.length > 0 && rows[0].length > 0, kind, title, "there are no numbers; give some");
    int columns = rows[0].length;
    double[] values = new double[Math.multiplyExact(rows.length, columns)];
    for (int i = 0; i < rows.length; i++) {
      FigureChecks.that(
          rows[i].length == columns,
          kind,
          title,
          "row 0 has %d numbers and row %d has %d; give each row as many",
          columns,
          i,
          rows[i].length);
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    Region region =
        new Region(
            0, Math.max(1, columns - 1), 0, Math.max(1, rows.length - 1), columns, rows.length);
    return new Grid(region, values);
  }

  /** Returns where the points lie. */
  public Region region() {
    return region;
  }

  /** Returns the number of columns. */
  public int columns() {
    return region.columns();
  }

  /** Returns the number of rows. */
  public int rows() {
    return region.rows();
  }

  /** Returns the number at a point of the grid. */
  public double at(int row, int column) {
    return values[row * columns() + column];
  }

  /** Returns the number at any point of the rectangle by bilinear interpolation, NaN outside. */
  public double at(double x, double y) {
    double c = (x - region.xLow()) / (region.xHigh() - region.xLow()) * (columns() - 1);
    double r = (y - region.yLow()) / (region.yHigh() - region.yLow()) * (rows() - 1);
    if (!(c >= 0 && c <= columns() - 1 && r >= 0 && r <= rows() - 1)) {
      return Double.NaN;
    }
    int c0 = Math.min((int) c, Math.max(0, columns() - 2));
    int r0 = Math.min((int) r, Math.max(0, rows() - 2));
    int c1 = Math.min(c0 + 1, columns() - 1);
    int r1 = Math.min(r0 + 1, rows() - 1);
    double low = between(at(r0, c0), at(r0, c1), c - c0);
    double high = between(at(r1, c0), at(r1, c1), c - c0);
    return between(low, high, r - r0);
  }

  /** Returns a mean; a number that has no weight may be infinite. */
  private static double between(double a, double b, double share) {
    return share == 0 ? a : share == 1 ? b : a + share * (b - a);
  }

  /** Returns the smallest of the numbers that are finite, NaN if there is none. */
  public double min() {
    return min;
  }

  /** Returns the largest of the numbers that are finite, NaN if there is none. */
  public double max() {
    return max;
  }

  /** Returns how many numbers are not finite. */
  int lost() {
    return (int) Arrays.stream(values).filter(v -> !Double.isFinite(v)).count();
  }

  /** Returns the numbers row by row. */
  double[] values() {
    return values.clone();
  }

  /** Returns about as many rows and columns as are asked for, at most those that there are. */
  Grid thinned(int mostColumns, int mostRows) {
    int[] c = picks(columns(), mostColumns);
    int[] r = picks(rows(), mostRows);
    double[] some = new double[c.length * r.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = at(r[i / c.length], c[i % c.length]);
    }
    Region all = region;
    return new Grid(
        new Region(all.xLow(), all.xHigh(), all.yLow(), all.yHigh(), c.length, r.length), some);
  }

  private static int[] picks(int n, int most) {
    int m = Math.min(n, most);
    return IntStream.range(0, m)
        .map(i -> m == 1 ? 0 : (int) Math.round((double) i * (n - 1) / (m - 1)))
        .toArray();
  }
}
