package shinso.zoo.convolution;

import static shinso.train.judge.Quantity.TEST_ACCURACY;
import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.nn.layer.Frozen;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Optimizer;
import shinso.nn.optim.ParameterGroups;
import shinso.nn.optim.Schedule;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Transfer learning: a network learns the first five classes, and what it has learned to see serves
 * the other five, of which few examples have labels. Its body is kept as it is under a new head, or
 * learns on, slowly; a network from scratch is compared.
 *
 * <pre>
 * ./shinso run transfer --data cifar10
 * ./shinso run transfer --data mnist --set network=lenet
 * </pre>
 */
public final class Transfer implements Recipe<LogitClassifier> {
  private static final Setting<String> NETWORK =
      Setting.choice("network", "architecture", Architecture.names());

  private static final Quantity GAIN =
      Quantity.share("test accuracy above that from scratch", Quantity.Better.LARGER);
  private static final String FROZEN = "frozen";
  private static final String TUNED = "fine-tuned";
  private static final String SCRATCH = "from scratch";

  /** Labels a class. */
  private static final List<Integer> LABELS = List.of(2, 5, 10, 50);

  private static final int KNOWN = 5;
  private static final int CLASSES = 10;

  @Override
  public Card card() {
    return Card.of("transfer", "five classes from few labels with what other five have taught")
        .rows("E8")
        .source(
            "Yosinski, Clune, Bengio and Lipson, \"How transferable are features in deep neural"
                + " networks?\", 2014")
        .reported("ImageNet in two halves: transferred features that learn on do best");
  }

  @Override
  public List<DataSource> data() {
    List<DataSource> all = new ArrayList<>(PictureSource.GREY_28);
    all.add(Photographs.CIFAR_10);
    return all;
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, 20_000, ALL),
        TEST.row(400, ALL, ALL),
        NETWORK.row("lenet", "convnet", "convnet"),
        EPOCHS.row(2, 5, 20),
        BATCH.row(50, 100, 100),
        STEPS.row(15, 200, 1_000),
        RATE.row(0.002, 0.002, 0.001));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(GAIN.of(FROZEN + ", 5 labels"), -0.20, 0.05, 0.05).on("cifar10"),
        Claim.atLeast(GAIN.of(TUNED + ", 5 labels"), -0.20, 0.05, 0.05).on("cifar10"),
        Claim.atLeast(GAIN.of(TUNED + ", 50 labels"), -0.20, 0, 0).on("cifar10"),
        Claim.atLeast(TEST_ACCURACY.of(TUNED + ", 50 labels"), 0.50, 0.92, 0.94).on("mnist"),
        Claim.atLeast(TEST_ACCURACY.of(TUNED + ", 50 labels"), 0.40, 0.80, 0.80)
            .on("fashion-mnist"),
        Claim.atLeast(TEST_ACCURACY.of(TUNED + ", 50 labels"), 0.40, 0.90, 0.90).on("glyphs"));
  }

  /** The network with a new head whose body learns on, at last with the most labels. */
  @Override
  public LogitClassifier model(Run run) {
    return Classifier.of(withNewHead(run, body(whole(run, "model"))));
  }

  private static Network whole(Run run, String key) {
    return Architecture.named(run.get(NETWORK)).build(picture(run), CLASSES, run.rng(key));
  }

  private static Shape picture(Run run) {
    return run.data().test().fields().getFirst().shape();
  }

  /** What comes before the dense layers. */
  private static Network body(Network net) {
    return net.before("dense1");
  }

  private static Network withNewHead(Run run, Layer body) {
    return Network.of(picture(run).dims())
        .layer("body", body)
        .layer("head", whole(run, "head").from("dense1"))
        .build(run.rng("whole"));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Network source = whole(run, "source");
    Dataset known = classes(run.data().train(), 0, KNOWN);
    Adam rule = Adam.of(Schedule.oneCycle(run.get(RATE), run.steps(run.batches(known))));
    run.train("source", Contest.learner(source, rule), run.batches(known)).go();

    Map<String, List<Double>> accuracy = new LinkedHashMap<>();
    for (int labels : LABELS) {
      Network scratch = whole(run, "scratch");
      Network frozen = withNewHead(run, Frozen.of(body(source)));
      LogitClassifier last = labels == LABELS.getLast() ? model : model(run);
      Network tuned = (Network) last.network();
      Parameters.copy(body(source), Objects.requireNonNull(tuned.layers().get("body")));
      double plain = train(run, scratch, SCRATCH, labels, accuracy);
      double kept = train(run, frozen, FROZEN, labels, accuracy);
      double moved = train(run, tuned, TUNED, labels, accuracy);
      run.score(GAIN.of(FROZEN + with(labels)), () -> kept - plain);
      run.score(GAIN.of(TUNED + with(labels)), () -> moved - plain);
    }
    run.show("labels", () -> chart(accuracy));
  }

  private static String with(int labels) {
    return ", %d labels".formatted(labels);
  }

  /** Trains on so many labels of the other classes, and returns the accuracy on these. */
  private static double train(
      Run run, Network net, String way, int labels, Map<String, List<Double>> accuracy) {
    Dataset few = few(run, classes(run.data().train(), KNOWN, CLASSES), labels);
    run.train(
            way.replace(' ', '-') + "-" + labels,
            Contest.learner(net, rule(run, net)),
            run.batches(few, Math.min(few.size(), run.get(BATCH))))
        .steps(run.get(STEPS))
        .go();
    Dataset test = classes(run.data().test(), KNOWN, CLASSES);
    double result =
        run.score(TEST_ACCURACY.of(way + with(labels)), () -> Contest.accuracy(net, test));
    accuracy.computeIfAbsent(way, w -> new ArrayList<>()).add(result);
    return result;
  }

  /** What has been learned before learns on at a tenth of the rate. */
  private static Optimizer rule(Run run, Network net) {
    Schedule rate = Schedule.linear(run.get(RATE), 0, run.get(STEPS));
    Schedule slow = Schedule.linear(run.get(RATE) / 10, 0, run.get(STEPS));
    Layer body = net.layers().get("body");
    Set<Param> learned = body == null ? Set.of() : Set.copyOf(Parameters.trainable(body).values());
    return ParameterGroups.of("body", learned::contains, Adam.of(slow))
        .otherwise("head", Adam.of(rate));
  }

  private static Dataset classes(Dataset all, int from, int to) {
    int[] labels = all.labels();
    return all.subset(
        IntStream.range(0, labels.length)
            .filter(i -> labels[i] >= from && labels[i] < to)
            .toArray());
  }

  private static Dataset few(Run run, Dataset all, int labels) {
    return Split.of(all, all.limit(0))
        .withStratifiedValidation(labels * (CLASSES - KNOWN), run.rng("labels").words()[0])
        .validation();
  }

  private static Lines chart(Map<String, List<Double>> accuracy) {
    Lines chart =
        Figure.lines("Five new classes from few labels")
            .axes("labels a class", "test accuracy")
            .logX();
    double[] x = LABELS.stream().mapToDouble(labels -> labels).toArray();
    for (Map.Entry<String, List<Double>> way : accuracy.entrySet()) {
      double[] y = way.getValue().stream().mapToDouble(v -> v).toArray();
      chart = chart.series(way.getKey(), x, y);
    }
    return chart;
  }
}
