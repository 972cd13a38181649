package shinso.nn.model;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Makes an example of every code, and knows which codes are probable. */
public interface Decoder {
  /** Returns codes drawn from their distribution before any example is seen: {@code [count, z]}. */
  Tensor drawCodes(int count, Rng rng);

  /**
   * Returns the examples of codes, the mean where an example is random: {@code [b, z] -> [b, *]}.
   */
  Tensor decode(Tensor z);
}
