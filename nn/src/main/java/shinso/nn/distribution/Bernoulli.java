package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * 1 with probability sigmoid(z), else 0.
 *
 * <pre>
 * log p(x) = x z − log(1 + eᶻ)
 * </pre>
 *
 * @param logits z, {@code [batch..]}
 */
public record Bernoulli(Tensor logits) implements Distribution {
  private static final double RAREST = 1e-3;

  /**
   * Checks the type.
   *
   * @throws IllegalArgumentException if the logits are integers
   */
  public Bernoulli {
    Parts.batch("bernoulli", logits);
  }

  /**
   * Returns what is 1 with given probabilities, which are first kept {@value #RAREST} away from 0
   * and 1, where logits are infinite: the base rates of units that are never on in the data.
   *
   * @param rates p, {@code [batch..]}
   */
  public static Bernoulli ofRates(Tensor rates) {
    Tensor p = rates.clip(RAREST, 1 - RAREST);
    return new Bernoulli(p.log().sub(p.rsub(1).log()));
  }

  @Override
  public Shape batchShape() {
    return logits.shape();
  }

  /** Returns log p(x) for x in [0, 1]; between the ends it is a cross-entropy. */
  @Override
  public Tensor logProbability(Tensor x) {
    // A large z that x agrees with doesn't take the digits of the small rest.
    Tensor positive = logits.greater(0);
    return logits.mul(x.sub(positive)).sub(Parts.softplusBelow(logits));
  }

  /** Returns draws of 0 and 1 in the type of the logits; no gradient flows to these. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    return logits.sigmoid().broadcastTo(samples.concat(batchShape())).bernoulli(rng);
  }

  @Override
  public Tensor entropy() {
    Tensor b = Parts.below(logits);
    return b.softplus().sub(b.mul(b.sigmoid()));
  }

  @Override
  public Tensor mean() {
    return logits.sigmoid();
  }

  @Override
  public Tensor variance() {
    return logits.sigmoid().mul(logits.neg().sigmoid());
  }
}
