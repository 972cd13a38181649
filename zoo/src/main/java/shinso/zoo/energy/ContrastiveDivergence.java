package shinso.zoo.energy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Learning of p(v) ∝ exp(−F(v)) by chains of Gibbs sampling, the log-likelihood's gradient being
 *
 * <pre>
 * ∂/∂θ log p(v) = −∂F(v)/∂θ + E_{v⁻ ~ p} ∂F(v⁻)/∂θ            (18.5)
 * </pre>
 *
 * <p>The v⁻ are the ends of k steps of Gibbs sampling. Chains that begin at the data give
 * contrastive divergence, CD-k (Hinton, "Training products of experts by minimizing contrastive
 * divergence", 2002; algorithm 18.2 of Goodfellow et al.); chains that begin where they ended in
 * the step before give stochastic maximum likelihood, or persistent contrastive divergence (Younes
 * 1998; Tieleman 2008; algorithm 18.3).
 *
 * <p>Grey values of the data are probabilities: its units are drawn anew whenever they are used.
 */
public final class ContrastiveDivergence implements Learner {
  private final GibbsModel model;
  private final Map<String, Param> params;
  private final int k;
  private final Optimizer rule;
  private final @Nullable Param chains;
  private final Map<String, UnaryOperator<Tensor>> measures;

  private ContrastiveDivergence(
      GibbsModel model,
      int k,
      Optimizer rule,
      @Nullable Param chains,
      Map<String, UnaryOperator<Tensor>> measures) {
    this.model = model;
    this.params = Parameters.all(model);
    this.k = k;
    this.rule = rule;
    this.chains = chains;
    this.measures = measures;
  }

  /**
   * Returns CD-k.
   *
   * @param model a record
   * @param k the steps of Gibbs sampling from the data
   */
  public static ContrastiveDivergence of(GibbsModel model, int k, Optimizer rule) {
    return new ContrastiveDivergence(model, k, rule, null, Map.of());
  }

  /**
   * Returns persistent contrastive divergence.
   *
   * @param model a record
   * @param chains where the chains begin, {@code [chains, visible]}; a cell that several learners
   *     may go on with
   * @param k the steps of Gibbs sampling between two steps of learning
   */
  public static ContrastiveDivergence persistent(
      GibbsModel model, Param chains, int k, Optimizer rule) {
    return new ContrastiveDivergence(model, k, rule, chains, Map.of());
  }

  /**
   * Returns this with a further number in evaluations, the mean over examples.
   *
   * @param measure {@code [b, visible] -> [b]}
   */
  public ContrastiveDivergence measuring(String name, UnaryOperator<Tensor> measure) {
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>(measures);
    all.put(name, measure);
    return new ContrastiveDivergence(model, k, rule, chains, Collections.unmodifiableMap(all));
  }

  @Override
  public Map<String, Param> model() {
    return params;
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>(rule.state(params));
    if (chains != null) {
      state.put("chains", chains);
    }
    return state;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor v = drawn(batch, rng.split(0)); // [b, visible]
    Tensor end = chains == null ? v : chains.value();
    for (int i = 0; i < k; i++) {
      end = model.gibbs(end, rng.split(i + 1));
    }
    Tensor fantasy = end.stopGradient();
    Tensor gap = model.freeEnergy(v).mean().sub(model.freeEnergy(fantasy).mean());

    List<Param> theta = List.copyOf(params.values());
    Step step = Step.of(rule.update(theta, Autodiff.gradients(gap, theta)));
    if (chains != null) {
      step = step.and(List.of(new Update(chains, fantasy)));
    }
    return step.metric("free energy gap", gap);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor v = drawn(batch, rng.split(0));
    Tensor mean = model.reconstruct(v, rng.split(1));
    Step step =
        Step.of(List.of())
            .metric("reconstruction error", mean.sub(v).square().sum(1).mean())
            .metric("pseudo-likelihood", pseudoLikelihood(v, rng.split(2)).mean());
    for (Map.Entry<String, UnaryOperator<Tensor>> m : measures.entrySet()) {
      step = step.metric(m.getKey(), m.getValue().apply(v).mean());
    }
    return step;
  }

  /** Returns the data with its grey values drawn as binary units. */
  private static Tensor drawn(List<Tensor> batch, Rng rng) {
    return batch.getFirst().flatten(1).bernoulli(rng);
  }

  /**
   * Returns an unbiased estimate of log PL(v) = Σᵢ log p(vᵢ | v₋ᵢ) (18.20) from one unit i of each
   * example, drawn at random: n log σ(F(v with unit i flipped) − F(v)). {@code [b]}
   */
  private Tensor pseudoLikelihood(Tensor v, Rng rng) {
    int n = v.shape().dim(1);
    Tensor i = Tensor.uniform(rng, v.shape().dim(0)).mul(n).cast(DType.I32); // [b]
    Tensor chosen = Tensor.iota(Shape.of(1, n), 1).equal(i.unsqueeze(1)); // [b, n]
    Tensor flipped = Tensor.select(chosen, v.rsub(1), v);
    return model.freeEnergy(flipped).sub(model.freeEnergy(v)).neg().softplus().mul(-n);
  }
}
