package shinso.train.loop;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How training ended.
 *
 * @param ending why
 * @param reason the same for people, in one line
 * @param step how many steps have been made
 * @param best the step whose model was kept, null if it is the last one
 * @param metrics the final numbers of every set, such as {@code test.accuracy}; empty if
 *     interrupted
 * @param seconds the time spent in training, that before a resume included
 */
public record Outcome(
    Ending ending,
    String reason,
    long step,
    @Nullable Long best,
    Map<String, Double> metrics,
    double seconds) {
  /** Keeps a copy. */
  public Outcome {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * Returns the step whose model training ended with: the best one if it was kept, or else the last
   * one. It is the T of the variant of early stopping that begins again with all data, those that
   * were held out included, and trains for T steps: Goodfellow, Bengio and Courville, "Deep
   * learning" (2016), algorithm 7.2.
   */
  public long kept() {
    return best == null ? step : best;
  }
}
