package shinso.nn.estimator;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.State;

/**
 * The mean cost of the batches before, which doesn't know the draws of this one.
 *
 * <pre>
 * b = c,   then   c ← α c + (1 − α) mean(J)
 * </pre>
 *
 * @param mean c, a scalar
 * @param decay α in [0, 1)
 */
public record RunningMean(@State Param mean, double decay) implements Baseline {
  /**
   * Checks the decay.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public RunningMean {
    requireDecay(decay);
  }

  /** Returns one that begins at a number, such as the cost before learning. */
  public static RunningMean of(double start, double decay) {
    return new RunningMean(Param.of(Tensor.scalar(start)), decay);
  }

  static void requireDecay(double decay) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("a baseline's decay is in [0, 1), not " + decay);
    }
  }

  /** α c + (1 − α) x, as the new value of c. */
  static Update average(Param c, double decay, Tensor x) {
    Tensor part = x.stopGradient().cast(c.dtype()).mul(1 - decay);
    return new Update(c, c.value().mul(decay).add(part));
  }

  @Override
  public Centred of(Tensor cost, Tensor given) {
    Tensor signal = cost.sub(mean.value().cast(cost.dtype()));
    Update update = average(mean, decay, cost.mean());
    return new Centred(signal, Tensor.constant(0, cost.dtype()), List.of(update));
  }
}
