package shinso.nn.distribution;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * The normal distribution of vectors with the covariance L Lᵀ.
 *
 * <pre>
 * log p(x) = −½ |L⁻¹ (x − μ)|² − Σᵢ log Lᵢᵢ − d/2 log 2π
 * </pre>
 *
 * <p>L⁻¹ (x − μ) is found by forward substitution, written with a few operations a row: meant for
 * vectors of up to about a hundred elements.
 *
 * @param location μ, {@code [batch.., d]}
 * @param scale L, {@code [batch.., d, d]} with a positive diagonal; what stands above the diagonal
 *     counts as 0
 */
public record MultivariateNormal(Tensor location, Tensor scale) implements Distribution {
  /**
   * Checks shapes and types.
   *
   * @throws IllegalArgumentException if they don't fit each other
   */
  public MultivariateNormal {
    Check.rankAtLeast("multivariateNormal", location.shape(), 1);
    Check.rankAtLeast("multivariateNormal", scale.shape(), 2);
    Parts.batch("multivariateNormal", location);
    Check.sameType("multivariateNormal", location.dtype(), scale.dtype());
    int d = location.shape().dim(-1);
    if (scale.shape().dim(-1) != d || scale.shape().dim(-2) != d) {
      throw new IllegalArgumentException(
          "multivariateNormal: a location [.., d] and a scale [.., d, d], not %s and %s"
              .formatted(location.shape(), scale.shape()));
    }
  }

  /** Returns d. */
  public int size() {
    return location.shape().dim(-1);
  }

  @Override
  public Shape batchShape() {
    Shape m = location.shape();
    Shape s = scale.shape();
    return Check.broadcast(
        "multivariateNormal", m.slice(0, m.rank() - 1), s.slice(0, s.rank() - 2));
  }

  @Override
  public Shape eventShape() {
    return Shape.of(size());
  }

  /** L without what stands above the diagonal. */
  Tensor lower() {
    Tensor mask = Tensor.lowerTriangle(size(), size(), 0);
    return Tensor.select(mask, scale, 0);
  }

  /** The diagonal of L: {@code [batch.., d]}. */
  private Tensor diagonal() {
    return Tensor.select(Tensor.eye(size()), scale, 0).sum(-1);
  }

  /** log |L|: {@code [batch..]}. */
  Tensor logDeterminant() {
    return diagonal().log().sum(-1);
  }

  /** L⁻¹ r: {@code [*, batch.., d]}. */
  Tensor solve(Tensor r) {
    return substitute(scale, r);
  }

  /** Solves L z = r for {@code L [.., d, d]} and {@code r [.., d]}, which broadcast. */
  static Tensor substitute(Tensor l, Tensor r) {
    List<Tensor> z = new ArrayList<>();
    for (int i = 0; i < r.shape().dim(-1); i++) {
      Tensor row = l.at(-2, i); // [.., d]
      Tensor rest = r.at(-1, i);
      if (i > 0) {
        rest = rest.sub(Tensor.stack(-1, z).mul(row.slice(-1, 0, i)).sum(-1));
      }
      z.add(rest.div(row.at(-1, i)));
    }
    return Tensor.stack(-1, z);
  }

  /** Returns log p(x) for {@code x [*, batch.., d]}. */
  @Override
  public Tensor logProbability(Tensor x) {
    Tensor distance = solve(x.sub(location)).square().sum(-1);
    return distance.mul(-0.5).sub(logDeterminant()).sub(0.5 * size() * Parts.LOG_2PI);
  }

  /** Returns draws μ + L ε; gradients flow to both parameters. */
  @Override
  public Tensor sample(Shape samples, Rng rng) {
    Shape all = samples.concat(batchShape()).concat(eventShape());
    Tensor noise = Parts.normal(location, all, rng);
    return location.add(lower().mul(noise.unsqueeze(-2)).sum(-1));
  }

  @Override
  public boolean isReparameterized() {
    return true;
  }

  @Override
  public Tensor entropy() {
    return logDeterminant().add(0.5 * size() * (1 + Parts.LOG_2PI)).broadcastTo(batchShape());
  }

  @Override
  public Tensor mean() {
    return location.broadcastTo(batchShape().concat(eventShape()));
  }

  /** Returns the diagonal of the covariance: {@code [batch.., d]}. */
  @Override
  public Tensor variance() {
    return lower().square().sum(-1).broadcastTo(batchShape().concat(eventShape()));
  }

  /** Returns the covariance L Lᵀ: {@code [batch.., d, d]}. */
  public Tensor covariance() {
    Tensor l = lower();
    return l.matmul(l.transpose());
  }
}
