package shinso.nn.optim;

import org.jspecify.annotations.Nullable;
import shinso.core.program.ParamVector.Objective;
import shinso.core.program.ParamVector.Value;

/**
 * A line search for the strong Wolfe conditions, {@code φ(α) ≤ φ(0) + c₁ α φ'(0)} and {@code
 * |φ'(α)| ≤ c₂ |φ'(0)|}: it brackets a step and makes the bracket small with cubic interpolation.
 *
 * <p>Values are only known up to a relative error; where they differ by less, the slope decides.
 *
 * <p>Source: Nocedal and Wright, "Numerical optimization" (2006), algorithms 3.5 and 3.6, equation
 * 3.59; the allowance for rounding is that of Hager and Zhang, "A new conjugate gradient method
 * with guaranteed descent and an efficient line search" (2005), equation 4.1.
 *
 * @param sufficient c₁
 * @param curvature c₂
 * @param precision relative error of the values
 */
record LineSearch(double sufficient, double curvature, double precision) {
  private static final int MOST_TRIALS = 40;
  private static final double WIDEN = 4;

  LineSearch {
    if (!(0 < sufficient && sufficient < curvature && curvature < 1)) {
      throw new IllegalArgumentException(
          "a line search needs 0 < c1 < c2 < 1, not c1 = %s and c2 = %s"
              .formatted(sufficient, curvature));
    }
    if (!(precision >= 0 && precision < 1)) {
      throw new IllegalArgumentException("a precision is in [0, 1), not " + precision);
    }
  }

  /** A point on the way. */
  record Trial(double alpha, double[] point, Value value, double slope) {
    double height() {
      return value.value();
    }
  }

  /**
   * Returns what was found.
   *
   * @param slope φ'(0), negative
   * @param first the first step that is tried
   */
  Found search(
      Objective f, double[] x, Value here, double[] direction, double slope, double first) {
    Search s = new Search(f, x, here, direction, slope);
    Trial good = s.bracket(first);
    return new Found(good != null ? good : s.lowest, good != null, s.trials);
  }

  /**
   * What a search found.
   *
   * @param trial a point that satisfies the conditions; or, where rounding allows none, the lowest
   *     one; or null, if none is lower than the beginning
   * @param isGood whether it satisfies the conditions
   * @param evaluations how often the function was evaluated
   */
  record Found(@Nullable Trial trial, boolean isGood, int evaluations) {}

  private final class Search {
    private final Objective f;
    private final double[] x;
    private final double[] d;
    private final Trial start;
    private final double allowance;
    private int trials;
    private @Nullable Trial lowest;

    Search(Objective f, double[] x, Value here, double[] d, double slope) {
      this.f = f;
      this.x = x;
      this.d = d;
      this.start = new Trial(0, x, here, slope);
      this.allowance = precision * Math.abs(here.value());
    }

    Trial at(double alpha) {
      trials++;
      double[] point = x.clone();
      for (int i = 0; i < point.length; i++) {
        point[i] += alpha * d[i];
      }
      Value v = f.at(point);
      Trial t = new Trial(alpha, point, v, Vectors.dot(v.gradient(), d));
      if (v.value() < start.height() && (lowest == null || v.value() < lowest.height())) {
        lowest = t;
      }
      return t;
    }

    private boolean isFinite(Trial t) {
      return Double.isFinite(t.height()) && Double.isFinite(t.slope);
    }

    private boolean isTooHigh(Trial t) {
      return !(t.height() <= start.height() + sufficient * t.alpha * start.slope + allowance);
    }

    private boolean isFlat(Trial t) {
      return Math.abs(t.slope) <= curvature * Math.abs(start.slope);
    }

    /** Algorithm 3.5. */
    @Nullable Trial bracket(double first) {
      Trial previous = start;
      double alpha = first;
      double most = Double.POSITIVE_INFINITY;
      while (trials < MOST_TRIALS) {
        Trial t = at(alpha);
        if (!isFinite(t)) {
          // Where the function isn't defined: stay nearer.
          most = alpha;
          alpha = previous.alpha + 0.1 * (alpha - previous.alpha);
          continue;
        }
        if (isTooHigh(t) || (previous.alpha > 0 && t.height() >= previous.height() + allowance)) {
          return zoom(previous, t);
        }
        if (isFlat(t)) {
          return t;
        }
        if (t.slope >= 0) {
          return zoom(t, previous);
        }
        previous = t;
        alpha = most < Double.POSITIVE_INFINITY ? (alpha + most) / 2 : WIDEN * alpha;
      }
      return null;
    }

    /** Algorithm 3.6: the conditions hold somewhere between a low end and another one. */
    private @Nullable Trial zoom(Trial low, Trial high) {
      double before = Double.POSITIVE_INFINITY;
      double width = Math.abs(high.alpha - low.alpha);
      while (trials < MOST_TRIALS) {
        // Halved, if two interpolations made the bracket hardly smaller.
        double alpha =
            width > 0.66 * before ? (low.alpha + high.alpha) / 2 : interpolate(low, high);
        if (alpha == low.alpha || alpha == high.alpha) {
          return null;
        }
        Trial t = at(alpha);
        if (!isFinite(t) || isTooHigh(t) || t.height() > low.height() + allowance) {
          high = t;
        } else {
          if (isFlat(t)) {
            return t;
          }
          if (t.slope * (high.alpha - low.alpha) >= 0) {
            high = low;
          }
          low = t;
        }
        before = width;
        width = Math.abs(high.alpha - low.alpha);
      }
      return null;
    }

    /** Equation 3.59: where the cubic through both ends and their slopes is least. */
    private double interpolate(Trial a, Trial b) {
      double from = Math.min(a.alpha, b.alpha);
      double to = Math.max(a.alpha, b.alpha);
      double d1 = a.slope + b.slope - 3 * (a.height() - b.height()) / (a.alpha - b.alpha);
      double d2 = Math.signum(b.alpha - a.alpha) * Math.sqrt(d1 * d1 - a.slope * b.slope);
      double alpha =
          b.alpha - (b.alpha - a.alpha) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
      if (Math.abs(a.height() - b.height()) <= allowance && a.slope * b.slope < 0) {
        // Heights say nothing: where the slope, taken for a straight line, is 0.
        alpha = a.alpha - a.slope * (b.alpha - a.alpha) / (b.slope - a.slope);
      }
      return alpha > from && alpha < to ? alpha : (from + to) / 2;
    }
  }
}
