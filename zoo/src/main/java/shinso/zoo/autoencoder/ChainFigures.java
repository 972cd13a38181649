package shinso.zoo.autoencoder;

import java.util.ArrayList;
import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Completer;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Pictures;
import shinso.train.judge.Estimate;
import shinso.train.judge.ParzenWindow;
import shinso.train.judge.Protocol;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.BaseRates;
import shinso.zoo.harness.Run;
import shinso.zoo.harness.Setting;

/** What chains that make digits up are judged by, and how they are shown. */
final class ChainFigures {
  /** The density of Parzen windows around samples. */
  static final Quantity PARZEN =
      Quantity.larger("test log-likelihood of a Parzen window on samples", "nats");

  /** How drawn halves compare with pixels drawn by their shares in the data. */
  static final Quantity PAINTED =
      Quantity.smaller("wrong pixels of drawn halves, those of independent draws being 1", "");

  static final Setting<Integer> SAMPLES =
      Setting.integer("samples", "hundreds of samples under the Parzen window", 1, 1_000);

  /** Chains that samples come from, which take ten steps from one sample to the next. */
  static final int CHAINS = 100;

  /** Rows and columns of a picture of chains. */
  static final int SHOWN = 8;

  static final int COLUMNS = 24;

  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private static final int DRAWS = 3;

  private ChainFigures() {}

  /** Returns the quantity of the Parzen window under the protocol of the run's data. */
  static Quantity parzen(Run run, String variant) {
    return PARZEN.of(variant).under(Protocol.on(run.source().name()).density().estimate());
  }

  /** Measures the window of the width that the validation part likes best. */
  static Estimate parzen(Run run, Tensor samples) {
    return ParzenWindow.fit(samples, run.data().validation()).mean(run.data().test());
  }

  /**
   * Returns some test digits from all over the set, bits also of grey ones, {@code [n, pixels]}.
   */
  static Tensor digits(Run run, int n) {
    Dataset test = run.data().test();
    Tensor x = test.every(test.size() / n).limit(n).whole().getFirst().flatten(1);
    return x.greater(0.5).cast(x.dtype()).evaluate();
  }

  /** Returns fair coins to begin with, {@code [n, pixels]}. */
  static Tensor noise(int n, Rng rng) {
    return Tensor.full(Shape.of(n, PIXELS), 0.5).bernoulli(rng).evaluate();
  }

  /**
   * Shows where chains go: a row a chain, a column a step.
   *
   * @param means {@code [steps, chains, pixels]}
   */
  static Pictures sequences(String title, Tensor means) {
    int steps = means.shape().dim(0);
    int chains = means.shape().dim(1);
    return Figure.pictures(title, means.permute(1, 0, 2).reshape(chains * steps, SIDE, SIDE, 1))
        .columns(steps);
  }

  /** Joins the steps of all chains: {@code [steps, chains, pixels] -> [n, pixels]}. */
  static Tensor pictures(Tensor draws) {
    return draws.reshape(draws.shape().dim(0) * draws.shape().dim(1), PIXELS);
  }

  /** Measures and shows drawn right and lower halves of test digits. */
  static void halves(Run run, Completer model) {
    Tensor digits = digits(run, 20);
    Tensor known = Tensor.concat(0, List.of(left().tile(0, 10), top().tile(0, 10)));
    List<Tensor> drawn = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      Rng key = run.rng("halves").split(i);
      drawn.add(run.once("halves-" + i, () -> model.complete(digits, known, key)));
    }
    Tensor rates = BaseRates.of(run);
    run.score(
        PAINTED,
        () -> {
          Tensor hidden = known.rsub(1);
          Tensor wrong = Tensor.stack(0, drawn).sub(digits).abs().mul(hidden).mean();
          Tensor alone = digits.sub(rates).square().add(rates.mul(rates.rsub(1))).mul(hidden);
          return wrong.div(alone.mean()).item(); // E |x − y| of bits is E (x − y)²
        });
    run.show(
        "halves",
        () -> {
          List<Tensor> rows = new ArrayList<>(List.of(digits, shaded(digits, known)));
          rows.addAll(drawn);
          Tensor all = Tensor.concat(0, rows).reshape(rows.size() * 20, SIDE, SIDE, 1);
          return Figure.pictures("Right and lower halves, drawn given the others", all)
              .columns(20)
              .caption("From above: test digits, what is given of them, draws");
        });
  }

  private static Tensor shaded(Tensor digits, Tensor known) {
    return Tensor.select(known, digits, known.mul(0).add(0.5));
  }

  private static Tensor left() {
    Tensor row = Tensor.concat(0, List.of(Tensor.ones(SIDE / 2), Tensor.zeros(SIDE / 2)));
    return row.tile(0, SIDE).unsqueeze(0); // [1, pixels]
  }

  private static Tensor top() {
    return Tensor.concat(0, List.of(Tensor.ones(PIXELS / 2), Tensor.zeros(PIXELS / 2)))
        .unsqueeze(0);
  }
}
