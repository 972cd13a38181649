package shinso.zoo.harness;

import java.util.Locale;
import java.util.function.DoubleFunction;
import shinso.train.judge.Quantity;

/**
 * What a quantity should be at the end of a run, for each budget.
 *
 * @param quantity what is claimed about
 * @param data the name of the data source; empty if the recipe has none
 * @param smoke what is expected of the smallest budget: that something was learned
 * @param normal what is expected of the default budget
 * @param paper what is expected of the full protocol
 * @param published what was published, with its source; empty where nothing was
 */
public record Claim(
    Quantity quantity, String data, Range smoke, Range normal, Range paper, String published) {
  /**
   * Where a value should lie.
   *
   * @param low the smallest good value, −∞ if there is none
   * @param high the largest good value, ∞ if there is none
   */
  public record Range(double low, double high) {
    /** Returns whether a value lies in it; NaN never does. */
    public boolean contains(double value) {
      return value >= low && value <= high;
    }

    private String text(Quantity quantity) {
      DoubleFunction<String> number = x -> shortened(quantity, x);
      if (high == Double.POSITIVE_INFINITY) {
        return "≥ " + number.apply(low);
      }
      if (low == Double.NEGATIVE_INFINITY) {
        return "≤ " + number.apply(high);
      }
      return "%s to %s".formatted(number.apply(low), number.apply(high));
    }

    private static String shortened(Quantity quantity, double x) {
      return quantity.unit().equals("%")
          ? String.format(Locale.ROOT, "%.1f %%", 100 * x)
          : quantity.text(x);
    }
  }

  /** Returns the claim that a value is at least so large. */
  public static Claim atLeast(Quantity quantity, double smoke, double normal, double paper) {
    return new Claim(quantity, "", from(smoke), from(normal), from(paper), "");
  }

  /** Returns the claim that a value is at most so large. */
  public static Claim atMost(Quantity quantity, double smoke, double normal, double paper) {
    return new Claim(quantity, "", to(smoke), to(normal), to(paper), "");
  }

  /** Returns the claim that a value is right up to a tolerance, which budgets have of their own. */
  public static Claim near(
      Quantity quantity, double value, double smoke, double normal, double paper) {
    return new Claim(
        quantity, "", around(value, smoke), around(value, normal), around(value, paper), "");
  }

  private static Range from(double low) {
    return new Range(low, Double.POSITIVE_INFINITY);
  }

  private static Range to(double high) {
    return new Range(Double.NEGATIVE_INFINITY, high);
  }

  private static Range around(double value, double tolerance) {
    return new Range(value - tolerance, value + tolerance);
  }

  /** Returns this for runs on one data source only. */
  public Claim on(String data) {
    return new Claim(quantity, data, smoke, normal, paper, published);
  }

  /** Returns this with what was published and where. */
  public Claim published(String published) {
    return new Claim(quantity, data, smoke, normal, paper, published);
  }

  /** Returns what is expected of a budget. */
  public Range at(Budget budget) {
    return switch (budget) {
      case SMOKE -> smoke;
      case DEFAULT -> normal;
      case PAPER -> paper;
    };
  }

  /** Returns whether this is about a quantity measured on some data. */
  public boolean isAbout(String name, String source) {
    return quantity.name().equals(name) && (data.isEmpty() || data.equals(source));
  }

  /** Returns what is expected in words, such as {@code ≥ 99.0 %}. */
  public String text(Budget budget) {
    return at(budget).text(quantity);
  }
}
