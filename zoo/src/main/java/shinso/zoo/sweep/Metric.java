package shinso.zoo.sweep;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.judge.Quantity.Better;
import shinso.zoo.harness.Claim;
import shinso.zoo.harness.Names;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.UsageException;

/**
 * By what trials are ranked.
 *
 * @param name of a number that trials measure, such as {@code validation.accuracy}
 * @param larger whether large values are good
 */
public record Metric(String name, boolean larger) {
  static final String LARGEST = "largest";
  static final String SMALLEST = "smallest";

  /** The directions, as they are asked for. */
  public static final List<String> GOALS = List.of(LARGEST, SMALLEST);

  /** What the names of numbers have in them of which a large one, or a small one, is good. */
  private static final List<String> LARGE =
      List.of("accuracy", "f1", "precision", "recall", "r2", "r²", "log-likelihood", "bleu", "auc");

  private static final List<String> SMALL =
      List.of(
          "loss", "error", "mae", "mse", "perplexity", "bits", "divergence", "distance", "entropy");

  private static final String VALIDATION = "validation";

  /** Returns the set that a number is of; that which decides by itself, if none is named. */
  static String set(String metric) {
    int dot = metric.indexOf('.');
    return dot < 0 ? VALIDATION : metric.substring(0, dot);
  }

  /**
   * Returns the metric of a plan.
   *
   * @param numbers what the first trial measured
   * @throws UsageException if the trial doesn't measure it, or nobody knows which direction is good
   */
  static Metric of(Plan plan, Map<String, Double> numbers) {
    String name = plan.metric().isEmpty() ? usual(plan.recipe(), numbers) : plan.metric();
    if (!numbers.containsKey(name)) {
      throw new UsageException(
          "trials of the recipe %s measure no '%s'%s; they measure %s"
              .formatted(
                  plan.recipe().name(),
                  name,
                  Names.didYouMean(name, numbers.keySet()),
                  numbers.isEmpty() ? "nothing" : Names.listed(numbers.keySet(), "and")));
    }
    return named(plan, name);
  }

  private static Metric named(Plan plan, String name) {
    if (!plan.goal().isEmpty()) {
      return new Metric(name, plan.goal().equals(LARGEST));
    }
    Boolean larger = isLargerBetter(plan.recipe(), name);
    if (larger == null) {
      List<String> likely =
          Stream.concat(
                  plan.recipe().claims().stream().map(c -> c.quantity().name()),
                  Stream.of(VALIDATION + ".loss", VALIDATION + ".accuracy"))
              .distinct()
              .toList();
      throw new UsageException(
          "whether a large or a small '%s' is good is not known%s; say --goal largest or --goal smallest"
              .formatted(name, Names.didYouMean(name, likely)));
    }
    return new Metric(name, larger);
  }

  /**
   * Checks what is known of a plan's metric before a trial measures it.
   *
   * @throws UsageException if nobody knows which direction is good
   */
  static void check(Plan plan) {
    if (!plan.metric().isEmpty()) {
      named(plan, plan.metric());
    }
  }

  /**
   * Returns what decides if nothing is said: what is measured on the validation set, accuracies
   * before losses; without one the first number that the recipe claims something of.
   */
  static String usual(Recipe<?> recipe, Map<String, Double> numbers) {
    List<String> held =
        numbers.keySet().stream()
            .filter(n -> n.startsWith(VALIDATION + ".") && isLargerBetter(recipe, n) != null)
            .toList();
    return held.stream()
        .filter(n -> Boolean.TRUE.equals(isLargerBetter(recipe, n)))
        .findFirst()
        .or(() -> held.stream().findFirst())
        .or(() ->
            recipe.claims().stream()
                .map(c -> c.quantity().name())
                .filter(numbers::containsKey)
                .findFirst())
        .orElseThrow(() ->
            new UsageException(
                "nothing that trials of the recipe %s measure is known to be good when large or small; choose with --metric one of %s, and with --goal its direction"
                    .formatted(recipe.name(), Names.listed(numbers.keySet(), "or"))));
  }

  private static @Nullable Boolean isLargerBetter(Recipe<?> recipe, String name) {
    for (Claim claim : recipe.claims()) {
      if (claim.quantity().name().equals(name)) {
        return claim.quantity().better() == Better.NEITHER
            ? null
            : (Boolean) (claim.quantity().better() == Better.LARGER);
      }
    }
    String words = name.toLowerCase(Locale.ROOT);
    return LARGE.stream().anyMatch(words::contains)
        ? Boolean.TRUE
        : SMALL.stream().anyMatch(words::contains) ? Boolean.FALSE : null;
  }

  /** Returns a number by which small ones are good; what is no number is the worst. */
  double badness(@Nullable Double value) {
    return value == null || value.isNaN() ? Double.POSITIVE_INFINITY : larger ? -value : value;
  }
}
