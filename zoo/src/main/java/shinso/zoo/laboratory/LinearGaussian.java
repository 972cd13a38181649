package shinso.zoo.laboratory;

import java.util.Locale;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Kl;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.model.DensityModel;

/**
 * A linear model with Gaussian latent variables, all of whose distributions are known: what a bound
 * on the likelihood can be held against.
 *
 * <pre>
 * p(z) = N(0, I),  p(x | z) = N(W z + b, σ² I)
 * p(x) = N(b, W Wᵀ + σ² I),  p(z | x) = N(M⁻¹ Wᵀ (x − b), σ² M⁻¹),  M = Wᵀ W + σ² I
 * </pre>
 *
 * <p>Source: Tipping and Bishop, "Probabilistic principal component analysis" (1999), equations 2
 * to 8.
 *
 * @param weight W, {@code [d, k]}
 * @param bias b, {@code [d]}
 * @param sigma σ
 */
public record LinearGaussian(Tensor weight, Tensor bias, double sigma) implements DensityModel {
  /**
   * Checks shapes and σ.
   *
   * @throws IllegalArgumentException if the shapes don't fit, or σ is not positive
   */
  public LinearGaussian {
    Check.rank("linear Gaussian model, W", weight.shape(), 2, "[d, k]");
    Check.sameShape("linear Gaussian model, b", Shape.of(weight.shape().dim(0)), bias.shape());
    if (!(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "linear Gaussian model: σ is positive, not %s", sigma));
    }
  }

  private int d() {
    return weight.shape().dim(0);
  }

  private int k() {
    return weight.shape().dim(1);
  }

  private Tensor scaledIdentity(int n, double factor) {
    return Tensor.eye(n).cast(weight.dtype()).mul(factor);
  }

  /** Returns p(z). */
  public MultivariateNormal prior() {
    Tensor eye = scaledIdentity(k(), 1);
    return new MultivariateNormal(eye.at(0, 0).zerosLike(), eye);
  }

  /** Returns log p(x): {@code [b, d] -> [b]}. */
  @Override
  public Tensor logProbability(Tensor x) {
    Tensor covariance = weight.matmul(weight.transpose()).add(scaledIdentity(d(), sigma * sigma));
    return new MultivariateNormal(bias, LinearAlgebra.cholesky(covariance)).logProbability(x);
  }

  /** Returns p(z | x) of examples {@code [b, d]}: a batch of b distributions of {@code [k]}. */
  public MultivariateNormal posterior(Tensor x) {
    Tensor m = weight.transpose().matmul(weight).add(scaledIdentity(k(), sigma * sigma));
    Tensor inverse = LinearAlgebra.inverse(m);
    Tensor mean = x.sub(bias).matmul(weight).matmul(inverse); // [b, k]
    return new MultivariateNormal(
        mean, LinearAlgebra.cholesky(inverse.mul(sigma * sigma).evaluate()));
  }

  /**
   * Returns the evidence lower bound E_q log p(x | z) − KL(q ‖ p(z)) in closed form, which is log
   * p(x) − KL(q ‖ p(z | x)): {@code [b, d] -> [b]}.
   *
   * @param q guesses at p(z | x), b distributions or one for all examples
   */
  public Tensor evidenceBound(MultivariateNormal q, Tensor x) {
    double variance = sigma * sigma;
    Tensor error = x.sub(bias).sub(q.mean().matmul(weight.transpose())); // [b, d]
    // tr W S Wᵀ is the squared norm of W L, with S = L Lᵀ.
    Tensor spread = weight.matmul(lower(q)).square().sum(-1, -2);
    Tensor squares = error.square().sum(1).add(spread).div(2 * variance);
    double constant = d() * (0.5 * Math.log(2 * Math.PI) + Math.log(sigma));
    return squares.add(constant).neg().sub(Kl.of(q, prior()));
  }

  private static Tensor lower(MultivariateNormal q) {
    int n = q.size();
    return Tensor.select(Tensor.lowerTriangle(n, n, 0), q.scale(), 0);
  }
}
