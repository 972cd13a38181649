package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The normal distribution of numbers; {@code independent(1)} of it is the diagonal Gaussian of
 * vectors.
 *
 * <pre>
 * log p(x) = −½ ((x − μ) / σ)² − log σ − ½ log 2π
 * </pre>
 *
 * @param location μ, {@code [batch..]}
 * @param logScale log σ, of a shape that broadcasts with it
 */
public record Normal(Tensor location, Tensor logScale) implements Distribution {
  /**
   * Checks shapes and types.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Normal {
    Parts.batch("normal", location, logScale);
  }

  /** Returns the distribution with a mean and a standard deviation σ &gt; 0. */
  public static Normal ofScale(Tensor location, Tensor scale) {
    return new Normal(location, scale.log());
  }

  @Override
  public Shape batchShape() {
    return Parts.batch("normal", location, logScale);
  }

  @Override
  public Tensor logProbability(Tensor x) {
    Tensor z = x.sub(location).mul(logScale.neg().exp());
    return z.square().mul(-0.5).sub(logScale).sub(0.5 * Parts.LOG_2PI);
  }

  /** Returns draws μ + σ ε; gradients flow to both parameters. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    Tensor noise = Parts.normal(location, samples.concat(batchShape()), rng);
    return location.add(logScale.exp().mul(noise));
  }

  @Override
  public boolean isReparameterized() {
    return true;
  }

  @Override
  public Tensor entropy() {
    return logScale.add(0.5 * (1 + Parts.LOG_2PI)).broadcastTo(batchShape());
  }

  @Override
  public Tensor mean() {
    return location.broadcastTo(batchShape());
  }

  @Override
  public Tensor variance() {
    return logScale.mul(2).exp().broadcastTo(batchShape());
  }
}
