package shinso.zoo.harness;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Stream;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Summary;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.loop.Goal;
import shinso.train.loop.Learner;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.train.report.Section;

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
  private static final int EVALUATION_BATCH = 500;

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
  public List<Section> sections(Dataset test) {
    Shape input = test.fields().getFirst().shape();
    Batches inOrder = Batches.inOrder(test, EVALUATION_BATCH);
    return Stream.of(
            Section.classifier(Predictions.of(network, inOrder)),
            Stream.ofNullable(Section.filters(Parameters.all(network), input)).toList(),
            List.of(Section.text("Model", Summary.of(network, input).toString())))
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public Layer classifier() {
    return network;
  }
}
