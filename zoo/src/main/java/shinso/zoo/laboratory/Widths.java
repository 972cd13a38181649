package shinso.zoo.laboratory;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.ParameterGroups;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.zoo.harness.*;

/**
 * One hidden layer of 10 to 100,000 rectifiers. The rate of a layer is divided by the number of its
 * inputs, so that all widths learn with the same setting; a width of ten is too small, and after a
 * few passes a hundred units are as good as a hundred thousand.
 *
 * <pre>
 * ./shinso run widths --data mnist
 * </pre>
 */
public final class Widths implements Demo {
  private static final Quantity ACCURACY = Quantity.TEST_ACCURACY;
  private static final Quantity GAIN = Quantity.of("accuracy gained from 10 to 1,000 units", "%");
  private static final Quantity PARAMETERS = Quantity.of("parameters", "");

  private static final Setting<Integer> POWERS =
      Setting.integer("powers", "the widest layer has 10 to this power", 1, 5);

  private static final int EVALUATED = 500;

  @Override
  public Card card() {
    return Card.of("widths", "hidden layers of 10 to 100,000 units")
        .rows("H25")
        .source(
            "Jacot, Gabriel and Hongler, \"Neural tangent kernel\", 2018, section 3, for the rates");
  }

  @Override
  public List<DataSource> data() {
    return PictureSource.GREY_28;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        POWERS.row(3, 5, 5),
        TRAIN.row(2_000, 20_000, Setting.ALL),
        TEST.row(1_000, 5_000, Setting.ALL),
        EPOCHS.row(2, 4, 10),
        BATCH.row(50, 100, 100),
        RATE.always(30.0));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(ACCURACY.of("1000 units"), 0.4, 0.8, 0.8),
        Claim.atLeast(GAIN, 0, 0.01, 0.01));
  }

  @Override
  public void run(Run run) {
    Comparison table = run.compare("widths", "Widths of one hidden layer", ACCURACY, PARAMETERS);
    List<String> stages = new ArrayList<>();
    List<Double> accuracies = new ArrayList<>();
    int width = 1;
    for (int power = 1; power <= run.get(POWERS); power++) {
      width *= 10;
      Network net =
          Network.of(28, 28, 1)
              .flatten()
              .dense(width)
              .relu()
              .dense(10)
              .build(run.rng("model").split(width));
      stages.add("units-" + width);
      run.train(stages.getLast(), learner(net, width, run), run.batches(run.data().train()))
          .evaluate("test", run.data().test())
          .go();
      List<Double> numbers =
          table.variant(
              width + " units",
              () -> Predictions.of(net, Batches.inOrder(run.data().test(), EVALUATED)).accuracy(),
              () -> Parameters.count(Parameters.all(net).values()));
      accuracies.add(numbers.getFirst());
    }
    if (accuracies.size() > 2) {
      run.score(GAIN, () -> accuracies.get(2) - accuracies.get(0));
    }
    table.show();
    run.show(
        "learning",
        () -> run.curves("Accuracy on the way", "test.accuracy", stages.toArray(String[]::new)));
  }

  /** Gradient descent at a rate of η ÷ inputs for each layer. */
  private static SupervisedLearner learner(Network net, int width, Run run) {
    double rate = run.get(RATE);
    List<Param> params = List.copyOf(Parameters.all(net).values());
    List<Param> first = params.subList(0, 2);
    Optimizer rule =
        ParameterGroups.of("hidden", first::contains, Sgd.of(rate / (28 * 28)))
            .otherwise("output", Sgd.of(rate / width));
    return SupervisedLearner.of(net, Losses::softmaxCrossEntropy, rule)
        .metric("accuracy", Metrics::accuracy);
  }
}
