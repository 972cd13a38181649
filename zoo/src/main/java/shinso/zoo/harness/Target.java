package shinso.zoo.harness;

import java.util.Locale;

/**
 * What a number should be at the end of a run on some data.
 *
 * @param data the name of the data set
 * @param metric the number's name, such as {@code test.accuracy}
 * @param smallest whether small numbers are good: the target is then a largest value
 * @param smoke the target of the smoke budget: that something was learned
 * @param value the target of the other budgets
 */
public record Target(String data, String metric, boolean smallest, double smoke, double value) {
  /** Returns the target of a number that should be at least so large. */
  public static Target atLeast(String data, String metric, double smoke, double value) {
    return new Target(data, metric, false, smoke, value);
  }

  /** Returns the target of a number that should be at most so large. */
  public static Target atMost(String data, String metric, double smoke, double value) {
    return new Target(data, metric, true, smoke, value);
  }

  /** Returns the value for a budget. */
  public double at(Budget budget) {
    return budget == Budget.SMOKE ? smoke : value;
  }

  /** Returns whether a number reaches the target; NaN never does. */
  public boolean isReached(double number, Budget budget) {
    return smallest ? number <= at(budget) : number >= at(budget);
  }

  /** Returns the target in words, such as {@code ≥ 99.0 %}. */
  public String text(Budget budget) {
    return (smallest ? "≤ " : "≥ ") + percent(metric, at(budget), 1);
  }

  /** Returns a number of a metric in words: accuracies and errors in percent. */
  static String text(String metric, double number) {
    return percent(metric, number, 2);
  }

  private static String percent(String metric, double number, int digits) {
    boolean share = metric.endsWith("accuracy") || metric.endsWith("error");
    return share
        ? String.format(Locale.ROOT, "%." + digits + "f %%", 100 * number)
        : String.format(Locale.ROOT, "%.4g", number);
  }
}
