package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * Adam: steps of about η in every direction, by bias-corrected averages of gradient and squared
 * gradient.
 *
 * <pre>
 * m ← β₁ m + (1 − β₁) g
 * v ← β₂ v + (1 − β₂) g²
 * θ ← θ − η m̂ / (√v̂ + ε)      with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
 * </pre>
 *
 * <p>With {@link #weightDecay} it is AdamW: {@code θ ← θ − η (m̂ / (√v̂ + ε) + λ θ)}.
 *
 * <p>Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1;
 * Loshchilov and Hutter, "Decoupled weight decay regularization" (2019), algorithm 2.
 */
public final class Adam implements Optimizer {
  private final Schedule rate;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final OptimizerState.Decay decay;
  private final OptimizerState state;

  private Adam(
      Schedule rate, double beta1, double beta2, double epsilon, OptimizerState.Decay decay) {
    OptimizerState.requireShares("adam", "betas", beta1, beta2);
    OptimizerState.requireEpsilon("adam", epsilon);
    this.rate = rate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.decay = decay;
    this.state = new OptimizerState("adam", List.of("m", "v"), rate, decay);
  }

  /** Returns Adam with a constant learning rate, β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸. */
  public static Adam of(double rate) {
    return of(Schedule.constant(rate));
  }

  /** Returns Adam with a learning rate η, β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸. */
  public static Adam of(Schedule rate) {
    return new Adam(rate, 0.9, 0.999, 1e-8, OptimizerState.Decay.NONE);
  }

  /**
   * Returns a fresh optimiser with other decay rates of the averages.
   *
   * @throws IllegalArgumentException if one is not in [0, 1)
   */
  public Adam betas(double beta1, double beta2) {
    return new Adam(rate, beta1, beta2, epsilon, decay);
  }

  /**
   * Returns a fresh optimiser with another ε.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Adam epsilon(double epsilon) {
    return new Adam(rate, beta1, beta2, epsilon, decay);
  }

  /**
   * Returns a fresh optimiser that also decays these parameters, by η λ θ in every step.
   *
   * @throws IllegalArgumentException if λ is negative
   */
  public Adam weightDecay(double lambda, Predicate<Param> which) {
    return new Adam(rate, beta1, beta2, epsilon, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (theta, g, s, now) -> {
          Tensor m = s.get(0).mul(beta1).add(g.mul(1 - beta1));
          Tensor v = s.get(1).mul(beta2).add(g.square().mul(1 - beta2));
          // The corrections are scalars, computed once a step.
          Tensor eta = now.rate().div(OptimizerState.oneMinusPower(beta1, now.t()));
          Tensor root = OptimizerState.oneMinusPower(beta2, now.t()).sqrt().reciprocal();
          Tensor step = eta.mul(m).div(v.sqrt().mul(root).add(epsilon));
          return List.of(theta.sub(step), m, v);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
