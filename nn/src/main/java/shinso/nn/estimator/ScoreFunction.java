package shinso.nn.estimator;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Distribution;

/**
 * REINFORCE: draws as they are, to each of which the cost is credited.
 *
 * <pre>
 * ∂ E[J(y)] / ∂ω = E[(J(y) − b) ∂ log p(y; ω) / ∂ω]
 * </pre>
 *
 * <p>Unbiased for every baseline b that doesn't know the draw and every distribution but those
 * whose parameters say where p is 0, such as the ends of {@link shinso.nn.distribution.Uniform};
 * the variance depends on {@linkplain Baseline the baseline}.
 *
 * <p>Source: Williams, "Simple statistical gradient-following algorithms for connectionist
 * reinforcement learning" (1992); Goodfellow, Bengio and Courville, "Deep learning", equations
 * 20.66 and 20.67.
 */
public record ScoreFunction() implements Estimator {
  @Override
  public Draw draw(Distribution p, Rng rng) {
    Tensor y = p.sample(rng).stopGradient();
    return new Draw(y, p.logProbability(y));
  }
}
