package shinso.zoo.harness;

import java.util.Arrays;
import java.util.Locale;

/** How much work a run of a recipe is. */
public enum Budget {
  /** Seconds: shows that something is learned; every build runs it. */
  SMOKE,
  /** A few minutes on two cores. */
  DEFAULT,
  /** The full protocol of the paper or book. */
  PAPER;

  /**
   * Returns the budget with a name, in capitals or not.
   *
   * @throws UsageException if there is none
   */
  public static Budget named(String name) {
    return Arrays.stream(values())
        .filter(b -> b.toString().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            UsageException.unknown(
                "budget", name, Arrays.stream(values()).map(Budget::toString).toList()));
  }

  /** Returns the name as it is given on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
