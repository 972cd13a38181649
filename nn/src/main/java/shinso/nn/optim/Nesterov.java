package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * Nesterov's accelerated gradient: momentum with the gradient taken where the momentum leads to.
 *
 * <pre>
 * v ← μ v − c η ∇E(w + μ v)
 * w ← w + v
 * </pre>
 *
 * <p>The parameters hold the point θ = w + μ v, so that gradients are taken in the right place, and
 * follow the same path: {@code θ ← θ + μ v' − c η g}, with v' the new v. At a minimum v is 0 and θ
 * is w.
 *
 * <p>c = 1 is the classical form: Nesterov (1983); Sutskever et al., "On the importance of
 * initialization and momentum" (2013), equations 3 and 4. c = 1 − μ: Taki, "Introduction to deep
 * learning", equation 4.24.
 */
public final class Nesterov implements Optimizer {
  private final Schedule rate;
  private final Schedule mu;
  private final double c;
  private final OptimizerState state;

  private Nesterov(Schedule rate, Schedule mu, double c, OptimizerState.Decay decay) {
    this.rate = rate;
    this.mu = mu;
    this.c = c;
    this.state = new OptimizerState("nesterov", List.of("v"), rate, decay);
  }

  /** Returns the classical form with a constant learning rate. */
  public static Nesterov of(double rate, double mu) {
    return of(Schedule.constant(rate), mu);
  }

  /**
   * Returns the classical form with a learning rate η.
   *
   * @throws IllegalArgumentException if μ is not in [0, 1)
   */
  public static Nesterov of(Schedule rate, double mu) {
    return of(rate, Momentum.requireMomentum(mu));
  }

  /**
   * Returns the classical form with a momentum μ that changes from step to step, such as {@code
   * Schedule.linear(0.5, 0.9, steps)}.
   *
   * @param mu in [0, 1) in all steps
   */
  public static Nesterov of(Schedule rate, Schedule mu) {
    return new Nesterov(rate, mu, 1, OptimizerState.Decay.NONE);
  }

  /**
   * Returns the form in which gradients are weighted with 1 − μ.
   *
   * @throws IllegalArgumentException if μ is not in [0, 1)
   */
  public static Nesterov averaging(Schedule rate, double mu) {
    return new Nesterov(rate, Momentum.requireMomentum(mu), 1 - mu, OptimizerState.Decay.NONE);
  }

  /** Returns a fresh optimiser that also decays these parameters, θ ← … − η λ θ. */
  public Nesterov weightDecay(double lambda, Predicate<Param> which) {
    return new Nesterov(rate, mu, c, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (theta, g, s, now) -> {
          Tensor pull = now.rate().mul(c).mul(g);
          Tensor v = s.getFirst().mul(mu.rate(now.t().sub(1))).sub(pull);
          return List.of(theta.add(v.mul(mu.rate(now.t()))).sub(pull), v);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
