package shinso.nn.model;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * Makes examples up by Markov chains that can be watched step by step.
 *
 * <p>The states of chains are {@code [chains, units]}: of all units that a step depends on, which
 * may be more than an example has.
 */
public interface ChainSampler extends Sampler {
  /** Returns the states of chains that begin with noise: {@code [count, units]}. */
  Tensor chainStart(int count, Rng rng);

  /** Returns the states of chains that begin at examples: {@code [b, *] -> [b, units]}. */
  Tensor chainFrom(Tensor x, Rng rng);

  /** Returns the states after one more step: {@code [b, units] -> [b, units]}. */
  Tensor chainStep(Tensor states, Rng rng);

  /**
   * Returns what states look like, the means of the visible units given the others: {@code [b,
   * units] -> [b, *]}.
   */
  Tensor chainShown(Tensor states, Rng rng);
}
