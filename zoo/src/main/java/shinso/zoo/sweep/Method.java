package shinso.zoo.sweep;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import shinso.zoo.harness.UsageException;

/** How trials are chosen. */
public enum Method {
  /** Every combination of values. */
  GRID,
  /**
   * Points drawn at random: better than a grid where few settings matter.
   *
   * <p>Source: Bergstra and Bengio, "Random search for hyper-parameter optimization" (2012).
   */
  RANDOM,
  /**
   * Successive halving: points drawn at random are trained for a short while, the best of them go
   * on for longer, and so forth.
   *
   * <p>Source: Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
   * optimization" (2016); the rounds are those of a bracket in Li et al., "Hyperband" (2018),
   * algorithm 1.
   */
  HALVING;

  /** Returns the names of all. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Method::toString).toList();
  }

  /**
   * Returns the method with a name.
   *
   * @throws UsageException if there is none
   */
  public static Method named(String name) {
    return Arrays.stream(values())
        .filter(m -> m.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> UsageException.unknown("method", name, names()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
