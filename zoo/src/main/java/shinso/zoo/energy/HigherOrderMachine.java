package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.chain.SingleSite;
import shinso.nn.model.DensityModel;
import shinso.nn.model.EnergyModel;
import shinso.nn.model.Sampler;

/**
 * Boltzmann machine of third order: not only pairs but triples of units have weights (Sejnowski,
 * "Higher-order Boltzmann machines", 1986; Goodfellow, Bengio and Courville, "Deep learning",
 * section 20.8).
 *
 * <pre>
 * E(x) = −Σ_{i&lt;j&lt;k} Tᵢⱼₖ xᵢ xⱼ xₖ − Σ_{i&lt;j} Uᵢⱼ xᵢ xⱼ − Σᵢ bᵢ xᵢ,   x = (v, h)
 * p(xᵢ = 1 | x₋ᵢ) = σ(bᵢ + Σⱼ Uᵢⱼ xⱼ + Σ_{j&lt;k} Tᵢⱼₖ xⱼ xₖ)
 * </pre>
 *
 * <p>T and U count each set of units once, where the indices ascend; what else stands in the
 * parameters is not looked at. The number of weights grows as n³: {@link GatedRbm} has three layers
 * and a factored form.
 *
 * @param triples T, {@code [n, n, n]}
 * @param pairs U, {@code [n, n]}
 * @param bias b, {@code [n]}
 * @param visible how many units are visible, the first ones
 */
public record HigherOrderMachine(Param triples, Param pairs, Param bias, int visible)
    implements DensityModel, EnergyModel, Sampler {
  /** So many units are summed over state by state. */
  private static final int ENUMERABLE = 20;

  private static final int BURN_IN = 200;

  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if they don't fit together, or not 1 to n units are visible
   */
  public HigherOrderMachine {
    int n = bias.shape().size();
    if (!triples.shape().equals(Shape.of(n, n, n)) || !pairs.shape().equals(Shape.of(n, n))) {
      throw new IllegalArgumentException(
          "higher-order machine: %d units have weights [%d, %d, %d] and [%d, %d], not %s and %s"
              .formatted(n, n, n, n, n, n, triples.shape(), pairs.shape()));
    }
    if (visible < 1 || visible > n) {
      throw new IllegalArgumentException(
          "higher-order machine: 1 to %d units are visible, not %d".formatted(n, visible));
    }
  }

  /** Returns a machine with small random weights. */
  public static HigherOrderMachine of(int visible, int hidden, Rng rng) {
    int n = visible + hidden;
    return new HigherOrderMachine(
        Param.of(Tensor.normal(rng.split(0), n, n, n).mul(0.01)),
        Param.of(Tensor.normal(rng.split(1), n, n).mul(0.01)),
        Param.of(Tensor.zeros(n)),
        visible);
  }

  private int units() {
    return bias.shape().size();
  }

  private DType type() {
    return bias.dtype();
  }

  /** U, nothing where indices don't ascend. */
  private Tensor u() {
    return pairs.value().mul(ascending());
  }

  /** T, nothing where indices don't ascend. */
  private Tensor t() {
    return triples.value().mul(ascending().unsqueeze(2)).mul(ascending());
  }

  private Tensor ascending() {
    return Tensor.upperTriangle(units(), units(), 1).cast(type());
  }

  /** Returns E(x) of states of all units: {@code [b, n] -> [b]}. */
  public Tensor energy(Tensor x) {
    int n = units();
    Tensor two = x.outer(x).reshape(x.shape().dim(0), n * n); // xᵢ xⱼ, [b, n²]
    Tensor three = two.matmul(t().reshape(n * n, n)); // [b, n]
    return three.add(x.matmul(u())).add(bias.value()).mul(x).sum(1).neg();
  }

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    return energy(Tensor.concat(1, List.of(visible, hidden)));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there are more than 20 hidden units
   */
  @Override
  public Tensor freeEnergy(Tensor v) {
    Tensor h = states(units() - visible); // [s, hidden]
    int b = v.shape().dim(0);
    int s = h.shape().dim(0);
    Tensor each = v.unsqueeze(1).tile(1, s).reshape(b * s, visible);
    return energy(each, h.tile(0, b)).reshape(b, s).neg().logSumExp(1).neg();
  }

  private Tensor states(int units) {
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d units are too many to sum over".formatted(units));
    }
    return new Enumeration(units, type()).states();
  }

  /**
   * Returns log Z by a sum over all states; it has gradients.
   *
   * @throws IllegalArgumentException if there are more than 20 units
   */
  public Tensor logPartition() {
    return energy(states(units())).neg().logSumExp(0);
  }

  /** Returns log p(v) by a sum over all states, for small machines: {@code [b, visible] -> [b]}. */
  @Override
  public Tensor logProbability(Tensor v) {
    return freeEnergy(v).neg().sub(logPartition());
  }

  /** Draws the visible units by long chains of Gibbs sampling, one unit after the other. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor half = Tensor.full(Shape.of(count, units()), 0.5).cast(type());
    Tensor start = half.bernoulli(rng.split("start")).evaluate();
    Gibbs chains = Gibbs.of(start, SingleSite.of(x -> energy(x).neg()));
    return chains.run(BURN_IN, rng.split("chain")).slice(1, 0, visible);
  }
}
