package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.regularization.Trial.TEST_ERROR;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import shinso.core.program.Param;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.nn.penalty.TangentPropagation;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * The manifold tangent classifier: two layers of contractive auto-encoders learn from all digits in
 * which directions digits vary, and a network that begins with their weights learns from few labels
 * and may not change along these directions.
 *
 * <pre>
 * ./shinso run manifold-tangent-mnist --data mnist
 * </pre>
 */
public final class ManifoldTangentMnist implements Recipe<LogitClassifier> {
  private static final Setting<Integer> LABELS =
      Setting.integer("labels", "examples with labels", 10, 1_000_000);
  private static final Setting<Integer> FINE =
      Setting.integer("fine-epochs", "passes over the labelled examples", 1, 100_000);
  private static final Setting<Integer> TANGENTS =
      Setting.integer("tangents", "tangents at an example", 1, 100);
  private static final Setting<Double> CONTRACTION =
      Setting.number("contraction", "weight λ of ‖J‖²", 0, 1_000);
  private static final Setting<Double> CURVATURE =
      Setting.number("curvature", "weight γ of the change of J", 0, 1_000);
  private static final Setting<Double> BETA =
      Setting.number("beta", "weight β of tangent propagation", 0, 1_000);

  private static final Shape PICTURE = Shape.of(28, 28, 1);
  private static final int SHOWN = 6;
  private static final String NETWORK = "network";
  private static final String CAE = "contractive layers";
  private static final String MTC = "manifold tangents";

  @Override
  public Card card() {
    return Card.of("manifold-tangent-mnist", "manifold tangent classifier with few labels")
        .rows("C17")
        .source(
            "Rifai, Dauphin, Vincent, Bengio and Muller, \"The manifold tangent classifier\", 2011,"
                + " tables 2 and 3")
        .reported(
            "MNIST, test error with 1,000 labels: network 10.7 %, contractive auto-encoder 4.77 %,"
                + " manifold tangent classifier 3.64 %; with all labels 0.81 %");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_000, ALL, ALL),
        TEST.row(500, ALL, ALL),
        LABELS.row(100, 1_000, 1_000),
        HIDDEN.row(48, 400, 2_000),
        EPOCHS.row(4, 12, 100),
        FINE.row(60, 60, 200),
        BATCH.row(50, 100, 100),
        RATE.row(0.005, 0.001, 0.001),
        TANGENTS.row(5, 15, 15),
        CONTRACTION.row(0.02, 1.0, 1.0),
        CURVATURE.row(0.02, 0.0, 0.0),
        BETA.row(0.1, 0.1, 0.1));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(TEST_ERROR.of(NETWORK), 0.6, 0.13, 0.13).on("mnist").published("10.7 %"),
        Claim.atMost(TEST_ERROR.of(CAE), 0.6, 0.085, 0.06).on("mnist").published("4.77 %"),
        Claim.atMost(TEST_ERROR.of(MTC), 0.6, 0.07, 0.05).on("mnist").published("3.64 %"),
        Claim.atMost(TEST_ERROR.of(MTC), 0.7, 0.7, 0.7).on("glyphs"));
  }

  @Override
  public LogitClassifier model(Run run) {
    int hidden = run.get(HIDDEN);
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(hidden)
            .sigmoid()
            .dense(hidden)
            .sigmoid()
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    int hidden = run.get(HIDDEN);
    ContractiveAutoencoder first = ContractiveAutoencoder.of(784, hidden, run.rng("first"));
    ContractiveAutoencoder second = ContractiveAutoencoder.of(hidden, hidden, run.rng("second"));
    UnaryOperator<Tensor> flat = x -> x.flatten(1);
    UnaryOperator<Tensor> encoder = x -> second.encode(first.encode(x));
    contract(run, "first-layer", first, flat);
    contract(run, "second-layer", second, x -> first.encode(flat.apply(x)));

    Dataset train = run.data().train();
    int seed = run.rng("labels").words()[0];
    Dataset labelled =
        Split.of(train, train.limit(0))
            .withStratifiedValidation(run.get(LABELS), seed)
            .validation();
    Tensor x = flat.apply(labelled.whole().getFirst());
    Tensor tangents =
        run.once(
            "tangents",
            () ->
                ManifoldTangents.of(encoder, x, run.get(TANGENTS), 30, run.rng("tangents"))
                    .vectors());

    LogitClassifier plain = model(run);
    LogitClassifier contractive = begun(first, second, model(run));
    Dataset examples = withTangents(labelled, tangents);
    fineTune(run, "network", plain, examples, 0);
    fineTune(run, "contractive", contractive, examples, 0);
    fineTune(run, "manifold", begun(first, second, model), examples, run.get(BETA));

    Comparison errors =
        run.compare("errors", "Test error with %,d labels".formatted(run.get(LABELS)), TEST_ERROR);
    errors.variant(NETWORK, () -> Trial.error(run, plain));
    errors.variant(CAE, () -> Trial.error(run, contractive));
    errors.variant(MTC, () -> Trial.error(run, model));
    errors.show();
    run.show("tangents", () -> pictures(x, tangents));
    run.filters("filters", "Weights of the first layer", first.weight());
  }

  private static void contract(
      Run run, String stage, ContractiveAutoencoder cae, UnaryOperator<Tensor> below) {
    Batches batches = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.steps(batches)));
    run.train(
            stage,
            new ContractiveAutoencoder.Training(
                cae, below, run.get(CONTRACTION), run.get(CURVATURE), 0.1, rule),
            batches)
        .evaluate("test", run.data().test())
        .go();
  }

  /** Gives a network the weights of the contractive layers. */
  private static LogitClassifier begun(
      ContractiveAutoencoder first, ContractiveAutoencoder second, LogitClassifier net) {
    // Weights and biases, layer by layer.
    List<Param> params = List.copyOf(Parameters.all(net.network()).values());
    List<ContractiveAutoencoder> below = List.of(first, second);
    for (int i = 0; i < below.size(); i++) {
      params.get(2 * i).assign(below.get(i).weight().value());
      params.get(2 * i + 1).assign(below.get(i).hiddenBias().value());
    }
    return net;
  }

  private static Dataset withTangents(Dataset labelled, Tensor tangents) {
    Shape each = Shape.of(tangents.shape().dim(1)).concat(PICTURE);
    return InMemoryDataset.of(
        labelled.description() + ", with tangents",
        List.of(
            Column.floats("picture", PICTURE, labelled.whole().getFirst().toFloatArray()),
            Column.floats("tangents", each, tangents.toFloatArray()),
            Column.labels("label", labelled.labels(), 10)));
  }

  private static void fineTune(
      Run run, String stage, LogitClassifier net, Dataset examples, double beta) {
    Batches batches = run.batches(examples, Math.min(50, examples.size()));
    int epochs = run.get(FINE);
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, epochs * batches.perEpoch()));
    SupervisedLearner learner = Trial.learner(net.network(), rule);
    TangentPropagation term = TangentPropagation.of(beta, batch -> batch.get(1)).ofProbabilities();
    run.train(stage, beta == 0 ? learner : learner.regularizer(term), batches).epochs(epochs).go();
  }

  /** Digits and the first of their tangents, a row each. */
  private static Pictures pictures(Tensor x, Tensor tangents) {
    int shown = Math.min(10, tangents.shape().dim(1));
    List<Tensor> all = new ArrayList<>();
    List<String> captions = new ArrayList<>();
    for (int i = 0; i < SHOWN; i++) {
      // On the scale that is grey at 0.
      all.add(x.at(0, i).reshape(PICTURE));
      captions.add("digit");
      for (int k = 0; k < shown; k++) {
        all.add(tangents.at(0, i).at(0, k).reshape(PICTURE));
        captions.add("");
      }
    }
    return Figure.pictures("Digits and the tangents at them", Tensor.stack(0, all))
        .aroundZero()
        .columns(shown + 1)
        .captions(captions);
  }
}
