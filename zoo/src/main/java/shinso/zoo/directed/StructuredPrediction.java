package shinso.zoo.directed;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.estimator.Baseline;
import shinso.nn.estimator.Darn;
import shinso.nn.estimator.GumbelSoftmax;
import shinso.nn.estimator.LearnedBaseline;
import shinso.nn.estimator.RunningMean;
import shinso.nn.estimator.StraightThrough;
import shinso.nn.layer.Network;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.judge.PerExample;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.directed.EstimatedLearning.Way;
import shinso.zoo.harness.*;

/**
 * The lower half of a digit from its upper half through two layers of binary units, learned by each
 * gradient estimator from the same initial weights. The rule is Adam, not the momentum of the
 * paper, because estimators whose gradients differ in length then need like rates.
 *
 * <pre>
 * ./shinso run structured-prediction --data binarized-mnist
 * </pre>
 */
public final class StructuredPrediction implements Recipe<StochasticNetwork> {
  private static final int HALF = 14 * 28;
  private static final int SHOWN = 10;

  private static final String GUMBEL = "Gumbel-softmax";
  private static final String DARN = "DARN";
  private static final String MUPROP = "MuProp";
  private static final String PLAIN = "score function";
  private static final String LEARNED = "learned baseline";
  private static final String THROUGH = "straight-through";
  private static final String HARD = "hard Gumbel-softmax";
  private static final String RUNNING = "running mean";
  private static final String OPTIMAL = "optimal baseline";
  private static final List<String> ALL_WAYS =
      List.of(PLAIN, RUNNING, OPTIMAL, LEARNED, MUPROP, DARN, THROUGH, HARD, GUMBEL);

  private static final Quantity NLL = Quantity.smaller("test negative log-likelihood", "nats");

  /** Digits of the fixed test set stand class by class: the first ones are zeros. */
  private static final Setting<Integer> EVERY =
      Setting.integer("every", "distance of the test examples that are measured", 1, 1_000);

  private static final Setting<Integer> DRAWS =
      Setting.integer("draws", "draws of the hidden units in the final numbers", 1, 100_000);
  private static final Setting<Double> FLOOR =
      Setting.number("temperature", "temperature that is reached, from 1, at half time", 0.01, 1);

  @Override
  public Card card() {
    return Card.of("structured-prediction", "lower half of a digit by several gradient estimators")
        .rows("J2", "J3")
        .source("Jang, Gu and Poole, \"Categorical reparameterization with Gumbel-softmax\", 2017")
        .reported(
            "binarised MNIST, 392-200-200-392, nats: score function 72.0, DARN 59.7, MuProp 58.9,"
                + " straight-through 58.9, Gumbel-softmax 58.5, straight-through Gumbel-softmax"
                + " 59.3");
  }

  @Override
  public List<DataSource> data() {
    return List.of(BinaryDigits.GLYPHS, BinaryDigits.FIXED);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(4_000, ALL, ALL),
        EVERY.row(50, 10, 1),
        HIDDEN.row(50, 200, 200),
        EPOCHS.row(5, 30, 200),
        BATCH.row(50, 100, 100),
        RATE.row(0.015, 0.002, 0.001),
        FLOOR.row(0.3, 0.5, 0.5),
        DRAWS.row(20, 100, 1_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(NLL.of(GUMBEL), 95, 68, 60).on("binarized-mnist").published("58.5"),
        Claim.atMost(NLL.of(THROUGH), 95, 70, 60.5).on("binarized-mnist").published("58.9"),
        Claim.atMost(NLL.of(MUPROP), 95, 72, 60.5).on("binarized-mnist").published("58.9"),
        Claim.atMost(NLL.of(DARN), 95, 70, 61).on("binarized-mnist").published("59.7"),
        Claim.atMost(NLL.of(PLAIN), 150, 100, 74).on("binarized-mnist").published("72.0"),
        Claim.atMost(NLL.of(GUMBEL), 72, 60, 55).on("glyphs-binary"),
        Claim.atMost(NLL.of(THROUGH), 72, 60, 55).on("glyphs-binary"),
        Claim.atMost(NLL.of(MUPROP), 72, 62, 56).on("glyphs-binary"));
  }

  @Override
  public StochasticNetwork model(Run run) {
    int hidden = run.get(HIDDEN);
    Tensor rates =
        run.once(
            "base-rates",
            () -> EstimatedLearning.lower(run.data().train().mean().unsqueeze(0))); // [1, 392]
    return StochasticNetwork.of(run.rng("model"), HALF, hidden, hidden, HALF)
        .withBaseRates(rates.squeeze(0));
  }

  private static Map<String, Way> ways(Run run, int steps) {
    double floor = run.get(FLOOR);
    Schedule tau = Schedule.exponential(1, floor, Math.max(1, steps / 2)).atLeast(floor);
    Network baseline = Network.of(HALF).dense(100).tanh().dense(1).build(run.rng("baseline"));
    Map<String, Way> all = new LinkedHashMap<>();
    all.put(PLAIN, new Way.Credited(Baseline.NONE));
    all.put(RUNNING, new Way.Credited(RunningMean.of(100, 0.9)));
    all.put(OPTIMAL, new Way.BestCredited());
    all.put(LEARNED, new Way.Credited(LearnedBaseline.of(baseline, 0.8)));
    all.put(MUPROP, new Way.Expanded(RunningMean.of(0, 0.9)));
    all.put(DARN, new Way.Passing(t -> new Darn()));
    all.put(THROUGH, new Way.Passing(t -> new StraightThrough()));
    all.put(HARD, new Way.Passing(t -> GumbelSoftmax.of(tau.rate(t)).hard()));
    all.put(GUMBEL, new Way.Passing(t -> GumbelSoftmax.of(tau.rate(t))));
    return all;
  }

  @Override
  public void run(Run run, StochasticNetwork network) {
    Dataset test = run.data().test().every(run.get(EVERY));
    Batches batches = run.batches(run.data().train());
    int steps = run.steps(batches);
    Quantity nll = NLL.under(Protocol.on(run.source().name()).estimate());
    Comparison table = run.compare("estimators", "Lower half given the upper one", nll);
    ways(run, steps)
        .forEach((name, way) -> {
          StochasticNetwork net = name.equals(GUMBEL) ? network : model(run);
          Schedule rate = Schedule.cosine(run.get(RATE), 0, steps);
          run.train(stage(name), new EstimatedLearning(net, way, Adam.of(rate)), batches)
              .evaluate("test", test)
              .go();
          table.variant(name, () -> -logLikelihood(run, net, test));
        });
    table.show();
    String[] stages = ALL_WAYS.stream().map(StructuredPrediction::stage).toArray(String[]::new);
    run.show(
        "learning",
        () -> run.curves("Negative log-likelihood of the test halves, nats", "test.loss", stages));
    run.show(
        "halves",
        () ->
            Figure.pictures(
                    "Digits, each with its lower half drawn three times, Gumbel-softmax",
                    halves(network, test, run.rng("halves")))
                .columns(8));
  }

  private static String stage(String name) {
    return name.toLowerCase(Locale.ROOT).replace(", ", "-").replace(' ', '-');
  }

  private static double logLikelihood(Run run, StochasticNetwork network, Dataset test) {
    int draws = run.get(DRAWS);
    return PerExample.mean(
            test,
            run.rng("test"),
            (v, rng) ->
                network.logProbability(
                    EstimatedLearning.upper(v), EstimatedLearning.lower(v), draws, rng))
        .value();
  }

  /** Returns some digits, each followed by its upper half with three drawn lower halves. */
  private static Tensor halves(StochasticNetwork network, Dataset test, Rng rng) {
    int[] shown = IntStream.range(0, SHOWN).map(i -> i * test.size() / SHOWN).toArray();
    Tensor digits = test.batch(shown).getFirst();
    Tensor upper = EstimatedLearning.upper(digits);
    List<Tensor> versions = new ArrayList<>(List.of(digits.flatten(1)));
    for (int i = 0; i < 3; i++) {
      versions.add(Tensor.concat(1, List.of(upper, network.predict(upper, rng.split(i)))));
    }
    return Tensor.stack(1, versions).reshape(SHOWN * versions.size(), 28, 28, 1);
  }
}
