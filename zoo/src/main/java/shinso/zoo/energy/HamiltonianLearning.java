package shinso.zoo.energy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Hmc;
import shinso.nn.layer.Parameters;
import shinso.nn.model.EnergyModel;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Learning of p(x) ∝ exp(−F(x)) for real-valued x by chains of Hamiltonian Monte Carlo on F, for
 * models without a cheap p(x | h):
 *
 * <pre>
 * ∂/∂θ log p(x) = −∂F(x)/∂θ + E_{x⁻ ~ p} ∂F(x⁻)/∂θ            (18.5)
 * </pre>
 *
 * <p>x⁻ is the end of one trajectory. It begins at the data (Hinton, Osindero, Welling and Teh,
 * "Unsupervised discovery of nonlinear structure using contrastive backpropagation", 2006; Ranzato
 * and Hinton 2010) or where the trajectory before ended (Ranzato, Mnih and Hinton 2010). Chains and
 * the step size, which is adapted to the wanted rate of acceptance, are state of the learner.
 */
public final class HamiltonianLearning implements Learner {
  private static final int WARM_UP = 300;

  private final EnergyModel model;
  private final Hmc hmc;
  private final @Nullable Param chains;
  private final Optimizer rule;
  private final Supplier<List<Update>> after;
  private final Param stepSize;

  private HamiltonianLearning(
      EnergyModel model,
      Hmc hmc,
      @Nullable Param chains,
      Optimizer rule,
      Supplier<List<Update>> after,
      Param stepSize) {
    this.model = model;
    this.hmc = hmc;
    this.chains = chains;
    this.rule = rule;
    this.after = after;
    this.stepSize = stepSize;
  }

  /** 20 leapfrog steps; nine of ten trajectories are accepted (Ranzato and Hinton 2010). */
  private static Hmc sampler(EnergyModel model) {
    return Hmc.of(model::freeEnergy).target(0.9);
  }

  private static HamiltonianLearning of(EnergyModel model, @Nullable Param chains, Optimizer rule) {
    Hmc hmc = sampler(model);
    Param size = Param.of(Tensor.scalar(hmc.stepSize()));
    return new HamiltonianLearning(model, hmc, chains, rule, List::of, size);
  }

  /**
   * Returns contrastive divergence: trajectories begin at the data.
   *
   * @param model a record
   */
  public static HamiltonianLearning of(EnergyModel model, Optimizer rule) {
    return of(model, null, rule);
  }

  /**
   * Returns persistent contrastive divergence: trajectories go on where the last ones ended.
   *
   * @param model a record
   * @param chains where they begin, {@code [chains, visible]}
   */
  public static HamiltonianLearning persistent(EnergyModel model, Param chains, Optimizer rule) {
    return of(model, chains, rule);
  }

  /** Returns this with trajectories of another number of leapfrog steps. */
  public HamiltonianLearning leaps(int count) {
    return new HamiltonianLearning(model, hmc.leaps(count), chains, rule, after, stepSize);
  }

  /** Returns this with an update of the parameters after each step, such as a normalisation. */
  public HamiltonianLearning then(Supplier<List<Update>> update) {
    return new HamiltonianLearning(model, hmc, chains, rule, update, stepSize);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(model);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>(rule.state(Parameters.trainable(model)));
    state.put("step-size", stepSize);
    if (chains != null) {
      state.put("chains", chains);
    }
    return state;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor x = batch.getFirst().flatten(1);
    Tensor size = stepSize.value();
    Hmc.Move move = hmc.move(chains == null ? x : chains.value(), size, rng);
    Tensor end = move.position().stopGradient();
    Tensor gap = model.freeEnergy(x).mean().sub(model.freeEnergy(end).mean());
    List<Param> theta = List.copyOf(Parameters.trainable(model).values());
    Tensor rate = move.acceptance().stopGradient();
    Step step =
        Step.of(rule.update(theta, Autodiff.gradients(gap, theta)))
            .and(List.of(new Update(stepSize, hmc.adapted(size, rate))))
            .metric("free energy gap", gap)
            .metric("acceptance", rate.mean());
    if (chains != null) {
      step = step.and(List.of(new Update(chains, end)));
    }
    return step.then(() -> Step.of(after.get()));
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor free = model.freeEnergy(batch.getFirst().flatten(1));
    return Step.of(List.of()).metric("free energy", free.mean());
  }

  /** Draws by adapted chains from standard normal starts: {@code [count, d]}. */
  static Tensor sample(EnergyModel model, int units, int count, Rng rng) {
    Tensor start = Tensor.normal(rng.split("start"), count, units).evaluate();
    return sampler(model).run(start, WARM_UP, 1, rng.split("chain")).draws().at(0, 0);
  }
}
