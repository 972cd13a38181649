package shinso.nn.chain;

import shinso.core.tensor.Tensor;

/**
 * Weighted draws of parameters from an approximate posterior.
 *
 * @param parameters θ, {@code [n, p]}
 * @param statistics what was simulated with them, {@code [n, s]}
 * @param weights F64, adding up to 1: {@code [n]}
 * @param tolerance ε, the largest distance of statistics from the observed ones
 * @param simulations how many data sets were simulated, those for earlier populations included
 */
public record Population(
    Tensor parameters, Tensor statistics, Tensor weights, double tolerance, long simulations) {
  /** Returns the number of draws. */
  public int size() {
    return weights.shape().dim(0);
  }

  /** Returns the mean of θ: {@code [p]}. */
  public Tensor mean() {
    return mean(parameters);
  }

  /** Returns the covariance of θ, F64: {@code [p, p]}. */
  public Tensor covariance() {
    Tensor rest = parameters.cast(weights.dtype()).sub(mean());
    return rest.mul(weights.unsqueeze(1)).transpose().matmul(rest);
  }

  /**
   * Returns the mean of a function of the draws, F64: {@code [*]}.
   *
   * @param values {@code [n, *]}
   */
  public Tensor mean(Tensor values) {
    Tensor v = values.cast(weights.dtype());
    Tensor flat = v.reshape(size(), -1); // [n, *]
    return weights.unsqueeze(0).matmul(flat).reshape(v.shape().slice(1, v.shape().rank()));
  }

  /** Returns 1 / Σ w², as many draws of equal weight as these are worth. */
  public double effectiveSize() {
    return 1 / weights.square().sum().item();
  }
}
