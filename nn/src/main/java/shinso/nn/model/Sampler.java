package shinso.nn.model;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Makes examples up. */
@FunctionalInterface
public interface Sampler {
  /** Returns drawn examples: {@code [count, *]}. */
  Tensor sample(int count, Rng rng);
}
