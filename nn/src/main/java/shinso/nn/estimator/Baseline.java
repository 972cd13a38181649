package shinso.nn.estimator;

import java.util.List;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * What is subtracted from a cost before it weights a score: it changes the variance of {@link
 * ScoreFunction}, not its mean.
 */
@FunctionalInterface
public interface Baseline {
  /**
   * A cost less its baseline.
   *
   * @param signal what the draws are credited with, {@code [b]}
   * @param loss a scalar that teaches the baseline; 0 if nothing of it is learned by gradients
   * @param updates new values of running averages, to be committed with the step
   */
  record Centred(Tensor signal, Tensor loss, List<Update> updates) {
    /** Keeps a copy. */
    public Centred {
      updates = List.copyOf(updates);
    }

    /** Returns a signal with nothing to learn and nothing to update. */
    static Centred of(Tensor signal) {
      return new Centred(signal, Tensor.constant(0, signal.dtype()), List.of());
    }
  }

  /** No baseline. */
  Baseline NONE = (cost, given) -> Centred.of(cost);

  /** Returns a constant b. */
  static Baseline constant(double b) {
    return (cost, given) -> Centred.of(cost.sub(b));
  }

  /**
   * Returns the cost of a batch less the baseline.
   *
   * @param cost J, {@code [b]}
   * @param given what the draws were made from, {@code [b, *]}
   */
  Centred of(Tensor cost, Tensor given);
}
