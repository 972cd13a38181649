package shinso.zoo.energy;

import static shinso.zoo.energy.GreedyLayers.*;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.nn.init.Initializer;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Momentum;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.train.loop.SupervisedLearner;
import shinso.train.report.Predictions;
import shinso.zoo.harness.*;

/**
 * The weights of a deep belief network as the start of a classifier with sigmoid units, which is
 * then tuned by back-propagation; beside it the same network from random weights.
 *
 * <pre>
 * ./shinso run dbn-mlp --data mnist
 * </pre>
 */
public final class DbnMlp implements Recipe<LogitClassifier> {
  private static final int PIXELS = 28 * 28;
  private static final int CLASSES = 10;

  private static final Quantity ACCURACY = Quantity.TEST_ACCURACY;
  private static final Quantity RANDOM = ACCURACY.of("random weights");
  private static final Quantity GAIN = Quantity.larger("gain by greedy layers", "points");

  @Override
  public Card card() {
    return Card.of("dbn-mlp", "classifier that begins with the weights of a deep belief network")
        .rows("I6")
        .source(
            "Hinton, Osindero and Teh 2006; Hinton and Salakhutdinov, \"Reducing the dimensionality"
                + " of data with neural networks\", 2006, supplement")
        .reported("MNIST: 1.34 % errors tuned, 1.60 % from random weights");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        VALIDATION.row(300, 5_000, 5_000),
        TEST.row(500, ALL, ALL),
        HIDDEN.row(60, 500, 500),
        SECOND.row(60, 500, 500),
        GREEDY.row(12, 20, 50),
        EPOCHS.row(6, 30, 46),
        BATCH.row(50, 100, 100),
        RATE.row(0.1, 0.1, 0.1));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(ACCURACY, 0.5, 0.983, 0.985).on("mnist").published("98.66 %"),
        Claim.atLeast(ACCURACY, 0.4, 0.95, 0.97).on("glyphs"),
        Claim.atLeast(GAIN, -1, -0.1, 0).on("mnist").published("0.26"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(network(run, machines(run)));
  }

  private static List<Rbm> machines(Run run) {
    int hidden = run.get(HIDDEN);
    return List.of(
        Rbm.of(PIXELS, hidden, run.rng("below")), Rbm.of(hidden, run.get(SECOND), run.rng("top")));
  }

  private static Layer network(Run run, List<Rbm> machines) {
    return Dbn.of(machines).classifier(CLASSES, run.rng("output"));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Dataset train = run.data().train();
    List<Rbm> machines = machines(run);
    learn(run, machines, train);
    Parameters.copy(network(run, machines), model.network());
    Layer random =
        Dbn.of(machines.stream().map(m -> drawn(run, m)).toList())
            .classifier(CLASSES, run.rng("output"));

    double tuned = tune(run, "tuned", model.network(), ACCURACY);
    double plain = tune(run, "random", random, RANDOM);
    run.score(GAIN, () -> 100 * (tuned - plain));
    run.show(
        "comparison",
        () -> run.curves("Validation accuracy", "validation.accuracy", "tuned", "random"));
    run.filters(
        "filters", "Weights of the first layer, greedily learned", machines.getFirst().weight());
  }

  /** A machine with the random weights that a classifier usually begins with. */
  private static Rbm drawn(Run run, Rbm like) {
    Rbm rbm = Rbm.of(like.weight().shape().dim(0), like.weight().shape().dim(1), run.rng("random"));
    rbm.weight()
        .assign(
            Initializer.glorotUniform()
                .draw(rbm.weight().shape(), run.rng("random").split(rbm.weight().shape().dim(0))));
    return rbm;
  }

  private static double tune(Run run, String stage, Layer network, Quantity accuracy) {
    Batches batches = run.batches(run.data().train());
    int steps = run.steps(batches);
    Schedule rate = Schedule.linear(run.get(RATE), 0, steps);
    run.train(
            stage,
            SupervisedLearner.of(network, Losses::softmaxCrossEntropy, Momentum.of(rate, 0.9))
                .metric("accuracy", Metrics::accuracy),
            batches)
        .evaluate("validation", run.data().validation())
        .keepBest(Goal.largest("validation.accuracy"))
        .go();
    return run.score(
        accuracy,
        () -> Predictions.of(network, Batches.inOrder(run.data().test(), 500)).accuracy());
  }
}
