package shinso.zoo.energy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Learning of Boltzmann machines with connections of any kind by Gibbs sampling in two phases
 * (Ackley, Hinton and Sejnowski, "A learning algorithm for Boltzmann machines", 1985, section 3):
 *
 * <pre>
 * ∂ log p(v) / ∂Uᵢⱼ = p⁺ᵢⱼ − p⁻ᵢⱼ
 * </pre>
 *
 * <p>p⁺ᵢⱼ is how often both units are on while the visible ones are clamped to an example, p⁻ᵢⱼ
 * while all run freely. In both phases units are visited one after the other, from random states to
 * equilibrium; there is no mean field. The free phase has as many chains as the clamped one, or
 * chains of its own that go on from step to step.
 *
 * <p>Grey values of the data are probabilities: its units are drawn anew whenever they are used,
 * which is the noisy clamping of section 3.2, by which weights stay finite.
 */
public final class BoltzmannLearning implements Learner {
  private final BoltzmannMachine machine;
  private final Equilibrium equilibrium;
  private final int repeats;
  private final boolean fixedSteps;
  private final @Nullable Param chains;
  private final Optimizer rule;
  private final Map<String, UnaryOperator<Tensor>> measures;
  private final @Nullable Record record;

  /** The largest value so far. */
  private record Record(Param largest, Supplier<Tensor> now) {}

  private BoltzmannLearning(
      BoltzmannMachine machine,
      Equilibrium equilibrium,
      int repeats,
      boolean fixedSteps,
      @Nullable Param chains,
      Optimizer rule,
      Map<String, UnaryOperator<Tensor>> measures,
      @Nullable Record record) {
    this.machine = machine;
    this.equilibrium = equilibrium;
    this.repeats = repeats;
    this.fixedSteps = fixedSteps;
    this.chains = chains;
    this.rule = rule;
    this.measures = measures;
    this.record = record;
  }

  /** Returns a learner in whose steps each example is clamped once. */
  public static BoltzmannLearning of(
      BoltzmannMachine machine, Equilibrium equilibrium, Optimizer rule) {
    return new BoltzmannLearning(machine, equilibrium, 1, false, null, rule, Map.of(), null);
  }

  /**
   * Returns this with another number of annealings of each example in a step.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public BoltzmannLearning repeats(int repeats) {
    if (repeats < 1) {
      throw new IllegalArgumentException(
          "Boltzmann learning: an example is clamped at least once a step, not " + repeats);
    }
    return new BoltzmannLearning(
        machine, equilibrium, repeats, fixedSteps, chains, rule, measures, record);
  }

  /**
   * Returns this with the signs of p⁺ᵢⱼ − p⁻ᵢⱼ as gradient, so that all weights change by the same
   * step, as in section 4 of the paper.
   */
  public BoltzmannLearning fixedSteps() {
    return new BoltzmannLearning(
        machine, equilibrium, repeats, true, chains, rule, measures, record);
  }

  /**
   * Returns this with chains of the free phase that begin where they ended in the step before, and
   * are not annealed.
   *
   * @param chains states of all units, {@code [*, chains, n]}
   */
  public BoltzmannLearning persistent(Param chains) {
    return new BoltzmannLearning(
        machine, equilibrium, repeats, fixedSteps, chains, rule, measures, record);
  }

  /**
   * Returns this with a further number in evaluations, the mean over examples and machines.
   *
   * @param measure of examples {@code [b, visible]}
   */
  public BoltzmannLearning measuring(String name, UnaryOperator<Tensor> measure) {
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>(measures);
    all.put(name, measure);
    return new BoltzmannLearning(
        machine,
        equilibrium,
        repeats,
        fixedSteps,
        chains,
        rule,
        Collections.unmodifiableMap(all),
        record);
  }

  /**
   * Returns this with a cell that holds the largest value so far, looked at before each step: with
   * 1 for machines that have learned a thing, those that ever had.
   *
   * @param largest of the shape of the value
   * @param now the value
   */
  public BoltzmannLearning keepingLargest(Param largest, Supplier<Tensor> now) {
    return new BoltzmannLearning(
        machine,
        equilibrium,
        repeats,
        fixedSteps,
        chains,
        rule,
        measures,
        new Record(largest, now));
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(machine);
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> state = new LinkedHashMap<>(rule.state(model()));
    if (chains != null) {
      state.put("chains", chains);
    }
    if (record != null) {
      state.put("largest", record.largest);
    }
    return state;
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor v = batch.getFirst().flatten(1).tile(0, repeats); // [b, visible]
    int count = v.shape().dim(0);
    int visible = machine.visible();
    Tensor random = machine.random(count, rng.split("clamped")); // [*, b, n]
    Shape clamped = random.shape().with(-1, visible);
    Tensor start = random.withSlice(-1, 0, v.broadcastTo(clamped).bernoulli(rng.split("noise")));
    List<Tensor> positive = watch(annealed(start, visible, rng.split(0)), visible, rng.split(1));

    Tensor free =
        chains == null
            ? annealed(machine.random(count, rng.split("free")), 0, rng.split(2))
            : chains.value();
    List<Tensor> negative = watch(free, 0, rng.split(3));

    Tensor gap = meanEnergy(positive).sub(meanEnergy(negative));
    List<Param> theta = List.copyOf(model().values());
    List<Tensor> gradients = Autodiff.gradients(gap.sum(), theta);
    if (fixedSteps) {
      gradients = gradients.stream().map(Tensor::sign).toList();
    }
    Step step = Step.of(rule.update(theta, gradients)).metric("energy gap", gap.mean());
    if (chains != null) {
      step = step.and(List.of(new Update(chains, negative.getLast())));
    }
    if (record != null) {
      Tensor largest = record.largest.value().maximum(record.now.get());
      step = step.and(List.of(new Update(record.largest, largest)));
    }
    return step;
  }

  /** The sweeps at falling temperatures. */
  private Tensor annealed(Tensor start, int from, Rng rng) {
    Tensor x = start;
    int key = 0;
    for (Equilibrium.Leg leg : equilibrium.annealing()) {
      for (int i = 0; i < leg.sweeps(); i++) {
        x = machine.sweep(x, from, leg.temperature(), rng.split(key++));
      }
    }
    return x;
  }

  /** The states after each sweep that counts. */
  private List<Tensor> watch(Tensor start, int from, Rng rng) {
    List<Tensor> states = new ArrayList<>();
    Tensor x = start;
    for (int i = 0; i < equilibrium.watched(); i++) {
      x = machine.sweep(x, from, 1, rng.split(i));
      states.add(x.stopGradient());
    }
    return states;
  }

  /**
   * The mean over chains and sweeps of E(x), whose gradient has the shares of pairs: {@code [*]}.
   */
  private Tensor meanEnergy(List<Tensor> states) {
    return machine.energy(Tensor.concat(-2, states)).mean(-1);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor v = batch.getFirst().flatten(1).bernoulli(rng);
    Step step = Step.of(List.of());
    for (Map.Entry<String, UnaryOperator<Tensor>> m : measures.entrySet()) {
      step = step.metric(m.getKey(), m.getValue().apply(v).mean());
    }
    return step;
  }
}
