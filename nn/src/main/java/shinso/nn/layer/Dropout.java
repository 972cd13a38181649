package shinso.nn.layer;

import shinso.core.tensor.Tensor;

/**
 * Dropout: in a random pass each element is kept with probability 1 − rate and then divided by it,
 * else 0; in another one nothing happens. {@code [*] -> [*]}
 *
 * <p>Source: Srivastava et al., "Dropout" (2014), with the scaling at training time of section 10.
 *
 * @param rate probability of dropping, at least 0 and below 1
 */
public record Dropout(double rate) implements Layer {
  /**
   * Checks the rate.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout: the rate is in [0, 1), not " + rate);
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    if (!pass.isRandom() || rate == 0) {
      return x;
    }
    Tensor keep = x.uniformLike(pass.rng()).greaterEqual(rate);
    return Tensor.select(keep, x.div(1 - rate), 0);
  }

  /** Returns the name and the rate. */
  @Override
  public String toString() {
    return "Dropout(" + rate + ")";
  }
}
