package shinso.zoo.regularization;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.adversarial.AdversarialTraining;
import shinso.nn.adversarial.Attack;
import shinso.nn.adversarial.FastGradientSign;
import shinso.nn.adversarial.IteratedGradientSign;
import shinso.nn.layer.Network;
import shinso.nn.model.Classifier;
import shinso.nn.model.LogitClassifier;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * Digits that differ from others by at most ε in each pixel and are taken for something else: one
 * step by the sign of the gradient, and many small ones; against a plain network, and against
 * networks trained with such digits.
 *
 * <pre>
 * ./shinso run adversarial-mnist --data mnist
 * </pre>
 */
public final class AdversarialMnist implements Recipe<LogitClassifier> {
  private static final Setting<Double> EPSILON =
      Setting.number("epsilon", "largest change of a pixel, ε", 0, 1);

  private static final Quantity CLEAN = error("clean");
  private static final Quantity FGSM = error("fast gradient sign");
  private static final Quantity ITERATED = error("20 steps");

  private static final String PLAIN = "plain";
  private static final String BY_FGSM = "trained with one step";
  private static final String BY_STEPS = "trained with 7 steps";
  private static final int SHOWN = 10;

  private static Quantity error(String attack) {
    return Quantity.share("test error, " + attack, Quantity.Better.SMALLER);
  }

  @Override
  public Card card() {
    return Card.of("adversarial-mnist", "adversarial digits, and training with them")
        .rows("C13")
        .source(
            "Goodfellow, Shlens and Szegedy, \"Explaining and harnessing adversarial examples\","
                + " 2015, sections 4 to 6; Madry et al. 2018")
        .reported(
            "MNIST, ε = 0.25: error on adversarial digits 99.9 % (softmax) and 89.4 % (maxout), 17.9"
                + " % after adversarial training; clean 0.94 % and 0.84 % (0.782 % with early"
                + " stopping on adversarial digits)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(PictureSource.GLYPHS, PictureSource.MNIST);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        TEST.row(300, ALL, ALL),
        HIDDEN.row(64, 512, 1_600),
        EPOCHS.row(6, 6, 60),
        BATCH.row(50, 100, 100),
        RATE.row(0.003, 0.001, 0.001),
        EPSILON.row(0.1, 0.25, 0.25));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(CLEAN.of(BY_FGSM), 0.45, 0.025, 0.012).on("mnist").published("0.782 %"),
        Claim.atLeast(FGSM.of(PLAIN), 0.5, 0.85, 0.85).on("mnist").published("89.4 %"),
        Claim.atMost(FGSM.of(BY_FGSM), 0.8, 0.25, 0.20).on("mnist").published("17.9 %"),
        Claim.atLeast(ITERATED.of(PLAIN), 0.5, 0.95, 0.95).on("mnist"),
        Claim.atMost(ITERATED.of(BY_STEPS), 0.8, 0.35, 0.30).on("mnist"),
        Claim.atMost(CLEAN.of(BY_FGSM), 0.45, 0.45, 0.45).on("glyphs"));
  }

  @Override
  public LogitClassifier model(Run run) {
    int hidden = run.get(HIDDEN);
    return Classifier.of(
        Network.of(28, 28, 1)
            .flatten()
            .dense(hidden)
            .relu()
            .dense(hidden)
            .relu()
            .dense(10)
            .build(run.rng("model")));
  }

  @Override
  public void run(Run run, LogitClassifier model) {
    double epsilon = run.get(EPSILON);
    Attack fgsm = FastGradientSign.of(epsilon);
    Attack training = IteratedGradientSign.of(epsilon, epsilon / 4, 7).fromRandomStart();
    Attack iterated = IteratedGradientSign.of(epsilon, epsilon / 8, 20).fromRandomStart();

    LogitClassifier plain = model(run);
    LogitClassifier byFgsm = model(run);
    train(run, "plain", plain, Attack.NONE);
    train(run, "one-step", byFgsm, fgsm);
    train(run, "seven-steps", model, training);

    Comparison table =
        run.compare("robustness", "Errors under attack, ε = " + epsilon, CLEAN, FGSM, ITERATED);
    List<LogitClassifier> nets = List.of(plain, byFgsm, model);
    for (int i = 0; i < nets.size(); i++) {
      LogitClassifier net = nets.get(i);
      table.variant(
          List.of(PLAIN, BY_FGSM, BY_STEPS).get(i),
          () -> Trial.error(run, net),
          () -> Trial.error(run, net, fgsm),
          () -> Trial.error(run, net, iterated));
    }
    table.show();
    run.show("against-plain", () -> pictures(run, "Against the plain network", plain, iterated));
    run.show(
        "against-trained",
        () -> pictures(run, "Against the network trained with 7 steps", model, iterated));
  }

  private static void train(Run run, String stage, LogitClassifier net, Attack attack) {
    Batches batches = run.batches(run.data().train());
    Adam rule = Adam.of(Schedule.oneCycle(run.get(RATE), run.steps(batches)));
    SupervisedLearner learner = Trial.learner(net.network(), rule);
    run.train(
            stage,
            attack.equals(Attack.NONE)
                ? learner
                : learner.regularizer(AdversarialTraining.of(attack)),
            batches)
        .go();
  }

  /** Digits, what is added to them, and what comes out, with the network's guesses. */
  private static Pictures pictures(Run run, String title, Classifier net, Attack attack) {
    List<Tensor> batch = run.data().test().batch(IntStream.range(0, SHOWN).toArray());
    Tensor x = batch.getFirst();
    Tensor found = attack.examples(net, x, batch.getLast(), run.rng("shown"));
    List<String> captions = new ArrayList<>(guesses(net, x));
    captions.addAll(IntStream.range(0, SHOWN).mapToObj(i -> "").toList());
    captions.addAll(guesses(net, found));
    Tensor change = found.sub(x).div(2 * run.get(EPSILON)).add(0.5);
    return Figure.pictures(title, Tensor.concat(0, List.of(x, change, found)))
        .columns(SHOWN)
        .captions(captions)
        .caption("digits, the changes, changed digits; the guess and its probability");
  }

  private static List<String> guesses(Classifier net, Tensor x) {
    Tensor p = net.logits(x).softmax(-1);
    int[] classes = p.argmax(-1).cast(DType.I32).toIntArray();
    double[] most = p.max(-1).toDoubleArray();
    return IntStream.range(0, classes.length)
        .mapToObj(i -> "%d: %.0f %%".formatted(classes[i], 100 * most[i]))
        .toList();
  }
}
