package shinso.nn.model;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Fills in what is missing of an example. */
@FunctionalInterface
public interface Completer {
  /**
   * Returns the examples with drawn values where none was given: {@code [b, *]}.
   *
   * @param x {@code [b, *]}; what stands where nothing is known doesn't count
   * @param known 1 where a value is given, else 0, of the shape of x or broadcasting to it
   */
  Tensor complete(Tensor x, Tensor known, Rng rng);
}
