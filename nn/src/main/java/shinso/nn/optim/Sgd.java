package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * Gradient descent, on batches of any size.
 *
 * <pre>
 * w ← w − η g
 * </pre>
 *
 * <p>Source: Robbins and Monro, "A stochastic approximation method" (1951).
 */
public final class Sgd implements Optimizer {
  private final Schedule rate;
  private final OptimizerState state;

  private Sgd(Schedule rate, OptimizerState.Decay decay) {
    this.rate = rate;
    this.state = new OptimizerState("sgd", List.of(), rate, decay);
  }

  /** Returns gradient descent with a constant learning rate. */
  public static Sgd of(double rate) {
    return of(Schedule.constant(rate));
  }

  /** Returns gradient descent with a learning rate η. */
  public static Sgd of(Schedule rate) {
    return new Sgd(rate, OptimizerState.Decay.NONE);
  }

  /** Returns a fresh optimiser that also decays these parameters, w ← w − η g − η λ w. */
  public Sgd weightDecay(double lambda, Predicate<Param> which) {
    return new Sgd(rate, new OptimizerState.Decay(lambda, which));
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    return state.update(params, gradients, (w, g, s, now) -> List.of(w.sub(now.rate().mul(g))));
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    return state.named(params);
  }
}
