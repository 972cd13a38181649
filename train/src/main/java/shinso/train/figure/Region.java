package shinso.train.figure;

import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.function.UnaryOperator;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A rectangle of the plane, and the points of it at which a function is looked at.
 *
 * @param columns how many different x there are
 * @param rows how many different y there are
 */
public record Region(double xLow, double xHigh, double yLow, double yHigh, int columns, int rows) {
  private static final int USUAL = 201;

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if it is empty or not finite, or has no points
   */
  public Region {
    boolean finite =
        Double.isFinite(xLow)
            && Double.isFinite(xHigh)
            && Double.isFinite(yLow)
            && Double.isFinite(yHigh);
    if (!finite || xLow >= xHigh || yLow >= yHigh) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a region goes from a number to a larger one, not x from %s to %s, y from %s to %s",
              xLow,
              xHigh,
              yLow,
              yHigh));
    }
    if (columns < 1 || rows < 1 || (long) columns * rows > 4_000_000) {
      throw new IllegalArgumentException(
          "a region has 1 to 4000000 points, not " + columns + " x " + rows);
    }
  }

  /** Returns a rectangle with 201 x 201 points. */
  public static Region of(double xLow, double xHigh, double yLow, double yHigh) {
    return new Region(xLow, xHigh, yLow, yHigh, USUAL, USUAL);
  }

  /** Returns this with another number of points. */
  public Region resolution(int newColumns, int newRows) {
    return new Region(xLow, xHigh, yLow, yHigh, newColumns, newRows);
  }

  /** Returns the x of a column. */
  public double x(int column) {
    return columns == 1 ? xLow : xLow + (xHigh - xLow) * column / (columns - 1);
  }

  /** Returns the y of a row. */
  public double y(int row) {
    return rows == 1 ? yLow : yLow + (yHigh - yLow) * row / (rows - 1);
  }

  /** Returns all points, row by row from the lowest. {@code [rows * columns, 2]} */
  public Tensor points() {
    float[] xy = new float[2 * rows * columns];
    for (int i = 0; i < rows * columns; i++) {
      xy[2 * i] = (float) x(i % columns);
      xy[2 * i + 1] = (float) y(i / columns);
    }
    return Tensor.owning(xy, Shape.of(rows * columns, 2));
  }

  /** Returns the values of a function. */
  public Grid values(DoubleBinaryOperator f) {
    double[] z = new double[rows * columns];
    for (int i = 0; i < z.length; i++) {
      z[i] = f.applyAsDouble(x(i % columns), y(i / columns));
    }
    return new Grid(this, z);
  }

  /**
   * Returns the values of a function of tensors.
   *
   * @param f gives {@code [n]} or {@code [n, 1]} for {@code [n, 2]}
   * @throws IllegalArgumentException if it gives more or less
   */
  public Grid values(UnaryOperator<Tensor> f) {
    return values(f.apply(points()));
  }

  /**
   * Returns numbers that were computed at the points, in their order.
   *
   * @param z {@code [n]}, {@code [n, 1]} or {@code [rows, columns]}
   * @throws IllegalArgumentException if there are more or less
   */
  public Grid values(Tensor z) {
    if (z.shape().size() != (long) rows * columns) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a region of %d x %d points has %d values, not %s",
              columns,
              rows,
              rows * columns,
              z.shape()));
    }
    return new Grid(this, z.toDoubleArray());
  }
}
