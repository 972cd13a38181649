package shinso.train.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
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
  private final Map<String, Total> totals;
  private final List<Regularizer> penalties;
  private final Map<String, Record> priors;
  private final UnaryOperator<List<Tensor>> gradients;
  private final boolean lengths;

  private SupervisedLearner(
      Layer network,
      Measure loss,
      Optimizer optimizer,
      Map<String, Measure> metrics,
      Map<String, Total> totals,
      List<Regularizer> penalties,
      Map<String, Record> priors,
      UnaryOperator<List<Tensor>> gradients,
      boolean lengths) {
    this.network = network;
    this.loss = loss;
    this.optimizer = optimizer;
    this.metrics = metrics;
    this.totals = totals;
    this.penalties = penalties;
    this.priors = priors;
    this.gradients = gradients;
    this.lengths = lengths;
  }

  /** A number that compares outputs with targets, a mean over the batch. */
  @FunctionalInterface
  public interface Measure {
    /** Returns the number as a scalar tensor. */
    Tensor of(Tensor output, Tensor target);
  }

  private record Total(Measure sums, ToDoubleFunction<Tensor> number) {}

  private static String sumsOf(String name) {
    return "sums of " + name;
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
        network,
        loss,
        optimizer,
        Map.of(),
        Map.of(),
        List.of(),
        Map.of(),
        UnaryOperator.identity(),
        false);
  }

  /** Returns this with a further number to measure, such as {@code Metrics::accuracy}. */
  public SupervisedLearner metric(String name, Measure metric) {
    requireFree(name);
    Map<String, Measure> all = new LinkedHashMap<>(metrics);
    all.put(name, metric);
    return new SupervisedLearner(
        network,
        loss,
        optimizer,
        Collections.unmodifiableMap(all),
        totals,
        penalties,
        priors,
        gradients,
        lengths);
  }

  /**
   * Returns this with a number to measure in evaluations that is no mean over examples but follows
   * from sums over the whole set, such as F1 and R²:
   *
   * <pre>{@code
   * learner.metric("f1", Metrics::confusion, c -> ClassReport.of(c).macroF1())
   * learner.metric("r2", RegressionReport::sums, s -> RegressionReport.of(s).rSquared())
   * }</pre>
   *
   * @param sums what adds up over batches, at least two numbers
   * @param number a ratio of these sums; it is given their mean over the batches
   * @throws IllegalArgumentException if the name is taken, or, in an evaluation, if there is but
   *     one number
   */
  public SupervisedLearner metric(String name, Measure sums, ToDoubleFunction<Tensor> number) {
    requireFree(name);
    Map<String, Total> all = new LinkedHashMap<>(totals);
    all.put(name, new Total(sums, number));
    return new SupervisedLearner(
        network,
        loss,
        optimizer,
        metrics,
        Collections.unmodifiableMap(all),
        penalties,
        priors,
        gradients,
        lengths);
  }

  private void requireFree(String name) {
    boolean taken = metrics.containsKey(name) || totals.containsKey(name);
    if (taken || name.equals(LOSS) || name.equals("penalty")) {
      throw new IllegalArgumentException("the name '" + name + "' is taken; choose another");
    }
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
        network, loss, optimizer, metrics, totals, List.copyOf(all), priors, gradients, lengths);
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
        totals,
        with.penalties,
        Collections.unmodifiableMap(all),
        gradients,
        lengths);
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
        totals,
        penalties,
        priors,
        g -> change.apply(this.gradients.apply(g)),
        lengths);
  }

  /**
   * Returns this for sequences of different lengths: the second field of a batch, as {@link
   * shinso.train.data.Sequences} gives it, says how long they are, which the network is {@linkplain
   * Pass#withLengths told}.
   */
  public SupervisedLearner withLengths() {
    return new SupervisedLearner(
        network, loss, optimizer, metrics, totals, penalties, priors, gradients, true);
  }

  private Pass pass(Pass pass, List<Tensor> batch) {
    return lengths ? pass.withLengths(batch.get(1)) : pass;
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
    Pass pass = pass(Pass.training(rng), batch);
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
    Tensor output = network.forward(batch.getFirst(), pass(Pass.inference(), batch));
    Step all = measured(Step.of(List.of()).metric(LOSS, loss.of(output, target)), output, target);
    for (Map.Entry<String, Total> t : totals.entrySet()) {
      Tensor sums = t.getValue().sums().of(output, target);
      if (sums.shape().size() < 2) {
        throw new IllegalArgumentException(
            "the metric '%s' is computed from one number, of which only the mean over batches is known;"
                    .formatted(t.getKey())
                + " return what it is divided by as well, such as the number of examples");
      }
      all = all.metric(sumsOf(t.getKey()), sums, Tensor.scalar(1));
    }
    return all;
  }

  @Override
  public Map<String, Double> overall(Map<String, Tensor> means) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    totals.forEach((name, total) -> {
      Tensor sums = means.get(sumsOf(name));
      if (sums != null) {
        numbers.put(name, total.number().applyAsDouble(sums));
      }
    });
    return numbers;
  }

  private Step measured(Step step, Tensor output, Tensor target) {
    Step all = step;
    for (Map.Entry<String, Measure> m : metrics.entrySet()) {
      all = all.metric(m.getKey(), m.getValue().of(output, target));
    }
    return all;
  }
}
