package shinso.zoo.directed;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Pass;

/**
 * A feedforward network whose hidden units are drawn: a distribution over outputs for each input.
 *
 * <pre>
 * hˡ ~ Bernoulli(σ(bˡ + Wˡ hˡ⁻¹)),   h⁰ = x
 * p(y | x) = E_h Πᵢ Bernoulli(yᵢ; σ(b + W hᴸ)ᵢ)
 * </pre>
 *
 * <p>Source: Jang, Gu and Poole, "Categorical reparameterization with Gumbel-softmax" (2017).
 *
 * @param layers the lowest first; the last one gives the logits of y
 */
public record StochasticNetwork(List<Dense> layers) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if there are less than two layers, or the last has no bias
   */
  public StochasticNetwork {
    layers = List.copyOf(layers);
    if (layers.size() < 2 || layers.getLast().bias() == null) {
      throw new IllegalArgumentException(
          "stochastic network: a layer that draws and one of outputs with a bias at least, not "
              + layers);
    }
  }

  /**
   * Returns a network with small random weights.
   *
   * @param units of x, of the hidden layers, and of y
   */
  public static StochasticNetwork of(Rng rng, int... units) {
    return new StochasticNetwork(
        IntStream.range(1, units.length)
            .mapToObj(
                l -> Dense.of(units[l - 1], units[l], Initializer.glorotUniform(), rng.split(l)))
            .toList());
  }

  /**
   * Returns this network with output biases that give each unit of y its share in the data, as far
   * as the layer below is silent.
   *
   * @param rates {@code [y]}
   */
  public StochasticNetwork withBaseRates(Tensor rates) {
    Param bias = layers.getLast().bias();
    if (bias != null) {
      bias.assign(Bernoulli.ofRates(rates).logits());
    }
    return this;
  }

  /** Returns the number of layers that draw. */
  int drawn() {
    return layers.size() - 1;
  }

  /** Returns p(hˡ⁺¹ | hˡ), of the layer of a position from 0 up. */
  Bernoulli above(int layer, Tensor below) {
    return new Bernoulli(layers.get(layer).forward(below, Pass.inference()));
  }

  /** Returns −log p(y | hᴸ): {@code [n, highest], [n, y] -> [n]}. */
  Tensor cost(Tensor highest, Tensor y) {
    return SigmoidBeliefNetwork.log(above(drawn(), highest), y).neg();
  }

  /**
   * Returns log (1/m) Σ p(y | h) over m draws of the hidden units, whose mean nears log p(y | x)
   * from below: {@code [n, x], [n, y] -> [n]}.
   */
  public Tensor logProbability(Tensor x, Tensor y, int draws, Rng rng) {
    Tensor h = repeated(x, draws);
    for (int l = 0; l < drawn(); l++) {
      h = above(l, h).sample(rng.split(l));
    }
    Tensor logs = cost(h, repeated(y, draws)).neg().reshape(x.shape().dim(0), draws);
    return logs.logSumExp(1).sub(Math.log(draws));
  }

  private static Tensor repeated(Tensor x, int times) {
    int n = x.shape().dim(0);
    int d = x.shape().dim(1);
    return x.unsqueeze(1).broadcastTo(Shape.of(n, times, d)).reshape(n * times, d);
  }

  /** Returns the probabilities of y for one draw of the hidden units: {@code [n, x] -> [n, y]}. */
  public Tensor predict(Tensor x, Rng rng) {
    Tensor h = x;
    for (int l = 0; l < drawn(); l++) {
      h = above(l, h).sample(rng.split(l));
    }
    return above(drawn(), h).mean();
  }
}
