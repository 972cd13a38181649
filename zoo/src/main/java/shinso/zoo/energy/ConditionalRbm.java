package shinso.zoo.energy;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.model.Regressor;

/**
 * Conditional restricted Boltzmann machine: several binary outputs given an input, which depend on
 * each other by way of hidden units (Mnih, Larochelle and Hinton, "Conditional restricted Boltzmann
 * machines for structured output prediction", 2011; Goodfellow, Bengio and Courville, "Deep
 * learning", section 20.7).
 *
 * <pre>
 * E(y, h; x) = −yᵀW h − hᵀ(c + Vᵀx) − yᵀ(b + Uᵀx)
 * p(y, h | x) = exp(−E(y, h; x)) / Z(x)
 * F(y; x) = −yᵀ(b + Uᵀx) − Σⱼ log(1 + exp(c + Vᵀx + Wᵀy)ⱼ)
 * </pre>
 *
 * <p>The input changes the biases of a machine of outputs and hidden units, and there is a
 * partition function for each input. With W = 0 the outputs are independent logistic regressions.
 * Inputs and outputs may have any shape; they are flattened.
 *
 * @param weight W, {@code [outputs, hidden]}
 * @param inputToHidden V, {@code [inputs, hidden]}
 * @param inputToOutput U, {@code [inputs, outputs]}
 * @param outputBias b, {@code [outputs]}
 * @param hiddenBias c, {@code [hidden]}
 */
public record ConditionalRbm(
    Param weight, Param inputToHidden, Param inputToOutput, Param outputBias, Param hiddenBias)
    implements Regressor {
  /** So many units of the smaller layer are summed over state by state. */
  private static final int ENUMERABLE = 16;

  /** Returns a machine with small random weights and no biases. */
  public static ConditionalRbm of(int inputs, int outputs, int hidden, Rng rng) {
    return new ConditionalRbm(
        Param.of(Tensor.normal(rng.split(0), outputs, hidden).mul(0.1)),
        Param.of(Tensor.normal(rng.split(1), inputs, hidden).mul(0.1)),
        Param.of(Tensor.normal(rng.split(2), inputs, outputs).mul(0.1)),
        Param.of(Tensor.zeros(outputs)),
        Param.of(Tensor.zeros(hidden)));
  }

  private int outputs() {
    return weight.shape().dim(0);
  }

  private int hiddenUnits() {
    return weight.shape().dim(1);
  }

  private static Tensor flat(Tensor x) {
    return x.shape().rank() == 2 ? x : x.flatten(1);
  }

  private Tensor w() {
    return weight.value();
  }

  /** b + Uᵀx, {@code [b, outputs]}. */
  private Tensor b(Tensor x) {
    return outputBias.value().add(flat(x).matmul(inputToOutput.value()));
  }

  /** c + Vᵀx, {@code [b, hidden]}. */
  private Tensor c(Tensor x) {
    return hiddenBias.value().add(flat(x).matmul(inputToHidden.value()));
  }

  // ---- conditionals

  /** Returns p(h = 1 | y, x): {@code [b, outputs], [b, *] -> [b, hidden]}. */
  public Tensor hidden(Tensor y, Tensor x) {
    return c(x).add(flat(y).matmul(w())).sigmoid();
  }

  /** Returns p(y = 1 | h, x): {@code [b, hidden], [b, *] -> [b, outputs]}. */
  public Tensor output(Tensor h, Tensor x) {
    return b(x).add(h.matmul(w().transpose())).sigmoid();
  }

  /** Returns a step of Gibbs sampling that leaves p(y | x) as it is: {@code [b, outputs]}. */
  public Tensor gibbs(Tensor y, Tensor x, Rng rng) {
    Tensor h = hidden(y, x).bernoulli(rng.split(0));
    return output(h, x).bernoulli(rng.split(1));
  }

  // ---- energies

  /** Returns E(y, h; x): {@code [b, outputs], [b, hidden], [b, *] -> [b]}. */
  public Tensor energy(Tensor y, Tensor h, Tensor x) {
    Tensor output = flat(y);
    Tensor between = output.matmul(w()).mul(h).sum(1);
    return between.add(h.mul(c(x)).sum(1)).add(output.mul(b(x)).sum(1)).neg();
  }

  /** Returns F(y; x) = −log Σₕ exp(−E(y, h; x)): {@code [b, *], [b, *] -> [b]}. */
  public Tensor freeEnergy(Tensor y, Tensor x) {
    Tensor output = flat(y);
    Tensor hidden = c(x).add(output.matmul(w())).softplus().sum(1);
    return output.mul(b(x)).sum(1).add(hidden).neg();
  }

  /**
   * All states of the layer that is summed over, and log Σ exp(−E) over the other: {@code [b, s]}.
   */
  private record Summed(Tensor states, Tensor logWeights) {}

  private Summed summed(Tensor x) {
    int units = Math.min(outputs(), hiddenUnits());
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          ("the states of %d units are too many to sum over for each input; sample them, or learn"
                  + " by contrastive divergence")
              .formatted(units));
    }
    Tensor s = new Enumeration(units, weight.dtype()).states(); // [s, units]
    boolean hidden = units == hiddenUnits();
    Tensor own = hidden ? c(x) : b(x); // [b, units]
    Tensor other = hidden ? b(x) : c(x);
    Tensor input = s.matmul(hidden ? w().transpose() : w()); // [s, others]
    Tensor rest = other.unsqueeze(1).add(input).softplus().sum(2); // [b, s]
    return new Summed(s, own.matmul(s.transpose()).add(rest));
  }

  /**
   * Returns log Z(x) by a sum over all states of the smaller layer; it has gradients. {@code [b, *]
   * -> [b]}
   *
   * @throws IllegalArgumentException if both layers have more than 16 units
   */
  public Tensor logPartition(Tensor x) {
    return summed(x).logWeights.logSumExp(1);
  }

  /** Returns log p(y | x), for small machines: {@code [b, *], [b, *] -> [b]}. */
  public Tensor logProbability(Tensor y, Tensor x) {
    return freeEnergy(y, x).neg().sub(logPartition(x));
  }

  /** Returns the marginals p(yᵢ = 1 | x), for small machines: {@code [b, *] -> [b, outputs]}. */
  @Override
  public Tensor predict(Tensor x) {
    Summed all = summed(x);
    Tensor p = all.logWeights.softmax(1); // [b, s]
    if (outputs() < hiddenUnits()) {
      return p.matmul(all.states);
    }
    Tensor given = b(x).unsqueeze(1).add(all.states.matmul(w().transpose())).sigmoid();
    return p.unsqueeze(2).mul(given).sum(1);
  }

  /**
   * Returns the logarithms of the probabilities of some outputs among each other: {@code [b, *] ->
   * [b, k]}.
   *
   * @param candidates {@code [k, outputs]}, such as the codes of classes
   */
  public Tensor choose(Tensor candidates, Tensor x) {
    Tensor hidden = c(x).unsqueeze(1).add(candidates.matmul(w())).softplus().sum(2); // [b, k]
    return b(x).matmul(candidates.transpose()).add(hidden).logSoftmax(1);
  }
}
