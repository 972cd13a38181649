package shinso.nn.estimator;

import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * The constants, one for each component of ω, at which the score-function estimate has the least
 * variance.
 *
 * <pre>
 * sᵢ = ∂ log p(y; ω) / ∂ωᵢ
 * b*ᵢ = E[J sᵢ²] / E[sᵢ²]
 * </pre>
 *
 * <p>Estimated, for each draw, from the others of the batch, which know nothing of it: the estimate
 * stays unbiased.
 *
 * <p>Source: Goodfellow, Bengio and Courville, "Deep learning", section 20.9.1.
 */
public final class OptimalBaseline {
  private OptimalBaseline() {}

  /**
   * Returns b* for each draw.
   *
   * @param cost J, {@code [n]}
   * @param score s, {@code [n, k]}
   * @return {@code [n, k]}; the mean cost where the scores of all others are 0
   * @throws IllegalArgumentException if there is but one draw
   */
  public static Tensor of(Tensor cost, Tensor score) {
    Check.rank("optimal baseline", score.shape(), 2, "[draws, components]");
    int n = score.shape().dim(0);
    if (n < 2) {
      throw new IllegalArgumentException(
          "optimal baseline: it is estimated from the other draws of a batch, of which there are"
              + " none; draw at least 2");
    }
    Tensor squares = score.square(); // [n, k]
    Tensor weighted = cost.unsqueeze(1).mul(squares);
    Tensor norm = others(squares);
    Tensor mean = others(cost.unsqueeze(1)).div(n - 1.0);
    Tensor zero = norm.lessEqual(0);
    return Tensor.select(zero, mean, others(weighted).div(Tensor.select(zero, 1, norm)));
  }

  private static Tensor others(Tensor x) {
    return x.sumKeep(0).sub(x);
  }

  /**
   * Returns terms of the surrogate whose gradient in ω is (J − b*ᵢ) sᵢ: {@code [n]}, in the place
   * of {@link Draw#credit}.
   *
   * @param draw of {@link ScoreFunction}, one of each row of ω
   * @param cost J, {@code [n]}
   * @param omega ω, such as the logits that the distribution was made of, {@code [n, k]}
   * @throws IllegalArgumentException if gradients pass the draw, or there is but one
   */
  public static Tensor credit(Draw draw, Tensor cost, Tensor omega) {
    Tensor logProbability = draw.logProbability();
    if (logProbability == null) {
      throw new IllegalArgumentException(
          "optimal baseline: gradients pass this draw, so that no cost is credited to it; draw with"
              + " ScoreFunction");
    }
    Tensor j = cost.stopGradient();
    Tensor s = Autodiff.gradient(logProbability.sum(), omega).stopGradient(); // [n, k]
    return j.unsqueeze(1).sub(of(j, s)).mul(s).mul(omega).sum(1);
  }
}
