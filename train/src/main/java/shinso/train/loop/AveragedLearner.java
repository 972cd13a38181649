package shinso.train.loop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.WeightAverage;

/**
 * A learner whose model holds an exponential moving average of the weights, running statistics
 * included: it is what is evaluated, kept as the best, and saved. Training goes on from the weights
 * themselves, which are part of the state.
 *
 * <pre>{@code
 * Learner learner = AveragedLearner.of(SupervisedLearner.of(net, loss, Adam.of(1e-3)), 0.999);
 * }</pre>
 */
public final class AveragedLearner implements Learner {
  private final Learner learner;
  private final WeightAverage average;

  private AveragedLearner(Learner learner, WeightAverage average) {
    this.learner = learner;
    this.average = average;
  }

  /**
   * Returns a learner that keeps an average.
   *
   * @param beta how much of the average stays in a step: about 1 / (1 − β) steps count
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public static AveragedLearner of(Learner learner, double beta) {
    return new AveragedLearner(learner, WeightAverage.of(beta));
  }

  @Override
  public Map<String, Param> model() {
    return learner.model();
  }

  @Override
  public Map<String, Param> state() {
    Map<String, Param> all = new LinkedHashMap<>(learner.state());
    all.putAll(average.state(learner.model()));
    return all;
  }

  /** Returns the learner's step; its metrics are of the weights being trained. */
  @Override
  public Step train(List<Tensor> batch, Rng rng) {
    return average.train(learner.model().values(), () -> learner.train(batch, rng));
  }

  /** Returns the learner's metrics of the averages. */
  @Override
  public Step evaluate(List<Tensor> batch, Rng rng) {
    return learner.evaluate(batch, rng);
  }
}
