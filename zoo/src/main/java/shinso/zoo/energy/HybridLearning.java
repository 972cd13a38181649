package shinso.zoo.energy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Optimizer;
import shinso.train.data.Dataset;
import shinso.train.loop.Learner;

/**
 * Learning of a {@link ClassificationRbm} for what it says of classes, of examples, or of both
 * (Larochelle and Bengio 2008, sections 3 to 5):
 *
 * <pre>
 * L_disc  = −Σ log p(y | x)                        exact
 * L_gen   = −Σ log p(y, x)                         by contrastive divergence from (x, y)
 * L_unsup = −Σ log p(x)                            by contrastive divergence from (x, y ~ p(y | x))
 * L       = δ L_disc + α L_gen + β L_unsup         (8), (11)
 * </pre>
 *
 * <p>The last term is of further examples whose labels aren't known: semi-supervised learning. The
 * sums are means over the batch. Grey values are used as they are.
 */
public final class HybridLearning implements Learner {
  private final ClassificationRbm rbm;
  private final double discriminative;
  private final double generative;
  private final Optimizer rule;
  private final @Nullable Labelled labelled;

  /** The examples with labels, where the batches are of those without. */
  private record Labelled(Tensor x, Tensor y, int draws, double unsupervised) {}

  private HybridLearning(
      ClassificationRbm rbm,
      double discriminative,
      double generative,
      Optimizer rule,
      @Nullable Labelled labelled) {
    if (!(discriminative >= 0) || !(generative >= 0)) {
      throw new IllegalArgumentException(
          "hybrid learning: weights of 0 or more, not %s and %s"
              .formatted(discriminative, generative));
    }
    this.rbm = rbm;
    this.discriminative = discriminative;
    this.generative = generative;
    this.rule = rule;
    this.labelled = labelled;
  }

  /** Returns learning of p(y | x) alone, δ = 1 and α = 0: the discriminative machine. */
  public static HybridLearning discriminative(ClassificationRbm rbm, Optimizer rule) {
    return new HybridLearning(rbm, 1, 0, rule, null);
  }

  /** Returns learning of p(x, y) alone, δ = 0 and α = 1: the generative machine. */
  public static HybridLearning generative(ClassificationRbm rbm, Optimizer rule) {
    return new HybridLearning(rbm, 0, 1, rule, null);
  }

  /**
   * Returns learning of both, δ = 1: the hybrid machine.
   *
   * @param alpha the weight of p(x, y), such as 0.01
   */
  public static HybridLearning hybrid(ClassificationRbm rbm, double alpha, Optimizer rule) {
    return new HybridLearning(rbm, 1, alpha, rule, null);
  }

  /**
   * Returns this for batches of examples whose labels aren't looked at; those with labels are drawn
   * with replacement from a set held in memory.
   *
   * @param labels the examples with labels
   * @param draws how many of them there are in a step
   * @param beta the weight of p(x)
   * @throws IllegalArgumentException if there is none of them, or the weight is negative
   */
  public HybridLearning semiSupervised(Dataset labels, int draws, double beta) {
    if (labels.size() < 1 || draws < 1 || !(beta >= 0)) {
      throw new IllegalArgumentException(
          ("hybrid learning: at least 1 example with a label, at least 1 of them a step, and a"
                  + " weight of 0 or more; not %d, %d and %s")
              .formatted(labels.size(), draws, beta));
    }
    List<Tensor> all = labels.whole();
    return new HybridLearning(
        rbm,
        discriminative,
        generative,
        rule,
        new Labelled(all.getFirst(), all.getLast(), draws, beta));
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(rbm);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(model());
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor loss =
        labelled == null
            ? supervised(batch.getFirst(), batch.getLast(), rng)
            : withUnlabelled(batch.getFirst(), labelled, rng);
    List<Param> theta = rbm.parameters();
    return Step.of(rule.update(theta, Autodiff.gradients(loss, theta))).metric("objective", loss);
  }

  private Tensor supervised(Tensor x, Tensor y, Rng rng) {
    Tensor loss = Tensor.constant(0, rbm.weight().dtype());
    if (discriminative > 0) {
      loss = loss.add(Losses.softmaxCrossEntropy(rbm.logits(x), y).mul(discriminative));
    }
    if (generative > 0) {
      ClassificationRbm.Drawn end = rbm.gibbs(x, y, rng);
      Tensor gap = rbm.freeEnergy(x, y).sub(rbm.freeEnergy(end.x().stopGradient(), end.y())).mean();
      loss = loss.add(gap.mul(generative));
    }
    return loss;
  }

  private Tensor withUnlabelled(Tensor x, Labelled known, Rng rng) {
    int n = known.x().shape().dim(0);
    Tensor drawn = Tensor.uniform(rng.split("labels"), known.draws()).mul(n).cast(DType.I32);
    Tensor chosen = drawn.minimum(Tensor.constant(n - 1, DType.I32)); // a product may round up to n
    Tensor loss =
        supervised(known.x().gather(0, chosen), known.y().gather(0, chosen), rng.split(0));

    Tensor y = rbm.logits(x).categorical(rng.split("classes"));
    Tensor end = rbm.gibbs(x, y, rng.split(1)).x().stopGradient();
    Tensor gap = rbm.freeEnergy(x).sub(rbm.freeEnergy(end)).mean();
    return loss.add(gap.mul(known.unsupervised()));
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor logits = rbm.logits(batch.getFirst());
    Tensor y = batch.getLast();
    return Step.of(List.of())
        .metric("loss", Losses.softmaxCrossEntropy(logits, y))
        .metric("accuracy", Metrics.accuracy(logits, y));
  }
}
