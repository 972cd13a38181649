package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * Gradient descent with momentum.
 *
 * <pre>
 * v ← μ v − c η g
 * w ← w + v
 * </pre>
 *
 * <p>c = 1 is the classical form: Polyak (1964); Sutskever et al., "On the importance of
 * initialization and momentum" (2013), equations 1 and 2. With c = 1 − μ, v averages the last
 * gradients and η means the same for every μ: Taki, "Introduction to deep learning", equation 4.21.
 */
public final class Momentum implements Optimizer {
  private final Schedule rate;
  private final Schedule mu;
  private final double c;
  private final OptimizerState state;

  private Momentum(Schedule rate, Schedule mu, double c, OptimizerState.Decay decay) {
    this.rate = rate;
    this.mu = mu;
    this.c = c;
    this.state = new OptimizerState("momentum", List.of("v"), rate, decay);
  }

  /** Returns the classical form with a constant learning rate. */
  public static Momentum of(double rate, double mu) {
    return of(Schedule.constant(rate), mu);
  }

  /**
   * Returns the classical form with a learning rate η.
   *
   * @throws IllegalArgumentException if μ is not in [0, 1)
   */
  public static Momentum of(Schedule rate, double mu) {
    return of(rate, requireMomentum(mu));
  }

  /**
   * Returns the classical form with a momentum μ that changes from step to step, such as {@code
   * Schedule.linear(0.5, 0.9, steps)}.
   *
   * @param mu in [0, 1) in all steps
   */
  public static Momentum of(Schedule rate, Schedule mu) {
    return new Momentum(rate, mu, 1, OptimizerState.Decay.NONE);
  }

  /**
   * Returns the form in which gradients are weighted with 1 − μ.
   *
   * @throws IllegalArgumentException if μ is not in [0, 1)
   */
  public static Momentum averaging(Schedule rate, double mu) {
    return new Momentum(rate, requireMomentum(mu), 1 - mu, OptimizerState.Decay.NONE);
  }

  /** Returns a fresh optimiser that also decays these parameters, w ← w + v − η λ w. */
  public Momentum weightDecay(double lambda, Predicate<Param> which) {
    return new Momentum(rate, mu, c, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (w, g, s, now) -> {
          Tensor v = s.getFirst().mul(mu.rate(now.t().sub(1))).sub(now.rate().mul(c).mul(g));
          return List.of(w.add(v), v);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }

  /** Checks a constant momentum, for this and {@link Nesterov}. */
  static Schedule requireMomentum(double mu) {
    if (!(mu >= 0 && mu < 1)) {
      throw new IllegalArgumentException("a momentum is in [0, 1), not " + mu);
    }
    return Schedule.constant(mu);
  }
}
