package shinso.zoo.autoencoder;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Gibbs;
import shinso.nn.chain.Transition;
import shinso.nn.init.Initializer;
import shinso.nn.loss.Losses;
import shinso.nn.model.Classifier;
import shinso.nn.model.ConditionalSampler;

/**
 * Generative stochastic network with labels: the units of the label are one more layer above the
 * last hidden one, and the cost is the reconstruction of both, weighted.
 *
 * <pre>
 * P(y | h) = softmax(b_y + hᴷ V),   y ~ P(y | h),   y Vᵀ goes into hᴷ
 * L = λ mean_k −log P(x | h⁽ᵏ⁾) + (1 − λ) mean_k −log P(y | h⁽ᵏ⁾)
 * </pre>
 *
 * <p>With λ = 0 the network is about p(y | x) alone and x is held; otherwise the chain draws x as
 * well. Chains begin at an example with nothing known about the label. Holding y instead of x, it
 * makes up examples of a class. From walks of the first kind alone these hardly follow the class,
 * since next to pixels the label says nothing new; so a share of the walks, which is no part of the
 * paper, can begin with noise in the place of x, and y held.
 *
 * <p>Sources: Zöhrer and Pernkopf, "General stochastic networks for classification" (2014);
 * Goodfellow, Bengio and Courville, "Deep learning", section 20.12.1.
 *
 * @param network of the layers below
 * @param labelWeight V, {@code [top hidden, classes]}
 * @param labelBias b_y, {@code [classes]}
 * @param steps of the chain, in training and in prediction
 */
public record DiscriminativeGsn(
    GenerativeStochasticNetwork network, Param labelWeight, Param labelBias, int steps)
    implements Classifier, ConditionalSampler {
  private static final int BURN_IN = 100;

  /**
   * Checks the number of steps.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public DiscriminativeGsn {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "discriminative GSN: the number of steps is positive, not " + steps);
    }
  }

  /** Returns an untrained network above another one. */
  public static DiscriminativeGsn of(
      GenerativeStochasticNetwork network, int classes, int steps, Rng rng) {
    int top = network.biases().getLast().shape().dim(0);
    return new DiscriminativeGsn(
        network,
        Param.of(Initializer.glorotUniform().draw(Shape.of(top, classes), rng)),
        Param.of(Tensor.zeros(classes)),
        steps);
  }

  private Tensor fromLabel(Tensor y) {
    return y.matmul(labelWeight.value().transpose()); // [n, top hidden]
  }

  private Tensor labelLogits(List<Tensor> h) {
    return labelBias.value().add(h.getLast().matmul(labelWeight.value())); // [n, classes]
  }

  @Override
  public int classes() {
    return labelBias.shape().dim(0);
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "discriminative GSN: %s is from 0 to 1, not %s".formatted(what, share));
    }
  }

  private Tensor indicators(Tensor label, DType dtype) {
    return label.oneHot(classes()).cast(dtype); // [n, classes]
  }

  private Tensor unknown(Tensor x) {
    return Tensor.zeros(x.shape().dim(0), classes()).cast(x.dtype());
  }

  /**
   * Returns L of each example, in nats: {@code [n, *]} and labels {@code [n]} give {@code [n]}.
   *
   * @param lambda λ, the weight of the examples' reconstruction
   * @throws IllegalArgumentException if λ is not in [0, 1]
   */
  public Tensor loss(Tensor x, Tensor label, double lambda, Rng rng) {
    return loss(x, label, lambda, 0, rng);
  }

  /**
   * Returns L of each example, in nats: {@code [n, *]} and labels {@code [n]} give {@code [n]}.
   *
   * @param lambda λ, the weight of the examples' reconstruction
   * @param held the probability that a walk begins with noise and has the label held, so that there
   *     is nothing to say of it
   * @throws IllegalArgumentException if λ or the probability is not in [0, 1]
   */
  public Tensor loss(Tensor x, Tensor label, double lambda, double held, Rng rng) {
    requireShare("λ", lambda);
    requireShare("the share of held labels", held);
    Tensor example = x.flatten(1);
    Tensor isHeld = example.slice(1, 0, 1).fullLike(held).bernoulli(rng.split("held")); // [n, 1]
    Tensor known = indicators(label, example.dtype());
    Tensor noise = example.fullLike(0.5).bernoulli(rng.split("noise"));
    List<Tensor> h = network.start(Tensor.select(isHeld, noise, example));
    Tensor y = known.mul(isHeld);
    List<Tensor> losses = new ArrayList<>();
    for (int k = 0; k < steps; k++) {
      Rng key = rng.split(k);
      h = network.update(h, fromLabel(y), key.split(0));
      Tensor logits = labelLogits(h);
      Tensor generative = Losses.binaryCrossEntropyFromLogitsEach(network.visible(h), example);
      Tensor discriminative = Losses.softmaxCrossEntropyEach(logits, label);
      Tensor asked = isHeld.rsub(1).squeeze(1);
      Tensor both = generative.mul(lambda).add(discriminative.mul(asked).mul(1 - lambda)); // [n]
      losses.add(both);
      Tensor drawn = indicators(logits.categorical(key.split(1)), example.dtype());
      y = Tensor.select(isHeld, known, drawn);
      if (lambda == 0) {
        h.set(0, example);
      }
    }
    return Tensor.stack(0, losses).mean(0);
  }

  /** Returns log P(y | h) up to a constant after the steps, x held and means in place of draws. */
  @Override
  public Tensor logits(Tensor x) {
    Tensor example = x.flatten(1);
    GenerativeStochasticNetwork quiet = network.quiet();
    List<Tensor> h = quiet.start(example);
    Tensor logits = unknown(example);
    Tensor y = logits;
    for (int k = 0; k < steps; k++) {
      h = quiet.climb(h, fromLabel(y), Rng.of(k)); // draws nothing
      logits = labelLogits(h);
      y = logits.softmax(1);
    }
    return logits;
  }

  /**
   * Returns a step of chains with the label held: {@code [n, units] -> [n, units]} of the network.
   *
   * @param y the labels as indicators, {@code [n, classes]}
   */
  public Transition given(Tensor y) {
    return (states, rng) -> {
      int[] units = network.biases().stream().mapToInt(b -> b.shape().dim(0)).toArray();
      return Tensor.concat(1, network.update(states.split(1, units), fromLabel(y), rng));
    };
  }

  /**
   * Returns where chains with the label held are after some steps from noise: {@code [n, all
   * units]}.
   */
  public Tensor sample(Tensor y, int burnIn, Rng rng) {
    Shape visible = Shape.of(y.shape().dim(0), network.biases().getFirst().shape().dim(0));
    Tensor noise = Tensor.full(visible, 0.5).bernoulli(rng.split("start"));
    return Gibbs.of(network.states(noise).evaluate(), given(y)).run(burnIn, rng.split("chain"));
  }

  /** Returns P(x = 1 | h) where chains are after 100 steps with the classes held. */
  @Override
  public Tensor sampleGiven(Tensor classes, Rng rng) {
    Tensor y = indicators(classes, labelBias.dtype()).evaluate();
    return network.means(sample(y, BURN_IN, rng)).evaluate();
  }
}
