package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * Nadam: Adam with Nesterov's momentum, which looks one step ahead.
 *
 * <pre>
 * μₜ = β₁ (1 − ½ 0.96^(t/250))
 * m ← μₜ m + (1 − μₜ) g
 * v ← β₂ v + (1 − β₂) g²
 * m̂ = μₜ₊₁ m / (1 − μ₁ ⋯ μₜ₊₁) + (1 − μₜ) g / (1 − μ₁ ⋯ μₜ)
 * θ ← θ − η m̂ / (√v̂ + ε)      with v̂ = v / (1 − β₂ᵗ)
 * </pre>
 *
 * <p>Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016), algorithm 2, with the
 * momentum that warms up of its experiments.
 */
public final class Nadam implements Optimizer {
  private final Schedule rate;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final OptimizerState.Decay decay;
  private final OptimizerState state;

  private Nadam(
      Schedule rate, double beta1, double beta2, double epsilon, OptimizerState.Decay decay) {
    OptimizerState.requireShares("nadam", "betas", beta1, beta2);
    OptimizerState.requireEpsilon("nadam", epsilon);
    this.rate = rate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.decay = decay;
    // c is 1 − μ₁ ⋯ μₜ, which is 0 before the first step.
    this.state = new OptimizerState("nadam", List.of("m", "v"), List.of("c"), rate, decay);
  }

  /** Returns Nadam with a constant learning rate, β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸. */
  public static Nadam of(double rate) {
    return of(Schedule.constant(rate));
  }

  /** Returns Nadam with a learning rate η, β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸. */
  public static Nadam of(Schedule rate) {
    return new Nadam(rate, 0.9, 0.999, 1e-8, OptimizerState.Decay.NONE);
  }

  /**
   * Returns a fresh optimiser with other decay rates of the averages.
   *
   * @throws IllegalArgumentException if one is not in [0, 1)
   */
  public Nadam betas(double beta1, double beta2) {
    return new Nadam(rate, beta1, beta2, epsilon, decay);
  }

  /**
   * Returns a fresh optimiser with another ε.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Nadam epsilon(double epsilon) {
    return new Nadam(rate, beta1, beta2, epsilon, decay);
  }

  /**
   * Returns a fresh optimiser that also decays these parameters, by η λ θ in every step.
   *
   * @throws IllegalArgumentException if λ is negative
   */
  public Nadam weightDecay(double lambda, Predicate<Param> which) {
    return new Nadam(rate, beta1, beta2, epsilon, new OptimizerState.Decay(lambda, which));
  }

  /** μₜ. */
  private Tensor momentum(Tensor t) {
    return t.mul(Math.log(0.96) / 250).exp().mul(-0.5).add(1).mul(beta1);
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (theta, g, s, now) -> {
          Tensor mu = momentum(now.t());
          Tensor ahead = momentum(now.t().add(1));
          Tensor m = s.get(0).mul(mu).add(g.mul(mu.rsub(1)));
          Tensor v = s.get(1).mul(beta2).add(g.square().mul(1 - beta2));
          Tensor c = s.get(2).sub(1).mul(mu).add(1);
          Tensor next = c.sub(1).mul(ahead).add(1);
          Tensor hat = ahead.div(next).mul(m).add(mu.rsub(1).div(c).mul(g));
          Tensor root = OptimizerState.oneMinusPower(beta2, now.t()).sqrt().reciprocal();
          Tensor step = now.rate().mul(hat).div(v.sqrt().mul(root).add(epsilon));
          return List.of(theta.sub(step), m, v, c);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
