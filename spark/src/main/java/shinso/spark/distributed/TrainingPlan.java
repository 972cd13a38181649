package shinso.spark.distributed;

import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to the workers.
 *
 * @param factory makes the learner
 * @param batch the examples of a step, in all workers together
 * @param epochs how often each example is seen
 * @param seed of the order of examples and of what is drawn
 * @param localSteps 0 for synchronous steps, else after how many steps workers agree
 * @param averagesMoments whether moments are averaged as well, with local steps
 * @param compressed whether gradients travel as bf16
 * @param transport how they travel
 * @param checkpoints where checkpoints are kept, null for nowhere
 * @param checkpointEvery after how many steps
 * @param recordEvery after how many steps metrics are kept
 * @param maxSteps after which training ends, whatever the epochs
 * @param hadoop settings of Hadoop's file systems
 */
public record TrainingPlan(
    LearnerFactory factory,
    int batch,
    int epochs,
    long seed,
    int localSteps,
    boolean averagesMoments,
    boolean compressed,
    Transport transport,
    @Nullable String checkpoints,
    int checkpointEvery,
    int recordEvery,
    long maxSteps,
    Map<String, String> hadoop)
    implements Serializable {
  /** How gradients travel. */
  public enum Transport {
    /** Whichever is faster for the size of the model. */
    CHOSEN,
    /** Everything to everybody by way of the driver. */
    GATHER,
    /** In parts from executor to executor. */
    BLOCKS
  }
}
