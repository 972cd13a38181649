package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * FTRL-Proximal: follows the leader with a rate for each direction; with L1 regularisation, weights
 * that matter little are exactly zero.
 *
 * <pre>
 * σ = (√(n + g²) − √n) / α          and β/α more in the first step
 * z ← z + g − σ w
 * n ← n + g²
 * w ← 0                                            if |z| ≤ λ₁
 *     −(z − sign(z) λ₁) / ((β + √n) / α + λ₂)      else
 * </pre>
 *
 * <p>The σ of t steps sum to 1/ηₜ = (β + √n) / α, as equation 1 defines them. Algorithm 1 has the
 * same steps for weights that begin at 0; here they may begin anywhere. Without regularisation a
 * step is w ← w − ηₜ g, which is {@link Adagrad}'s with ε = β.
 *
 * <p>Source: McMahan et al., "Ad click prediction: a view from the trenches" (2013), section 3.
 */
public final class Ftrl implements Optimizer {
  private final double alpha;
  private final double beta;
  private final Penalty l1;
  private final Penalty l2;
  private final OptimizerState state;

  private Ftrl(double alpha, double beta, Penalty l1, Penalty l2) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY && beta > 0)) {
      throw new IllegalArgumentException(
          "ftrl: alpha and beta are positive and alpha is finite, not %s and %s"
              .formatted(alpha, beta));
    }
    this.alpha = alpha;
    this.beta = beta;
    this.l1 = l1;
    this.l2 = l2;
    this.state =
        new OptimizerState(
            "ftrl", List.of("z", "n"), Schedule.constant(alpha), OptimizerState.Decay.NONE);
  }

  /** The strength of a penalty and the parameters that have it. */
  private record Penalty(double lambda, Predicate<Param> which) {
    static final Penalty NONE = new Penalty(0, p -> false);

    Penalty {
      if (!(lambda >= 0)) {
        throw new IllegalArgumentException("ftrl: a penalty is not negative: " + lambda);
      }
    }

    double of(Param p) {
      return which.test(p) ? lambda : 0;
    }
  }

  /**
   * Returns FTRL-Proximal with β = 1 and no regularisation.
   *
   * @param alpha the learning rate
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static Ftrl of(double alpha) {
    return new Ftrl(alpha, 1, Penalty.NONE, Penalty.NONE);
  }

  /**
   * Returns a fresh optimiser with another β.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Ftrl beta(double beta) {
    return new Ftrl(alpha, beta, l1, l2);
  }

  /**
   * Returns a fresh optimiser with the penalty λ₁ Σ |w| on these parameters, against the losses of
   * all steps together.
   *
   * @throws IllegalArgumentException if λ₁ is negative
   */
  public Ftrl l1(double lambda, Predicate<Param> which) {
    return new Ftrl(alpha, beta, new Penalty(lambda, which), l2);
  }

  /**
   * Returns a fresh optimiser with the penalty ½ λ₂ Σ w² on these parameters, against the losses of
   * all steps together.
   *
   * @throws IllegalArgumentException if λ₂ is negative
   */
  public Ftrl l2(double lambda, Predicate<Param> which) {
    return new Ftrl(alpha, beta, l1, new Penalty(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (w, g, s, now) -> {
          double lambda1 = l1.of(now.param());
          double lambda2 = l2.of(now.param());
          Tensor first = now.t().equal(1);
          Tensor n = s.get(1).add(g.square());
          Tensor sigma = n.sqrt().sub(s.get(1).sqrt()).add(first.mul(beta)).div(alpha);
          Tensor z = s.get(0).add(g).sub(sigma.mul(w));
          // −(z − sign(z) λ₁) where |z| is above λ₁, else 0.
          Tensor excess = z.clip(-lambda1, lambda1).sub(z);
          Tensor next = excess.div(n.sqrt().add(beta).div(alpha).add(lambda2));
          return List.of(next, z, n);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
