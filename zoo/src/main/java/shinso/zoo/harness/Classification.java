package shinso.zoo.harness;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Conv2d;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Summary;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Split;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.FeatureViews;
import shinso.train.report.Predictions;
import shinso.train.report.Section;

/**
 * The usual experiment with a classifier: softmax cross-entropy is made small, the network with the
 * best validation accuracy is kept, and the test set is looked at once.
 */
public final class Classification {
  private static final int EVALUATION_BATCH = 500;

  private final Run run;
  private final Layer network;
  private final Split data;

  private Classification(Run run, Layer network) {
    this.run = run;
    this.network = network;
    this.data = run.data();
  }

  /** Returns the experiment on the data that the user chose. */
  public static Classification of(Run run, LogitClassifier classifier) {
    return new Classification(run, classifier.network());
  }

  /**
   * Trains in the stage {@code train}, measures the test accuracy, and shows the confusion matrix,
   * the hardest mistakes, the first layer, feature maps of a convolutional network, and the sizes
   * of all.
   *
   * @param schedule the learning rate, given the number of steps
   * @param optimizer the rule, given the learning rate
   */
  public void train(IntFunction<Schedule> schedule, Function<Schedule, Optimizer> optimizer) {
    Batches batches = run.batches(data.train());
    Schedule rate = schedule.apply(run.steps(batches));
    SupervisedLearner learner =
        SupervisedLearner.of(network, Losses::softmaxCrossEntropy, optimizer.apply(rate))
            .metric("accuracy", Metrics::accuracy);
    run.train("train", learner, batches)
        .evaluate("validation", data.validation())
        .keepBest(Goal.largest("validation.accuracy"))
        .rate(rate)
        .go();
    run.score(Quantity.TEST_ACCURACY, () -> predictions().accuracy());
    run.showAll("classifier", this::sections);
  }

  private Predictions predictions() {
    return Predictions.of(network, Batches.inOrder(data.test(), EVALUATION_BATCH));
  }

  private List<Section> sections() {
    Shape input = data.test().fields().getFirst().shape();
    return Stream.of(
            Section.classifier(predictions()),
            features(input),
            List.of(Section.text("Model", Summary.of(network, input).toString())))
        .flatMap(List::stream)
        .toList();
  }

  /** What the first layer looks for, and of a convolutional network what it sees in pictures. */
  private List<Section> features(Shape input) {
    if (network instanceof Network n
        && n.layers().values().stream().anyMatch(Conv2d.class::isInstance)) {
      return FeatureViews.of(n, data.test()).sections();
    }
    Section filters = Section.filters(Parameters.all(network), input);
    return filters == null ? List.of() : List.of(filters);
  }
}
