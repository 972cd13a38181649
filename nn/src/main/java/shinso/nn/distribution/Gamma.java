package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The gamma distribution on x &gt; 0.
 *
 * <pre>
 * log p(x) = α log β + (α − 1) log x − β x − log Γ(α)
 * </pre>
 *
 * @param concentration α &gt; 0, {@code [batch..]}
 * @param rate β &gt; 0, of a shape that broadcasts with it
 */
public record Gamma(Tensor concentration, Tensor rate) implements Distribution {
  /**
   * Checks shapes and types.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Gamma {
    Parts.batch("gamma", concentration, rate);
  }

  @Override
  public Shape batchShape() {
    return Parts.batch("gamma", concentration, rate);
  }

  /** Returns log p(x) for x &gt; 0. */
  @Override
  public Tensor logProbability(Tensor x) {
    return concentration
        .mul(rate.log())
        .add(concentration.sub(1).mul(x.log()))
        .sub(rate.mul(x))
        .sub(concentration.lgamma());
  }

  /** Returns draws; gradients flow to both parameters, by implicit reparameterisation. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    Shape all = samples.concat(batchShape());
    return concentration.broadcastTo(all).gamma(rng).div(rate);
  }

  @Override
  public boolean isReparameterized() {
    return true;
  }

  @Override
  public Tensor entropy() {
    return concentration
        .sub(rate.log())
        .add(concentration.lgamma())
        .add(concentration.rsub(1).mul(concentration.digamma()))
        .broadcastTo(batchShape());
  }

  @Override
  public Tensor mean() {
    return concentration.div(rate);
  }

  @Override
  public Tensor variance() {
    return concentration.div(rate.square());
  }
}
