package shinso.nn.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * One pass through a model, which says three things apart: whether statistics are those of the
 * batch ({@link #isTraining}), whether random numbers are drawn ({@link #isRandom}), and whether
 * running statistics are updated ({@link #updatesStatistics}). A pass is used once, by one thread.
 *
 * <pre>
 *                                       batch statistics   random   updates
 * Pass.training(rng)                    yes                yes      yes
 * Pass.training(rng).keepingStatistics  yes                yes      no
 * Pass.inference()                      no                 no       no
 * Pass.inference().drawing(rng)         no                 yes      no
 * </pre>
 *
 * <p>The third is for the steps of one model through another, as of a generator through its
 * discriminator; the last one for Monte-Carlo dropout (Gal and Ghahramani, 2016).
 */
public final class Pass {
  private final boolean training;
  private final boolean updating;
  private final @Nullable Keys keys;
  private final Asked asked;
  private final @Nullable Tensor lengths;

  private Pass(
      boolean training,
      boolean updating,
      @Nullable Keys keys,
      Asked asked,
      @Nullable Tensor lengths) {
    this.training = training;
    this.updating = updating;
    this.keys = keys;
    this.asked = asked;
    this.lengths = lengths;
  }

  /** What layers asked for, shared by views of one pass. */
  private record Asked(List<Update> updates, List<Tensor> penalties) {
    Asked() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** The children of a key one after another, shared by views of one pass. */
  private static final class Keys {
    private final Rng rng;
    private int used;

    Keys(Rng rng) {
      this.rng = rng;
    }

    Rng next() {
      return rng.split(used++);
    }
  }

  /** Returns a pass for training: dropout drops, statistics are those of the batch. */
  public static Pass training(Rng rng) {
    return new Pass(true, true, new Keys(rng), new Asked(), null);
  }

  /** Returns a pass without randomness that changes nothing. */
  public static Pass inference() {
    return new Pass(false, false, null, new Asked(), null);
  }

  /** Returns this pass with random draws from another key. */
  public Pass drawing(Rng rng) {
    return new Pass(training, updating, new Keys(rng), asked, lengths);
  }

  /** Returns this pass without updates of statistics; both use up the same keys. */
  public Pass keepingStatistics() {
    return new Pass(training, false, keys, asked, lengths);
  }

  /** Returns this pass for a part that uses its running statistics and keeps them. */
  Pass usingStatistics() {
    return new Pass(false, false, keys, asked, lengths);
  }

  /**
   * Returns this pass for sequences of different lengths that were filled up to the longest.
   *
   * @param lengths the numbers of steps, I32 {@code [batch]}
   * @throws IllegalArgumentException if they are not I32 or no vector
   */
  public Pass withLengths(Tensor lengths) {
    Check.indices("lengths", lengths.dtype());
    Check.rank("lengths", lengths.shape(), 1, "[batch]");
    return new Pass(training, updating, keys, asked, lengths);
  }

  /** Returns the lengths of the sequences, I32 {@code [batch]}; null if all steps are theirs. */
  public @Nullable Tensor lengths() {
    return lengths;
  }

  /** Returns whether this is training: statistics are those of the batch. */
  public boolean isTraining() {
    return training;
  }

  /** Returns whether random layers draw. */
  public boolean isRandom() {
    return keys != null;
  }

  /** Returns whether running statistics are updated. */
  public boolean updatesStatistics() {
    return updating;
  }

  /**
   * Returns a fresh key: the first call gives the first child of the pass's key, and so on.
   *
   * @throws IllegalStateException if the pass is not random
   */
  public Rng rng() {
    if (keys == null) {
      throw new IllegalStateException("this pass draws no random numbers; ask isRandom() first");
    }
    return keys.next();
  }

  /**
   * Asks for a new value of a statistic, to be committed with the step.
   *
   * @throws IllegalStateException if the pass keeps statistics
   * @throws IllegalArgumentException if the parameter has another shape or type, or is updated
   *     already
   */
  public void update(Param param, Tensor value) {
    if (!updating) {
      throw new IllegalStateException(
          "this pass updates no statistics; ask updatesStatistics() first");
    }
    if (asked.updates.stream().anyMatch(u -> u.param() == param)) {
      throw new IllegalArgumentException(
          "the statistic "
              + param
              + " is updated twice in one pass; use a pass for each call of"
              + " a shared layer, and the updates of one of them");
    }
    asked.updates.add(new Update(param, value));
  }

  /** Returns the updates that layers asked for so far; add them to the step. */
  public List<Update> updates() {
    return List.copyOf(asked.updates);
  }

  /**
   * Adds a term to the loss, such as a penalty on activations.
   *
   * @throws IllegalStateException if the pass is not training
   * @throws IllegalArgumentException if the term is no scalar
   */
  public void penalize(Tensor term) {
    if (!training) {
      throw new IllegalStateException("this pass is not training; ask isTraining() first");
    }
    if (term.shape().size() != 1) {
      throw new IllegalArgumentException(
          "a penalty is one number, not " + term.shape() + "; sum it");
    }
    asked.penalties.add(term.reshape());
  }

  /** Returns the terms that layers added to the loss so far; add them to the objective. */
  public List<Tensor> penalties() {
    return List.copyOf(asked.penalties);
  }
}
