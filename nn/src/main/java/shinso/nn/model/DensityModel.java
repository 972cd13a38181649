package shinso.nn.model;

import shinso.core.tensor.Tensor;

/** Knows how probable an example is. */
@FunctionalInterface
public interface DensityModel {
  /**
   * Returns log p(x) of each example in nats, the logarithm of a probability for discrete data and
   * of a density for continuous data: {@code [b, *] -> [b]}.
   */
  Tensor logProbability(Tensor x);
}
