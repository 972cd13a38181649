package shinso.zoo.energy;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.init.Initializer;
import shinso.nn.layer.State;
import shinso.nn.model.LatentVariableModel;

/**
 * Gaussian–Bernoulli restricted Boltzmann machine: real-valued visible units, binary hidden ones
 * (Welling, Rosen-Zvi and Hinton 2005; Goodfellow, Bengio and Courville, section 20.5.1).
 *
 * <pre>
 * E(v, h) = ½ (v − a)ᵀ(β ⊙ (v − a)) − (v ⊙ β)ᵀ W h − bᵀh        (20.42), which has a = 0
 * p(v | h) = N(v; a + W h, β⁻¹)                                (20.38)
 * p(hⱼ = 1 | v) = σ(b + Wᵀ(β ⊙ v))ⱼ
 * F(v) = ½ (v − a)ᵀ(β ⊙ (v − a)) − Σⱼ log(1 + exp(b + Wᵀ(β ⊙ v))ⱼ)
 * </pre>
 *
 * <p>p(v) is a mixture of 2ⁿ normal distributions of one covariance. The precision β is held as its
 * logarithm, so that no step of learning makes it negative.
 *
 * @param weight W, {@code [visible, hidden]}
 * @param visibleBias a, in the data's units: {@code [visible]}
 * @param hiddenBias b, {@code [hidden]}
 * @param precision log β, {@code [visible]}
 */
public record GaussianRbm(Param weight, Param visibleBias, Param hiddenBias, LogPrecision precision)
    implements GibbsSampler, LatentVariableModel {
  /** Layers of so many units are summed over state by state. */
  private static final int ENUMERABLE = 20;

  private static final int BURN_IN = 1_000;

  /** log β, which learns or stays. */
  public sealed interface LogPrecision {
    /** Returns the cell with log β. */
    Param log();
  }

  /**
   * A precision that learns.
   *
   * @param log log β, {@code [visible]}
   */
  public record Learned(Param log) implements LogPrecision {}

  /**
   * A precision that no learning moves.
   *
   * @param log log β, {@code [visible]}
   */
  public record Fixed(@State Param log) implements LogPrecision {}

  /** Returns a machine with small random weights and a fixed precision of 1, for whitened data. */
  public static GaussianRbm of(int visible, int hidden, Rng rng) {
    return new GaussianRbm(
        Param.of(Initializer.normal(0.01).draw(Shape.of(visible, hidden), rng)),
        Param.of(Tensor.zeros(visible)),
        Param.of(Tensor.zeros(hidden)),
        new Fixed(Param.of(Tensor.zeros(visible))));
  }

  /**
   * Returns this machine with a precision of the data's deviations, and with its means: a = m, β =
   * deviation^−2.
   *
   * @param mean m, {@code [visible]}
   * @param deviation in the data's units, {@code [visible]}
   * @throws IllegalArgumentException if a deviation is not positive
   */
  public GaussianRbm withMoments(Tensor mean, Tensor deviation) {
    requirePositive(deviation);
    visibleBias.assign(mean);
    precision.log().assign(deviation.log().mul(-2));
    return this;
  }

  /**
   * Returns this machine with hidden biases by which each unit alone has τ times the weight of
   * none: bⱼ = log τ − aᵀ(β ⊙ Wⱼ) − ½ Wⱼᵀ(β ⊙ Wⱼ) (Melchior, Wang and Wiskott 2017, section on
   * initialisation). Called after weights, biases and precisions are set.
   *
   * @param tau τ, such as 0.05
   */
  public GaussianRbm withSparsity(double tau) {
    Tensor shift = w().mul(a().unsqueeze(1).add(w().mul(0.5))); // [visible, hidden]
    hiddenBias.assign(shift.mul(beta().unsqueeze(1)).sum(0).rsub(Math.log(tau)));
    return this;
  }

  private static void requirePositive(Tensor deviation) {
    double least = deviation.min().item();
    if (!(least > 0)) {
      throw new IllegalArgumentException(
          "gaussian rbm: deviations are positive, but one is %s; leave out units that are constant"
                  .formatted(least)
              + " in the data");
    }
  }

  /** Returns this machine with a precision that learns, from where it is. */
  public GaussianRbm learningPrecision() {
    return new GaussianRbm(weight, visibleBias, hiddenBias, new Learned(precision.log()));
  }

  private Tensor w() {
    return weight.value();
  }

  private Tensor a() {
    return visibleBias.value();
  }

  private Tensor b() {
    return hiddenBias.value();
  }

  private Tensor beta() {
    return precision.log().value().exp();
  }

  // ---- conditionals

  private Tensor input(Tensor v) {
    return b().add(flat(v).mul(beta()).matmul(w())); // [n, hidden]
  }

  /** Returns p(h = 1 | v): {@code [n, *] -> [n, hidden]}. */
  public Tensor hidden(Tensor v) {
    return input(v).sigmoid();
  }

  /** Returns E[v | h] = a + W h: {@code [n, hidden] -> [n, visible]}. */
  public Tensor visible(Tensor h) {
    return a().add(h.matmul(w().transpose()));
  }

  @Override
  public Tensor gibbs(Tensor v, Rng rng) {
    Tensor mean = reconstruct(v, rng.split(0));
    return mean.add(mean.normalLike(rng.split(1)).div(beta().sqrt()));
  }

  @Override
  public Tensor reconstruct(Tensor v, Rng rng) {
    return visible(hidden(v).bernoulli(rng));
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

  private static Tensor flat(Tensor v) {
    return v.shape().rank() == 2 ? v : v.flatten(1);
  }

  // ---- energies

  /** ½ (v − a)ᵀ(β ⊙ (v − a)): {@code [n]}. */
  private Tensor bowl(Tensor v) {
    return flat(v).sub(a()).square().mul(beta()).sum(1).mul(0.5);
  }

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    return bowl(visible).sub(input(visible).mul(hidden).sum(1));
  }

  @Override
  public Tensor freeEnergy(Tensor visible) {
    return bowl(visible).sub(input(visible).softplus().sum(1)); // [n]
  }

  /**
   * log ∫ exp(−E(v, h)) dv of hidden states, with m = W h: {@code [n]}.
   *
   * <pre>
   * ½ Σᵢ log(2π / βᵢ) + bᵀh + aᵀ(β ⊙ m) + ½ mᵀ(β ⊙ m)
   * </pre>
   */
  private Tensor logMass(Tensor h) {
    Tensor m = h.matmul(w().transpose()); // [n, visible]
    Tensor shift = m.mul(a().add(m.mul(0.5))).mul(beta()).sum(1);
    Tensor volume = precision.log().value().rsub(Math.log(2 * Math.PI)).sum().mul(0.5);
    return h.mul(b()).sum(1).add(shift).add(volume);
  }

  /**
   * Returns log Z by a sum over all hidden states; it has gradients.
   *
   * @throws IllegalArgumentException if there are more than 20 hidden units
   */
  public Tensor logPartition() {
    if (hiddenUnits() > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d hidden units are too many to sum over; estimate log Z by annealing"
              .formatted(hiddenUnits()));
    }
    Tensor states = new Enumeration(hiddenUnits(), weight.dtype()).states();
    return logMass(states).logSumExp(0);
  }

  /**
   * Returns log Z by a sum over all hidden states, some thousand at a time, added in double.
   *
   * @throws IllegalArgumentException if there are more than 30 hidden units
   */
  public double exactLogPartition() {
    return new Enumeration(hiddenUnits(), weight.dtype()).logPartition(this::logMass);
  }

  private int hiddenUnits() {
    return weight.shape().dim(1);
  }

  /** Returns log p(v) of each example for a known log Z: {@code [n, *] -> [n]}. */
  public Tensor logProbability(Tensor v, Tensor logPartition) {
    return freeEnergy(v).neg().sub(logPartition);
  }

  /**
   * Returns the distributions between a normal one and this machine, of which the hidden units are
   * summed out; chains move by Gibbs sampling:
   *
   * <pre>
   * log f_t(v) = −½ Σᵢ (1 − t) πᵢ (vᵢ − mᵢ)² − ½ t (v − a)ᵀ(β ⊙ (v − a))
   *              + Σⱼ log(1 + exp t (b + Wᵀ(β ⊙ v))ⱼ)
   * </pre>
   *
   * @param mean m, the data's: {@code [visible]}
   * @param deviation π^−½, the data's: {@code [visible]}
   * @throws IllegalArgumentException if a deviation is not positive
   */
  public Ais.Path annealing(Tensor mean, Tensor deviation) {
    requirePositive(deviation);
    return new Annealing(this, mean.evaluate(), deviation.square().reciprocal().evaluate());
  }

  private record Annealing(GaussianRbm rbm, Tensor m, Tensor pi) implements Ais.Path {
    @Override
    public Tensor start(int chains, Rng rng) {
      return m.add(Tensor.normal(rng, chains, m.shape().dim(0)).div(pi.sqrt())).evaluate();
    }

    @Override
    public double logNormalizer() {
      return pi.log().rsub(Math.log(2 * Math.PI)).sum().item() / 2
          + rbm.hiddenUnits() * Math.log(2);
    }

    private Tensor base(Tensor v) {
      return v.sub(m).square().mul(pi).sum(1).mul(0.5);
    }

    @Override
    public Tensor logWeight(Tensor v, Tensor t) {
      Tensor hidden = rbm.input(v).mul(t).softplus().sum(1);
      return hidden.sub(base(v).mul(t.rsub(1))).sub(rbm.bowl(v).mul(t));
    }

    @Override
    public Tensor logRatio(Tensor v, Tensor from, Tensor to) {
      Tensor x = rbm.input(v);
      Tensor hidden = x.mul(to).softplus().sub(x.mul(from).softplus()).sum(1);
      return hidden.add(base(v).sub(rbm.bowl(v)).mul(to.sub(from)));
    }

    @Override
    public Tensor transition(Tensor v, Tensor t, Rng rng) {
      Tensor h = rbm.input(v).mul(t).sigmoid().bernoulli(rng.split(0));
      Tensor rest = t.rsub(1).mul(pi);
      Tensor own = rbm.beta().mul(t);
      Tensor total = rest.add(own); // [visible]
      Tensor mean = rest.mul(m).add(own.mul(rbm.visible(h))).div(total);
      return mean.add(mean.normalLike(rng.split(1)).div(total.sqrt()));
    }
  }

  // ---- abilities

  /** Draws by long chains of Gibbs sampling that begin around the visible biases. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor start = chainStart(count, rng.split("start")).evaluate();
    return Gibbs.of(start, this::gibbs).run(BURN_IN, rng.split("chain"));
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    Tensor noise = Tensor.normal(rng, count, weight.shape().dim(0));
    return a().add(noise.div(beta().sqrt()));
  }

  /** Returns p(h = 1 | v). */
  @Override
  public Tensor encode(Tensor x) {
    return hidden(x);
  }

  /** Returns E[v | h]. */
  @Override
  public Tensor decode(Tensor z) {
    return visible(z);
  }
}
