package shinso.train.loop;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.model.DensityModel;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;

/** Descent on the mean of a loss of each example, which may draw random numbers. */
public final class LossLearner implements Learner {
  /** A loss of each example. */
  @FunctionalInterface
  public interface Loss {
    /** Returns the losses of the examples of a batch: {@code [b]}. */
    Tensor each(List<Tensor> batch, Rng rng);
  }

  private final Object model;
  private final Loss loss;
  private final Optimizer rule;
  private final double longest;

  private LossLearner(Object model, Loss loss, Optimizer rule, double longest) {
    this.model = model;
    this.loss = loss;
    this.rule = rule;
    this.longest = longest;
  }

  /**
   * Returns descent on a loss.
   *
   * @param model the record whose parameters are moved
   * @param loss made small
   * @param rule moves the parameters
   */
  public static LossLearner of(Record model, Loss loss, Optimizer rule) {
    return new LossLearner(model, loss, rule, Double.POSITIVE_INFINITY);
  }

  /**
   * Returns ascent of the log-likelihood of a model that knows its density; the first tensor of a
   * batch is what it is a density of.
   *
   * @param density a record, so that its parameters are found
   * @param rule moves the parameters
   */
  public static LossLearner likelihood(DensityModel density, Optimizer rule) {
    Loss loss = (batch, rng) -> density.logProbability(batch.getFirst()).neg();
    return new LossLearner(density, loss, rule, Double.POSITIVE_INFINITY);
  }

  /**
   * Returns this learner with gradients that are shortened to a norm when they are longer.
   *
   * @throws IllegalArgumentException if the norm is not positive
   */
  public LossLearner clipped(double norm) {
    if (!(norm > 0)) {
      throw new IllegalArgumentException("clipping: a norm is positive, not " + norm);
    }
    return new LossLearner(model, loss, rule, norm);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(model);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(Parameters.trainable(model));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor mean = loss.each(batch, rng).mean();
    List<Param> theta = List.copyOf(Parameters.trainable(model).values());
    List<Tensor> slopes = Autodiff.gradients(mean, theta);
    if (longest < Double.POSITIVE_INFINITY) {
      slopes = Gradients.clipByNorm(slopes, longest);
    }
    return Step.of(rule.update(theta, slopes)).metric("loss", mean);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    return Step.of(List.of()).metric("loss", loss.each(batch, rng).mean());
  }
}
