package shinso.nn.chain;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** One step of Markov chains. */
@FunctionalInterface
public interface Transition {
  /** Returns the next states: {@code [chains, units] -> [chains, units]}. */
  Tensor next(Tensor x, Rng rng);

  /**
   * Returns the states after several steps as one expression, for use inside of a program; step i
   * draws from the child i of the key.
   *
   * @throws IllegalArgumentException if the number is negative
   */
  default Tensor repeat(Tensor x, int steps, Rng rng) {
    if (steps < 0) {
      throw new IllegalArgumentException("chain: the number of steps is negative: " + steps);
    }
    Tensor y = x;
    for (int i = 0; i < steps; i++) {
      y = next(y, rng.split(i));
    }
    return y;
  }
}
