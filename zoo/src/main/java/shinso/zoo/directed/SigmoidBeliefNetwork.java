package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Pass;
import shinso.nn.model.Sampler;

/**
 * Sigmoid belief network: layers of binary units, each drawn given the layer above.
 *
 * <pre>
 * p(hᴸ = 1) = σ(c)                                        (1)
 * p(hˡ⁻¹ = 1 | hˡ) = σ(bˡ + Wˡ hˡ),   v = h⁰               (2)
 * p(v) = Σ_h p(hᴸ) Πₗ p(hˡ⁻¹ | hˡ)                         (3)
 * </pre>
 *
 * <p>Drawing is a pass downwards; (3) is a sum over all states of the hidden units, done where
 * these are few. The posterior has no factors: units that are independent before v is seen explain
 * it away from each other.
 *
 * <p>Sources: Neal, "Connectionist learning of belief networks" (1992); Goodfellow, Bengio and
 * Courville, "Deep learning", section 20.10.1.
 *
 * @param layers the lowest first, each {@code [n, above] -> [n, below]}
 * @param prior c, {@code [highest]}
 */
public record SigmoidBeliefNetwork(List<Dense> layers, Param prior) implements Sampler {
  private static final int MOST = 20;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there is no layer, or one doesn't fit those beside it
   */
  public SigmoidBeliefNetwork {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("sigmoid belief network: no layers below the highest");
    }
    int above = prior.shape().size();
    for (Dense layer : layers.reversed()) {
      if (layer.bias() == null || layer.weight().shape().dim(0) != above) {
        throw new IllegalArgumentException(
            "sigmoid belief network: %s below %d units; a layer takes these and has a bias"
                .formatted(layer, above));
      }
      above = layer.weight().shape().dim(1);
    }
  }

  /**
   * Returns a network with small random weights.
   *
   * @param units of each layer, the visible one first
   * @throws IllegalArgumentException if there are less than two layers
   */
  public static SigmoidBeliefNetwork of(Rng rng, int... units) {
    List<Dense> layers =
        IntStream.range(1, units.length)
            .mapToObj(
                l -> Dense.of(units[l], units[l - 1], Initializer.glorotUniform(), rng.split(l)))
            .toList();
    return new SigmoidBeliefNetwork(layers, Param.of(Tensor.zeros(units[units.length - 1])));
  }

  /**
   * Returns this network with visible biases that give each unit its share in the data, as far as
   * the layer above is silent.
   *
   * @param rates {@code [visible]}
   */
  public SigmoidBeliefNetwork withBaseRates(Tensor rates) {
    Param bias = layers.getFirst().bias();
    if (bias != null) {
      bias.assign(Bernoulli.ofRates(rates).logits());
    }
    return this;
  }

  /** Returns the numbers of units, the visible layer first. */
  public List<Integer> units() {
    List<Integer> units = new ArrayList<>();
    layers.forEach(layer -> units.add(layer.weight().shape().dim(1)));
    units.add(prior.shape().size());
    return units;
  }

  /** Returns p(hˡ⁻¹ | hˡ), of the layer of a position from 0 up. */
  private Bernoulli below(int layer, Tensor above) {
    return new Bernoulli(layers.get(layer).forward(above, Pass.inference()));
  }

  /** log p(x) of units side by side: {@code [n, units] -> [n]}. */
  static Tensor log(Bernoulli p, Tensor x) {
    return p.independent(1).logProbability(x);
  }

  /** Draws all layers downwards; the visible one comes first. */
  public List<Tensor> draw(int count, Rng rng) {
    List<Tensor> h = new ArrayList<>();
    h.add(new Bernoulli(prior.value()).sample(count, rng.split(layers.size())));
    for (int l = layers.size() - 1; l >= 0; l--) {
      h.addFirst(below(l, h.getFirst()).sample(rng.split(l)));
    }
    return h;
  }

  @Override
  public Tensor sample(int count, Rng rng) {
    return draw(count, rng).getFirst();
  }

  /** Returns p(v = 1 | h¹): {@code [n, lowest] -> [n, visible]}. */
  Tensor visible(Tensor lowest) {
    return below(0, lowest).mean();
  }

  /** Returns the probabilities of the visible units after a pass of probabilities downwards. */
  Tensor shown(Tensor highest) {
    Tensor h = highest;
    for (int l = layers.size() - 1; l >= 0; l--) {
      h = below(l, h).mean();
    }
    return h;
  }

  /**
   * Returns log p(hˡ | hˡ⁺¹) for l = 0 … L − 1, and log p(hᴸ) last: {@code [n]} each.
   *
   * @param h all layers, the visible one first, {@code [n, units]}
   */
  public List<Tensor> logFactors(List<Tensor> h) {
    List<Tensor> factors = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      factors.add(log(below(l, h.get(l + 1)), h.get(l)));
    }
    factors.add(log(new Bernoulli(prior.value()), h.getLast()));
    return factors;
  }

  /** Returns log p(v, h), the sum of the factors: {@code [n]}. */
  public Tensor logJoint(List<Tensor> h) {
    return logFactors(h).stream().reduce(Tensor::add).orElseThrow();
  }

  /**
   * Returns log p(v) by the sum (3) over all states of the hidden units: {@code [b, *] -> [b]}.
   *
   * @throws IllegalArgumentException if there are more than 20 hidden units
   */
  public Tensor logProbability(Tensor v) {
    return logPairs(v).logSumExp(1);
  }

  /**
   * Returns p(h | v) of all states of the hidden units, those of {@link Enumeration#states}, in
   * which the lowest layer comes first: {@code [b, *] -> [b, states]}.
   *
   * @throws IllegalArgumentException if there are more than 20 hidden units
   */
  public Tensor posterior(Tensor v) {
    return logPairs(v).softmax(1);
  }

  /** Returns all states of the hidden layers, the lowest first: {@code [states, units]} each. */
  List<Tensor> states() {
    List<Integer> units = units();
    int all = units.stream().skip(1).mapToInt(Integer::intValue).sum();
    if (all > MOST) {
      throw new IllegalArgumentException(
          ("sigmoid belief network: the states of %d hidden units are too many to be summed over,"
                  + " at most %d; use the bound of a Helmholtz machine")
              .formatted(all, MOST));
    }
    Tensor states = new Enumeration(all, prior.dtype()).states();
    List<Tensor> h = new ArrayList<>();
    int from = 0;
    for (int l = 1; l < units.size(); l++) {
      h.add(states.slice(1, from, from + units.get(l)));
      from += units.get(l);
    }
    return h;
  }

  /** log p(v, h) of each example with each hidden state: {@code [b, states]}. */
  private Tensor logPairs(Tensor v) {
    List<Tensor> h = states();
    Tensor logits = below(0, h.getFirst()).logits(); // [states, visible]
    Tensor upper = log(new Bernoulli(prior.value()), h.getLast()); // [states]
    for (int l = 1; l < layers.size(); l++) {
      upper = upper.add(log(below(l, h.get(l)), h.get(l - 1)));
    }
    Tensor shared = upper.sub(logits.softplus().sum(1));
    return v.flatten(1).matmul(logits.transpose()).add(shared);
  }
}
