package shinso.train.run;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.train.checkpoint.Checkpoints;

/** Where a training keeps its files, and what hears how far it is. */
public interface TrainingFolder {
  /** Returns the file of the numbers on the way. */
  Path metrics();

  /** Returns the file of the trained model. */
  Path model();

  /** Returns the checkpoints, of which {@code keep} are kept besides the best. */
  Checkpoints checkpoints(int keep);

  /**
   * Writes the file of the trained model.
   *
   * @throws shinso.train.file.FileException if that fails; the file is as it was
   */
  void saveModel(Map<String, Param> model);

  /**
   * Hears how far the training is.
   *
   * @param ending why it ended, or the error; null while it runs
   * @param seconds the time spent so far
   * @param metrics the final numbers by name
   * @throws shinso.train.file.FileException if that can't be written down
   */
  void update(
      RunStatus status, @Nullable String ending, double seconds, Map<String, Double> metrics);

  /**
   * Takes the folder for this training, until the lock is closed.
   *
   * @throws shinso.train.file.FileException if another process or thread is at work on it
   */
  Lock lock();

  /** Holds a folder; what is left of a killed training is no hindrance. */
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }
}
