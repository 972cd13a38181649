package shinso.train.loop;

import java.util.Map;
import java.util.Set;

/** Takes part in training: hears what happens, and may have it stopped. */
@FunctionalInterface
public interface Callback {
  /** What a callback can ask for. */
  interface Control {
    /**
     * Ends training after this step, with a reason for people in one line. Files are written as at
     * a planned end.
     */
    void stop(String reason);

    /**
     * Keeps the model of this step: unless a later step is kept instead, it is what training ends
     * with.
     */
    void keep();
  }

  /** Hears of an event. Called on the thread of the training. */
  void on(Event event, Control control);

  /**
   * Returns what must be measured for this to work, such as {@code validation.loss}: a training in
   * which one of these is measured by no evaluation doesn't begin.
   */
  default Set<String> needs() {
    return Set.of();
  }

  /** Returns the name under which notes are kept; different for all callbacks of a training. */
  default String name() {
    return getClass().getSimpleName();
  }

  /** Returns what this must know to go on after a resume. */
  default Map<String, String> notes() {
    return Map.of();
  }

  /** Takes the notes of a checkpoint, before training goes on. */
  default void restore(Map<String, String> notes) {}
}
