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
  /** Returns all parameters and running statistics of the model by name. */
  Map<String, Param> model();

  /**
   * Returns what else the next step depends on, such as the optimiser's moments and persistent
   * chains, by name: what a resumed run needs beside the model.
   */
  default Map<String, Param> state() {
    return Map.of();
  }

  /**
   * Returns a step of training: the updates, and metrics that are means over the batch, or over
   * what {@linkplain Step#metric(String, Tensor, Tensor) they say}, such as its tokens. Called
   * while a program is traced: the tensors are placeholders. A metric that {@linkplain #isLoss is a
   * loss} must stay finite; a step in which one doesn't changes nothing and ends the training.
   *
   * @param batch one tensor a field, the examples along the first axis
   * @param rng a key that no other step has
   */
  Step train(List<Tensor> batch, Rng rng);

  /**
   * Returns metrics of the model as it is, means over the batch; the loop averages them over all
   * batches, weighted by their sizes or by the weights that they were given. Metrics may have any
   * shape. No updates but of what evaluations alone read, such as the state that passes from one
   * window of a text to the next.
   *
   * @param batch one tensor a field, the examples along the first axis
   * @param rng a key for bounds and averages that are estimated by drawing; the same one in every
   *     evaluation of this batch, so that what changes is the model
   */
  Step evaluate(List<Tensor> batch, Rng rng);

  /**
   * Returns numbers of a whole set that are no means over its examples, such as F1 or R², by name.
   *
   * @param means the metrics of {@link #evaluate}, averaged over the set
   */
  default Map<String, Double> overall(Map<String, Tensor> means) {
    return Map.of();
  }

  /** Returns whether a metric of this name is a loss: {@code loss}, or a name that ends with it. */
  static boolean isLoss(String metric) {
    return metric.equals("loss") || metric.endsWith(" loss") || metric.endsWith(".loss");
  }
}
