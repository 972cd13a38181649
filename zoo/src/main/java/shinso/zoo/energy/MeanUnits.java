package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.init.Initializer;
import shinso.nn.linear.LinearAlgebra;

/**
 * The mean units of machines whose other hidden units say how visible ones covary: a
 * Gaussian–Bernoulli machine of precision 1 (Goodfellow, Bengio and Courville, equation 20.44).
 *
 * <pre>
 * E_m(x, h) = ½ xᵀx − Σⱼ xᵀWⱼ hⱼ − Σⱼ bⱼ hⱼ
 * </pre>
 *
 * @param weight W, {@code [visible, units]}
 * @param bias b, {@code [units]}
 */
public record MeanUnits(Param weight, Param bias) {
  /** Returns units with small random weights that are mostly off. */
  public static MeanUnits of(int visible, int units, Rng rng) {
    return new MeanUnits(
        Param.of(Initializer.normal(0.01).draw(Shape.of(visible, units), rng)),
        Param.of(Tensor.zeros(units).sub(2)));
  }

  /** Returns how many units there are. */
  int count() {
    return weight.shape().dim(1);
  }

  private Tensor input(Tensor x) {
    return bias.value().add(x.matmul(weight.value())); // [n, units]
  }

  /** Returns p(h = 1 | x): {@code [n, visible] -> [n, units]}. */
  public Tensor given(Tensor x) {
    return input(x).sigmoid();
  }

  /** Returns E_m(x, h): {@code [n, visible], [n, units] -> [n]}. */
  Tensor energy(Tensor x, Tensor h) {
    return x.square().sum(1).mul(0.5).sub(input(x).mul(h).sum(1));
  }

  /** Returns ½ xᵀx − Σⱼ log(1 + exp(b + Wᵀx)ⱼ): {@code [n, visible] -> [n]}. */
  Tensor freeEnergy(Tensor x) {
    return x.square().sum(1).mul(0.5).sub(input(x).softplus().sum(1));
  }

  /** Returns Σⱼ Wⱼ hⱼ: {@code [n, units] -> [n, visible]}. */
  Tensor pull(Tensor h) {
    return h.matmul(weight.value().transpose());
  }

  /**
   * Returns I + Σⱼ hⱼ rⱼ rⱼᵀ: {@code [n, factors], [visible, factors]} give {@code [n, visible,
   * visible]}.
   */
  static Tensor precision(Tensor h, Tensor r) {
    Tensor squares = r.mul(h.unsqueeze(1)).matmul(r.transpose());
    return squares.add(Tensor.eye(r.shape().dim(0)).cast(r.dtype()));
  }

  /**
   * Returns the distributions of x given all hidden units, N(C Σⱼ Wⱼ hⱼ, C) with C = (I + Σⱼ gⱼ rⱼ
   * rⱼᵀ)⁻¹, computed on the host.
   *
   * @param h of the mean units, {@code [n, units]}
   * @param g of the covariance units, {@code [n, factors]}
   * @param r {@code [visible, factors]}
   */
  MultivariateNormal visible(Tensor h, Tensor g, Tensor r) {
    Tensor c = LinearAlgebra.inverse(precision(g, r));
    Tensor mean = c.matmul(pull(h).unsqueeze(-1)).squeeze(-1);
    Tensor symmetric = c.add(c.transpose()).mul(0.5); // rounding makes it a little lopsided
    return new MultivariateNormal(mean, LinearAlgebra.cholesky(symmetric));
  }

  /**
   * Returns the update that gives all factors the mean of their lengths, so that none dies and none
   * runs away (Ranzato and Hinton 2010, section 3).
   *
   * @param factors {@code [visible, factors]}
   */
  static List<Update> equalLengths(Param factors) {
    Tensor r = factors.value();
    Tensor lengths = r.square().sum(0).sqrt(); // [factors]
    return List.of(new Update(factors, r.mul(lengths.mean().div(lengths.maximum(1e-12)))));
  }
}
