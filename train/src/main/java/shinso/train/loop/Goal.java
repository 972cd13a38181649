package shinso.train.loop;

/**
 * A number that tells which of two models is better.
 *
 * @param metric its name after the set, such as {@code validation.loss}
 * @param smallest whether the smaller one is better
 */
public record Goal(String metric, boolean smallest) {
  /** Returns the goal of a small number, such as a loss. */
  public static Goal smallest(String metric) {
    return new Goal(metric, true);
  }

  /** Returns the goal of a large number, such as an accuracy. */
  public static Goal largest(String metric) {
    return new Goal(metric, false);
  }

  /** Returns whether a value is better than the best so far; NaN is never better. */
  boolean isBetter(double value, double best) {
    return !Double.isNaN(value) && (Double.isNaN(best) || (smallest ? value < best : value > best));
  }
}
