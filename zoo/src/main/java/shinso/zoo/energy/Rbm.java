package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.model.Completer;
import shinso.nn.model.LatentVariableModel;

/**
 * Restricted Boltzmann machine with binary units (Smolensky 1986; Goodfellow, Bengio and Courville,
 * "Deep learning", section 20.2).
 *
 * <pre>
 * E(v, h) = −bᵀv − cᵀh − vᵀW h                          (20.5)
 * p(v, h) = exp(−E(v, h)) / Z                           (20.4)
 * p(hⱼ = 1 | v) = σ(c + Wᵀv)ⱼ                           (20.11)
 * p(vᵢ = 1 | h) = σ(b + W h)ᵢ
 * F(v) = −bᵀv − Σⱼ log(1 + exp(c + Wᵀv)ⱼ),   p(v) = exp(−F(v)) / Z
 * </pre>
 *
 * <p>Examples may have any shape; they are flattened.
 *
 * @param weight W, {@code [visible, hidden]}
 * @param visibleBias b, {@code [visible]}
 * @param hiddenBias c, {@code [hidden]}
 */
public record Rbm(Param weight, Param visibleBias, Param hiddenBias)
    implements GibbsSampler, AnnealedModel, LatentVariableModel, Completer {
  /** Layers of so many units are summed over state by state. */
  private static final int ENUMERABLE = 20;

  /** Steps of Gibbs sampling until a chain is taken to have forgotten where it began. */
  private static final int BURN_IN = 1_000;

  /** Returns a machine with small random weights and no biases (Hinton 2012, section 8). */
  public static Rbm of(int visible, int hidden, Rng rng) {
    return new Rbm(
        Param.of(Initializer.normal(0.01).draw(Shape.of(visible, hidden), rng)),
        Param.of(Tensor.zeros(visible)),
        Param.of(Tensor.zeros(hidden)));
  }

  /**
   * Returns this machine with visible biases that give each unit its share in the data: bᵢ = log pᵢ
   * / (1 − pᵢ) (Hinton 2012, section 8.1).
   *
   * @param rates p, {@code [visible]}
   */
  public Rbm withBaseRates(Tensor rates) {
    visibleBias.assign(Bernoulli.ofRates(rates).logits());
    return this;
  }

  private Tensor w() {
    return weight.value();
  }

  private Tensor b() {
    return visibleBias.value();
  }

  private Tensor c() {
    return hiddenBias.value();
  }

  // ---- conditionals

  /** Returns p(h = 1 | v): {@code [n, *] -> [n, hidden]}. */
  public Tensor hidden(Tensor v) {
    return c().add(flat(v).matmul(w())).sigmoid();
  }

  /** Returns p(v = 1 | h): {@code [n, hidden] -> [n, visible]}. */
  public Tensor visible(Tensor h) {
    return b().add(h.matmul(w().transpose())).sigmoid();
  }

  @Override
  public Tensor gibbs(Tensor v, Rng rng) {
    return reconstruct(v, rng.split(0)).bernoulli(rng.split(1));
  }

  @Override
  public Tensor reconstruct(Tensor v, Rng rng) {
    return visible(hidden(v).bernoulli(rng));
  }

  private static Tensor flat(Tensor v) {
    return v.shape().rank() == 2 ? v : v.flatten(1);
  }

  // ---- energies

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    Tensor v = flat(visible);
    Tensor interaction = v.matmul(w()).mul(hidden).sum(1); // [n]
    return v.mul(b()).sum(1).add(hidden.mul(c()).sum(1)).add(interaction).neg();
  }

  @Override
  public Tensor freeEnergy(Tensor visible) {
    Tensor v = flat(visible);
    return v.mul(b()).sum(1).add(c().add(v.matmul(w())).softplus().sum(1)).neg(); // [n]
  }

  /** Returns the free energy of hidden states, Σᵥ exp(−E(v, h)) = exp(−F(h)): {@code [n]}. */
  private Tensor hiddenFreeEnergy(Tensor h) {
    return h.mul(c()).sum(1).add(b().add(h.matmul(w().transpose())).softplus().sum(1)).neg();
  }

  /**
   * Returns log Z by a sum over all states of the smaller layer; it has gradients.
   *
   * @throws IllegalArgumentException if both layers have more than 20 units
   */
  public Tensor logPartition() {
    int units = Math.min(visibleUnits(), hiddenUnits());
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d units are too many to sum over; estimate log Z by annealing"
              .formatted(units));
    }
    Tensor states = Enumeration.of(units).states();
    Tensor free = units == hiddenUnits() ? hiddenFreeEnergy(states) : freeEnergy(states);
    return free.neg().logSumExp(0);
  }

  /**
   * Returns log Z by a sum over all states of the smaller layer, some thousand at a time, added in
   * double.
   *
   * @throws IllegalArgumentException if both layers have more than 30 units
   */
  public double exactLogPartition() {
    Enumeration smaller = Enumeration.of(Math.min(visibleUnits(), hiddenUnits()));
    return hiddenUnits() <= visibleUnits()
        ? smaller.logPartition(h -> hiddenFreeEnergy(h).neg())
        : smaller.logPartition(this);
  }

  int visibleUnits() {
    return weight.shape().dim(0);
  }

  private int hiddenUnits() {
    return weight.shape().dim(1);
  }

  /** Returns log p(v) of each example for a known log Z: {@code [n, *] -> [n]}. */
  public Tensor logProbability(Tensor v, Tensor logPartition) {
    return freeEnergy(v).neg().sub(logPartition);
  }

  /**
   * Returns the distributions between one of independent visible units and this machine, of which
   * the hidden units are summed out (Salakhutdinov and Murray 2008, equations 15 to 17):
   *
   * <pre>
   * f_β(v) = exp((1 − β) aᵀv + β bᵀv) Πⱼ (1 + exp β(c + Wᵀv)ⱼ),   aᵢ = log pᵢ / (1 − pᵢ)
   * </pre>
   *
   * @param rates p, the shares of the visible units in the data: {@code [visible]}
   */
  @Override
  public Ais.Path annealing(Tensor rates) {
    return new Annealing(this, Bernoulli.ofRates(rates).logits().evaluate());
  }

  private record Annealing(Rbm rbm, Tensor a) implements Ais.Path {
    @Override
    public Tensor start(int chains, Rng rng) {
      return a.sigmoid().unsqueeze(0).tile(0, chains).bernoulli(rng);
    }

    @Override
    public double logNormalizer() {
      return a.softplus().sum().item() + rbm.hiddenUnits() * Math.log(2);
    }

    @Override
    public Tensor logWeight(Tensor v, Tensor beta) {
      return v.mul(bias(beta)).sum(1).add(input(v).mul(beta).softplus().sum(1));
    }

    @Override
    public Tensor logRatio(Tensor v, Tensor from, Tensor to) {
      Tensor x = input(v); // [chains, hidden]
      Tensor step = v.mul(rbm.b().sub(a)).sum(1).mul(to.sub(from));
      return step.add(x.mul(to).softplus().sub(x.mul(from).softplus()).sum(1));
    }

    @Override
    public Tensor transition(Tensor v, Tensor beta, Rng rng) {
      Tensor h = input(v).mul(beta).sigmoid().bernoulli(rng.split(0));
      Tensor back = h.matmul(rbm.w().transpose()).mul(beta);
      return bias(beta).add(back).sigmoid().bernoulli(rng.split(1));
    }

    private Tensor input(Tensor v) {
      return rbm.c().add(v.matmul(rbm.w()));
    }

    private Tensor bias(Tensor beta) {
      return a.mul(beta.rsub(1)).add(rbm.b().mul(beta));
    }
  }

  // ---- abilities

  /** Draws by long chains of Gibbs sampling that begin with the visible biases alone. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor start = chainStart(count, rng.split("start")).evaluate();
    return Gibbs.of(start, this::gibbs).run(BURN_IN, rng.split("chain"));
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    return b().sigmoid().unsqueeze(0).tile(0, count).bernoulli(rng);
  }

  /** Returns p(h = 1 | v). */
  @Override
  public Tensor encode(Tensor x) {
    return hidden(x);
  }

  /** Returns p(v = 1 | h). */
  @Override
  public Tensor decode(Tensor z) {
    return visible(z);
  }

  /** Draws what is missing by Gibbs sampling in which the given units are held. */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor given = flat(x).evaluate();
    Tensor mask = flat(known.broadcastTo(x.shape())).evaluate();
    Tensor start = Tensor.select(mask, given, given.mul(0).add(0.5).bernoulli(rng.split("start")));
    Gibbs chains =
        Gibbs.of(start.evaluate(), (v, key) -> Tensor.select(mask, given, gibbs(v, key)));
    return chains.run(BURN_IN, rng.split("chain"));
  }

  /** Returns the parameters, weights first. */
  List<Param> parameters() {
    return List.of(weight, visibleBias, hiddenBias);
  }
}
