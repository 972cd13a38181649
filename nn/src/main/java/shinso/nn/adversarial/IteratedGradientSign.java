package shinso.nn.adversarial;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Classifier;

/**
 * Small steps of the {@linkplain FastGradientSign fast gradient sign}, each brought back to the
 * cube of half-width ε around the example:
 *
 * <pre>
 * x₀ = x + ε u,  u uniform in (−1, 1), or 0
 * xₖ₊₁ = Πε(xₖ + α sign ∇ₓ J(xₖ, t))
 * </pre>
 *
 * <p>Sources: Kurakin, Goodfellow and Bengio, "Adversarial examples in the physical world" (2017),
 * section 2.2, without the random start; Madry et al., "Towards deep learning models resistant to
 * adversarial attacks" (2018), section 2.1, projected gradient descent, with it.
 *
 * @param epsilon ε, the largest change of an element
 * @param step α, the change in one step
 * @param steps their number
 * @param startsAtRandom whether u is drawn
 * @param low the least value that an element may have
 * @param high the largest value that an element may have
 */
public record IteratedGradientSign(
    double epsilon, double step, int steps, boolean startsAtRandom, double low, double high)
    implements Attack {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if ε or the step is negative, there is no step, or there is
   *     nothing between the bounds
   */
  public IteratedGradientSign {
    FastGradientSign.requireChange("iterated gradient sign", epsilon, low, high);
    if (!(step > 0 && step < Double.POSITIVE_INFINITY) || steps < 1) {
      throw new IllegalArgumentException(
          "iterated gradient sign: at least 1 step of a positive size, not %d of %s"
              .formatted(steps, step));
    }
  }

  /** Returns the attack on elements of 0 to 1, from the example itself. */
  public static IteratedGradientSign of(double epsilon, double step, int steps) {
    return new IteratedGradientSign(epsilon, step, steps, false, 0, 1);
  }

  /** Returns this with a start at random: projected gradient descent. */
  public IteratedGradientSign fromRandomStart() {
    return new IteratedGradientSign(epsilon, step, steps, true, low, high);
  }

  /** Returns this with elements that may have any value. */
  public IteratedGradientSign unbounded() {
    double all = Double.POSITIVE_INFINITY;
    return new IteratedGradientSign(epsilon, step, steps, startsAtRandom, -all, all);
  }

  @Override
  public Tensor examples(Classifier classifier, Tensor x, Tensor target, Rng rng) {
    Tensor least = x.sub(epsilon).maximum(low);
    Tensor most = x.add(epsilon).minimum(high);
    Tensor found = x;
    if (startsAtRandom) {
      Tensor u = x.uniformLike(rng).mul(2).sub(1);
      found = x.add(u.mul(epsilon)).maximum(least).minimum(most);
    }
    for (int k = 0; k < steps; k++) {
      Tensor ascent = FastGradientSign.slope(classifier, found, target).sign();
      found = found.add(ascent.mul(step)).maximum(least).minimum(most);
    }
    return found.stopGradient();
  }
}
