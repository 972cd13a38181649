package shinso.zoo.harness;

import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongToDoubleFunction;
import shinso.nn.layer.Layer;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.loop.Goal;
import shinso.train.loop.Learner;
import shinso.train.loop.SupervisedLearner;

/**
 * Classification by softmax cross-entropy: the model with the best validation accuracy is kept.
 *
 * @param network gives the logits of the classes
 * @param schedule the learning rate, given the number of steps
 * @param optimizer the rule, given the learning rate
 */
public record Classification(
    Layer network, IntFunction<Schedule> schedule, Function<Schedule, Optimizer> optimizer)
    implements Experiment {
  @Override
  public Learner learner(int steps) {
    return SupervisedLearner.of(
            network, Losses::softmaxCrossEntropy, optimizer.apply(schedule.apply(steps)))
        .metric("accuracy", Metrics::accuracy);
  }

  @Override
  public Goal goal() {
    return Goal.largest("validation.accuracy");
  }

  @Override
  public Map<String, LongToDoubleFunction> gauges(int steps) {
    Schedule rate = schedule.apply(steps);
    return Map.of("rate", step -> rate.at(Math.toIntExact(step)));
  }

  @Override
  public Layer classifier() {
    return network;
  }
}
