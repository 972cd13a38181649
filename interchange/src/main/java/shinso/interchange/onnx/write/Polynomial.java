package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An integer that follows from the sizes of one or two open axes: {@code c + a x}, or {@code c + a
 * x + b y + d x y}.
 *
 * @param coefficients c, a, or c, a, b, d
 */
record Polynomial(List<Long> coefficients) {
  /** Keeps a copy. */
  Polynomial {
    coefficients = List.copyOf(coefficients);
  }

  /**
   * Returns the polynomial through values at points, null if there is none with integers.
   *
   * @param points the sizes: for one axis two points and one to check, for two axes the corners of
   *     a rectangle and one to check
   */
  static @Nullable Polynomial through(List<int[]> points, List<Long> values) {
    List<Long> c = new ArrayList<>();
    if (points.getFirst().length == 1) {
      Long slope = slope(values.get(1) - values.get(0), points.get(1)[0] - points.get(0)[0]);
      if (slope == null) {
        return null;
      }
      c.add(values.get(0) - slope * points.get(0)[0]);
      c.add(slope);
    } else {
      // Corners (x₀, y₀), (x₁, y₀), (x₀, y₁), (x₁, y₁).
      long x0 = points.get(0)[0];
      long y0 = points.get(0)[1];
      long dx = points.get(1)[0] - x0;
      long dy = points.get(2)[1] - y0;
      Long lower = slope(values.get(1) - values.get(0), dx);
      Long upper = slope(values.get(3) - values.get(2), dx);
      Long left = slope(values.get(2) - values.get(0), dy);
      Long d = lower == null || upper == null ? null : slope(upper - lower, dy);
      if (lower == null || left == null || d == null) {
        return null;
      }
      long a = lower - d * y0;
      long b = left - d * x0;
      c.add(values.get(0) - a * x0 - b * y0 - d * x0 * y0);
      c.add(a);
      c.add(b);
      c.add(d);
    }
    Polynomial p = new Polynomial(c);
    for (int i = 0; i < points.size(); i++) {
      if (p.at(points.get(i)) != values.get(i)) {
        return null;
      }
    }
    return p;
  }

  private static @Nullable Long slope(long rise, long run) {
    return rise % run == 0 ? (Long) (rise / run) : null;
  }

  private long at(int[] point) {
    long value = coefficients.get(0) + coefficients.get(1) * point[0];
    if (point.length > 1) {
      value += coefficients.get(2) * point[1] + coefficients.get(3) * point[0] * point[1];
    }
    return value;
  }

  boolean isConstant() {
    return coefficients.stream().skip(1).allMatch(c -> c == 0);
  }

  long constant() {
    return coefficients.getFirst();
  }

  /** Returns the axis whose size this is, −1 if it is anything else. */
  int axis() {
    int axis = -1;
    for (int i = 0; i < coefficients.size(); i++) {
      long c = coefficients.get(i);
      if (c != 0) {
        if (c != 1 || i == 0 || i == 3 || axis >= 0) {
          return -1;
        }
        axis = i - 1;
      }
    }
    return axis;
  }
}
