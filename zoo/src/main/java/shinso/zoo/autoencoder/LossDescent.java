package shinso.zoo.autoencoder;

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
 * Gradient descent on the mean of a loss that draws random numbers.
 *
 * @param owner the record whose parameters are moved
 * @param loss made small
 * @param rule moves the parameters
 */
record LossDescent(Record owner, Loss loss, Optimizer rule) implements Learner {
  /** A loss of each example. */
  @FunctionalInterface
  interface Loss {
    /** Returns the losses of the examples of a batch, {@code [b]}. */
    Tensor each(List<Tensor> batch, Rng rng);
  }

  @Override
  public Map<String, Param> model() {
    return Parameters.all(owner);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(Parameters.trainable(owner));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor mean = loss.each(batch, rng).mean();
    List<Param> theta = List.copyOf(Parameters.trainable(owner).values());
    return Step.of(rule.update(theta, Autodiff.gradients(mean, theta))).metric("loss", mean);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    return Step.of(List.of()).metric("loss", loss.each(batch, rng).mean());
  }
}
