package shinso.train.loop;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that happened in training. */
public sealed interface Event {
  /**
   * Training begins or goes on.
   *
   * @param step the steps made before
   * @param steps the steps to be made in all
   * @param batchesPerEpoch the steps of an epoch
   * @param maxSeconds the time given, infinite without a limit
   */
  record Started(long step, long steps, int batchesPerEpoch, double maxSeconds) implements Event {}

  /**
   * A step was made.
   *
   * @param step the steps made so far
   * @param epoch the epoch, from 0, to which the step belongs
   * @param examples the number of examples in the batch
   * @param metrics the scalar metrics of the batch
   */
  record Stepped(long step, int epoch, int examples, Map<String, Double> metrics)
      implements Event {}

  /**
   * A set was evaluated.
   *
   * @param set its name, such as {@code validation}
   * @param metrics the scalar metrics, means over the set
   */
  record Evaluated(long step, String set, Map<String, Double> metrics) implements Event {}

  /**
   * Numbers were recorded: means of the training metrics since the last record, evaluations of this
   * step, gauges.
   */
  record Recorded(long step, double epoch, Map<String, Double> numbers) implements Event {}

  /** The model is the best so far. */
  record Improved(long step) implements Event {}

  /** The model that was kept can't be read any more after a resume; the best must be found anew. */
  record Lost(long step) implements Event {}

  /** A checkpoint was written. */
  record Saved(long step, Path file) implements Event {}

  /** Something that the user should know, in one line. */
  record Noticed(String text) implements Event {}

  /** Training ended; the model and all files are final. */
  record Finished(Outcome outcome, @Nullable Path model) implements Event {}
}
