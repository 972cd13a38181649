package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;

/**
 * Gated Boltzmann machine: three layers, of which each unit is connected with pairs of units of the
 * other two, so that hidden units see how the second layer follows from the first, and not what
 * either is like (Memisevic and Hinton 2007, 2010).
 *
 * <pre>
 * E(x, y, h) = −Σᵢⱼₖ Wᵢⱼₖ xᵢ yⱼ hₖ − aᵀx − bᵀy − cᵀh
 * p(hₖ = 1 | x, y) = σ(cₖ + Σᵢⱼ Wᵢⱼₖ xᵢ yⱼ), and so for the other layers
 * F(x, y) = −aᵀx − bᵀy − Σₖ log(1 + exp(cₖ + Σᵢⱼ Wᵢⱼₖ xᵢ yⱼ))
 * </pre>
 *
 * <p>The third layer may be one unit with k states instead, a class: then p(h | x, y) is a softmax,
 * and the last term of F a logarithm of a sum of exponentials. The visible units v are x and y, one
 * after the other.
 *
 * @param weights W
 * @param firstBias a, {@code [i]}
 * @param secondBias b, {@code [j]}
 * @param thirdBias c, {@code [k]}
 * @param exclusive whether exactly one unit of the third layer is on
 */
public record GatedRbm(
    ThreeWay weights, Param firstBias, Param secondBias, Param thirdBias, boolean exclusive)
    implements GibbsModel {
  /** So many units of the first and the third layer together are summed over state by state. */
  private static final int ENUMERABLE = 20;

  /** Returns a machine with these weights and no biases, whose third layer is binary units. */
  public static GatedRbm of(int first, int second, int third, ThreeWay weights) {
    return new GatedRbm(
        weights,
        Param.of(Tensor.zeros(first)),
        Param.of(Tensor.zeros(second)),
        Param.of(Tensor.zeros(third)),
        false);
  }

  /** Returns this with one unit of k states as third layer. */
  public GatedRbm withClasses() {
    return new GatedRbm(weights, firstBias, secondBias, thirdBias, true);
  }

  private int firstUnits() {
    return firstBias.shape().size();
  }

  private int thirdUnits() {
    return thirdBias.shape().size();
  }

  private Tensor first(Tensor v) {
    return v.slice(1, 0, firstUnits());
  }

  private Tensor second(Tensor v) {
    return v.slice(1, firstUnits(), v.shape().dim(1));
  }

  private static Tensor joined(Tensor x, Tensor y) {
    return Tensor.concat(1, List.of(x, y));
  }

  // ---- conditionals

  /**
   * Returns c + Σᵢⱼ Wᵢⱼₖ xᵢ yⱼ, the logits of the third layer: {@code [b, i], [b, j] -> [b, k]}.
   */
  public Tensor logits(Tensor x, Tensor y) {
    return thirdBias.value().add(weights.toThird(x, y));
  }

  /** Returns p(h = 1 | x, y): {@code [b, i], [b, j] -> [b, k]}. */
  public Tensor third(Tensor x, Tensor y) {
    return exclusive ? logits(x, y).softmax(1) : logits(x, y).sigmoid();
  }

  /** Returns p(y = 1 | x, h): {@code [b, i], [b, k] -> [b, j]}. */
  public Tensor second(Tensor x, Tensor h) {
    return secondBias.value().add(weights.toSecond(x, h)).sigmoid();
  }

  /** Returns p(x = 1 | y, h): {@code [b, j], [b, k] -> [b, i]}. */
  public Tensor first(Tensor y, Tensor h) {
    return firstBias.value().add(weights.toFirst(y, h)).sigmoid();
  }

  /** Draws the third layer given the other two: {@code [b, k]}. */
  private Tensor drawThird(Tensor x, Tensor y, Rng rng) {
    return exclusive
        ? logits(x, y).categorical(rng).oneHot(thirdUnits()).cast(thirdBias.dtype())
        : third(x, y).bernoulli(rng);
  }

  /** The third layer, then the second one, then the first one, each given the other two. */
  @Override
  public Tensor gibbs(Tensor v, Rng rng) {
    Tensor h = drawThird(first(v), second(v), rng.split(0));
    Tensor y = second(first(v), h).bernoulli(rng.split(1));
    return joined(first(y, h).bernoulli(rng.split(2)), y);
  }

  /** Returns p(x | y, h) and p(y | x, h) for one draw of the third layer. */
  @Override
  public Tensor reconstruct(Tensor v, Rng rng) {
    Tensor h = drawThird(first(v), second(v), rng);
    return joined(first(second(v), h), second(first(v), h));
  }

  // ---- energies

  @Override
  public Tensor energy(Tensor visible, Tensor hidden) {
    Tensor third = logits(first(visible), second(visible)).mul(hidden).sum(1);
    return third.add(biases(visible)).neg();
  }

  /** aᵀx + bᵀy, {@code [b]}. */
  private Tensor biases(Tensor v) {
    Tensor x = first(v).mul(firstBias.value()).sum(1);
    return x.add(second(v).mul(secondBias.value()).sum(1));
  }

  @Override
  public Tensor freeEnergy(Tensor visible) {
    Tensor z = logits(first(visible), second(visible)); // [b, k]
    return (exclusive ? z.logSumExp(1) : z.softplus().sum(1)).add(biases(visible)).neg();
  }

  /** All states of the third layer: {@code [s, k]}. */
  private Tensor thirdStates() {
    return exclusive ? Tensor.eye(thirdUnits()).cast(thirdBias.dtype()) : states(thirdUnits());
  }

  private Tensor states(int units) {
    return new Enumeration(units, thirdBias.dtype()).states();
  }

  /** log Σ_{y, h} exp(−E(x, y, h)) without aᵀx: {@code [b, i] -> [b]}. */
  private Tensor logSumOverSecondAndThird(Tensor x) {
    Tensor h = thirdStates();
    int b = x.shape().dim(0);
    int s = h.shape().dim(0);
    Tensor each = x.unsqueeze(1).tile(1, s).reshape(b * s, firstUnits());
    Tensor y = secondBias.value().add(weights.toSecond(each, h.tile(0, b))); // [b s, j]
    Tensor own = h.mul(thirdBias.value()).sum(1); // [s]
    return y.softplus().sum(1).reshape(b, s).add(own).logSumExp(1);
  }

  private void checkStates(int units) {
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d units are too many to sum over".formatted(units));
    }
  }

  /**
   * Returns log Z by a sum over all states of the first and the third layer; it has gradients.
   *
   * @throws IllegalArgumentException if they have more than 20 units together
   */
  public Tensor logPartition() {
    checkStates(firstUnits() + (exclusive ? 0 : thirdUnits()));
    Tensor x = states(firstUnits());
    return logSumOverSecondAndThird(x).add(x.mul(firstBias.value()).sum(1)).logSumExp(0);
  }

  /**
   * Returns log p(y | x) of visible units v by a sum over all states of the third layer: {@code [b,
   * i + j] -> [b]}.
   *
   * @throws IllegalArgumentException if that has more than 20 units
   */
  public Tensor logConditional(Tensor v) {
    checkStates(exclusive ? 0 : thirdUnits());
    Tensor x = first(v);
    Tensor own = x.mul(firstBias.value()).sum(1);
    return freeEnergy(v).neg().sub(own).sub(logSumOverSecondAndThird(x));
  }
}
