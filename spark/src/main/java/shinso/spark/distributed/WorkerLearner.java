package shinso.spark.distributed;

import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** How one of several workers learns together with the others. */
interface WorkerLearner {
  /**
   * Makes a step on this worker's part of the batch.
   *
   * @return metrics over all workers, empty if the workers didn't speak to each other
   * @throws shinso.train.loop.NotFiniteException if a loss is NaN or infinite
   */
  Map<String, Double> step(List<Tensor> batch, Rng rng, Reduction reduction);

  /** Makes the workers agree on the model, if they don't. */
  void finish(Reduction reduction);

  /** Returns whether all workers have the same model now. */
  boolean agrees();

  /** Returns the state that differs from worker to worker, by name. */
  Map<String, Param> own();
}
