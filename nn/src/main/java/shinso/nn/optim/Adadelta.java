package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * Adadelta: steps in the unit of the parameters, with no learning rate to be chosen.
 *
 * <pre>
 * v ← ρ v + (1 − ρ) g²
 * d = −g √(u + ε) / √(v + ε)
 * u ← ρ u + (1 − ρ) d²
 * w ← w + η d
 * </pre>
 *
 * <p>η is 1 in the paper. ε makes the first step; while gradients are much larger than √ε, steps
 * grow slowly from there.
 *
 * <p>Source: Zeiler, "ADADELTA: an adaptive learning rate method" (2012), algorithm 1.
 */
public final class Adadelta implements Optimizer {
  private final Schedule rate;
  private final double rho;
  private final double epsilon;
  private final OptimizerState.Decay decay;
  private final OptimizerState state;

  private Adadelta(Schedule rate, double rho, double epsilon, OptimizerState.Decay decay) {
    OptimizerState.requireShares("adadelta", "averages' decay rates", rho);
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException(
          "adadelta: epsilon is positive, not %s: without it there is no first step"
              .formatted(epsilon));
    }
    this.rate = rate;
    this.rho = rho;
    this.epsilon = epsilon;
    this.decay = decay;
    this.state = new OptimizerState("adadelta", List.of("v", "u"), rate, decay);
  }

  /** Returns the paper's Adadelta, with η = 1, ρ = 0.95 and ε = 10⁻⁶. */
  public static Adadelta of() {
    return of(Schedule.constant(1));
  }

  /** Returns Adadelta with steps η times as long, ρ = 0.95 and ε = 10⁻⁶. */
  public static Adadelta of(Schedule rate) {
    return new Adadelta(rate, 0.95, 1e-6, OptimizerState.Decay.NONE);
  }

  /**
   * Returns a fresh optimiser with another decay rate of the averages.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Adadelta rho(double rho) {
    return new Adadelta(rate, rho, epsilon, decay);
  }

  /**
   * Returns a fresh optimiser with another ε.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Adadelta epsilon(double epsilon) {
    return new Adadelta(rate, rho, epsilon, decay);
  }

  /**
   * Returns a fresh optimiser that also decays these parameters, by η λ w in every step.
   *
   * @throws IllegalArgumentException if λ is negative
   */
  public Adadelta weightDecay(double lambda, Predicate<Param> which) {
    return new Adadelta(rate, rho, epsilon, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (w, g, s, now) -> {
          Tensor v = s.get(0).mul(rho).add(g.square().mul(1 - rho));
          Tensor d = g.mul(s.get(1).add(epsilon).div(v.add(epsilon)).sqrt()).neg();
          Tensor u = s.get(1).mul(rho).add(d.square().mul(1 - rho));
          return List.of(w.add(now.rate().mul(d)), v, u);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
