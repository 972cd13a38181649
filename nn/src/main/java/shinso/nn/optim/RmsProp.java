package shinso.nn.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * RMSprop: gradients divided by the root of the mean of their recent squares.
 *
 * <pre>
 * v ← ρ v + (1 − ρ) g²
 * w ← w − η g / √(v + ε)
 * </pre>
 *
 * <p>ε stands inside the root; where other programs add e to the root, e² here comes near it. With
 * {@link #momentum} the step goes through {@code d ← μ d − η g / √(v + ε)} and {@code w ← w + d}.
 * {@link #centered} divides by the standard deviation instead: {@code m ← ρ m + (1 − ρ) g} and
 * {@code √(v − m² + ε)}.
 *
 * <p>Source: Tieleman and Hinton, "Neural networks for machine learning", lecture 6.5 (2012); Taki,
 * "Introduction to deep learning", equation 4.26; Graves, "Generating sequences with recurrent
 * neural networks" (2013), equations 38 to 41, which has both additions.
 */
public final class RmsProp implements Optimizer {
  private final Schedule rate;
  private final double rho;
  private final double epsilon;
  private final double mu;
  private final boolean centered;
  private final OptimizerState.Decay decay;
  private final OptimizerState state;

  private RmsProp(
      Schedule rate,
      double rho,
      double epsilon,
      double mu,
      boolean centered,
      OptimizerState.Decay decay) {
    OptimizerState.requireShares("rmsprop", "averages' and momentum's decay rates", rho, mu);
    OptimizerState.requireEpsilon("rmsprop", epsilon);
    this.rate = rate;
    this.rho = rho;
    this.epsilon = epsilon;
    this.mu = mu;
    this.centered = centered;
    this.decay = decay;
    this.state = new OptimizerState("rmsprop", slots(mu, centered), rate, decay);
  }

  private static List<String> slots(double mu, boolean centered) {
    if (mu == 0) {
      return centered ? List.of("v", "m") : List.of("v");
    }
    return centered ? List.of("v", "m", "d") : List.of("v", "d");
  }

  /** Returns RMSprop with a constant learning rate, ρ = 0.9 and ε = 10⁻⁶. */
  public static RmsProp of(double rate) {
    return of(Schedule.constant(rate));
  }

  /** Returns RMSprop with a learning rate η, ρ = 0.9 and ε = 10⁻⁶. */
  public static RmsProp of(Schedule rate) {
    return new RmsProp(rate, 0.9, 1e-6, 0, false, OptimizerState.Decay.NONE);
  }

  /**
   * Returns a fresh optimiser with another decay rate of the averages.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public RmsProp rho(double rho) {
    return new RmsProp(rate, rho, epsilon, mu, centered, decay);
  }

  /**
   * Returns a fresh optimiser with another ε.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public RmsProp epsilon(double epsilon) {
    return new RmsProp(rate, rho, epsilon, mu, centered, decay);
  }

  /**
   * Returns a fresh optimiser with momentum.
   *
   * @throws IllegalArgumentException if μ is not in [0, 1)
   */
  public RmsProp momentum(double mu) {
    return new RmsProp(rate, rho, epsilon, mu, centered, decay);
  }

  /** Returns a fresh optimiser that divides by the standard deviation of recent gradients. */
  public RmsProp centered() {
    return new RmsProp(rate, rho, epsilon, mu, true, decay);
  }

  /**
   * Returns a fresh optimiser that also decays these parameters, by η λ w in every step.
   *
   * @throws IllegalArgumentException if λ is negative
   */
  public RmsProp weightDecay(double lambda, Predicate<Param> which) {
    return new RmsProp(rate, rho, epsilon, mu, centered, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(
        params,
        gradients,
        (w, g, s, now) -> {
          List<Tensor> next = new ArrayList<>();
          Tensor v = s.getFirst().mul(rho).add(g.square().mul(1 - rho));
          next.add(v);
          Tensor spread = v;
          if (centered) {
            Tensor m = s.get(1).mul(rho).add(g.mul(1 - rho));
            next.add(m);
            // Not below 0, where rounding would bring it for a gradient that doesn't change.
            spread = v.sub(m.square()).maximum(0);
          }
          Tensor d = now.rate().mul(g).div(spread.add(epsilon).sqrt()).neg();
          if (mu > 0) {
            d = s.getLast().mul(mu).add(d);
            next.add(d);
          }
          next.addFirst(w.add(d));
          return next;
        });
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
