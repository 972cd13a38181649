package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * AdaGrad: a rate for each direction that falls with the squared gradients met so far.
 *
 * <pre>
 * s ← s + g²
 * w ← w − η g / (√s + ε)
 * </pre>
 *
 * <p>A direction that was steep once has a small rate for good; {@link RmsProp} forgets.
 *
 * <p>Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and
 * stochastic optimization" (2011), figure 1 with a diagonal matrix; Taki, "Introduction to deep
 * learning", equation 4.25.
 */
public final class Adagrad implements Optimizer {
  private final Schedule rate;
  private final double epsilon;
  private final OptimizerState.Decay decay;
  private final OptimizerState state;

  private Adagrad(Schedule rate, double epsilon, OptimizerState.Decay decay) {
    OptimizerState.requireEpsilon("adagrad", epsilon);
    this.rate = rate;
    this.epsilon = epsilon;
    this.decay = decay;
    this.state = new OptimizerState("adagrad", List.of("s"), rate, decay);
  }

  /** Returns AdaGrad with a constant η and ε = 10⁻¹⁰. */
  public static Adagrad of(double rate) {
    return of(Schedule.constant(rate));
  }

  /** Returns AdaGrad with a learning rate η and ε = 10⁻¹⁰. */
  public static Adagrad of(Schedule rate) {
    return new Adagrad(rate, 1e-10, OptimizerState.Decay.NONE);
  }

  /**
   * Returns a fresh optimiser with another ε.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public Adagrad epsilon(double epsilon) {
    return new Adagrad(rate, epsilon, decay);
  }

  /**
   * Returns a fresh optimiser that also decays these parameters, by η λ w in every step.
   *
   * @throws IllegalArgumentException if λ is negative
   */
  public Adagrad weightDecay(double lambda, Predicate<Param> which) {
    return new Adagrad(rate, epsilon, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (w, g, slots, now) -> {
          Tensor s = slots.getFirst().add(g.square());
          return List.of(w.sub(now.rate().mul(g).div(s.sqrt().add(epsilon))), s);
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
