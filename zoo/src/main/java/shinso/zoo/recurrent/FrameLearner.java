package shinso.zoo.recurrent;

import java.util.List;
import java.util.Map;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Gradients;
import shinso.nn.optim.Optimizer;
import shinso.train.loop.Learner;

/**
 * Makes the negative log-likelihood of the next frame small, in nats a frame. Evaluations have the
 * {@code accuracy} as well, TP / (TP + FP + FN) over all keys (Bay, Ehmann and Downie, "Evaluation
 * of multiple-F0 estimation and tracking systems", 2009).
 *
 * @param predictor predicts
 * @param rule moves the parameters
 * @param clip the longest that the gradient of all parameters may be
 */
public record FrameLearner(FramePredictor predictor, Optimizer rule, double clip)
    implements Learner {
  private static final String LOSS = "loss";
  private static final String KEYS = "keys";

  @Override
  public Map<String, Param> model() {
    return Parameters.all(predictor);
  }

  @Override
  public Map<String, Param> state() {
    return rule.state(Parameters.trainable(predictor));
  }

  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    FramePredictor.Frames frames = predictor.predict(batch, Pass.training(rng));
    Tensor loss = frames.loss();
    List<Param> theta = List.copyOf(Parameters.trainable(predictor).values());
    List<Tensor> g = Gradients.clipByNorm(Autodiff.gradients(loss, theta), clip);
    return Step.of(rule.update(theta, g)).metric(LOSS, loss, frames.counts().sum());
  }

  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    FramePredictor.Frames frames = predictor.predict(batch, Pass.inference());
    return Step.of(List.of())
        .metric(LOSS, frames.loss(), frames.counts().sum())
        .metric(KEYS, frames.keys(), Tensor.scalar(1));
  }

  @Override
  public Map<String, Double> overall(Map<String, Tensor> means) {
    Tensor keys = means.get(KEYS);
    if (keys == null) {
      return Map.of();
    }
    double[] n = keys.toDoubleArray();
    return Map.of("accuracy", n[0] / (n[0] + n[1] + n[2]));
  }
}
