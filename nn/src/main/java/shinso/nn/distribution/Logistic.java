package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The logistic distribution, whose distribution function is sigmoid(z) with z = (x − μ) / s.
 *
 * <pre>
 * log p(x) = −z − 2 log(1 + e^−z) − log s
 * </pre>
 *
 * @param location μ, {@code [batch..]}
 * @param logScale log s, of a shape that broadcasts with it
 */
public record Logistic(Tensor location, Tensor logScale) implements Distribution {
  /**
   * Checks shapes and types.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public Logistic {
    Parts.batch("logistic", location, logScale);
  }

  /** Returns the distribution with a location and a scale s &gt; 0. */
  public static Logistic ofScale(Tensor location, Tensor scale) {
    return new Logistic(location, scale.log());
  }

  @Override
  public Shape batchShape() {
    return Parts.batch("logistic", location, logScale);
  }

  private Tensor standardized(Tensor x) {
    return x.sub(location).mul(logScale.neg().exp());
  }

  @Override
  public Tensor logProbability(Tensor x) {
    Tensor z = Parts.below(standardized(x)); // the density is even
    return z.sub(z.softplus().mul(2)).sub(logScale);
  }

  /**
   * Returns the log-probability of the bin of each x, when the line is cut into bins of a width of
   * which the first and the last one reach to −∞ and ∞: with bins from 0 to 255 of width 1 the
   * likelihood of pixels of Salimans et al., "PixelCNN++" (2017), equation 2.
   *
   * <pre>
   * log(σ(a) − σ(b)) = log σ(a) + log σ(−b) + log(1 − e^(b − a)),  a, b = (x ± width / 2 − μ) / s
   * </pre>
   *
   * @param x the middles of bins, {@code [*, batch..]}
   * @param width the distance of two middles
   * @param first the middle of the first bin
   * @param last the middle of the last bin
   * @throws IllegalArgumentException unless width &gt; 0 and first &lt; last
   */
  public Tensor logMass(Tensor x, double width, double first, double last) {
    if (!(width > 0 && first < last)) {
      throw new IllegalArgumentException(
          "logistic: bins have a positive width and first < last, not %s, %s and %s"
              .formatted(width, first, last));
    }
    Tensor below = standardized(x.add(width / 2)).neg().softplus().neg(); // log σ(a)
    Tensor above = standardized(x.sub(width / 2)).softplus().neg(); // log σ(−b)
    Tensor between = logScale.neg().exp().mul(-width).expm1().neg().log();
    Tensor inner = below.add(above).add(between);
    double half = width / 2;
    return Tensor.select(
        x.less(first + half), below, Tensor.select(x.greater(last - half), above, inner));
  }

  /** Returns draws μ + s log(u / (1 − u)); gradients flow to both parameters. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    Tensor u = Parts.uniform(location, samples.concat(batchShape()), rng);
    return location.add(logScale.exp().mul(u.log().sub(u.neg().log1p())));
  }

  @Override
  public boolean isReparameterized() {
    return true;
  }

  @Override
  public Tensor entropy() {
    return logScale.add(2).broadcastTo(batchShape());
  }

  @Override
  public Tensor mean() {
    return location.broadcastTo(batchShape());
  }

  @Override
  public Tensor variance() {
    return logScale.mul(2).exp().mul(Math.PI * Math.PI / 3).broadcastTo(batchShape());
  }
}
