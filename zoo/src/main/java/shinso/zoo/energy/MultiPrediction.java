package shinso.zoo.energy;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Multi-prediction training: the variables of each example, its class among them, are split at
 * random into given and wanted ones, each with probability one half, and the error of the wanted
 * ones is propagated back through all iterations of mean field.
 *
 * <pre>
 * J = −Σ_{i wanted} log Q(xᵢ | given)
 * </pre>
 *
 * <p>The gradient is exact: neither a partition function nor a chain is needed, and no layer is
 * trained beforehand (Goodfellow, Mirza, Courville and Bengio 2013, equation 3).
 *
 * @param dbm the machine
 * @param classLoss how often the class counts in J; 1 is the paper's
 * @param rule moves the parameters
 */
public record MultiPrediction(MultiPredictionDbm dbm, double classLoss, Optimizer rule)
    implements Learner {
  @Override
  public Map<String, Param> model() {
    return Parameters.all(dbm);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(model());
  }

  /** J of each example for a random split: {@code [b]}. */
  Tensor loss(Tensor v, Tensor y, Rng rng) {
    Tensor half = v.mul(0).add(0.5);
    Tensor vKnown = half.bernoulli(rng.split(0)); // [b, visible]
    Tensor yKnown = half.slice(1, 0, 1).bernoulli(rng.split(1)); // [b, 1]
    MultiPredictionDbm.Prediction q = dbm.predict(v, vKnown, y, yKnown);
    Tensor pixels = v.mul(q.visible()).sub(q.visible().softplus()).mul(vKnown.rsub(1)).sum(1);
    Tensor classes = q.labels().logSoftmax(1).mul(y).mul(yKnown.rsub(1)).sum(1);
    return pixels.add(classes.mul(classLoss)).neg();
  }

  private Tensor loss(List<Tensor> batch, Rng rng) {
    Tensor v = batch.getFirst().flatten(1).bernoulli(rng.split("data"));
    Tensor y = batch.get(1).oneHot(dbm.labelBias().shape().size()).cast(v.dtype());
    return loss(v, y, rng.split("split")).mean();
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    Tensor loss = loss(batch, rng);
    List<Param> theta = List.copyOf(model().values());
    return Step.of(rule.update(theta, Autodiff.gradients(loss, theta))).metric("loss", loss);
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    Tensor accuracy = Metrics.accuracy(dbm.logits(batch.getFirst()), batch.get(1));
    return Step.of(List.<Update>of()).metric("loss", loss(batch, rng)).metric("accuracy", accuracy);
  }
}
