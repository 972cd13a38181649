package shinso.spark.distributed;

import java.io.Serializable;
import shinso.train.loop.Learner;

/**
 * Makes a learner, the same one in every worker: it is sent to the executors, a learner is not. Its
 * initial values follow from constants and keys alone.
 *
 * <pre>{@code
 * LearnerFactory digits =
 *     sharing ->
 *         SupervisedLearner.of(
 *             Network.of(784).dense(100).relu().dense(10).build(Rng.of(1)),
 *             Losses::softmaxCrossEntropy,
 *             sharing.rule(Adam.of(1e-3)));
 * }</pre>
 */
@FunctionalInterface
public interface LearnerFactory extends Serializable {
  /**
   * Returns a new learner.
   *
   * @param sharing makes its optimisers' gradients the means of all workers; an optimiser that
   *     isn't {@linkplain Sharing#rule shared} can be trained with local steps only
   */
  Learner create(Sharing sharing);
}
