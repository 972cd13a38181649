package shinso.nn.penalty;

import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * Penalties that make a representation sparse: most of the activations {@code [batch, *]} of a
 * layer are near 0. Each is a sum over the units of means over the batch, so that its strength
 * doesn't depend on the batch's size. {@link ActivationPenalty} puts one into a network.
 */
public final class Sparsity {
  private Sparsity() {}

  /**
   * The L1 penalty Σ |h|, the negative logarithm of a Laplace prior.
   *
   * <p>Source: Goodfellow, Bengio and Courville, "Deep learning" (2016), section 7.10.
   *
   * @param h {@code [batch, *]}
   * @throws IllegalArgumentException if there is no batch axis
   */
  public static Tensor l1(Tensor h) {
    return perExample("l1", h, h.abs());
  }

  /**
   * The penalty Σ log(1 + γ h²) of a Student-t prior, whose gradient fades for large activations:
   * few of them are as cheap as one.
   *
   * <p>Source: Olshausen and Field, "Emergence of simple-cell receptive field properties by
   * learning a sparse code for natural images" (1996); Bergstra, "Incorporating complex cells into
   * neural networks for pattern classification" (2011).
   *
   * @param h {@code [batch, *]}
   * @param gamma γ
   * @throws IllegalArgumentException if γ is not positive, or there is no batch axis
   */
  public static Tensor studentT(Tensor h, double gamma) {
    if (!(gamma > 0 && gamma < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("studentT: γ is positive, not " + gamma);
    }
    return perExample("studentT", h, h.square().mul(gamma).log1p());
  }

  /**
   * The divergence Σ KL(ρ ‖ ρ̂) = Σ ρ log(ρ / ρ̂) + (1 − ρ) log((1 − ρ) / (1 − ρ̂)) of each unit's
   * mean activation ρ̂ over the batch from a wanted one. For activations in [0, 1], such as those
   * of sigmoids. The mean counts as 10⁻⁶ + (1 − 2 · 10⁻⁶) ρ̂, so that a unit that is never or
   * always on has a finite penalty and a gradient.
   *
   * <p>Source: Nair and Hinton, "3D object recognition with deep belief nets" (2009), section 4;
   * Ng, "Sparse autoencoder" (2011).
   *
   * @param h {@code [batch, *]}
   * @param rho ρ, how active a unit should be on average
   * @throws IllegalArgumentException if ρ is not between 0 and 1, or there is no batch axis
   */
  public static Tensor kl(Tensor h, double rho) {
    if (!(rho > 0 && rho < 1)) {
      throw new IllegalArgumentException("kl: ρ is between 0 and 1, not " + rho);
    }
    Check.rankAtLeast("kl", h.shape(), 1);
    Tensor mean = h.mean(0).mul(1 - 2e-6).add(1e-6); // ρ̂, [*]
    double entropy = rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho);
    Tensor cross = mean.log().mul(rho).add(mean.neg().log1p().mul(1 - rho));
    return cross.rsub(entropy).sum();
  }

  private static Tensor perExample(String name, Tensor h, Tensor penalties) {
    Check.rankAtLeast(name, h.shape(), 1);
    return penalties.sum().div(h.shape().dim(0));
  }
}
