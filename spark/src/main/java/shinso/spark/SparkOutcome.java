package shinso.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import shinso.core.program.Param;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.TrainingJob;
import shinso.train.checkpoint.ModelFile;
import shinso.train.file.AtomicFile;

/**
 * What a training on a cluster came to.
 *
 * @param steps how many steps were made, in all attempts together
 * @param seconds the time that the steps took, those of the last attempt if an executor was lost
 * @param metrics by step, means over all workers
 * @param warnings what the user should know, such as executors without the fast backend
 * @param model in the safetensors format
 */
public record SparkOutcome(
    long steps,
    double seconds,
    SortedMap<Long, Map<String, Double>> metrics,
    List<String> warnings,
    byte[] model) {

  static SparkOutcome of(TrainingJob.Result result) {
    return new SparkOutcome(
        result.steps(), result.seconds(), result.metrics(), result.warnings(), result.model());
  }

  /** Writes the model as a safetensors file. */
  public void save(Path file) {
    AtomicFile.write(file, model);
  }

  /**
   * Gives a model the trained values.
   *
   * @throws shinso.train.file.FileException if it is another model
   */
  public void restore(Map<String, Param> params) {
    Path file = Temporary.file(model, ".safetensors");
    try {
      ModelFile.load(file, params);
    } finally {
      Temporary.delete(file);
    }
  }

  /**
   * Returns a metric's last value.
   *
   * @throws DistributionException if there is none of this name
   */
  public double last(String metric) {
    Double value = metrics.isEmpty() ? null : metrics.lastEntry().getValue().get(metric);
    if (value == null) {
      throw new DistributionException(
          "there is no metric '%s', only %s"
              .formatted(
                  metric, metrics.isEmpty() ? "none" : metrics.lastEntry().getValue().keySet()));
    }
    return value;
  }
}
