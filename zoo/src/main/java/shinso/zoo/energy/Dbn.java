package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Activation;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Flatten;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Sequential;
import shinso.nn.model.ChainSampler;
import shinso.nn.model.LatentVariableModel;

/**
 * Deep belief network: a restricted Boltzmann machine over the two highest layers, from which the
 * layers below are drawn downwards one after the other.
 *
 * <pre>
 * p(hᴸ⁻¹, hᴸ) ∝ exp(−E(hᴸ⁻¹, hᴸ))                        (20.17)
 * p(hˡ⁻¹ᵢ = 1 | hˡ) = σ(bˡ⁻¹ + Wˡhˡ)ᵢ,   v = h⁰           (20.18, 20.19)
 * q(hˡⱼ = 1 | hˡ⁻¹) = σ(cˡ + Rˡᵀhˡ⁻¹)ⱼ                    (20.24)
 * log p(v) ≥ E_q [log p(v, h¹ … hᴸ⁻¹) − log q(h¹ … hᴸ⁻¹ | v)]
 * </pre>
 *
 * <p>Learned greedily, each machine from what the one below makes of the data, R = W. If the
 * highest machine begins as the one below turned upside down, the network has the likelihood of
 * that machine, and what it learns from there on can only raise the bound. Up-down learning ({@link
 * UpDown}) sets R free of W.
 *
 * <p>Sources: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets" (2006);
 * Salakhutdinov and Murray, "On the quantitative analysis of deep belief networks" (2008), section
 * 5; Goodfellow, Bengio and Courville, "Deep learning", section 20.3.
 *
 * @param layers the directed ones, the lowest first
 * @param top the machine over the two highest layers
 */
public record Dbn(List<Directed> layers, Rbm top) implements ChainSampler, LatentVariableModel {
  /**
   * A layer of binary units and the one above it, with connections downwards that generate and
   * connections upwards that recognise.
   *
   * @param generative W, {@code [below, above]}
   * @param generativeBias b, {@code [below]}
   * @param recognition R, {@code [below, above]}
   * @param recognitionBias c, {@code [above]}
   */
  public record Directed(
      Param generative, Param generativeBias, Param recognition, Param recognitionBias) {
    /** Returns the layer of a machine that has learned: W = R, in cells of their own. */
    static Directed of(Rbm rbm) {
      Tensor w = rbm.weight().value();
      return new Directed(
          Param.of(w),
          Param.of(rbm.visibleBias().value()),
          Param.of(w),
          Param.of(rbm.hiddenBias().value()));
    }

    /** b + W h, the logits of p(below | above): {@code [n, above] -> [n, below]}. */
    Tensor down(Tensor above) {
      return generativeBias.value().add(above.matmul(generative.value().transpose()));
    }

    /** c + Rᵀ x, the logits of q(above | below): {@code [n, below] -> [n, above]}. */
    Tensor up(Tensor below) {
      return recognitionBias.value().add(below.matmul(recognition.value()));
    }
  }

  /** Copies the list. */
  public Dbn {
    layers = List.copyOf(layers);
  }

  /**
   * Returns the network of machines that have learned one on top of the other.
   *
   * @param machines the lowest first; the last one stays as it is, undirected
   * @throws IllegalArgumentException if there is none, or one has not as many visible units as that
   *     below it has hidden ones
   */
  public static Dbn of(List<Rbm> machines) {
    if (machines.isEmpty()) {
      throw new IllegalArgumentException("deep belief network: no machines to stack");
    }
    for (int l = 1; l < machines.size(); l++) {
      int below = machines.get(l - 1).weight().shape().dim(1);
      int visible = machines.get(l).weight().shape().dim(0);
      if (below != visible) {
        throw new IllegalArgumentException(
            "deep belief network: machine %d has %d visible units on top of %d hidden ones"
                .formatted(l + 1, visible, below));
      }
    }
    List<Rbm> lower = machines.subList(0, machines.size() - 1);
    return new Dbn(lower.stream().map(Directed::of).toList(), machines.getLast());
  }

  /**
   * Returns a machine to put on top of one that has learned: the same upside down, W₂ = W₁ᵀ, which
   * leaves the likelihood as it is (Hinton, Osindero and Teh 2006, section 4).
   */
  public static Rbm upsideDown(Rbm below) {
    return new Rbm(
        Param.of(below.weight().value().transpose().evaluate()),
        Param.of(below.hiddenBias().value()),
        Param.of(below.visibleBias().value()));
  }

  /** log p(x) of binary units with these logits: {@code [n, units] -> [n]}. */
  static Tensor logBernoulli(Tensor x, Tensor logits) {
    return x.mul(logits).sub(logits.softplus()).sum(1);
  }

  /**
   * Returns all directed layers drawn upwards by recognition, the data first.
   *
   * @param v {@code [n, visible]}
   */
  List<Tensor> drawnUp(Tensor v, Rng rng) {
    List<Tensor> h = new ArrayList<>(List.of(v));
    for (int l = 0; l < layers.size(); l++) {
      h.add(layers.get(l).up(h.getLast()).sigmoid().bernoulli(rng.split(l)));
    }
    return h;
  }

  /** Returns all directed layers drawn downwards, the visible one first. */
  List<Tensor> drawnDown(Tensor highest, Rng rng) {
    List<Tensor> h = new ArrayList<>(List.of(highest));
    for (int l = layers.size() - 1; l >= 0; l--) {
      h.addFirst(layers.get(l).down(h.getFirst()).sigmoid().bernoulli(rng.split(l)));
    }
    return h;
  }

  /**
   * Returns log p*(v, h¹ … hᴸ⁻¹) − log q(h¹ … hᴸ⁻¹ | v) for one draw of q, without the top
   * machine's − log Z. Its mean is the bound, and the logarithm of the mean of its exponential over
   * many draws comes near log p(v): {@code [n, *] -> [n]}
   */
  public Tensor logWeight(Tensor visible, Rng rng) {
    List<Tensor> h = drawnUp(visible.flatten(1), rng);
    Tensor sum = top.freeEnergy(h.getLast()).neg();
    for (int l = 0; l < layers.size(); l++) {
      Directed layer = layers.get(l);
      sum = sum.add(logBernoulli(h.get(l), layer.down(h.get(l + 1))));
      sum = sum.sub(logBernoulli(h.get(l + 1), layer.up(h.get(l))));
    }
    return sum;
  }

  // ---- abilities

  /** Draws by long chains of the top machine and a downward pass. */
  @Override
  public Tensor sample(int count, Rng rng) {
    return drawnDown(top.sample(count, rng.split("top")), rng.split("down")).getFirst();
  }

  /**
   * Returns p(v = 1 | h¹) where chains of the top machine that began with examples are passed down:
   * what the network takes for like them. {@code [n, *] -> [n, visible]}
   */
  public Tensor shownNear(Tensor v, int steps, Rng rng) {
    Tensor start = drawnUp(v.flatten(1), rng.split("up")).getLast().evaluate();
    Tensor end = Gibbs.of(start, top::gibbs).run(steps, rng.split("top"));
    return layers.isEmpty() ? end : shownBelow(end, rng.split("down"));
  }

  /** Returns p(v = 1 | h¹) after a downward pass from states of the layer below the highest. */
  private Tensor shownBelow(Tensor states, Rng rng) {
    return layers.getFirst().down(drawnDown(states, rng).get(1)).sigmoid();
  }

  /** Returns states of the top machine's visible units. */
  @Override
  public Tensor chainStart(int count, Rng rng) {
    return top.chainStart(count, rng);
  }

  /** Returns what recognition makes of examples in the layer below the highest. */
  @Override
  public Tensor chainFrom(Tensor x, Rng rng) {
    Tensor v = x.flatten(1).bernoulli(rng.split("visible"));
    return drawnUp(v, rng.split("up")).getLast();
  }

  /** Draws the two highest layers anew. */
  @Override
  public Tensor chainStep(Tensor states, Rng rng) {
    return top.gibbs(states, rng);
  }

  @Override
  public Tensor chainShown(Tensor states, Rng rng) {
    return layers.isEmpty() ? top.reconstruct(states, rng) : shownBelow(states, rng);
  }

  /**
   * Returns a network that begins as the upward pass, with an output layer of its own on top: what
   * the weights are worth as a start of supervised learning (Hinton and Salakhutdinov 2006). Its
   * parameters are cells of their own.
   */
  public Sequential classifier(int classes, Rng rng) {
    List<Layer> network = new ArrayList<>(List.of(new Flatten()));
    for (Directed layer : layers) {
      network.add(
          new Dense(
              Param.of(layer.recognition().value()), Param.of(layer.recognitionBias().value())));
      network.add(Activation.SIGMOID);
    }
    network.add(new Dense(Param.of(top.weight().value()), Param.of(top.hiddenBias().value())));
    network.add(Activation.SIGMOID);
    int features = top.hiddenBias().shape().size();
    network.add(Dense.of(features, classes, Initializer.glorotUniform(), rng));
    return new Sequential(network);
  }

  /** Returns the probabilities of the highest layer after an upward pass of probabilities. */
  @Override
  public Tensor encode(Tensor x) {
    Tensor h = x.flatten(1);
    for (Directed layer : layers) {
      h = layer.up(h).sigmoid();
    }
    return top.hidden(h);
  }

  /** Returns the visible probabilities after a downward pass of probabilities. */
  @Override
  public Tensor decode(Tensor z) {
    Tensor h = top.visible(z);
    for (Directed layer : layers.reversed()) {
      h = layer.down(h).sigmoid();
    }
    return h;
  }
}
