package shinso.zoo.directed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.estimator.Baseline;
import shinso.nn.estimator.Draw;
import shinso.nn.estimator.LearnedBaseline;
import shinso.nn.estimator.ScoreFunction;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Neural variational inference and learning, NVIL: both networks of a Helmholtz machine climb one
 * bound, the recognition network by the score function of its draws.
 *
 * <pre>
 * log p(v) ≥ E_q [log p(v, h) − log q(h | v)]                                         (1)
 * ∂/∂θ:  ∂ log p(v, h) / ∂θ                                                           (2)
 * ∂/∂φ:  Σₗ (signalₗ − baselineₗ(hˡ⁻¹)) ∂ log q(hˡ | hˡ⁻¹) / ∂φ                       (3)
 * signalₗ = Σ_{k ≥ l} [log p(hᵏ⁻¹ | hᵏ) − log q(hᵏ | hᵏ⁻¹)] + log p(hᴸ)               (4)
 * </pre>
 *
 * <p>A layer is credited only with what its draw can change, and has a {@link LearnedBaseline} of
 * its own, which sees the layer below.
 *
 * <p>Source: Mnih and Gregor, "Neural variational inference and learning in belief networks"
 * (2014).
 *
 * @param machine learns
 * @param baselines one for each hidden layer, the lowest first
 * @param rule moves both networks and the baselines
 */
public record VariationalLearning(
    HelmholtzMachine machine, List<LearnedBaseline> baselines, Optimizer rule) implements Learner {
  private static final int BASELINE_UNITS = 100;
  private static final double DECAY = 0.8;

  /** Copies the list. */
  public VariationalLearning {
    baselines = List.copyOf(baselines);
  }

  /** Returns a learner whose baselines have 100 tanh units each. */
  public static VariationalLearning of(HelmholtzMachine machine, Optimizer rule, Rng rng) {
    List<Integer> units = machine.generative().units();
    List<LearnedBaseline> baselines =
        IntStream.range(0, units.size() - 1)
            .mapToObj(l ->
                Network.of(units.get(l)).dense(BASELINE_UNITS).tanh().dense(1).build(rng.split(l)))
            .map(network -> LearnedBaseline.of(network, DECAY))
            .toList();
    return new VariationalLearning(machine, baselines, rule);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(machine);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>();
    Parameters.all(baselines).forEach((name, p) -> state.put("baselines." + name, p));
    state.putAll(rule.state(learned()));
    return state;
  }

  private Map<String, Param> learned() {
    Map<String, Param> all = new LinkedHashMap<>(Parameters.trainable(machine));
    Parameters.trainable(baselines).forEach((name, p) -> all.put("baselines." + name, p));
    return all;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    List<Tensor> h = new ArrayList<>(List.of(batch.getFirst().flatten(1)));
    List<Draw> draws = new ArrayList<>();
    for (int l = 0; l < baselines.size(); l++) {
      draws.add(
          new ScoreFunction().draw(machine.above(l, h.getLast()).independent(1), rng.split(l)));
      h.add(draws.getLast().value());
    }
    List<Tensor> p = machine.generative().logFactors(h);
    List<Tensor> q = machine.logRecognition(h);

    Tensor signal = p.getLast(); // [b]
    Tensor loss = p.getLast().mean().neg();
    Tensor missed = loss.mul(0);
    List<Update> updates = new ArrayList<>();
    for (int l = baselines.size() - 1; l >= 0; l--) {
      signal = signal.add(p.get(l)).sub(q.get(l));
      Baseline.Centred cost = baselines.get(l).of(signal.neg(), h.get(l));
      Tensor credit = draws.get(l).credit(cost.signal()).mean();
      loss = loss.sub(p.get(l).mean()).add(credit);
      missed = missed.add(cost.loss());
      updates.addAll(cost.updates());
    }
    List<Param> theta = List.copyOf(learned().values());
    return Step.of(rule.update(theta, Autodiff.gradients(loss.add(missed), theta)))
        .and(updates)
        .metric("bound", signal.mean())
        .metric("baseline loss", missed);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor bound = machine.logWeight(batch.getFirst(), rng).mean();
    return Step.of(List.of()).metric("bound", bound);
  }
}
