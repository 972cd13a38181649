package shinso.nn.estimator;

import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * What a node drew.
 *
 * @param value y, {@code [batch.., event..]}
 * @param logProbability log p(y; ω), {@code [batch..]}, of which the cost is to be credited; null
 *     if gradients pass the value
 */
public record Draw(Tensor value, @Nullable Tensor logProbability) {
  /**
   * Returns a term of the surrogate, whose gradient in ω is signal · ∂ log p(y; ω) / ∂ω: {@code
   * [batch..]}. It is 0 if gradients pass the value.
   *
   * @param signal the cost of what came after the draw, less a baseline; as a constant, {@code
   *     [batch..]}
   * @throws IllegalArgumentException if the signal has not the shape of the log-probability
   */
  public Tensor credit(Tensor signal) {
    if (logProbability == null) {
      return signal.zerosLike();
    }
    Check.sameShape("credit", logProbability.shape(), signal.shape());
    return signal.stopGradient().mul(logProbability);
  }
}
