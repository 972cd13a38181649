package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.init.Initializer;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.Sampler;

/**
 * Mean-covariance restricted Boltzmann machine: binary mean units say where the visible units lie,
 * binary covariance units how they covary (Ranzato and Hinton, "Modeling pixel means and
 * covariances using factorized third-order Boltzmann machines", 2010; Goodfellow, Bengio and
 * Courville, section 20.5.2).
 *
 * <pre>
 * E(x, hᵐ, hᶜ) = E_m(x, hᵐ) + E_c(x, hᶜ)                                        (20.43)
 * E_m(x, hᵐ) = ½ xᵀx − Σⱼ xᵀWⱼ hᵐⱼ − Σⱼ bᵐⱼ hᵐⱼ                                   (20.44)
 * E_c(x, hᶜ) = ½ Σⱼ hᶜⱼ (xᵀrⱼ)² − Σⱼ bᶜⱼ hᶜⱼ                                      (20.45)
 * p(x | hᵐ, hᶜ) = N(x; C Σⱼ Wⱼ hᵐⱼ, C),   C = (I + Σⱼ hᶜⱼ rⱼ rⱼᵀ)⁻¹                 (20.47)
 * p(hᵐⱼ = 1 | x) = σ(bᵐ + Wᵀx)ⱼ,   p(hᶜⱼ = 1 | x) = σ(bᶜⱼ − ½ (xᵀrⱼ)²)
 * F(x) = ½ xᵀx − Σⱼ log(1 + exp(bᵐ + Wᵀx)ⱼ) − Σⱼ log(1 + exp(bᶜⱼ − ½ (xᵀrⱼ)²))
 * </pre>
 *
 * <p>To draw x given all hidden units takes a matrix's inverse for every example; chains move by
 * Hamiltonian Monte Carlo on F instead. A covariance unit that is on forbids a value of xᵀrⱼ far
 * from 0; it turns off where the data breaks this rule. C never exceeds I, so that the data's
 * deviations should be well below 1: an example that breaks many rules has a deviation of 1.
 *
 * <p>Hidden states as one tensor are mean units first.
 *
 * @param mean the mean units
 * @param factors R, the rⱼ as columns: {@code [visible, covariance units]}
 * @param covarianceBias bᶜ, {@code [covariance units]}
 */
public record McRbm(MeanUnits mean, Param factors, Param covarianceBias)
    implements EnergyModel, Sampler {
  private static final int ENUMERABLE = 16;

  /**
   * Returns a machine with small mean weights and factors of a length of about 1, whose covariance
   * units are mostly on.
   */
  public static McRbm of(int visible, int meanUnits, int covarianceUnits, Rng rng) {
    Shape r = Shape.of(visible, covarianceUnits);
    return new McRbm(
        MeanUnits.of(visible, meanUnits, rng.split("mean")),
        Param.of(Initializer.normal(1 / Math.sqrt(visible)).draw(r, rng.split("factors"))),
        Param.of(Tensor.zeros(covarianceUnits).add(2)));
  }

  private static Tensor flat(Tensor x) {
    return x.shape().rank() == 2 ? x : x.flatten(1);
  }

  /** bᶜⱼ − ½ (xᵀrⱼ)²: {@code [n, covariance units]}. */
  private Tensor input(Tensor x) {
    return covarianceBias.value().sub(x.matmul(factors.value()).square().mul(0.5));
  }

  /** Returns p(hᵐ = 1 | x): {@code [n, *] -> [n, mean units]}. */
  public Tensor meanUnits(Tensor x) {
    return mean.given(flat(x));
  }

  /** Returns p(hᶜ = 1 | x): {@code [n, *] -> [n, covariance units]}. */
  public Tensor covarianceUnits(Tensor x) {
    return input(flat(x)).sigmoid();
  }

  /**
   * Returns p(x | hᵐ, hᶜ), computed on the host: distributions of batch {@code [n]}.
   *
   * @param hm {@code [n, mean units]}
   * @param hc {@code [n, covariance units]}
   */
  public MultivariateNormal visible(Tensor hm, Tensor hc) {
    return mean.visible(hm, hc, factors.value());
  }

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    Tensor x = flat(visible);
    int m = mean.count();
    Tensor hc = hidden.slice(1, m, hidden.shape().dim(1));
    return mean.energy(x, hidden.slice(1, 0, m)).sub(input(x).mul(hc).sum(1));
  }

  @Override
  public Tensor freeEnergy(Tensor visible) {
    Tensor x = flat(visible);
    return mean.freeEnergy(x).sub(input(x).softplus().sum(1)); // [n]
  }

  /**
   * Returns log Z by a sum of normal integrals over all hidden states, computed on the host.
   *
   * @throws IllegalArgumentException if there are more than 16 hidden units
   */
  public double exactLogPartition() {
    int m = mean.count();
    int units = m + factors.shape().dim(1);
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d hidden units are too many to sum over; estimate log Z by annealing"
              .formatted(units));
    }
    Tensor h = new Enumeration(units, factors.dtype()).states();
    Tensor hm = h.slice(1, 0, m);
    Tensor hc = h.slice(1, m, units);
    Tensor precision = MeanUnits.precision(hc, factors.value());
    Tensor pull = mean.pull(hm).unsqueeze(-1); // [states, visible, 1]
    Tensor shift = pull.mul(LinearAlgebra.solve(precision, pull)).sum(1, 2).mul(0.5);
    double volume = factors.shape().dim(0) * Math.log(2 * Math.PI);
    Tensor width = LinearAlgebra.logDeterminant(precision).rsub(volume).mul(0.5);
    Tensor biases = hm.mul(mean.bias().value()).sum(1).add(hc.mul(covarianceBias.value()).sum(1));
    return shift.add(width).add(biases).logSumExp(0).item();
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
