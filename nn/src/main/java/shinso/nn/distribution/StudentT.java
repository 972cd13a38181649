package shinso.nn.distribution;

import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Student's t distribution, with z = (x − μ) / s.
 *
 * <pre>
 * log p(x) = log Γ((ν + 1) / 2) − log Γ(ν / 2) − ½ log(ν π) − log s − (ν + 1) / 2 log(1 + z² / ν)
 * </pre>
 *
 * @param freedom ν &gt; 0, {@code [batch..]}
 * @param location μ, of a shape that broadcasts with it
 * @param logScale log s, of a shape that broadcasts with them
 */
public record StudentT(Tensor freedom, Tensor location, Tensor logScale) implements Distribution {
  /**
   * Checks shapes and types.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public StudentT {
    Parts.batch("studentT", freedom, location, logScale);
  }

  /** Returns the distribution with a location and a scale s &gt; 0. */
  public static StudentT ofScale(Tensor freedom, Tensor location, Tensor scale) {
    return new StudentT(freedom, location, scale.log());
  }

  @Override
  public Shape batchShape() {
    return Parts.batch("studentT", freedom, location, logScale);
  }

  /** log(√(νπ) Γ(ν / 2) / Γ((ν + 1) / 2)) + log s. */
  private Tensor logNormalizer() {
    return freedom
        .mul(0.5)
        .lgamma()
        .sub(freedom.add(1).mul(0.5).lgamma())
        .add(freedom.mul(Math.PI).log().mul(0.5))
        .add(logScale);
  }

  @Override
  public Tensor logProbability(Tensor x) {
    Tensor z = x.sub(location).mul(logScale.neg().exp());
    Tensor tail = z.square().div(freedom).log1p().mul(freedom.add(1).mul(0.5));
    return tail.neg().sub(logNormalizer());
  }

  /** Returns draws; gradients flow to all parameters, by implicit reparameterisation. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    Shape all = samples.concat(batchShape());
    Tensor half = freedom.mul(0.5).broadcastTo(all);
    Tensor spread = half.div(half.gamma(rng.split("gamma"))).sqrt();
    Tensor noise = Parts.normal(location, all, rng.split("normal"));
    return location.add(logScale.exp().mul(noise.mul(spread)));
  }

  @Override
  public boolean isReparameterized() {
    return true;
  }

  @Override
  public Tensor entropy() {
    Tensor more = freedom.add(1).mul(0.5);
    Tensor change = more.digamma().sub(freedom.mul(0.5).digamma());
    return more.mul(change).add(logNormalizer()).broadcastTo(batchShape());
  }

  /** Returns the location; NaN for ν ≤ 1, which has no mean. */
  @Override
  public Tensor mean() {
    return Tensor.select(freedom.greater(1), location, Double.NaN).broadcastTo(batchShape());
  }

  /** Returns s² ν / (ν − 2); ∞ for ν ≤ 2, and NaN for ν ≤ 1. */
  @Override
  public Tensor variance() {
    Tensor finite = logScale.mul(2).exp().mul(freedom.div(freedom.sub(2)));
    Tensor heavy = Tensor.select(freedom.greater(2), finite, Double.POSITIVE_INFINITY);
    return Tensor.select(freedom.greater(1), heavy, Double.NaN).broadcastTo(batchShape());
  }
}
