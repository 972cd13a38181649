package shinso.zoo.energy;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.distribution.MultivariateNormal;
import shinso.nn.linear.LinearAlgebra;
import shinso.nn.model.LatentVariableModel;

/**
 * Spike-and-slab restricted Boltzmann machine: each hidden unit is a binary spike hᵢ and a
 * real-valued slab sᵢ, so that hidden units say how visible ones covary (Courville, Bergstra and
 * Bengio, "Unsupervised models of images by spike-and-slab RBMs", 2011; Goodfellow, Bengio and
 * Courville, section 20.5.2).
 *
 * <pre>
 * E(x, s, h) = −Σᵢ xᵀWᵢ sᵢ hᵢ + ½ xᵀ(Λ + Σᵢ Φᵢ hᵢ) x
 *              + ½ Σᵢ αᵢ sᵢ² − Σᵢ αᵢ μᵢ sᵢ hᵢ − Σᵢ bᵢ hᵢ + Σᵢ αᵢ μᵢ² hᵢ          (20.50)
 * p(x | h) = N(x; C Σᵢ Wᵢ μᵢ hᵢ, C),   C = (Λ + Σᵢ (Φᵢ − αᵢ⁻¹ Wᵢ Wᵢᵀ) hᵢ)⁻¹        (20.51, 20.52)
 * p(hᵢ = 1 | x) = σ(½ αᵢ⁻¹ (xᵀWᵢ)² + xᵀWᵢ μᵢ − ½ xᵀΦᵢ x + bᵢ − ½ αᵢ μᵢ²)
 * p(s | x, h) = Πᵢ N(sᵢ; (μᵢ + αᵢ⁻¹ xᵀWᵢ) hᵢ, αᵢ⁻¹)
 * p(x | s, h) = N(x; D Σᵢ Wᵢ sᵢ hᵢ, D),   D = (Λ + Σᵢ Φᵢ hᵢ)⁻¹
 * </pre>
 *
 * <p>Λ and Φᵢ are diagonal. The last sum of the energy is the book's; the paper has ½ αᵢ μᵢ², and
 * bᵢ takes up the difference.
 *
 * <p><b>C is positive definite for every h</b>, by construction. What spikes can take from the
 * precision is most when all are on, M = Σᵢ αᵢ⁻¹ Wᵢ Wᵢᵀ, and a symmetric matrix is at most the
 * diagonal one of its rows' absolute sums. So
 *
 * <pre>
 * Λ_dd = exp(λ_d) + Σ_e |M_de|
 * </pre>
 *
 * <p>and no direction's precision falls below the least exp(λ). α and Φ are held as logarithms.
 *
 * @param weight W, {@code [visible, hidden]}
 * @param hiddenBias b, {@code [hidden]}
 * @param slabMean μ, {@code [hidden]}
 * @param slabPrecision log α, {@code [hidden]}
 * @param spikePrecision log of the diagonals of Φ, {@code [visible, hidden]}
 * @param leastPrecision λ, {@code [visible]}
 */
public record SpikeSlabRbm(
    Param weight,
    Param hiddenBias,
    Param slabMean,
    Param slabPrecision,
    Param spikePrecision,
    Param leastPrecision)
    implements GibbsSampler, LatentVariableModel {
  private static final int ENUMERABLE = 16;
  private static final int BURN_IN = 1_000;
  private static final double LOG_2_PI = Math.log(2 * Math.PI);

  /**
   * Returns a machine for whitened data of deviation 1: weights with W Wᵀ = I, or as near as so
   * many columns come, so that little of Λ is wasted; slabs around 0 of precision 1, Φ of 0.01, and
   * hidden units that are mostly off.
   */
  public static SpikeSlabRbm of(int visible, int hidden, Rng rng) {
    LinearAlgebra.Svd turn = LinearAlgebra.svd(Tensor.normal(rng, visible, hidden));
    return new SpikeSlabRbm(
        Param.of(turn.u().matmul(turn.v().transpose())),
        Param.of(Tensor.zeros(hidden).sub(1)),
        Param.of(Tensor.zeros(hidden)),
        Param.of(Tensor.zeros(hidden)),
        Param.of(Tensor.zeros(visible, hidden).add(Math.log(0.01))),
        Param.of(Tensor.zeros(visible).add(Math.log(0.5))));
  }

  /**
   * Returns this machine for data of other deviations: W and the precisions are scaled by them.
   *
   * @param deviation {@code [visible]}, positive
   */
  public SpikeSlabRbm withDeviation(Tensor deviation) {
    Tensor rows = deviation.unsqueeze(1);
    weight.assign(w().div(rows));
    spikePrecision.assign(spikePrecision.value().sub(rows.log().mul(2)));
    leastPrecision.assign(leastPrecision.value().sub(deviation.log().mul(2)));
    return this;
  }

  private Tensor w() {
    return weight.value();
  }

  private Tensor b() {
    return hiddenBias.value();
  }

  private Tensor mu() {
    return slabMean.value();
  }

  private Tensor alpha() {
    return slabPrecision.value().exp();
  }

  private Tensor phi() {
    return spikePrecision.value().exp();
  }

  /** Returns the diagonal of Λ: {@code [visible]}. */
  public Tensor visiblePrecision() {
    Tensor most = w().div(alpha()).matmul(w().transpose()); // M, [visible, visible]
    return leastPrecision.value().exp().add(most.abs().sum(1));
  }

  private int hiddenUnits() {
    return weight.shape().dim(1);
  }

  private static Tensor flat(Tensor x) {
    return x.shape().rank() == 2 ? x : x.flatten(1);
  }

  // ---- conditionals

  private Tensor input(Tensor x) {
    Tensor v = flat(x);
    Tensor y = v.matmul(w()); // [n, hidden]
    Tensor slab = y.square().div(alpha()).mul(0.5).add(y.mul(mu()));
    Tensor spike = v.square().matmul(phi()).mul(0.5);
    return slab.sub(spike).add(b()).sub(alpha().mul(mu().square()).mul(0.5));
  }

  /** Returns p(h = 1 | x): {@code [n, *] -> [n, hidden]}. */
  public Tensor hidden(Tensor x) {
    return input(x).sigmoid();
  }

  /** Returns E[s | x, h]: {@code [n, *], [n, hidden] -> [n, hidden]}. */
  public Tensor slab(Tensor x, Tensor h) {
    return mu().add(flat(x).matmul(w()).div(alpha())).mul(h);
  }

  /** Returns E[x | s, h]: {@code [n, hidden], [n, hidden] -> [n, visible]}. */
  public Tensor visible(Tensor s, Tensor h) {
    return s.mul(h).matmul(w().transpose()).div(given(h));
  }

  /** Λ + Σᵢ Φᵢ hᵢ: {@code [n, visible]}. */
  private Tensor given(Tensor h) {
    return visiblePrecision().add(h.matmul(phi().transpose()));
  }

  /**
   * Returns p(x | h), slabs integrated out, computed on the host: {@code [n, hidden]} to
   * distributions of batch {@code [n]}.
   */
  public MultivariateNormal givenSpikes(Tensor h) {
    Tensor c = covariance(h);
    Tensor mean = c.matmul(linear(h).unsqueeze(-1)).squeeze(-1);
    Tensor symmetric = c.add(c.transpose()).mul(0.5); // rounding makes it a little lopsided
    return new MultivariateNormal(mean, LinearAlgebra.cholesky(symmetric));
  }

  /** Returns C of each state: {@code [n, hidden] -> [n, visible, visible]}. */
  public Tensor covariance(Tensor h) {
    return LinearAlgebra.inverse(precision(h));
  }

  private Tensor precision(Tensor h) {
    Tensor scaled = w().mul(h.div(alpha()).unsqueeze(1)); // [n, visible, hidden]
    Tensor d = given(h);
    Tensor diagonal = Tensor.eye(weight.shape().dim(0)).cast(d.dtype()).mul(d.unsqueeze(1));
    return diagonal.sub(scaled.matmul(w().transpose()));
  }

  /** Σᵢ Wᵢ μᵢ hᵢ: {@code [n, visible]}. */
  private Tensor linear(Tensor h) {
    return h.mul(mu()).matmul(w().transpose());
  }

  /** Draws h and s given x together, then x given both. */
  @Override
  public Tensor gibbs(Tensor x, Rng rng) {
    Tensor h = hidden(x).bernoulli(rng.split(0));
    Tensor s = slab(x, h);
    s = s.add(s.normalLike(rng.split(1)).div(alpha().sqrt()));
    Tensor mean = visible(s, h);
    return mean.add(mean.normalLike(rng.split(2)).div(given(h).sqrt()));
  }

  /** Returns E[x | s, h] for a draw of h and the mean of s. */
  @Override
  public Tensor reconstruct(Tensor x, Rng rng) {
    Tensor h = hidden(x).bernoulli(rng);
    return visible(slab(x, h), h);
  }

  /** Returns the examples as they are. */
  @Override
  public Tensor observed(Tensor x, Rng rng) {
    return flat(x);
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  // ---- energies

  /**
   * Returns E(x, s, h) of each triple: {@code [n]}.
   *
   * @param x {@code [n, visible]}
   * @param s {@code [n, hidden]}
   * @param h {@code [n, hidden]}
   */
  public Tensor energy(Tensor x, Tensor s, Tensor h) {
    Tensor y = flat(x).matmul(w());
    Tensor bowl = flat(x).square().mul(given(h)).sum(1).mul(0.5);
    Tensor slabs = alpha().mul(s.square()).mul(0.5).sum(1);
    Tensor both = s.mul(y.add(alpha().mul(mu())));
    Tensor spikes = b().sub(alpha().mul(mu().square()));
    return bowl.add(slabs).sub(both.add(spikes).mul(h).sum(1));
  }

  /** Returns −log ∫ exp(−E(x, s, h)) ds of each pair: {@code [n]}. */
  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    return rest(visible).sub(input(visible).mul(hidden).sum(1));
  }

  @Override
  public Tensor freeEnergy(Tensor visible) {
    return rest(visible).sub(input(visible).softplus().sum(1));
  }

  /** ½ xᵀΛx − ½ Σᵢ log(2π / αᵢ), which no spike changes: {@code [n]}. */
  private Tensor rest(Tensor x) {
    Tensor slabs = slabPrecision.value().rsub(LOG_2_PI).sum().mul(0.5);
    return flat(x).square().mul(visiblePrecision()).sum(1).mul(0.5).sub(slabs);
  }

  /**
   * Returns log Z by a sum of normal integrals over all states of the spikes, computed on the host.
   *
   * @throws IllegalArgumentException if there are more than 16 hidden units
   */
  public double exactLogPartition() {
    if (hiddenUnits() > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d spikes are too many to sum over; estimate log Z by annealing"
              .formatted(hiddenUnits()));
    }
    Tensor h = new Enumeration(hiddenUnits(), weight.dtype()).states();
    Tensor q = precision(h);
    Tensor m = linear(h).unsqueeze(-1);
    Tensor shift = m.transpose().matmul(LinearAlgebra.solve(q, m)).sum(1, 2).mul(0.5);
    Tensor volume = LinearAlgebra.logDeterminant(q).rsub(weight.shape().dim(0) * LOG_2_PI).mul(0.5);
    Tensor spikes = h.mul(b().sub(alpha().mul(mu().square()).mul(0.5))).sum(1);
    Tensor slabs = slabPrecision.value().rsub(LOG_2_PI).sum().mul(0.5);
    return shift.add(volume).add(spikes).logSumExp(0).add(slabs).item();
  }

  // ---- abilities

  /** Draws by long chains of Gibbs sampling that begin where all spikes are off. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor start = chainStart(count, rng.split("start")).evaluate();
    return Gibbs.of(start, this::gibbs).run(BURN_IN, rng.split("chain"));
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    Tensor noise = Tensor.normal(rng, count, weight.shape().dim(0));
    return noise.div(visiblePrecision().sqrt());
  }

  /** Returns the mean of s ⊙ h given x. */
  @Override
  public Tensor encode(Tensor x) {
    Tensor p = hidden(x);
    return slab(x, p);
  }

  /** Returns E[x | s, h] of codes s ⊙ h, a unit being on where its code is not 0. */
  @Override
  public Tensor decode(Tensor z) {
    return visible(z, z.notEqual(0).cast(z.dtype()));
  }
}
