package shinso.nn.layer;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * Mean and variance of units that are taken to be independent, and normal where they are sums of
 * many others. Layers map moments to moments: what {@link FastDropout} is made of.
 *
 * <pre>
 * dropout   m′ = m                  v′ = (v + ρ m²) / (1 − ρ)
 * affine    m′ = m W + b            v′ = v W²                     squares of the elements
 * rectifier m′ = m Φ(r) + s φ(r)    v′ = E(max(x, 0)²) − m′²      s = √v, r = m / s
 * sigmoid   m′ = σ(m / √(1 + π v / 8))
 *           v′ = σ(a (m − c) / √(1 + π a² v / 8)) − m′²           a = 4 − 2√2, c = −log(√2 − 1)
 * </pre>
 *
 * <p>Those of dropout, affine maps and rectifiers are exact, given the assumptions; those of the
 * sigmoid come from putting the normal distribution function in its place.
 *
 * <p>Source: Wang and Manning, "Fast dropout training" (2013), sections 3.1 and 4.
 *
 * @param mean m, {@code [*]}
 * @param variance v, not negative, of the same shape
 */
public record Moments(Tensor mean, Tensor variance) {
  /** Keeps the derivative of √v finite where nothing varies. */
  private static final double TINY = 1e-12;

  private static final double A = 4 - 2 * Math.sqrt(2);
  private static final double C = -Math.log(Math.sqrt(2) - 1);

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they differ
   */
  public Moments {
    if (!mean.shape().equals(variance.shape())) {
      throw new IllegalArgumentException(
          "moments: means %s and variances %s".formatted(mean.shape(), variance.shape()));
    }
  }

  /** Returns the moments of what doesn't vary. */
  public static Moments exactly(Tensor x) {
    return new Moments(x, x.zerosLike());
  }

  /** Returns the moments behind dropout with a rate ρ, kept units being divided by 1 − ρ. */
  public Moments dropout(double rate) {
    Tensor v = variance.add(mean.square().mul(rate)).div(1 - rate);
    return new Moments(mean, v);
  }

  /** Returns the moments behind an affine map: {@code [*, in] -> [*, out]}. */
  public Moments affine(Dense map) {
    Tensor m = mean.matmul(map.weight().value());
    Tensor v = variance.matmul(map.weight().value().square());
    return new Moments(map.bias() == null ? m : m.add(map.bias().value()), v);
  }

  /** Returns the moments behind max(x, 0). */
  public Moments relu() {
    Tensor s = deviation();
    Tensor r = mean.div(s);
    Tensor cdf = r.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5); // Φ
    Tensor pdf = r.square().mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI)); // φ
    Tensor rest = cdf.rsub(1);
    Tensor m = mean.mul(cdf).add(s.mul(pdf));
    // (r² + 1) Φ + r φ − (r Φ + φ)² without the difference of large squares.
    Tensor v =
        cdf.add(r.square().mul(cdf).mul(rest)).add(r.mul(pdf).mul(rest.sub(cdf))).sub(pdf.square());
    return new Moments(m, v.relu().mul(variance));
  }

  /** Returns the moments behind 1 / (1 + e⁻ˣ), approximately. */
  public Moments sigmoid() {
    Tensor m = expectedSigmoid(1, 0);
    Tensor v = expectedSigmoid(A, C).sub(m.square()).relu();
    return new Moments(m, v);
  }

  /**
   * Returns E(log σ(x)), approximately √(1 + π v / 8) log σ(m / √(1 + π v / 8)): the expected
   * log-likelihood of a logistic regression, in closed form.
   */
  public Tensor logSigmoid() {
    Tensor width = variance.mul(Math.PI / 8).add(1).sqrt();
    return width.mul(mean.div(width).neg().softplus()).neg();
  }

  /** Returns draws from the normal distributions with these moments; gradients flow to both. */
  public Tensor sample(Rng rng) {
    return mean.add(deviation().mul(mean.normalLike(rng)));
  }

  /** E(σ(a (x − c))). */
  private Tensor expectedSigmoid(double a, double c) {
    Tensor width = variance.mul(Math.PI / 8 * a * a).add(1).sqrt();
    return mean.sub(c).mul(a).div(width).sigmoid();
  }

  private Tensor deviation() {
    return variance.add(TINY).sqrt();
  }
}
