package shinso.nn.optim;

import shinso.core.tensor.Differentiable;
import shinso.core.tensor.Tensor;

/**
 * The proximal operator of a penalty R, the step that makes it small without a derivative:
 *
 * <pre>
 * prox(w; η) = argmin_z ½ ‖z − w‖² + η R(z)
 * </pre>
 *
 * <p>Behind a gradient step of length η it gives proximal gradient descent, {@link
 * Optimizer#proximal}; where R has a kink at 0, weights become exactly 0.
 *
 * <p>Source: Parikh and Boyd, "Proximal algorithms" (2014), section 4.2.
 */
@FunctionalInterface
public interface Proximal {
  /**
   * Returns the nearest good point.
   *
   * @param w the parameter after the step of the rule, of any shape
   * @param eta η, the length of that step, a scalar of the parameter's type
   */
  Tensor prox(Tensor w, Tensor eta);

  /**
   * Returns the operator of the lasso's penalty α Σ |w|, the soft threshold {@code sign(w) max(|w|
   * − η α, 0)}.
   *
   * @throws IllegalArgumentException if α is negative or not finite
   */
  static Proximal l1(double alpha) {
    requireStrength("l1", alpha);
    return (w, eta) -> softThreshold(w, eta.mul(alpha));
  }

  /**
   * Returns the soft threshold with an α that may change from step to step, such as a parameter
   * that is given smaller values one after another.
   *
   * @param alpha α, a scalar that is not negative
   */
  static Proximal l1(Differentiable alpha) {
    return (w, eta) -> softThreshold(w, eta.mul(alpha.asTensor().cast(w.dtype())));
  }

  /**
   * Returns the operator of the elastic net α Σ |w| + β/2 Σ w²: the soft threshold, and then a
   * division by 1 + η β.
   *
   * <p>Source: Zou and Hastie, "Regularization and variable selection via the elastic net" (2005).
   *
   * @throws IllegalArgumentException if α or β is negative or not finite
   */
  static Proximal elasticNet(double alpha, double beta) {
    requireStrength("elasticNet", alpha);
    requireStrength("elasticNet", beta);
    return (w, eta) -> softThreshold(w, eta.mul(alpha)).div(eta.mul(beta).add(1));
  }

  /** w − clip(w, −t, t): exactly 0 within the threshold, and right for w of any size. */
  private static Tensor softThreshold(Tensor w, Tensor t) {
    return w.sub(w.maximum(t.neg()).minimum(t));
  }

  private static void requireStrength(String name, double alpha) {
    if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + ": the strength is finite and not negative: " + alpha);
    }
  }
}
