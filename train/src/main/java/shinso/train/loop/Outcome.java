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
}
