package shinso.nn.model;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Makes examples of given classes up. */
public interface ConditionalSampler {
  /** Returns the number of classes. */
  int classes();

  /**
   * Returns an example of each class.
   *
   * @param classes numbers from 0, I32 {@code [n]}
   * @return {@code [n, *]}
   */
  Tensor sampleGiven(Tensor classes, Rng rng);
}
