package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.PseudoLikelihood;
import shinso.nn.chain.Tempering;
import shinso.nn.chain.Transition;
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
 * 1998; Tieleman 2008; algorithm 18.3). These chains are state of the learner. They may be moved by
 * parallel tempering, or by fast weights beside the model's own.
 *
 * <p>Grey values of the data are probabilities: its units are drawn anew whenever they are used.
 */
public final class ContrastiveDivergence implements Learner {
  private final GibbsModel model;
  private final Optimizer rule;
  private final Chains chains;
  private final @Nullable Fast fast;
  private final @Nullable UnaryOperator<Tensor> penalty;
  private final Map<String, UnaryOperator<Tensor>> measures;

  /**
   * Where v⁻ comes from.
   *
   * @param states of persistent chains; null where chains begin at the data
   * @param step moves them
   * @param k how often
   * @param fantasy takes v⁻ from the states
   */
  private record Chains(
      @Nullable Param states, Transition step, int k, UnaryOperator<Tensor> fantasy) {}

  /** Fast weights θ⁺, one for each parameter, with their rate and decay. */
  private record Fast(Map<String, Param> weights, double rate, double decay) {}

  private ContrastiveDivergence(
      GibbsModel model,
      Optimizer rule,
      Chains chains,
      @Nullable Fast fast,
      @Nullable UnaryOperator<Tensor> penalty,
      Map<String, UnaryOperator<Tensor>> measures) {
    this.model = model;
    this.rule = rule;
    this.chains = chains;
    this.fast = fast;
    this.penalty = penalty;
    this.measures = measures;
  }

  private static ContrastiveDivergence of(GibbsModel model, Optimizer rule, Chains chains) {
    return new ContrastiveDivergence(model, rule, chains, null, null, Map.of());
  }

  /**
   * Returns CD-k.
   *
   * @param model a record
   * @param k the steps of Gibbs sampling from the data
   */
  public static ContrastiveDivergence of(GibbsModel model, int k, Optimizer rule) {
    return of(model, rule, new Chains(null, model::gibbs, k, v -> v));
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
    return of(model, rule, new Chains(chains, model::gibbs, k, v -> v));
  }

  /**
   * Returns persistent contrastive divergence whose chains are moved by parallel tempering
   * (Desjardins, Courville, Bengio, Vincent and Delalleau 2010).
   *
   * @param model a record
   * @param ladder on a path to the model
   * @param chains where the chains begin, {@code [temperatures, chains, visible]}
   * @param k the moves between two steps of learning
   */
  public static ContrastiveDivergence tempered(
      GibbsModel model, Tempering ladder, Param chains, int k, Optimizer rule) {
    return of(model, rule, new Chains(chains, ladder, k, ladder::target));
  }

  /**
   * Returns this with fast weights θ⁺ that the chains feel beside the model's own, so that they are
   * driven away from where they are:
   *
   * <pre>
   * v⁻ ~ p(· | θ + θ⁺),   θ⁺ ← decay θ⁺ + rate · ∂/∂θ log p
   * </pre>
   *
   * <p>Source: Tieleman and Hinton, "Using fast weights to improve persistent contrastive
   * divergence" (2009), section 4, where the decay is 19/20.
   *
   * @throws IllegalArgumentException if the chains aren't persistent, the rate is negative, or the
   *     decay is not in [0, 1)
   */
  public ContrastiveDivergence fastWeights(double rate, double decay) {
    if (chains.states == null || !(rate >= 0) || !(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "fast weights: persistent chains, a rate of 0 or more, a decay in [0, 1), not %s and %s"
              .formatted(rate, decay));
    }
    Map<String, Param> weights = new LinkedHashMap<>();
    Parameters.trainable(model)
        .forEach((name, p) -> weights.put(name, Param.of(p.value().zerosLike())));
    return new ContrastiveDivergence(
        model, rule, chains, new Fast(weights, rate, decay), penalty, measures);
  }

  /**
   * Returns this with a penalty on what the data makes of the model, such as a target for how often
   * hidden units are on: {@code v -> Sparsity.kl(rbm.hidden(v), 0.1).mul(0.01)} (Hinton 2012,
   * section 11).
   *
   * @param onData {@code [b, visible]} to a scalar
   */
  public ContrastiveDivergence penalty(UnaryOperator<Tensor> onData) {
    return new ContrastiveDivergence(model, rule, chains, fast, onData, measures);
  }

  /**
   * Returns this with a further number in evaluations, the mean over examples.
   *
   * @param measure {@code [b, visible] -> [b]}
   */
  public ContrastiveDivergence measuring(String name, UnaryOperator<Tensor> measure) {
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>(measures);
    all.put(name, measure);
    return new ContrastiveDivergence(
        model, rule, chains, fast, penalty, Collections.unmodifiableMap(all));
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(model);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>(rule.state(Parameters.trainable(model)));
    if (chains.states != null) {
      state.put("chains", chains.states);
    }
    if (fast != null) {
      fast.weights.forEach((name, p) -> state.put("fast." + name, p));
    }
    return state;
  }

  private List<Param> theta() {
    return List.copyOf(Parameters.trainable(model).values());
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor v = model.observed(batch.getFirst(), rng.split(0)); // [b, visible]
    List<Update> before = model.recentred(v);
    return before.isEmpty() ? learn(v, rng) : Step.of(before).then(() -> learn(v, rng));
  }

  private Step learn(Tensor v, Rng rng) {
    if (chains.states == null) {
      return descend(v, moved(v, rng));
    }
    if (fast != null) {
      return learnWithFastWeights(v, chains.states, fast, rng);
    }
    Tensor end = moved(chains.states.value(), rng);
    return descend(v, chains.fantasy.apply(end)).and(List.of(new Update(chains.states, end)));
  }

  /** The chains move with θ + θ⁺ in the place of θ; then θ is put back, and learns. */
  private Step learnWithFastWeights(Tensor v, Param states, Fast quick, Rng rng) {
    List<Update> there = new ArrayList<>();
    List<Update> back = new ArrayList<>();
    Parameters.trainable(model)
        .forEach((name, p) -> {
          Param plus = Objects.requireNonNull(quick.weights.get(name));
          there.add(new Update(p, p.value().add(plus.value())));
          back.add(new Update(p, p.value()));
        });
    return Step.of(there)
        .then(() -> Step.of(back).and(List.of(new Update(states, moved(states.value(), rng)))))
        .then(() -> descend(v, chains.fantasy.apply(states.value())));
  }

  /** The ends of k steps of the chains. */
  private Tensor moved(Tensor start, Rng rng) {
    Tensor end = start;
    for (int i = 0; i < chains.k; i++) {
      end = chains.step.next(end, rng.split(i + 1));
    }
    return end.stopGradient();
  }

  private Step descend(Tensor v, Tensor fantasy) {
    Tensor gap = model.freeEnergy(v).mean().sub(model.freeEnergy(fantasy).mean());
    List<Param> theta = theta();
    Tensor objective = penalty == null ? gap : gap.add(penalty.apply(v));
    Step step = Step.of(rule.update(theta, Autodiff.gradients(objective, theta)));
    if (fast != null) {
      List<Param> quick = List.copyOf(fast.weights.values());
      List<Tensor> slope = Autodiff.gradients(gap, theta);
      List<Update> updates = new ArrayList<>();
      for (int i = 0; i < quick.size(); i++) {
        Tensor kept = quick.get(i).value().mul(fast.decay);
        updates.add(new Update(quick.get(i), kept.sub(slope.get(i).mul(fast.rate))));
      }
      step = step.and(updates);
    }
    return step.metric("free energy gap", gap);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor v = model.observed(batch.getFirst(), rng.split(0));
    Tensor mean = model.reconstruct(v, rng.split(1));
    Step step =
        Step.of(List.of())
            .metric("reconstruction error", mean.sub(v).square().sum(1).mean())
            .metric("free energy", model.freeEnergy(v).mean());
    if (model.isBinary()) {
      Tensor pseudo = PseudoLikelihood.estimate(model::freeEnergy, v, rng.split(2));
      step = step.metric("pseudo-likelihood", pseudo.mean());
    }
    for (Map.Entry<String, UnaryOperator<Tensor>> m : measures.entrySet()) {
      step = step.metric(m.getKey(), m.getValue().apply(v).mean());
    }
    return step;
  }
}
