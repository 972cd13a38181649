package shinso.zoo.feedforward;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.model.Classifier;
import shinso.nn.optim.Adam;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.figure.Contours;
import shinso.train.figure.Figure;
import shinso.train.figure.Region;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * The perceptron learns AND and stops; on XOR, which no line separates, it goes round for ever,
 * while a network with two hidden units solves it.
 *
 * <pre>
 * ./shinso run perceptron-xor
 * </pre>
 */
public final class PerceptronXor implements Demo {
  private static final Setting<Integer> SEEN_POINTS =
      Setting.integer("points", "points that the perceptron sees, one after another", 2, 10_000);

  private static final Quantity AND = mistakes("perceptron, AND");
  private static final Quantity XOR = mistakes("perceptron, XOR");
  private static final Quantity NETWORK = mistakes("network, XOR");
  private static final Region SEEN = Region.of(-0.5, 1.5, -0.5, 1.5);
  private static final Shape PAIR = Shape.of(2);

  private static Quantity mistakes(String of) {
    return Quantity.share("points in the wrong class: " + of, Quantity.Better.SMALLER);
  }

  @Override
  public Card card() {
    return Card.of(
            "perceptron-xor",
            "the perceptron learns AND and goes round on XOR, which a network solves")
        .rows("A9")
        .source(
            "Rosenblatt 1958; Novikoff 1962; Minsky and Papert, \"Perceptrons\", 1969; Rumelhart,"
                + " Hinton and Williams 1986");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(
        SEEN_POINTS.always(43), HIDDEN.always(2), STEPS.row(400, 2_000, 2_000), RATE.always(0.1));
  }

  @Override
  public List<Claim> claims() {
    return List.of(
        Claim.atMost(AND, 0, 0, 0),
        Claim.atLeast(XOR, 0.25, 0.25, 0.25),
        Claim.atMost(NETWORK, 0, 0, 0));
  }

  private static Dataset corners(String name, int... labels) {
    float[] x = {0, 0, 1, 1, 0, 1, 1, 0};
    return InMemoryDataset.of(
        name,
        List.of(Column.floats("inputs", PAIR, x), Column.labels("label", labels, 2)),
        List.of("off", "on"));
  }

  @Override
  public void run(Run run) {
    Dataset and = corners("AND", 0, 1, 0, 0);
    Dataset xor = corners("XOR", 0, 0, 1, 1);
    Perceptron onAnd = perceptron(run, "and", and);
    Perceptron onXor = perceptron(run, "xor", xor);
    Classifier network = network(run, xor);
    run.score(AND, () -> mistakes(onAnd, and));
    run.score(XOR, () -> mistakes(onXor, xor));
    run.score(NETWORK, () -> mistakes(network, xor));
    run.show(
        "mistakes",
        () ->
            run.curves(
                    "Share of the four points on the wrong side or on the line",
                    "all.mistakes",
                    "and",
                    "xor")
                .yRange(0, 1.05));
    run.show(
        "boundaries",
        () ->
            Figure.panels(
                "Which points are taken for class 1",
                List.of(
                    map("Perceptron, AND", onAnd, and),
                    map("Perceptron, XOR", onXor, xor),
                    map(
                        "Network with %d hidden units, XOR".formatted(run.get(HIDDEN)),
                        network,
                        xor)),
                3));
  }

  private static Perceptron perceptron(Run run, String stage, Dataset data) {
    Perceptron perceptron = Perceptron.of(2);
    run.train(stage, new Perceptron.Rule(perceptron), Batches.inOrder(data, 1))
        .steps(run.get(SEEN_POINTS))
        .evaluate("all", data)
        .evaluateEvery(1)
        .go();
    return perceptron;
  }

  private static Classifier network(Run run, Dataset data) {
    Rng rng = run.rng("network");
    Network net = Network.of(2).dense(run.get(HIDDEN)).tanh().dense(2).build(rng);
    run.train(
            "network",
            SupervisedLearner.of(net, Losses::softmaxCrossEntropy, Adam.of(run.get(RATE))),
            Batches.inOrder(data, data.size()))
        .steps(run.get(STEPS))
        .go();
    return Classifier.of(net);
  }

  private static double mistakes(Classifier model, Dataset data) {
    List<Tensor> all = data.whole();
    return 1 - Metrics.accuracy(model.logits(all.getFirst()), all.getLast()).item();
  }

  private static Contours map(String title, Classifier model, Dataset data) {
    Contours map =
        Figure.contours(
                title, SEEN.values(p -> model.logits(p.cast(DType.F32)).argmax(-1).cast(DType.F32)))
            .levels(0.5)
            .size(400, 400);
    int[] labels = data.labels();
    for (int c = 0; c < 2; c++) {
      int label = c;
      int[] members = IntStream.range(0, labels.length).filter(i -> labels[i] == label).toArray();
      map = map.points("class " + c, data.batch(members).getFirst());
    }
    return map;
  }
}
