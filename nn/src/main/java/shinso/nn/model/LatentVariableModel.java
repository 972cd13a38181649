package shinso.nn.model;

import shinso.core.tensor.Tensor;

/** Has a code for every example, and an example for every code. */
public interface LatentVariableModel {
  /** Returns the codes of examples, the mean where a code is random: {@code [b, *] -> [b, z]}. */
  Tensor encode(Tensor x);

  /**
   * Returns the examples of codes, the mean where an example is random: {@code [b, z] -> [b, *]}.
   */
  Tensor decode(Tensor z);
}
