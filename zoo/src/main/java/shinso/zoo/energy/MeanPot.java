package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Gamma;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.init.Initializer;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.Sampler;

/**
 * Mean product of Student's t-distributions, mPoT: binary mean units, and covariance units that are
 * gamma-distributed precisions (Ranzato, Mnih and Hinton, "Generating more realistic images using
 * gated MRF's", 2010; Goodfellow, Bengio and Courville, section 20.5.2).
 *
 * <pre>
 * E(x, hᵐ, hᶜ) = E_m(x, hᵐ) + Σⱼ (hᶜⱼ (1 + ½ (rⱼᵀx)²) + (1 − γⱼ) log hᶜⱼ)          (20.48)
 * E_m(x, hᵐ) = ½ xᵀx − Σⱼ xᵀWⱼ hᵐⱼ − Σⱼ bⱼ hᵐⱼ
 * p(hᶜⱼ | x) = Gamma(hᶜⱼ; γⱼ, 1 + ½ (rⱼᵀx)²),   p(hᵐⱼ = 1 | x) = σ(b + Wᵀx)ⱼ
 * p(x | hᵐ, hᶜ) = N(x; C Σⱼ Wⱼ hᵐⱼ, C),   C = (I + Σⱼ hᶜⱼ rⱼ rⱼᵀ)⁻¹
 * F(x) = ½ xᵀx − Σⱼ log(1 + exp(b + Wᵀx)ⱼ) + Σⱼ (γⱼ log(1 + ½ (rⱼᵀx)²) − log Γ(γⱼ))
 * </pre>
 *
 * <p>exp(−γ log(1 + ½ y²)) is Student's t with 2γ − 1 degrees of freedom, up to its scale. For γ of
 * ½ or less it has no integral of its own; p(x) has one for every γ, because of ½ xᵀx. Chains move
 * by Hamiltonian Monte Carlo on F. The gamma distribution is given by its rate; γ is held as its
 * logarithm.
 *
 * <p>Hidden states as one tensor are mean units first.
 *
 * @param mean the mean units
 * @param factors R, the rⱼ as columns: {@code [visible, covariance units]}
 * @param logShape log γ, {@code [covariance units]}
 */
public record MeanPot(MeanUnits mean, Param factors, Param logShape)
    implements EnergyModel, Sampler {
  /** Returns a machine with small mean weights, factors of a length of about 1, and γ = 1. */
  public static MeanPot of(int visible, int meanUnits, int covarianceUnits, Rng rng) {
    Shape r = Shape.of(visible, covarianceUnits);
    return new MeanPot(
        MeanUnits.of(visible, meanUnits, rng.split("mean")),
        Param.of(Initializer.normal(1 / Math.sqrt(visible)).draw(r, rng.split("factors"))),
        Param.of(Tensor.zeros(covarianceUnits)));
  }

  private static Tensor flat(Tensor x) {
    return x.shape().rank() == 2 ? x : x.flatten(1);
  }

  private Tensor gamma() {
    return logShape.value().exp();
  }

  /** 1 + ½ (rⱼᵀx)²: {@code [n, covariance units]}. */
  private Tensor rate(Tensor x) {
    return x.matmul(factors.value()).square().mul(0.5).add(1);
  }

  /** Returns p(hᵐ = 1 | x): {@code [n, *] -> [n, mean units]}. */
  public Tensor meanUnits(Tensor x) {
    return mean.given(flat(x));
  }

  /** Returns p(hᶜ | x), a batch {@code [n, covariance units]}. */
  public Gamma covarianceUnits(Tensor x) {
    Tensor rate = rate(flat(x));
    return new Gamma(gamma().broadcastTo(rate.shape()), rate);
  }

  /**
   * Returns p(x | hᵐ, hᶜ), computed on the host: distributions of batch {@code [n]}.
   *
   * @param hm {@code [n, mean units]}
   * @param hc {@code [n, covariance units]}, positive
   */
  public MultivariateNormal visible(Tensor hm, Tensor hc) {
    return mean.visible(hm, hc, factors.value());
  }

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    Tensor x = flat(visible);
    int m = mean.count();
    Tensor hc = hidden.slice(1, m, hidden.shape().dim(1));
    Tensor units = hc.mul(rate(x)).add(gamma().rsub(1).mul(hc.log()));
    return mean.energy(x, hidden.slice(1, 0, m)).add(units.sum(1));
  }

  /** Returns Σⱼ γⱼ log(1 + ½ (rⱼᵀx)²), the product of t-distributions alone: {@code [n]}. */
  public Tensor covarianceFreeEnergy(Tensor x) {
    return gamma().mul(rate(flat(x)).log()).sum(1);
  }

  @Override
  public Tensor freeEnergy(Tensor visible) {
    Tensor x = flat(visible);
    return mean.freeEnergy(x).add(covarianceFreeEnergy(x)).sub(gamma().lgamma().sum());
  }

  /** Returns the update after a step of learning: all rⱼ get the mean of their lengths. */
  public List<Update> normalized() {
    return MeanUnits.equalLengths(factors);
  }

  /** Draws by Hamiltonian Monte Carlo from standard normal starts. */
  @Override
  public Tensor sample(int count, Rng rng) {
    return HamiltonianLearning.sample(this, factors.shape().dim(0), count, rng);
  }
}
