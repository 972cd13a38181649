package shinso.zoo.convolution;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Training.RATE;
import static shinso.zoo.harness.Training.WEIGHT_DECAY;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.data.augment.Augmentation;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.train.report.Section;
import shinso.zoo.harness.Comparison;
import shinso.zoo.harness.Run;

/**
 * Networks that are trained alike on the pictures of a run and measured once on its test set: by
 * softmax cross-entropy, with one cycle of the learning rate, each kept where its validation
 * accuracy is best.
 */
final class Contest {
  /** The number of trained parameters. */
  static final Quantity PARAMETERS = Quantity.of("parameters", "");

  private static final int EVALUATION_BATCH = 500;

  private final Run run;
  private final Function<Schedule, Optimizer> rule;
  private final Comparison table;
  private final List<String> names = new ArrayList<>();

  private Contest(Run run, Function<Schedule, Optimizer> rule) {
    this.run = run;
    this.rule = rule;
    this.table = run.compare("accuracy", "Test accuracy", TEST_ACCURACY, PARAMETERS);
  }

  /** Returns a contest of networks that a rule trains. */
  static Contest of(Run run, Function<Schedule, Optimizer> rule) {
    return new Contest(run, rule);
  }

  /** Returns a contest of networks that descend with momentum .9 and decaying weights. */
  static Contest withMomentum(Run run) {
    return new Contest(run, rate -> momentum(run, rate));
  }

  /** Returns momentum .9 with the run's decay of weights. */
  static Momentum momentum(Run run, Schedule rate) {
    return Momentum.of(rate, 0.9).weightDecay(run.get(WEIGHT_DECAY), Parameters::isWeight);
  }

  /** Trains and measures a network on the pictures as they are. */
  void enter(String name, Layer network) {
    enter(name, network, null);
  }

  /** Trains and measures a network on pictures that are changed at random. */
  void enter(String name, Layer network, @Nullable Augmentation change) {
    enter(name, network, change, run.get(RATE));
  }

  /** Trains and measures a network that needs a rate of its own. */
  void enter(String name, Layer network, @Nullable Augmentation change, double highest) {
    Batches plain = run.batches(run.data().train());
    Batches batches = change == null ? plain : plain.augmented(change);
    Schedule rate = Schedule.oneCycle(highest, run.steps(batches));
    run.train(name, learner(network, rule.apply(rate)), batches)
        .evaluate("validation", run.data().validation())
        .keepBest(Goal.largest("validation.accuracy"))
        .rate(rate)
        .go();
    table.variant(
        name,
        () -> accuracy(network, run.data().test()),
        () -> Parameters.count(Parameters.trainable(network).values()));
    names.add(name);
  }

  /** Shows the table, and the accuracy on the way. */
  void show() {
    table.show();
    run.show(
        "curves",
        () ->
            run.curves("Validation accuracy", "validation.accuracy", names.toArray(String[]::new)));
  }

  /** Shows what the first layer of a network looks for. */
  void filters(Layer network) {
    Shape picture = run.data().test().fields().getFirst().shape();
    run.showAll(
        "filters",
        () -> Stream.ofNullable(Section.filters(Parameters.all(network), picture)).toList());
  }

  /** Returns a learner by softmax cross-entropy. */
  static SupervisedLearner learner(Layer network, Optimizer rule) {
    return SupervisedLearner.of(network, Losses::softmaxCrossEntropy, rule)
        .metric("accuracy", Metrics::accuracy);
  }

  /** Returns the share of examples that are recognised. */
  static double accuracy(Layer network, Dataset data) {
    return Predictions.of(network, Batches.inOrder(data, EVALUATION_BATCH)).accuracy();
  }
}
