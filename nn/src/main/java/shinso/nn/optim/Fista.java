package shinso.nn.optim;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * The fast iterative shrinkage-thresholding algorithm: proximal gradient descent with Nesterov's
 * acceleration, for a smooth loss f and a penalty R that has kinks.
 *
 * <pre>
 * xₖ   = prox(yₖ − η ∇f(yₖ); η)                        (4.1)
 * tₖ₊₁ = (1 + √(1 + 4 tₖ²)) / 2                         (4.2)
 * yₖ₊₁ = xₖ + (tₖ − 1) / tₖ₊₁ · (xₖ − xₖ₋₁)             (4.3)
 * </pre>
 *
 * <p>The parameters hold y, where the next gradient is taken; at the minimum y is x, and weights
 * that the penalty makes 0 are exactly 0. It converges for a convex f, on all of the data, and an η
 * of at most 1 / L, where L is the largest curvature of f. Without acceleration it is ISTA, {@code
 * Sgd.of(η).proximal(η, which, penalty)}.
 *
 * <p>Source: Beck and Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear
 * inverse problems" (2009), section 4.
 */
public final class Fista implements Optimizer {
  private final Predicate<Param> which;
  private final Proximal penalty;
  private final OptimizerState state;

  /** t of the parameters of a type, from 1. */
  private final Map<DType, Param> t = new EnumMap<>(DType.class);

  private Fista(Schedule rate, Predicate<Param> which, Proximal penalty) {
    this.which = which;
    this.penalty = penalty;
    this.state = new OptimizerState("fista", List.of("x"), rate, OptimizerState.Decay.NONE);
  }

  /**
   * Returns the algorithm with a constant learning rate.
   *
   * @param rate η, at most 1 / L
   * @param which the parameters that are penalised, such as {@code Parameters::isWeight}
   * @param penalty such as {@code Proximal.l1(α)}
   */
  public static Fista of(double rate, Predicate<Param> which, Proximal penalty) {
    return of(Schedule.constant(rate), which, penalty);
  }

  /** Returns the algorithm with a learning rate η. */
  public static Fista of(Schedule rate, Predicate<Param> which, Proximal penalty) {
    return new Fista(rate, which, penalty);
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    Iterator<Param> inOrder = params.iterator();
    List<Update> updates =
        new ArrayList<>(
            state.update(
                params,
                gradients,
                (y, g, s, now) -> next(inOrder.next(), y, g, s.getFirst(), now)));
    Set<DType> types = EnumSet.noneOf(DType.class);
    params.forEach(p -> types.add(p.dtype()));
    types.forEach(type -> updates.add(new Update(t(type), after(t(type).value()))));
    return updates;
  }

  private List<Tensor> next(Param p, Tensor y, Tensor g, Tensor last, OptimizerState.Now now) {
    Tensor moved = y.sub(now.rate().mul(g));
    Tensor x = which.test(p) ? penalty.prox(moved, now.rate()) : moved;
    // In the first step t is 1 and x₀, which is not known, doesn't count.
    Tensor tk = t(p.dtype()).value();
    Tensor momentum = tk.sub(1).div(after(tk));
    return List.of(x.add(momentum.mul(x.sub(last))), x);
  }

  /** tₖ₊₁ for tₖ. */
  private static Tensor after(Tensor t) {
    return t.square().mul(4).add(1).sqrt().add(1).mul(0.5);
  }

  private Param t(DType type) {
    return t.computeIfAbsent(type, k -> Param.of(Tensor.constant(1, k)));
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    Map<String, Param> all = new LinkedHashMap<>(state.named(params));
    for (Param p : params.values()) {
      all.put("fista.t." + p.dtype().name().toLowerCase(Locale.ROOT), t(p.dtype()));
    }
    return all;
  }
}
