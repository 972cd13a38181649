package shinso.zoo.harness;

import org.jspecify.annotations.Nullable;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;

/**
 * What a run measured.
 *
 * @param quantity what it is
 * @param estimate its value and standard error
 * @param claim what it should be, if the recipe says so
 * @param budget the budget of the run
 */
public record Score(Quantity quantity, Estimate estimate, @Nullable Claim claim, Budget budget) {
  /** Returns whether nothing is claimed or the claim holds. */
  public boolean isGood() {
    return claim == null || claim.at(budget).contains(estimate.value());
  }

  /** Returns the quantity and its value in words, such as {@code test accuracy 99.21 %}. */
  public String text() {
    return quantity.name() + " " + quantity.text(estimate);
  }

  /**
   * Returns the claim in words, such as {@code target ≥ 99.0 %: reached}; empty if there is none.
   */
  public String verdict() {
    return verdict(claim, budget, isGood());
  }

  static String verdict(@Nullable Claim claim, Budget budget, boolean good) {
    return claim == null
        ? ""
        : "%starget %s: %s"
            .formatted(
                budget == Budget.SMOKE ? "smoke " : "",
                claim.text(budget),
                good ? "reached" : "missed");
  }
}
