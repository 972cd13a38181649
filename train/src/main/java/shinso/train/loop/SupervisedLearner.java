package shinso.train.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;
import shinso.nn.penalty.Regularizer;

/**
 * Learning from examples with targets, by gradient descent on a loss. The first tensor of a batch
 * is the input, the last one the target. Immutable but for the parameters.
 */
public final class SupervisedLearner implements Learner {
  private static final String LOSS = "loss";

  private final Layer network;
  private final Measure loss;
  private final Optimizer optimizer;
  private final Map<String, Measure> metrics;
  private final List<Regularizer> penalties;
  private final Map<String, Record> priors;
  private final UnaryOperator<List<Tensor>> gradients;

  private SupervisedLearner(
      Layer network,
      Measure loss,
      Optimizer optimizer,
      Map<String, Measure> metrics,
      List<Regularizer> penalties,
      Map<String, Record> priors,
      UnaryOperator<List<Tensor>> gradients) {
    this.network = network;
    this.loss = loss;
    this.optimizer = optimizer;
    this.metrics = metrics;
    this.penalties = penalties;
    this.priors = priors;
    this.gradients = gradients;
  }

  /** A number that compares outputs with targets, a mean over the batch. */
  @FunctionalInterface
  public interface Measure {
    /** Returns the number as a scalar tensor. */
    Tensor of(Tensor output, Tensor target);
  }

  /**
   * Returns a learner.
   *
   * @param network gives an output for an input
   * @param loss is made small, such as {@code Losses::softmaxCrossEntropy}
   * @param optimizer moves the parameters
   */
  public static SupervisedLearner of(Layer network, Measure loss, Optimizer optimizer) {
    return new SupervisedLearner(
        network, loss, optimizer, Map.of(), List.of(), Map.of(), UnaryOperator.identity());
  }

  /** Returns this with a further number to measure, such as {@code Metrics::accuracy}. */
  public SupervisedLearner metric(String name, Measure metric) {
    if (name.equals(LOSS) || name.equals("penalty")) {
      throw new IllegalArgumentException("the name '" + name + "' is taken; choose another");
    }
    Map<String, Measure> all = new LinkedHashMap<>(metrics);
    all.put(name, metric);
    return new SupervisedLearner(
        network, loss, optimizer, Collections.unmodifiableMap(all), penalties, priors, gradients);
  }

  /**
   * Returns this with a term that is added to the loss in training, such as {@code () ->
   * Penalties.l2(1e-4, weights)}; the metric {@code penalty} is the sum of these terms, and the
   * metric {@code loss} stays without them. What layers {@linkplain Pass#penalize add} counts among
   * them.
   */
  public SupervisedLearner penalty(Supplier<Tensor> term) {
    return regularizer((net, batch, output, pass) -> term.get());
  }

  /**
   * Returns this with a term made of the batch that is added to the loss in training, such as
   * tangent propagation or adversarial training; it is part of the metric {@code penalty}.
   */
  public SupervisedLearner regularizer(Regularizer term) {
    List<Regularizer> all = new ArrayList<>(penalties);
    all.add(term);
    return new SupervisedLearner(
        network, loss, optimizer, metrics, List.copyOf(all), priors, gradients);
  }

  /**
   * Returns this with a term that has parameters of its own, which are trained and saved with the
   * network, such as {@code penalty("prior", prior, () -> prior.penalty(1e-3, weights))} with a
   * {@link shinso.nn.penalty.SoftWeightSharing}.
   *
   * @param name under which its parameters are saved, {@code name.means} and so on
   * @param prior owns the parameters
   * @throws IllegalArgumentException if a parameter of the network has such a name
   */
  public SupervisedLearner penalty(String name, Record prior, Supplier<Tensor> term) {
    Map<String, Record> all = new LinkedHashMap<>(priors);
    if (all.put(name, prior) != null
        || model().keySet().stream().anyMatch(p -> p.startsWith(name + "."))) {
      throw new IllegalArgumentException(
          "the model has parameters '" + name + ".…' already; choose another name");
    }
    SupervisedLearner with = penalty(term);
    return new SupervisedLearner(
        network,
        loss,
        optimizer,
        metrics,
        with.penalties,
        Collections.unmodifiableMap(all),
        gradients);
  }

  /** Returns this with gradients scaled down so that their norm together is at most a limit. */
  public SupervisedLearner clipNorm(double limit) {
    return gradients(g -> Gradients.clipByNorm(g, limit));
  }

  /** Returns this with a change of the gradients before the optimiser sees them. */
  public SupervisedLearner gradients(UnaryOperator<List<Tensor>> change) {
    return new SupervisedLearner(
        network,
        loss,
        optimizer,
        metrics,
        penalties,
        priors,
        g -> change.apply(this.gradients.apply(g)));
  }

  /** Returns the network. */
  public Layer network() {
    return network;
  }

  @Override
  public Map<String, Param> model() {
    return withPriors(Parameters::all);
  }

  private Map<String, Param> withPriors(Function<Object, Map<String, Param>> parameters) {
    Map<String, Param> all = new LinkedHashMap<>(parameters.apply(network));
    priors.forEach((name, prior) ->
        parameters.apply(prior).forEach((part, param) -> all.put(name + "." + part, param)));
    return all;
  }

  @Override
  public Map<String, Param> state() {
    return optimizer.state(withPriors(Parameters::trainable));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Pass pass = Pass.training(rng);
    Tensor target = batch.getLast();
    Tensor output = network.forward(batch.getFirst(), pass);
    Tensor error = loss.of(output, target);
    List<Param> params = List.copyOf(withPriors(Parameters::trainable).values());
    Tensor objective = error;
    Tensor penalty = null;
    // What layers add for the batch itself, not for the further inputs of regularizers.
    List<Tensor> terms = new ArrayList<>(pass.penalties());
    penalties.forEach(r -> terms.add(r.of(network, batch, output, pass.keepingStatistics())));
    for (Tensor t : terms) {
      penalty = penalty == null ? t : penalty.add(t);
      objective = objective.add(t);
    }
    List<Tensor> g = gradients.apply(Autodiff.gradients(objective, params));
    Step step = Step.of(optimizer.update(params, g)).and(pass.updates()).metric(LOSS, error);
    if (penalty != null) {
      step = step.metric("penalty", penalty);
    }
    return measured(step, output, target);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor target = batch.getLast();
    Tensor output = network.forward(batch.getFirst(), Pass.inference());
    return measured(Step.of(List.of()).metric(LOSS, loss.of(output, target)), output, target);
  }

  private Step measured(Step step, Tensor output, Tensor target) {
    Step all = step;
    for (Map.Entry<String, Measure> m : metrics.entrySet()) {
      all = all.metric(m.getKey(), m.getValue().of(output, target));
    }
    return all;
  }
}
