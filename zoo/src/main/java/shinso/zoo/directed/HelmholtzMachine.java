package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Pass;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Sampler;

/**
 * Helmholtz machine: a sigmoid belief network with a second one upwards that guesses at the hidden
 * units.
 *
 * <pre>
 * q(h | v) = Πₗ q(hˡ | hˡ⁻¹),   q(hˡ = 1 | hˡ⁻¹) = σ(cˡ + Rˡ hˡ⁻¹)           (1)
 * w = p(v, h) / q(h | v),   h ~ q(h | v)
 * E log w ≤ E log (1/K) Σₖ wₖ ≤ log p(v)                                     (2)
 * </pre>
 *
 * <p>{@link WakeSleep} and {@link VariationalLearning} are two ways of learning both networks.
 *
 * <p>Sources: Dayan, Hinton, Neal and Zemel, "The Helmholtz machine" (1995); for the second bound
 * Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders" (2016).
 *
 * @param generative p, downwards
 * @param recognition q, the lowest layer first, each {@code [n, below] -> [n, above]}
 */
public record HelmholtzMachine(SigmoidBeliefNetwork generative, List<Dense> recognition)
    implements Sampler, LatentVariableModel {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if a layer doesn't fit the generative one beside it
   */
  public HelmholtzMachine {
    recognition = List.copyOf(recognition);
    List<Integer> units = generative.units();
    boolean fits = recognition.size() == units.size() - 1;
    for (int l = 0; fits && l < recognition.size(); l++) {
      Shape weight = recognition.get(l).weight().shape();
      fits = weight.equals(Shape.of(units.get(l), units.get(l + 1)));
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "helmholtz machine: recognition layers %s of generative ones of %s units"
              .formatted(recognition, units));
    }
  }

  /**
   * Returns a machine with small random weights.
   *
   * @param units of each layer, the visible one first
   */
  public static HelmholtzMachine of(Rng rng, int... units) {
    return new HelmholtzMachine(
        SigmoidBeliefNetwork.of(rng.split("generative"), units),
        IntStream.range(1, units.length)
            .mapToObj(l ->
                Dense.of(
                    units[l - 1],
                    units[l],
                    Initializer.glorotUniform(),
                    rng.split("recognition").split(l)))
            .toList());
  }

  /** Returns q(hˡ⁺¹ | hˡ), of the layer of a position from 0 up. */
  Bernoulli above(int layer, Tensor below) {
    return new Bernoulli(recognition.get(layer).forward(below, Pass.inference()));
  }

  /** Draws all layers upwards; the visible one, {@code [n, *]} as it is given, comes first. */
  public List<Tensor> recognize(Tensor visible, Rng rng) {
    List<Tensor> h = new ArrayList<>(List.of(visible.flatten(1)));
    for (int l = 0; l < recognition.size(); l++) {
      h.add(above(l, h.getLast()).sample(rng.split(l)));
    }
    return h;
  }

  /**
   * Returns log q(hˡ⁺¹ | hˡ) for l = 0 … L − 1: {@code [n]} each.
   *
   * @param h all layers, the visible one first, {@code [n, units]}
   */
  public List<Tensor> logRecognition(List<Tensor> h) {
    return IntStream.range(0, recognition.size())
        .mapToObj(l -> SigmoidBeliefNetwork.log(above(l, h.get(l)), h.get(l + 1)))
        .toList();
  }

  /** Returns log w for one draw, whose mean is the bound: {@code [n, *] -> [n]}. */
  public Tensor logWeight(Tensor visible, Rng rng) {
    List<Tensor> h = recognize(visible, rng);
    Tensor q = logRecognition(h).stream().reduce(Tensor::add).orElseThrow();
    return generative.logJoint(h).sub(q);
  }

  /**
   * Returns log (1/K) Σₖ wₖ for K draws, which nears log p(v) from below: {@code [n, *] -> [n]}. It
   * takes the memory of n K examples.
   *
   * @throws IllegalArgumentException if K is not positive
   */
  public Tensor importanceBound(Tensor visible, int draws, Rng rng) {
    if (draws < 1) {
      throw new IllegalArgumentException("importance bound: 1 draw or more, not " + draws);
    }
    Tensor v = visible.flatten(1);
    int n = v.shape().dim(0);
    int d = v.shape().dim(1);
    Tensor each = v.unsqueeze(1).broadcastTo(Shape.of(n, draws, d)).reshape(n * draws, d);
    Tensor logs = logWeight(each, rng).reshape(n, draws);
    return logs.logSumExp(1).sub(Math.log(draws));
  }

  @Override
  public Tensor sample(int count, Rng rng) {
    return generative.sample(count, rng);
  }

  /** Returns the probabilities of the highest layer after a pass of probabilities upwards. */
  @Override
  public Tensor encode(Tensor x) {
    Tensor h = x.flatten(1);
    for (int l = 0; l < recognition.size(); l++) {
      h = above(l, h).mean();
    }
    return h;
  }

  /** Returns the visible probabilities after a pass of probabilities downwards. */
  @Override
  public Tensor decode(Tensor z) {
    return generative.shown(z);
  }
}
