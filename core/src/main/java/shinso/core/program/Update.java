package shinso.core.program;

import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/** A new value for a parameter, to be committed with a step. */
public record Update(Param param, Tensor value) {
  /**
   * Checks that the value fits.
   *
   * @throws IllegalArgumentException if it has another shape or element type
   */
  public Update {
    Check.sameShape("update", param.shape(), value.shape());
    Check.sameType("update", param.dtype(), value.dtype());
  }
}
