package shinso.zoo.regularization;

import static shinso.zoo.harness.Training.*;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Minimizer;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Small networks boosted on three classes that overlap. The error on the training examples falls
 * on, and the later networks learn the noise: the error on new examples falls and rises again.
 *
 * <pre>
 * ./shinso run boosting
 * </pre>
 */
public final class BoostedNetworks implements Recipe<Samme> {
  private static final Setting<Integer> ROUNDS =
      Setting.integer("rounds", "networks, one after another", 1, 10_000);
  private static final int CLASSES = 3;

  private static final Quantity LEARNED =
      Quantity.share("training error at the end", Quantity.Better.SMALLER);
  private static final Quantity BEST = Quantity.share("least test error", Quantity.Better.SMALLER);
  private static final Quantity END =
      Quantity.share("test error at the end", Quantity.Better.SMALLER);
  private static final Quantity HELPED =
      Quantity.smaller("least test error ÷ that of the first network", "");
  private static final Quantity OVERFIT =
      Quantity.larger("test error at the end ÷ the least one", "");

  @Override
  public Card card() {
    return Card.of("boosting", "small networks boosted until they over-fit")
        .rows("C10")
        .source(
            "Zhu, Zou, Rosset and Hastie, \"Multi-class AdaBoost\", 2009; Dietterich, \"An"
                + " experimental comparison of three methods for constructing ensembles\", 2000");
  }

  @Override
  public List<DataSource> data() {
    return List.of(
        DataSource.generated(
            "three-rings", () -> Split.of(draw(200, Rng.of(1)), draw(4_000, Rng.of(2)))));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(ROUNDS.row(80, 300, 600), HIDDEN.row(3, 3, 3));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(LEARNED, 0.2, 0.15, 0.15),
        Claim.atMost(HELPED, 0.85, 0.85, 0.85),
        Claim.atLeast(OVERFIT, 1.05, 1.05, 1.05));
  }

  /** Gaussian points of the plane; the class is the third of their distances, or any one. */
  private static Dataset draw(int n, Rng rng) {
    RandomGenerator random = rng.generator();
    float[] x = new float[2 * n];
    int[] t = new int[n];
    for (int i = 0; i < n; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double square = a * a + b * b; // exponential with mean 2
      x[2 * i] = (float) a;
      x[2 * i + 1] = (float) b;
      t[i] = square < -2 * Math.log(2 / 3.0) ? 0 : square < -2 * Math.log(1 / 3.0) ? 1 : 2;
      if (random.nextDouble() < 0.2) {
        t[i] = random.nextInt(CLASSES);
      }
    }
    return InMemoryDataset.of(
        "three rings of the plane, a fifth of the classes drawn anew",
        List.of(Column.floats("x", Shape.of(2), x), Column.labels("class", t, CLASSES)),
        List.of("inner", "middle", "outer"));
  }

  @Override
  public Samme model(Run run) {
    Rng rng = run.rng("model");
    return Samme.of(
        run.get(ROUNDS),
        m -> Network.of(2).dense(run.get(HIDDEN)).tanh().dense(CLASSES).build(rng.split(m)));
  }

  @Override
  public void run(Run run, Samme samme) {
    List<Tensor> train = run.data().train().whole();
    List<Tensor> test = run.data().test().whole();
    run.perform(
        "boost",
        samme,
        log ->
            samme.boost(
                train.getFirst(),
                train.getLast(),
                CLASSES,
                (member, w) -> fit(member, train, w),
                r -> log.record(r.number(), Map.of("error", r.error(), "vote", r.vote()))));
    double[] learned = run.once("train", Tensor.class, () -> errors(samme, train)).toDoubleArray();
    double[] errors = run.once("test", Tensor.class, () -> errors(samme, test)).toDoubleArray();
    double least = Arrays.stream(errors).min().orElseThrow();
    run.score(LEARNED, () -> learned[learned.length - 1]);
    run.score(BEST, () -> least);
    run.score(END, () -> errors[errors.length - 1]);
    run.score(HELPED, () -> least / errors[0]);
    run.score(OVERFIT, () -> errors[errors.length - 1] / least);
    run.show("errors", () -> curves(learned, errors));
  }

  private static void fit(Layer member, List<Tensor> data, Tensor weights) {
    Minimizer.lbfgs()
        .iterations(60)
        .minimize(
            Parameters.trainable(member).values(),
            () -> {
              Tensor logits = member.forward(data.getFirst(), Pass.inference());
              return Losses.mean(Losses.softmaxCrossEntropyEach(logits, data.getLast()), weights);
            });
  }

  /** Returns the share of wrong votes after each round: {@code [rounds]}. */
  private static Tensor errors(Samme samme, List<Tensor> data) {
    Tensor said = samme.rounds(data.getFirst()).argmax(2); // [rounds, n]
    return said.notEqual(data.getLast().unsqueeze(0)).cast(DType.F32).mean(1);
  }

  private static Lines curves(double[] train, double[] test) {
    double[] round = IntStream.rangeClosed(1, test.length).asDoubleStream().toArray();
    return Figure.lines("Share of wrong votes after each round of boosting")
        .axes("networks", "error")
        .caption("A fifth of the classes is drawn anew: no classifier gets below 13.3 %.")
        .series("training", round, train)
        .series("test", round, test)
        .best("test", Lines.Best.SMALLEST);
  }
}
