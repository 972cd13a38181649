package shinso.zoo.harness;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.train.loop.Callback;
import shinso.train.report.Section;

/**
 * Hears what a run comes to on its way, to show it elsewhere; called on the thread of the training.
 * What was finished before a run went on is told again, but for the training of finished stages.
 */
public interface Watcher {
  /** Hears nothing. */
  Watcher NONE = new Watcher() {};

  /**
   * Hears that a stage is about to train.
   *
   * @param stage its number and name, such as {@code 1-train}
   * @param model its parameters by name
   * @return what hears of its training, null if nothing does
   */
  default @Nullable Callback training(String stage, Map<String, Param> model) {
    return null;
  }

  /** Hears that a stage that computes on the host begins, again if it was interrupted. */
  default void computing(String stage) {}

  /** Hears numbers of a step of a stage that computes on the host. */
  default void recorded(String stage, long step, Map<String, Double> numbers) {}

  /** Hears of parts of the report. */
  default void shown(List<Section> sections) {}

  /** Hears of the numbers that the run came to in the end. */
  default void scored(List<Score> scores) {}
}
