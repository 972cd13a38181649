package shinso.nn.adversarial;

import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.Losses;
import shinso.nn.model.Classifier;

/**
 * One step that raises the loss as much as a change of ε in every element can, were the loss
 * linear:
 *
 * <pre>
 * x′ = x + ε sign ∇ₓ J(x, t)
 * </pre>
 *
 * <p>Source: Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples"
 * (2015), section 3.
 *
 * @param epsilon ε, the largest change of an element
 * @param low the least value that an element may have
 * @param high the largest value that an element may have
 */
public record FastGradientSign(double epsilon, double low, double high) implements Attack {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if ε is negative or there is nothing between the bounds
   */
  public FastGradientSign {
    requireChange("fast gradient sign", epsilon, low, high);
  }

  /** Returns the attack on elements of 0 to 1. */
  public static FastGradientSign of(double epsilon) {
    return new FastGradientSign(epsilon, 0, 1);
  }

  /** Returns this with elements that may have any value. */
  public FastGradientSign unbounded() {
    return new FastGradientSign(epsilon, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  @Override
  public Tensor examples(Classifier classifier, Tensor x, Tensor target, Rng rng) {
    Tensor ascent = slope(classifier, x, target).sign();
    return x.add(ascent.mul(epsilon)).clip(low, high).stopGradient();
  }

  /** ∇ₓ of the loss of each example, {@code [b, *]}. */
  static Tensor slope(Classifier classifier, Tensor x, Tensor target) {
    // A tensor of its own, so that nothing is differentiated but this use of x.
    Tensor here = x.stopGradient();
    Tensor loss = Losses.softmaxCrossEntropyEach(classifier.logits(here), target).sum();
    return Autodiff.gradient(loss, here);
  }

  static void requireChange(String attack, double epsilon, double low, double high) {
    if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(attack + ": ε is not negative and finite, but " + epsilon);
    }
    if (!(low < high)) {
      throw new IllegalArgumentException(
          "%s: elements lie between two bounds, not %s and %s".formatted(attack, low, high));
    }
  }
}
