package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.regularization.Trial.TEST_ERROR;

import java.util.List;
import shinso.nn.adversarial.VirtualAdversarial;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.loop.SemiSupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Digits from 100 labels and from 1,000: with the labelled digits alone, and with all others, whose
 * classes may not change in the direction in which they change most.
 *
 * <pre>
 * ./shinso run vat-mnist --data mnist
 * </pre>
 */
public final class VatMnist implements Recipe<LogitClassifier> {
  private static final Setting<Double> OF_HUNDRED =
      Setting.number("epsilon-100", "length ε of the change, with 100 labels", 0, 1_000);
  private static final Setting<Double> OF_THOUSAND =
      Setting.number("epsilon-1000", "length ε of the change, with 1,000 labels", 0, 1_000);
  private static final Setting<Integer> LABELLED =
      Setting.integer("labelled", "labelled examples in a step", 1, 65_536);

  private static final List<Integer> LABELS = List.of(100, 1_000);

  @Override
  public Card card() {
    return Card.of("vat-mnist", "virtual adversarial training with few labels on digits")
        .rows("C14")
        .source(
            "Miyato, Maeda, Koyama, Nakae and Ishii, \"Distributional smoothing with virtual"
                + " adversarial training\", 2016, table 2; Miyato, Maeda, Koyama and Ishii 2018")
        .reported(
            "MNIST, test error with 100 and 1,000 labels: 2.33 % and 1.36 % (2016), 1.36 % and 1.27"
                + " % (2018)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.row(500, ALL, ALL),
        HIDDEN.row(64, 400, 1_200),
        STEPS.row(60, 4_000, 50_000),
        BATCH.row(100, 250, 250),
        LABELLED.row(100, 100, 100),
        RATE.row(0.005, 0.002, 0.002),
        OF_HUNDRED.row(0.3, 0.3, 0.3), // the network of so few labels may be wrong far around
        OF_THOUSAND.row(1.5, 1.5, 1.5));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(TEST_ERROR.of(with(100)), 0.5, 0.06, 0.025).on("mnist").published("2.33 %"),
        Claim.atMost(TEST_ERROR.of(with(1_000)), 0.3, 0.025, 0.015).on("mnist").published("1.36 %"),
        Claim.atMost(TEST_ERROR.of(with(1_000)), 0.35, 0.35, 0.35).on("glyphs"));
  }

  private static String with(int labels) {
    return "%d labels and all digits".formatted(labels);
  }

  @Override
  public LogitClassifier model(Run run) {
    int hidden = run.get(HIDDEN);
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(hidden)
            .batchNorm()
            .relu()
            .dense(hidden)
            .batchNorm()
            .relu()
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    Comparison errors = run.compare("errors", "Test error", TEST_ERROR);
    for (int labels : LABELS) {
      LogitClassifier alone = model(run);
      LogitClassifier vat = labels == LABELS.getLast() ? model : model(run);
      train(run, "alone-" + labels, alone, labels, 0);
      train(run, "vat-" + labels, vat, labels, run.get(labels == 100 ? OF_HUNDRED : OF_THOUSAND));
      errors.variant(labels + " labels alone", () -> Trial.error(run, alone));
      errors.variant(with(labels), () -> Trial.error(run, vat));
    }
    errors.show();
    run.show(
        "curves",
        () ->
            run.curves(
                "Test accuracy on the way",
                "test.accuracy",
                "alone-100",
                "vat-100",
                "alone-1000",
                "vat-1000"));
  }

  private static void train(
      Run run, String stage, LogitClassifier net, int labels, double epsilon) {
    Dataset train = run.data().train();
    Dataset labelled =
        Split.of(train, train.limit(0))
            .withStratifiedValidation(labels, run.rng("labels").words()[0])
            .validation();
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.get(STEPS)));
    run.train(
            stage,
            SemiSupervisedLearner.of(
                net.network(),
                VirtualAdversarial.of(epsilon),
                labelled,
                Math.min(labels, run.get(LABELLED)),
                rule),
            run.batches(train))
        .steps(run.get(STEPS))
        .evaluate("test", run.data().test())
        .evaluateEvery(Math.max(1, run.get(STEPS) / 10))
        .go();
  }
}
