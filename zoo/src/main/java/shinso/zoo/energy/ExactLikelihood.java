package shinso.zoo.energy;

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
 * Maximum likelihood for a machine that is small enough for its partition function: what sampled
 * gradients are compared with.
 *
 * @param rbm the machine
 * @param rule moves the parameters
 */
public record ExactLikelihood(Rbm rbm, Optimizer rule) implements Learner {
  @Override
  public Map<String, Param> model() {
    return Parameters.all(rbm);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(model());
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor loss = logLikelihood(batch).neg();
    List<Param> theta = rbm.parameters();
    return Step.of(rule.update(theta, Autodiff.gradients(loss, theta)))
        .metric("log-likelihood", loss.neg());
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    return Step.of(List.of()).metric("log-likelihood", logLikelihood(batch));
  }

  private Tensor logLikelihood(List<Tensor> batch) {
    return rbm.logProbability(batch.getFirst(), rbm.logPartition()).mean();
  }
}
