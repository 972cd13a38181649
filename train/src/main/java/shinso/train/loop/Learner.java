package shinso.train.loop;

import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * A way of learning: what one step on one batch does. Gradient descent on a loss, contrastive
 * divergence and wake-sleep are learners.
 */
public interface Learner {
  /** The name of the metric that every step has. */
  String LOSS = "loss";

  /** Returns all parameters and running statistics of the model by name. */
  Map<String, Param> model();

  /** Returns what else the next step depends on, such as the optimiser's moments, by name. */
  Map<String, Param> state();

  /**
   * Returns a step of training: the updates, and metrics that are means over the batch. The first
   * metric is {@code loss}. Called while a program is traced: the tensors are placeholders.
   *
   * @param batch one tensor a field, the examples along the first axis
   * @param rng a key that no other step has
   */
  Step train(List<Tensor> batch, Rng rng);

  /**
   * Returns metrics of the model as it is, means over the batch; the loop averages them over all
   * batches, weighted by their sizes. Metrics may have any shape. No updates.
   *
   * @param batch one tensor a field, the examples along the first axis
   */
  Step evaluate(List<Tensor> batch);
}
