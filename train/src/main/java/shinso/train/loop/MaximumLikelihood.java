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
import shinso.nn.optim.Optimizer;

/**
 * Ascent of the mean log-likelihood of a model that knows its density; the first tensor of a batch
 * is what it is a density of.
 *
 * @param density a record, so that its parameters are found
 * @param rule moves the parameters
 */
public record MaximumLikelihood(DensityModel density, Optimizer rule) implements Learner {
  @Override
  public Map<String, Param> model() {
    return Parameters.all(density);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(Parameters.trainable(density));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor loss = density.logProbability(batch.getFirst()).mean().neg();
    List<Param> theta = List.copyOf(Parameters.trainable(density).values());
    return Step.of(rule.update(theta, Autodiff.gradients(loss, theta))).metric("loss", loss);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    return Step.of(List.of()).metric("loss", density.logProbability(batch.getFirst()).mean().neg());
  }
}
