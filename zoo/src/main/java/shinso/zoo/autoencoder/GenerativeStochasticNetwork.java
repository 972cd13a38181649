package shinso.zoo.autoencoder;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.chain.Transition;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.loss.Losses;
import shinso.nn.model.ChainSampler;
import shinso.nn.model.Completer;

/**
 * Generative stochastic network: a Markov chain over visible and hidden units, all of whose steps
 * are noisy functions that are trained by backpropagation. It is unrolled like Gibbs sampling in a
 * deep Boltzmann machine, with the same weights up and down:
 *
 * <pre>
 * x̃  ~ C(x̃ | x),   h⁰ = x̃                                               (odd layers first,
 * hⁱ = η′ + tanh(η + bⁱ + hⁱ⁻¹ Wⁱ + hⁱ⁺¹ Wⁱ⁺¹ᵀ),   η, η′ ~ N(0, σ²)       then even ones)
 * P(x = 1 | h) = sigmoid(b⁰ + h¹ W¹ᵀ),   x ~ P(x | h)
 * </pre>
 *
 * <p>The first hidden layer has no noise of its own: what it sees is disturbed already. Training
 * walks back: the chain begins at an example with hidden units at 0, and the example must be
 * probable after each of some steps.
 *
 * <p>Source: Bengio, Thibodeau-Laufer, Alain and Yosinski, "Deep generative stochastic networks
 * trainable by backprop" (2014), sections 3 and 5, with the authors' program; Goodfellow, Bengio
 * and Courville, "Deep learning", section 20.12.
 *
 * @param weights W¹, W², …: {@code [units below, units above]}
 * @param biases b⁰, b¹, …: one more than weights
 * @param corruption C
 * @param noise σ
 */
public record GenerativeStochasticNetwork(
    List<Param> weights, List<Param> biases, Corruption corruption, double noise)
    implements ChainSampler, Completer {
  private static final int BURN_IN = 500;

  /**
   * Checks that there are layers, and keeps copies.
   *
   * @throws IllegalArgumentException if there is no weight, or not one bias more
   */
  public GenerativeStochasticNetwork {
    weights = List.copyOf(weights);
    biases = List.copyOf(biases);
    if (weights.isEmpty() || biases.size() != weights.size() + 1) {
      throw new IllegalArgumentException(
          "generative stochastic network: a weight or more and one bias more, not %d and %d"
              .formatted(weights.size(), biases.size()));
    }
  }

  /**
   * Returns an untrained network.
   *
   * @param units of the layers, the visible one first
   */
  public static GenerativeStochasticNetwork of(
      List<Integer> units, Corruption corruption, double noise, Rng rng) {
    List<Param> weights = new ArrayList<>();
    for (int i = 1; i < units.size(); i++) {
      Shape shape = Shape.of(units.get(i - 1), units.get(i));
      weights.add(Param.of(Initializer.glorotUniform().draw(shape, rng.split(i))));
    }
    List<Param> biases = units.stream().map(n -> Param.of(Tensor.zeros(n))).toList();
    return new GenerativeStochasticNetwork(weights, biases, corruption, noise);
  }

  /**
   * Returns this network with visible biases that give each unit its share in the data.
   *
   * @param rates the shares, {@code [visible]}
   */
  public GenerativeStochasticNetwork withBaseRates(Tensor rates) {
    biases.getFirst().assign(Bernoulli.ofRates(rates).logits());
    return this;
  }

  /** Returns this network without any noise but that of the draws. */
  GenerativeStochasticNetwork quiet() {
    return new GenerativeStochasticNetwork(weights, biases, Corruption.none(), 0);
  }

  /** Returns how many hidden layers there are. */
  int depth() {
    return weights.size();
  }

  private Tensor w(int i) {
    return weights.get(i - 1).value();
  }

  private Tensor b(int i) {
    return biases.get(i).value();
  }

  private int units(int i) {
    return biases.get(i).shape().dim(0);
  }

  // ---- the chain

  /**
   * Returns the layers after one step.
   *
   * @param layers x, h¹, h², …: {@code [n, units]} each
   * @param onTop what else the last layer takes in, {@code [n, units]}; null for nothing
   */
  List<Tensor> update(List<Tensor> layers, @Nullable Tensor onTop, Rng rng) {
    List<Tensor> h = climb(layers, onTop, rng);
    h.set(0, visible(h).sigmoid().bernoulli(rng.split(depth() + 1)));
    return h;
  }

  /** Returns x̃ and the hidden layers after one step. */
  List<Tensor> climb(List<Tensor> layers, @Nullable Tensor onTop, Rng rng) {
    List<Tensor> h = new ArrayList<>(layers);
    h.set(0, corruption.corrupt(layers.getFirst(), rng.split(0)));
    for (int i = 1; i <= depth(); i += 2) {
      h.set(i, hidden(h, i, onTop, rng.split(i)));
    }
    for (int i = 2; i <= depth(); i += 2) {
      h.set(i, hidden(h, i, onTop, rng.split(i)));
    }
    return h;
  }

  private Tensor hidden(List<Tensor> h, int i, @Nullable Tensor onTop, Rng rng) {
    Tensor a = b(i).add(h.get(i - 1).matmul(w(i)));
    if (i < depth()) {
      a = a.add(h.get(i + 1).matmul(w(i + 1).transpose()));
    } else if (onTop != null) {
      a = a.add(onTop);
    }
    if (i == 1 || noise == 0) {
      return a.tanh();
    }
    Tensor active = a.add(a.normalLike(rng.split(0)).mul(noise)).tanh();
    return active.add(a.normalLike(rng.split(1)).mul(noise));
  }

  /** Returns the logits of P(x = 1 | h): {@code [n, visible]}. */
  Tensor visible(List<Tensor> h) {
    return b(0).add(h.get(1).matmul(w(1).transpose()));
  }

  /** Returns an example and hidden units at 0: {@code [n, visible]}, {@code [n, units]}, … */
  List<Tensor> start(Tensor x) {
    List<Tensor> h = new ArrayList<>(List.of(x));
    for (int i = 1; i <= depth(); i++) {
      h.add(Tensor.zeros(x.shape().dim(0), units(i)).cast(x.dtype()));
    }
    return h;
  }

  /**
   * Returns the mean over the steps of a walk of −log P(x | h), in nats: {@code [n, *] -> [n]}.
   *
   * @param steps of the chain; the authors take twice as many as there are hidden layers
   */
  public Tensor loss(Tensor x, int steps, Rng rng) {
    Tensor example = x.flatten(1);
    List<Tensor> h = start(example);
    List<Tensor> losses = new ArrayList<>();
    for (int k = 0; k < steps; k++) {
      h = update(h, null, rng.split(k));
      losses.add(Losses.binaryCrossEntropyFromLogitsEach(visible(h), example)); // [n]
    }
    return Tensor.stack(0, losses).mean(0);
  }

  // ---- chains of states that are joined to one tensor

  /** Returns the states of chains that begin at examples: {@code [n, *] -> [n, all units]}. */
  public Tensor states(Tensor x) {
    return Tensor.concat(1, start(x.flatten(1)));
  }

  /** Returns a step of such chains: {@code [n, all units] -> [n, all units]}. */
  public Transition chain() {
    return (states, rng) -> Tensor.concat(1, update(layers(states), null, rng));
  }

  /** Returns a step of chains in which some visible units are held. */
  public Transition clamped(Tensor given, Tensor known) {
    return (states, rng) -> {
      List<Tensor> h = update(layers(states), null, rng);
      h.set(0, Tensor.select(known, given, h.getFirst()));
      return Tensor.concat(1, h);
    };
  }

  /** Returns P(x = 1 | h) of the states of chains: {@code [n, all units] -> [n, visible]}. */
  public Tensor means(Tensor states) {
    return visible(layers(states)).sigmoid();
  }

  /** Returns the visible units of the states of chains: {@code [n, all units] -> [n, visible]}. */
  public Tensor examples(Tensor states) {
    return layers(states).getFirst();
  }

  private List<Tensor> layers(Tensor states) {
    return states.split(1, biases.stream().mapToInt(b -> b.shape().dim(0)).toArray());
  }

  /** Draws by long chains that begin with noise. */
  @Override
  public Tensor sample(int count, Rng rng) {
    Gibbs chains = Gibbs.of(chainStart(count, rng.split("start")).evaluate(), chain());
    return examples(chains.run(BURN_IN, rng.split("chain"))).evaluate();
  }

  @Override
  public Tensor chainStart(int count, Rng rng) {
    return states(Tensor.full(Shape.of(count, units(0)), 0.5).bernoulli(rng));
  }

  @Override
  public Tensor chainFrom(Tensor x, Rng rng) {
    return states(x.flatten(1).bernoulli(rng));
  }

  @Override
  public Tensor chainStep(Tensor states, Rng rng) {
    return chain().next(states, rng);
  }

  /** Returns P(x = 1 | h). */
  @Override
  public Tensor chainShown(Tensor states, Rng rng) {
    return means(states);
  }

  /** Draws what is missing by the chain in which the given units are held. */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor given = x.flatten(1).evaluate();
    Tensor mask = known.broadcastTo(x.shape()).flatten(1).evaluate();
    Tensor noisy = given.fullLike(0.5).bernoulli(rng.split("start"));
    Tensor start = states(Tensor.select(mask, given, noisy)).evaluate();
    Gibbs chains = Gibbs.of(start, clamped(given, mask));
    return examples(chains.run(BURN_IN, rng.split("chain"))).evaluate();
  }
}
