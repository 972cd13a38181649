package shinso.zoo.harness;

import org.jspecify.annotations.Nullable;

/**
 * A final number of a run.
 *
 * @param metric the name, such as {@code test.accuracy}
 * @param value the number
 * @param target what it should be, if the recipe says so
 * @param budget the budget of the run
 */
public record Score(String metric, double value, @Nullable Target target, Budget budget) {
  /** Returns whether there is no target or it is reached. */
  public boolean isGood() {
    return target == null || target.isReached(value, budget);
  }

  /** Returns the name and the number in words, such as {@code test accuracy 99.21 %}. */
  public String text() {
    return metric.replace('.', ' ') + " " + Target.text(metric, value);
  }

  /**
   * Returns the target in words, such as {@code target ≥ 99.0 %: reached}; empty if there is none.
   */
  public String verdict() {
    if (target == null) {
      return "";
    }
    return "%starget %s: %s"
        .formatted(
            budget == Budget.SMOKE ? "smoke " : "",
            target.text(budget),
            isGood() ? "reached" : "missed");
  }
}
