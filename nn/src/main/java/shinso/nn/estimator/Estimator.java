package shinso.nn.estimator;

import shinso.core.random.Rng;
import shinso.nn.distribution.Distribution;

/** How a node draws, so that the gradient of a mean cost reaches the parameters of the node. */
@FunctionalInterface
public interface Estimator {
  /**
   * Returns one draw of each distribution of the batch.
   *
   * @throws IllegalArgumentException if there is no such estimator for this distribution
   */
  Draw draw(Distribution p, Rng rng);
}
