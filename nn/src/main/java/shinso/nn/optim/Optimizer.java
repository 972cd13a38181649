package shinso.nn.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * A rule that turns gradients into new parameter values. It keeps its state, such as moments and
 * the number of steps, in parameters of its own, one set for each parameter it has met.
 */
public interface Optimizer {
  /**
   * Returns the next values of some parameters and of this optimiser's state, to be committed as
   * one step.
   *
   * @param params each parameter once
   * @param gradients one for each, of its shape
   * @throws IllegalArgumentException if the numbers or shapes differ
   */
  List<Update> update(List<Param> params, List<Tensor> gradients);

  /**
   * Returns the state for some parameters by name, such as {@code adam.m.layers.0.weight} and
   * {@code adam.step}, making what doesn't exist yet: what a checkpoint saves and restores.
   *
   * @param params the parameters by name
   */
  Map<String, Param> state(Map<String, Param> params);

  /**
   * Returns this optimiser with another name for its state, such as {@code generator.adam.step}:
   * two of one kind in one learner need different ones.
   *
   * @throws IllegalArgumentException if the name is empty
   */
  default Optimizer named(String name) {
    return new NamedOptimizer(name, this);
  }

  /**
   * Returns this optimiser with a change of some new values behind it, such as {@code
   * Projections.columnNorm(3)} of the weights: what projected gradient descent does.
   *
   * @param which the parameters concerned, such as {@code Parameters::isWeight}
   * @param projection from the value that the rule gives to the one that is taken
   */
  default Optimizer projected(Predicate<Param> which, UnaryOperator<Tensor> projection) {
    return new ProjectedOptimizer(this, which, projection);
  }

  /**
   * Returns this optimiser with the proximal step of a penalty behind each of its own, which brings
   * weights to exactly 0: proximal gradient descent, ISTA if this is {@link Sgd}.
   *
   * <pre>{@code
   * Sgd.of(0.1).proximal(0.1, Parameters::isWeight, Proximal.l1(0.01))
   * }</pre>
   *
   * <p>Behind gradient descent with the same η, also with an averaging momentum, the minimum is
   * that of loss and penalty together. Behind a rule that scales each weight's step by itself, such
   * as {@link Adam}, it is a decoupled shrinkage, as weight decay is there, with a minimum of its
   * own.
   *
   * @param rate η, the length of the step, as a rule that of this optimiser
   * @param which the parameters that are penalised, such as {@code Parameters::isWeight}
   * @param penalty such as {@code Proximal.l1(α)}
   */
  default Optimizer proximal(Schedule rate, Predicate<Param> which, Proximal penalty) {
    return new ProximalOptimizer(this, rate, which, penalty);
  }

  /** Returns this optimiser with the proximal step of a penalty and a constant η. */
  default Optimizer proximal(double rate, Predicate<Param> which, Proximal penalty) {
    return proximal(Schedule.constant(rate), which, penalty);
  }

  /**
   * Returns this optimiser fed with the mean gradient of so many steps: parameters change in every
   * so-many-th step, as with batches so many times as large that don't fit into memory. The rule's
   * own counter, and with it its schedule, counts its own steps.
   *
   * @throws IllegalArgumentException if the number is less than 1
   */
  default Optimizer accumulating(int steps) {
    return new AccumulatingOptimizer(this, steps);
  }
}
