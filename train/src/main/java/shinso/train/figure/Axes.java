package shinso.train.figure;

import org.jspecify.annotations.Nullable;

/**
 * The axes of a plot.
 *
 * @param x what the horizontal axis is, with its unit; may be empty
 * @param y what the vertical axis is
 * @param logX whether the horizontal axis is logarithmic
 * @param logY whether the vertical axis is
 * @param xRange what is to be seen of the horizontal axis, null for all that there is
 * @param yRange what is to be seen of the vertical axis
 */
public record Axes(
    String x,
    String y,
    boolean logX,
    boolean logY,
    @Nullable Range xRange,
    @Nullable Range yRange) {
  static final Axes PLAIN = new Axes("", "", false, false, null, null);

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if a logarithmic axis is to show numbers that have no
   *     logarithm
   */
  public Axes {
    check("horizontal", logX, xRange);
    check("vertical", logY, yRange);
  }

  private static void check(String which, boolean log, @Nullable Range range) {
    if (log && range != null && range.low() <= 0) {
      throw new IllegalArgumentException(
          "the %s axis is logarithmic and can't begin at %s; begin above 0"
              .formatted(which, range.low()));
    }
  }

  Axes named(String newX, String newY) {
    return new Axes(newX, newY, logX, logY, xRange, yRange);
  }

  Axes logarithmicX() {
    return new Axes(x, y, true, logY, xRange, yRange);
  }

  Axes logarithmicY() {
    return new Axes(x, y, logX, true, xRange, yRange);
  }

  Axes linearY() {
    return new Axes(x, y, logX, false, xRange, yRange);
  }

  Axes withX(Range range) {
    return new Axes(x, y, logX, logY, range, yRange);
  }

  Axes withY(Range range) {
    return new Axes(x, y, logX, logY, xRange, range);
  }

  /** Returns whether a point can be shown and lies in the part that is to be seen. */
  boolean sees(PointSeries.Point p) {
    return shows(p) && isIn(xRange, p.x()) && isIn(yRange, p.y());
  }

  private static boolean isIn(@Nullable Range range, double x) {
    return range == null || (range.low() <= x && x <= range.high());
  }

  /** Returns whether a point can be shown. */
  boolean shows(PointSeries.Point p) {
    return p.isFinite() && (!logX || p.x() > 0) && (!logY || p.y() > 0);
  }
}
