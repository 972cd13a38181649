package shinso.zoo.energy;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.init.Initializer;
import shinso.nn.model.Classifier;
import shinso.nn.model.ConditionalSampler;

/**
 * Restricted Boltzmann machine of examples and their classes, whose p(y | x) is exact (Larochelle
 * and Bengio, "Classification using discriminative restricted Boltzmann machines", 2008;
 * Goodfellow, Bengio and Courville, "Deep learning", section 20.8).
 *
 * <pre>
 * E(y, x, h) = −hᵀW x − bᵀx − cᵀh − dᵀe_y − hᵀU e_y                          (1)
 * p(y | x) ∝ exp(d_y + Σⱼ log(1 + exp(cⱼ + Uⱼy + Σᵢ Wⱼᵢ xᵢ)))                (section 2)
 * F(x, y) = −bᵀx − d_y − Σⱼ log(1 + exp(cⱼ + Uⱼy + Σᵢ Wⱼᵢ xᵢ))
 * F(x)    = −log Σ_y exp(−F(x, y))
 * </pre>
 *
 * <p>Learned with {@link HybridLearning}: for p(y | x) it is the discriminative machine, for p(x,
 * y) the generative one, for both the hybrid. Examples may have any shape; they are flattened.
 *
 * @param weight W, {@code [visible, hidden]}
 * @param classWeight U, {@code [classes, hidden]}
 * @param visibleBias b, {@code [visible]}
 * @param hiddenBias c, {@code [hidden]}
 * @param classBias d, {@code [classes]}
 */
public record ClassificationRbm(
    Param weight, Param classWeight, Param visibleBias, Param hiddenBias, Param classBias)
    implements Classifier, ConditionalSampler {
  /** So many hidden units are summed over state by state. */
  private static final int ENUMERABLE = 20;

  /** Steps of Gibbs sampling until a chain is taken to have forgotten where it began. */
  private static final int BURN_IN = 1_000;

  /**
   * Returns a machine with weights that are uniform in ±1/√m, m the larger side of a matrix, and no
   * biases, as in section 6 of the paper.
   */
  public static ClassificationRbm of(int visible, int classes, int hidden, Rng rng) {
    return new ClassificationRbm(
        uniform(Shape.of(visible, hidden), rng.split(0)),
        uniform(Shape.of(classes, hidden), rng.split(1)),
        Param.of(Tensor.zeros(visible)),
        Param.of(Tensor.zeros(hidden)),
        Param.of(Tensor.zeros(classes)));
  }

  private static Param uniform(Shape shape, Rng rng) {
    double limit = 1 / Math.sqrt(Math.max(shape.dim(0), shape.dim(1)));
    return Param.of(Initializer.uniform(-limit, limit).draw(shape, rng));
  }

  @Override
  public int classes() {
    return classBias.shape().dim(0);
  }

  private static Tensor flat(Tensor x) {
    return x.shape().rank() == 2 ? x : x.flatten(1);
  }

  /** Returns the classes as vectors with one 1: {@code [b] -> [b, classes]}. */
  private Tensor oneHot(Tensor y) {
    return y.oneHot(classes()).cast(weight.dtype());
  }

  // ---- conditionals

  /**
   * Returns the logarithms of p(y | x) up to a number that all classes share, −F(x, y) − bᵀx:
   * {@code [b, *] -> [b, classes]}.
   */
  @Override
  public Tensor logits(Tensor x) {
    Tensor input = hiddenBias.value().add(flat(x).matmul(weight.value())); // [b, hidden]
    Tensor each = input.unsqueeze(1).add(classWeight.value()); // [b, classes, hidden]
    return classBias.value().add(each.softplus().sum(2));
  }

  /** Returns p(h = 1 | x, y): {@code [b, *], [b] -> [b, hidden]}. */
  public Tensor hidden(Tensor x, Tensor y) {
    Tensor input = flat(x).matmul(weight.value()).add(classWeight.value().gather(0, y));
    return hiddenBias.value().add(input).sigmoid();
  }

  /** Returns p(x = 1 | h): {@code [b, hidden] -> [b, visible]}. */
  public Tensor visible(Tensor h) {
    return visibleBias.value().add(h.matmul(weight.value().transpose())).sigmoid();
  }

  /** Returns log p(y | h): {@code [b, hidden] -> [b, classes]}. */
  public Tensor classes(Tensor h) {
    return classBias.value().add(h.matmul(classWeight.value().transpose())).logSoftmax(1);
  }

  /** An example and its class, drawn. */
  record Drawn(Tensor x, Tensor y) {}

  /** Returns a step of Gibbs sampling: h given x and y, then both given h. */
  Drawn gibbs(Tensor x, Tensor y, Rng rng) {
    Tensor h = hidden(x, y).bernoulli(rng.split(0));
    return new Drawn(visible(h).bernoulli(rng.split(1)), classes(h).categorical(rng.split(2)));
  }

  /** Draws x by long chains of Gibbs sampling in which the classes are held. */
  @Override
  public Tensor sampleGiven(Tensor y, Rng rng) {
    Tensor held = y.evaluate();
    Shape all = Shape.of(held.shape().dim(0), visibleBias.shape().dim(0));
    Tensor rates = visibleBias.value().sigmoid().broadcastTo(all);
    Gibbs chains =
        Gibbs.of(
            rates.bernoulli(rng.split("start")).evaluate(),
            (x, key) -> visible(hidden(x, held).bernoulli(key.split(0))).bernoulli(key.split(1)));
    return chains.run(BURN_IN, rng.split("chain"));
  }

  // ---- energies

  /** Returns E(y, x, h): {@code [b, *], [b], [b, hidden] -> [b]}. */
  public Tensor energy(Tensor x, Tensor y, Tensor h) {
    Tensor input = hiddenBias.value().add(flat(x).matmul(weight.value()));
    Tensor withClass = input.add(classWeight.value().gather(0, y)).mul(h).sum(1);
    Tensor alone = flat(x).mul(visibleBias.value()).sum(1).add(classBias.value().gather(0, y));
    return withClass.add(alone).neg();
  }

  /** Returns F(x, y) of examples with their classes: {@code [b, *], [b] -> [b]}. */
  public Tensor freeEnergy(Tensor x, Tensor y) {
    Tensor own = logits(x).mul(oneHot(y)).sum(1);
    return own.add(flat(x).mul(visibleBias.value()).sum(1)).neg();
  }

  /** Returns F(x) of examples whose class is summed out: {@code [b, *] -> [b]}. */
  public Tensor freeEnergy(Tensor x) {
    return logits(x).logSumExp(1).add(flat(x).mul(visibleBias.value()).sum(1)).neg();
  }

  /**
   * Returns log Z by a sum over the states of the hidden units; it has gradients.
   *
   * @throws IllegalArgumentException if these are more than 20
   */
  public Tensor logPartition() {
    int units = hiddenBias.shape().dim(0);
    if (units > ENUMERABLE) {
      throw new IllegalArgumentException(
          "the states of %d hidden units are too many to sum over".formatted(units));
    }
    Tensor h = new Enumeration(units, weight.dtype()).states(); // [2^hidden, hidden]
    Tensor x = visibleBias.value().add(h.matmul(weight.value().transpose())).softplus().sum(1);
    Tensor y = classBias.value().add(h.matmul(classWeight.value().transpose())).logSumExp(1);
    return h.mul(hiddenBias.value()).sum(1).add(x).add(y).logSumExp(0);
  }

  /** Returns the parameters, weights first. */
  List<Param> parameters() {
    return List.of(weight, classWeight, visibleBias, hiddenBias, classBias);
  }
}
