package shinso.zoo.energy;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.init.Initializer;

/**
 * Restricted Boltzmann machine whose visible units are groups of K, of each of which one unit is
 * on, such as words, ratings or labels.
 *
 * <pre>
 * E(v, h) = −Σ_g Σₖ v_gk (b_gk + W_gk h) − cᵀh
 * p(v_gk = 1 | h) = exp(b_gk + W_gk h) / Σₗ exp(b_gl + W_gl h)
 * p(hⱼ = 1 | v) = σ(c + Wᵀv)ⱼ
 * </pre>
 *
 * <p>Examples are the groups one after the other with a 1 in each. Other values are shares by which
 * the unit that is on is drawn.
 *
 * <p>Sources: Salakhutdinov, Mnih and Hinton, "Restricted Boltzmann machines for collaborative
 * filtering" (2007), section 2; Hinton, "A practical guide to training restricted Boltzmann
 * machines" (2012), section 13.1.
 *
 * @param weight W, {@code [groups · K, hidden]}
 * @param visibleBias b, {@code [groups · K]}
 * @param hiddenBias c, {@code [hidden]}
 * @param states K
 */
public record SoftmaxRbm(Param weight, Param visibleBias, Param hiddenBias, int states)
    implements GibbsSampler, AnnealedModel {
  private static final int BURN_IN = 1_000;

  /**
   * Checks the number of states.
   *
   * @throws IllegalArgumentException if it is less than 2 or does not divide the visible units
   */
  public SoftmaxRbm {
    int units = weight.shape().dim(0);
    if (states < 2 || units % states != 0) {
      throw new IllegalArgumentException(
          "softmax machine: %d visible units are no groups of %d units, 2 or more each"
              .formatted(units, states));
    }
  }

  /** Returns a machine with small random weights and no biases. */
  public static SoftmaxRbm of(int groups, int states, int hidden, Rng rng) {
    return new SoftmaxRbm(
        Param.of(Initializer.normal(0.01).draw(Shape.of(groups * states, hidden), rng)),
        Param.of(Tensor.zeros(groups * states)),
        Param.of(Tensor.zeros(hidden)),
        states);
  }

  /** {@code [n, groups · K] -> [n, groups, K]}. */
  private Tensor grouped(Tensor x) {
    return x.reshape(x.shape().dim(0), -1, states);
  }

  /** Returns p(h = 1 | v): {@code [n, groups · K] -> [n, hidden]}. */
  public Tensor hidden(Tensor v) {
    return hiddenBias.value().add(v.matmul(weight.value())).sigmoid();
  }

  private Tensor logits(Tensor h) {
    return grouped(visibleBias.value().add(h.matmul(weight.value().transpose())));
  }

  /** Returns p(v = 1 | h): {@code [n, hidden] -> [n, groups · K]}. */
  public Tensor visible(Tensor h) {
    return logits(h).softmax(2).flatten(1);
  }

  @Override
  public Tensor gibbs(Tensor v, Rng rng) {
    return drawn(logits(hidden(v).bernoulli(rng.split(0))), rng.split(1));
  }

  private Tensor drawn(Tensor logits, Rng rng) {
    return logits.categorical(rng).oneHot(states).cast(logits.dtype()).flatten(1);
  }

  @Override
  public Tensor reconstruct(Tensor v, Rng rng) {
    return visible(hidden(v).bernoulli(rng));
  }

  @Override
  public Tensor observed(Tensor x, Rng rng) {
    return drawn(grouped(x.flatten(1)).log(), rng);
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    Tensor interaction = visible.matmul(weight.value()).mul(hidden).sum(1); // [n]
    Tensor biases = visible.mul(visibleBias.value()).sum(1);
    return biases.add(hidden.mul(hiddenBias.value()).sum(1)).add(interaction).neg();
  }

  @Override
  public Tensor freeEnergy(Tensor v) {
    Tensor x = hiddenBias.value().add(v.matmul(weight.value()));
    return v.mul(visibleBias.value()).sum(1).add(x.softplus().sum(1)).neg(); // [n]
  }

  /**
   * Returns log Z by a sum over all states of the hidden units, log Σₕ exp(cᵀh) Π_g Σₖ exp(b_gk +
   * W_gk h).
   *
   * @throws IllegalArgumentException if there are more than 30 hidden units
   */
  public double exactLogPartition() {
    return Enumeration.of(hiddenBias.shape().size())
        .logPartition(h -> h.mul(hiddenBias.value()).sum(1).add(logits(h).logSumExp(2).sum(1)));
  }

  /**
   * Returns the distributions between one of independent groups and this machine, of which the
   * hidden units are summed out:
   *
   * <pre>
   * f_β(v) = exp((1 − β) aᵀv + β bᵀv) Πⱼ (1 + exp β(c + Wᵀv)ⱼ),   a_gk = log p_gk
   * </pre>
   *
   * @param rates p, the shares of the visible units in the data, all positive: {@code [groups · K]}
   */
  @Override
  public Ais.Path annealing(Tensor rates) {
    return new Annealing(this, rates.log().evaluate());
  }

  private record Annealing(SoftmaxRbm rbm, Tensor a) implements Ais.Path {
    private Tensor b() {
      return rbm.visibleBias.value();
    }

    private Tensor input(Tensor v) {
      return rbm.hiddenBias.value().add(v.matmul(rbm.weight.value()));
    }

    @Override
    public Tensor start(int chains, Rng rng) {
      return rbm.drawn(rbm.grouped(a.unsqueeze(0).tile(0, chains)), rng).evaluate();
    }

    @Override
    public double logNormalizer() {
      double groups = rbm.grouped(a.unsqueeze(0)).logSumExp(2).sum().item();
      return groups + rbm.hiddenBias.shape().size() * Math.log(2);
    }

    @Override
    public Tensor logWeight(Tensor v, Tensor beta) {
      Tensor biases = a.mul(beta.rsub(1)).add(b().mul(beta));
      return v.mul(biases).sum(1).add(input(v).mul(beta).softplus().sum(1));
    }

    @Override
    public Tensor logRatio(Tensor v, Tensor from, Tensor to) {
      Tensor x = input(v); // [chains, hidden]
      Tensor step = v.mul(b().sub(a)).sum(1).mul(to.sub(from));
      return step.add(x.mul(to).softplus().sub(x.mul(from).softplus()).sum(1));
    }

    @Override
    public Tensor transition(Tensor v, Tensor beta, Rng rng) {
      Tensor h = input(v).mul(beta).sigmoid().bernoulli(rng.split(0));
      Tensor back = b().add(h.matmul(rbm.weight.value().transpose())).mul(beta);
      return rbm.drawn(rbm.grouped(a.mul(beta.rsub(1)).add(back)), rng.split(1));
    }
  }

  /** Draws by long chains of Gibbs sampling that begin with the visible biases alone. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Tensor start = chainStart(count, rng.split("start")).evaluate();
    return Gibbs.of(start, this::gibbs).run(BURN_IN, rng.split("chain"));
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    return drawn(grouped(visibleBias.value().unsqueeze(0).tile(0, count)), rng);
  }
}
