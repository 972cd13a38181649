package shinso.zoo.energy;

import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Bernoulli;
import shinso.nn.init.Initializer;
import shinso.nn.model.Classifier;
import shinso.nn.model.Completer;

/**
 * Multi-prediction deep Boltzmann machine: pixels v, two hidden layers and a class y, in which some
 * variables are given and all others are inferred by a fixed number of mean-field iterations. These
 * are a recurrent network that shares its weights over the iterations; {@link MultiPrediction}
 * trains it to answer such questions well.
 *
 * <pre>
 * ĥ¹ = σ(c¹ + v̂W + ĥ²Vᵀ),   ŷ = softmax(d + ĥ²U)     all but what is given
 * v̂ = σ(b + ĥ¹Wᵀ),          ĥ² = σ(c² + ĥ¹V + ŷUᵀ)
 * </pre>
 *
 * <p>One model classifies, y being what is missing, and fills in whatever pixels are.
 *
 * <p>Sources: Goodfellow, Mirza, Courville and Bengio, "Multi-prediction deep Boltzmann machines"
 * (2013); Goodfellow, Bengio and Courville, "Deep learning", section 20.4.5.
 *
 * @param weight W, {@code [visible, first]}
 * @param upperWeight V, {@code [first, second]}
 * @param labelWeight U, {@code [second, classes]}
 * @param visibleBias b, {@code [visible]}
 * @param firstBias c¹, {@code [first]}
 * @param secondBias c², {@code [second]}
 * @param labelBias d, {@code [classes]}
 * @param iterations of mean field
 */
public record MultiPredictionDbm(
    Param weight,
    Param upperWeight,
    Param labelWeight,
    Param visibleBias,
    Param firstBias,
    Param secondBias,
    Param labelBias,
    int iterations)
    implements Classifier, Completer {
  /**
   * Checks the iterations.
   *
   * @throws IllegalArgumentException if there are none
   */
  public MultiPredictionDbm {
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "multi-prediction: 1 iteration of mean field or more, not " + iterations);
    }
  }

  /**
   * Returns a machine with small random weights.
   *
   * @param rates the shares of the pixels in the data, {@code [visible]}
   */
  public static MultiPredictionDbm of(
      Tensor rates, int first, int second, int classes, int iterations, Rng rng) {
    int visible = rates.shape().size();
    return new MultiPredictionDbm(
        weights(visible, first, rng.split(0)),
        weights(first, second, rng.split(1)),
        weights(second, classes, rng.split(2)),
        Param.of(Bernoulli.ofRates(rates).logits().evaluate()),
        Param.of(Tensor.zeros(first)),
        Param.of(Tensor.zeros(second)),
        Param.of(Tensor.zeros(classes)),
        iterations);
  }

  private static Param weights(int below, int above, Rng rng) {
    return Param.of(Initializer.glorotUniform().draw(Shape.of(below, above), rng));
  }

  /**
   * What is given, and the logits of Q for all that may not be.
   *
   * @param visible of the pixels, {@code [n, visible]}
   * @param labels of the classes, {@code [n, classes]}
   */
  public record Prediction(Tensor visible, Tensor labels) {}

  /**
   * Returns what the given variables say of the others.
   *
   * @param v pixels, {@code [n, visible]}
   * @param vKnown 1 where a pixel is given, else 0, {@code [n, visible]} or broadcasting to it
   * @param y classes as ones among zeros, {@code [n, classes]}
   * @param yKnown 1 where the class is given, else 0, {@code [n, 1]}
   */
  public Prediction predict(Tensor v, Tensor vKnown, Tensor y, Tensor yKnown) {
    Tensor given = v.mul(vKnown);
    Tensor vHat = given.add(visibleBias.value().sigmoid().mul(vKnown.rsub(1)));
    Tensor second = secondBias.value().sigmoid().unsqueeze(0).tile(0, v.shape().dim(0));
    Tensor visible = visibleBias.value();
    Tensor labels = labelBias.value();
    for (int i = 0; i < iterations; i++) {
      Tensor first =
          firstBias
              .value()
              .add(vHat.matmul(weight.value()))
              .add(second.matmul(upperWeight.value().transpose()))
              .sigmoid(); // [n, first]
      labels = labelBias.value().add(second.matmul(labelWeight.value())); // [n, classes]
      Tensor yHat = y.mul(yKnown).add(labels.softmax(1).mul(yKnown.rsub(1)));

      visible = visibleBias.value().add(first.matmul(weight.value().transpose()));
      vHat = given.add(visible.sigmoid().mul(vKnown.rsub(1))); // [n, visible]
      second =
          secondBias
              .value()
              .add(first.matmul(upperWeight.value()))
              .add(yHat.matmul(labelWeight.value().transpose()))
              .sigmoid(); // [n, second]
    }
    labels = labelBias.value().add(second.matmul(labelWeight.value()));
    return new Prediction(visible, labels);
  }

  private int classes() {
    return labelBias.shape().size();
  }

  /** Returns the logits of Q(y | v), all pixels being given. */
  @Override
  public Tensor logits(Tensor x) {
    Tensor v = x.flatten(1);
    int n = v.shape().dim(0);
    Tensor one = Tensor.ones(1, 1).cast(v.dtype());
    return predict(v, one, Tensor.zeros(n, classes()).cast(v.dtype()), one.mul(0)).labels();
  }

  /** Returns the probabilities of pixels, of which some are given and the class is not. */
  public Tensor expected(Tensor x, Tensor known) {
    Tensor v = x.flatten(1);
    Tensor mask = known.broadcastTo(x.shape()).cast(v.dtype()).flatten(1);
    int n = v.shape().dim(0);
    Tensor none = Tensor.zeros(n, classes()).cast(v.dtype());
    Tensor p = predict(v, mask, none, Tensor.zeros(1, 1).cast(v.dtype())).visible().sigmoid();
    return v.mul(mask).add(p.mul(mask.rsub(1)));
  }

  /** Draws what is missing of the pixels, each by its own probability. */
  @Override
  public Tensor complete(Tensor x, Tensor known, Rng rng) {
    Tensor drawn = expected(x, known).bernoulli(rng).reshape(x.shape());
    return Tensor.select(known.broadcastTo(x.shape()), x, drawn);
  }
}
