package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The Laplace distribution.
 *
 * <pre>
 * log p(x) = −|x − μ| / b − log 2b
 * </pre>
 *
 * @param location μ, {@code [batch..]}
 * @param logScale log b, of a shape that broadcasts with it
 */
public record Laplace(Tensor location, Tensor logScale) implements Distribution {
  /**
   * Checks shapes and types.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Laplace {
    Parts.batch("laplace", location, logScale);
  }

  /** Returns the distribution with a location and a scale b &gt; 0. */
  public static Laplace ofScale(Tensor location, Tensor scale) {
    return new Laplace(location, scale.log());
  }

  @Override
  public Shape batchShape() {
    return Parts.batch("laplace", location, logScale);
  }

  @Override
  public Tensor logProbability(Tensor x) {
    Tensor distance = x.sub(location).abs().mul(logScale.neg().exp());
    return distance.neg().sub(logScale).sub(Math.log(2));
  }

  /** Returns draws, differences of two exponential ones; gradients flow to both parameters. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    Shape all = samples.concat(batchShape());
    Tensor right = Parts.uniform(location, all, rng.split(0)).log();
    Tensor left = Parts.uniform(location, all, rng.split(1)).log();
    return location.add(logScale.exp().mul(left.sub(right)));
  }

  @Override
  public boolean isReparameterized() {
    return true;
  }

  @Override
  public Tensor entropy() {
    return logScale.add(1 + Math.log(2)).broadcastTo(batchShape());
  }

  @Override
  public Tensor mean() {
    return location.broadcastTo(batchShape());
  }

  @Override
  public Tensor variance() {
    return logScale.mul(2).exp().mul(2).broadcastTo(batchShape());
  }
}
