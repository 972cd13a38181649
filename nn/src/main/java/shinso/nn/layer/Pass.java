package shinso.nn.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * One pass through a model: whether it is training, the random keys that layers use up, and the
 * updates of statistics that they ask for. A pass is used once, by one thread.
 */
public final class Pass {
  private final @Nullable Rng rng;
  private final List<Update> updates = new ArrayList<>();
  private int used;

  private Pass(@Nullable Rng rng) {
    this.rng = rng;
  }

  /** Returns a pass for training: dropout drops, statistics are those of the batch. */
  public static Pass training(Rng rng) {
    return new Pass(rng);
  }

  /** Returns a pass without randomness that changes nothing. */
  public static Pass inference() {
    return new Pass(null);
  }

  /** Returns whether this is training. */
  public boolean isTraining() {
    return rng != null;
  }

  /**
   * Returns a fresh key: the first call gives the first child of the pass's key, and so on.
   *
   * @throws IllegalStateException in inference
   */
  public Rng rng() {
    if (rng == null) {
      throw new IllegalStateException("inference draws no random numbers; ask isTraining() first");
    }
    return rng.split(used++);
  }

  /**
   * Asks for a new value of a statistic, to be committed with the step.
   *
   * @throws IllegalStateException in inference
   * @throws IllegalArgumentException if the parameter has another shape or type, or is updated
   *     already
   */
  public void update(Param param, Tensor value) {
    if (rng == null) {
      throw new IllegalStateException("inference updates no statistics; ask isTraining() first");
    }
    if (updates.stream().anyMatch(u -> u.param() == param)) {
      throw new IllegalArgumentException(
          "the statistic "
              + param
              + " is updated twice in one pass; use a pass for each call of"
              + " a shared layer, and the updates of one of them");
    }
    updates.add(new Update(param, value));
  }

  /** Returns the updates that layers asked for so far; add them to the step. */
  public List<Update> updates() {
    return List.copyOf(updates);
  }
}
