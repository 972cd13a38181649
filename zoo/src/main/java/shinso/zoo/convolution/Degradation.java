package shinso.zoo.convolution;

import static shinso.zoo.convolution.Photographs.CROPS_AND_FLIPS;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Plain networks fit worse where they are deeper, even the training set; residual ones don't: the
 * training error of both, shallow and deep. The default budget has photographs of half the size.
 *
 * <pre>
 * ./shinso run degradation
 * </pre>
 */
public final class Degradation implements Recipe<LogitClassifier> {
  private static final Setting<Integer> SHALLOW =
      Setting.integer("shallow", "layers of the shallow networks, 6n + 2", 8, 1_202);
  private static final Setting<Integer> DEEP =
      Setting.integer("deep", "layers of the deep networks, 6n + 2", 8, 1_202);
  private static final Setting<Integer> WIDTH =
      Setting.integer("width", "maps of the first third", 1, 512);
  private static final Setting<Integer> MEAN_OF =
      Setting.integer("mean-of", "rows and columns that become one pixel", 1, 4);

  private static final Quantity TRAINING_ERROR =
      Quantity.share("training error", Quantity.Better.SMALLER);
  private static final Quantity TEST_ERROR = Quantity.share("test error", Quantity.Better.SMALLER);
  private static final Quantity EXCESS =
      Quantity.share(
          "training error of the deep less that of the shallow network", Quantity.Better.NEITHER);

  private static final int MEASURED = 4_000;

  @Override
  public Card card() {
    return Card.of("degradation", "training error of plain and residual networks by depth")
        .rows("E10")
        .source(
            "He, Zhang, Ren and Sun, \"Deep residual learning for image recognition\", 2016, section"
                + " 4.2 and figure 6")
        .reported(
            "CIFAR-10: plain networks of 56 layers have a larger training error than those of 20,"
                + " residual ones a smaller one");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Photographs.CIFAR_10);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(400, 10_000, ALL),
        TEST.row(200, ALL, ALL),
        MEAN_OF.row(4, 2, 1),
        SHALLOW.row(8, 8, 20),
        DEEP.row(20, 32, 56),
        WIDTH.row(4, 8, 16),
        EPOCHS.row(3, 8, 180),
        BATCH.row(25, 100, 128),
        RATE.row(0.05, 0.1, 0.1),
        WEIGHT_DECAY.row(1e-4, 1e-4, 1e-4));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(EXCESS.of("plain"), -0.05, 0.03, 0.01).published("positive (figure 6)"),
        Claim.atMost(EXCESS.of("residual"), 0.10, 0.02, 0).published("negative (figure 6)"));
  }

  @Override
  public LogitClassifier model(Run run) {
    return network(run, run.get(DEEP), true);
  }

  private static LogitClassifier network(Run run, int depth, boolean connections) {
    ResidualNetwork residual = ResidualNetwork.of(depth).width(run.get(WIDTH));
    int side = 32 / run.get(MEAN_OF);
    Network net =
        (connections ? residual : residual.plain())
            .build(Shape.of(side, side, 3), 10, run.rng("model"));
    return Classifier.of(
        Network.of(32, 32, 3)
            .layer("inputs", run.standardization("inputs", run.data().train(), 0))
            .averagePool(run.get(MEAN_OF))
            .layer("network", net)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Comparison errors = run.compare("errors", "Errors", TRAINING_ERROR, TEST_ERROR);
    int shallow = run.get(SHALLOW);
    int deep = run.get(DEEP);
    double plain = train(run, "plain-" + shallow, network(run, shallow, false), errors);
    double deeper = train(run, "plain-" + deep, network(run, deep, false), errors);
    double residual = train(run, "residual-" + shallow, network(run, shallow, true), errors);
    double longer = train(run, "residual-" + deep, model, errors);
    run.score(EXCESS.of("plain"), () -> deeper - plain);
    run.score(EXCESS.of("residual"), () -> longer - residual);
    errors.show();
    run.show(
        "curves",
        () ->
            run.curves(
                "Accuracy on the training set",
                "training.accuracy",
                "plain-" + shallow,
                "plain-" + deep,
                "residual-" + shallow,
                "residual-" + deep));
  }

  /** Trains a network and returns its error on the training set. */
  private static double train(Run run, String name, LogitClassifier net, Comparison errors) {
    Dataset examples = run.data().train().limit(MEASURED);
    Batches batches = run.batches(run.data().train()).augmented(CROPS_AND_FLIPS);
    Schedule rate = Schedule.oneCycle(run.get(RATE), run.steps(batches));
    run.train(name, Contest.learner(net.network(), Contest.momentum(run, rate)), batches)
        .evaluate("training", examples)
        .go();
    return errors
        .variant(
            name,
            () -> 1 - Contest.accuracy(net.network(), examples),
            () -> 1 - Contest.accuracy(net.network(), run.data().test()))
        .getFirst();
  }
}
