package shinso.nn.optim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * An exponential moving average of the weights that training leaves behind.
 *
 * <pre>
 * a ← a + (1 − β) / (1 − βᵗ) (w − a)
 * </pre>
 *
 * <p>This is the average with weights βᵗ⁻ˢ of the weights after each step s = 1 … t; where training
 * began has no part in it. The parameters hold the averages, so that whatever evaluates, saves or
 * predicts uses them; the weights that are being trained are state.
 *
 * <p>Source: Polyak and Juditsky, "Acceleration of stochastic approximation by averaging" (1992);
 * Kingma and Ba, "Adam" (2015), section 7.2.
 */
public final class WeightAverage {
  private final double beta;
  private final IdentityHashMap<Param, Param> trained = new IdentityHashMap<>();
  private final Param step = Param.of(Tensor.of(new int[1]).reshape());

  private WeightAverage(double beta) {
    this.beta = beta;
  }

  /**
   * Returns an average that has no weights yet.
   *
   * @param beta how much of it stays in a step, such as 0.999: about 1 / (1 − β) steps count
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public static WeightAverage of(double beta) {
    OptimizerState.requireShares("weight average", "decay rates", beta);
    return new WeightAverage(beta);
  }

  /**
   * Returns a step of training. To {@code training} the parameters have the trained weights; after
   * the step they hold the averages.
   *
   * @param params what is averaged; those of whole numbers are left alone
   * @param training makes a step that updates them
   */
  public synchronized Step train(Collection<Param> params, Supplier<Step> training) {
    Tensor first = step.value().equal(0);
    List<Update> resumed = new ArrayList<>();
    for (Param p : params) {
      if (p.dtype().isFloating()) {
        Tensor w = Tensor.select(first, p.value(), trained(p).value());
        resumed.add(new Update(p, w));
      }
    }
    Step all = Step.of(resumed).then(training);
    List<Update> updates = new ArrayList<>();
    for (Update u : all.updates()) {
      Param p = u.param();
      if (resumed.stream().anyMatch(r -> r.param() == p)) {
        updates.add(new Update(trained(p), u.value()));
        Tensor t = step.value().add(1).cast(p.dtype());
        Tensor weight = OptimizerState.oneMinusPower(beta, t).reciprocal().mul(1 - beta);
        Tensor averaged = p.value().add(weight.mul(u.value().sub(p.value())));
        updates.add(new Update(p, averaged));
      } else {
        updates.add(u);
      }
    }
    updates.add(new Update(step, step.value().add(1)));
    return new Step(updates, all.metrics(), all.outputs());
  }

  /** Returns the trained weights of some parameters and the number of steps, by name. */
  public synchronized Map<String, Param> state(Map<String, Param> params) {
    Map<String, Param> all = new LinkedHashMap<>();
    all.put("average.step", step);
    params.forEach((name, p) -> {
      if (p.dtype().isFloating()) {
        all.put("average.trained." + name, trained(p));
      }
    });
    return all;
  }

  private Param trained(Param p) {
    return trained.computeIfAbsent(
        p, k -> Param.of(Tensor.constant(0, k.dtype()).broadcastTo(k.shape())));
  }
}
