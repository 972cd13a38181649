package shinso.zoo.energy;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Learning of a {@link ConditionalRbm} from inputs with outputs: the first tensor of a batch is x,
 * the last one y.
 *
 * <pre>
 * ∂/∂θ log p(y | x) = −∂F(y; x)/∂θ + E_{y⁻ ~ p(y | x)} ∂F(y⁻; x)/∂θ
 * </pre>
 *
 * <p>The mean is exact, by the partition function of each input, or over the ends of k steps of
 * Gibbs sampling from y in which x is held: contrastive divergence.
 */
public final class ConditionalLearning implements Learner {
  private static final int EXACT = 0;

  private final ConditionalRbm rbm;
  private final int k;
  private final Optimizer rule;

  private ConditionalLearning(ConditionalRbm rbm, int k, Optimizer rule) {
    this.rbm = rbm;
    this.k = k;
    this.rule = rule;
  }

  /** Returns ascent of the exact log p(y | x), for small machines. */
  public static ConditionalLearning exact(ConditionalRbm rbm, Optimizer rule) {
    return new ConditionalLearning(rbm, EXACT, rule);
  }

  /**
   * Returns CD-k.
   *
   * @throws IllegalArgumentException if k is less than 1
   */
  public static ConditionalLearning contrastive(ConditionalRbm rbm, int k, Optimizer rule) {
    if (k < 1) {
      throw new IllegalArgumentException(
          "conditional learning: at least 1 step of Gibbs sampling, not " + k);
    }
    return new ConditionalLearning(rbm, k, rule);
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
    Tensor x = batch.getFirst();
    Tensor y = batch.getLast().flatten(1); // [b, outputs]
    Tensor objective = k == EXACT ? rbm.logProbability(y, x).mean().neg() : contrast(x, y, rng);
    List<Param> theta = List.copyOf(model().values());
    return Step.of(rule.update(theta, Autodiff.gradients(objective, theta)))
        .metric(k == EXACT ? "loss" : "free energy gap", objective);
  }

  private Tensor contrast(Tensor x, Tensor y, Rng rng) {
    Tensor end = y;
    for (int i = 0; i < k; i++) {
      end = rbm.gibbs(end, x, rng.split(i));
    }
    return rbm.freeEnergy(y, x).sub(rbm.freeEnergy(end.stopGradient(), x)).mean();
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor y = batch.getLast();
    return Step.of(List.of())
        .metric("log-likelihood", rbm.logProbability(y, batch.getFirst()).mean());
  }
}
