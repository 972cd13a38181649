package shinso.zoo.recurrent;

import static shinso.zoo.harness.Training.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Last;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.layer.Sequential;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.train.data.Batches;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.train.loop.SupervisedLearner;
import shinso.zoo.harness.*;

/**
 * How much of the gradient of what is said at the end of a sequence arrives at earlier states,
 * before and after the adding problem was learned: a cell whose forget gates are open lets it
 * through, a plain recurrent layer loses it from step to step.
 *
 * <pre>
 * ./shinso run gradient-over-time
 * </pre>
 */
public final class GradientOverTime implements Demo {
  private static final Setting<Integer> LENGTH =
      Setting.integer("length", "steps of the sequences", 4, 1_000);
  private static final Quantity RATIO = Quantity.larger("gradient norm, first ÷ last step", "");

  @Override
  public Card card() {
    return Card.of("gradient-over-time", "norm of the gradient by step for RNN, LSTM and GRU")
        .rows("F2", "F4", "F5")
        .source("Hochreiter and Schmidhuber 1997; Pascanu, Mikolov and Bengio 2013");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        LENGTH.row(30, 100, 100),
        TRAIN.row(3_000, 20_000, 50_000),
        HIDDEN.row(16, 32, 32),
        Adding.BIAS.always(4.0),
        EPOCHS.row(2, 4, 4),
        BATCH.row(50, 50, 50),
        RATE.always(0.005));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(after("lstm"), 0.01, 0.01, 0.01),
        Claim.atMost(after("rnn"), 0.01, 0.01, 0.01));
  }

  private static Quantity after(String cell) {
    return RATIO.of("trained " + cell);
  }

  /** Returns ‖∂y_T/∂s_t‖ of the states of all steps but the last, the first one first. */
  private static double[] norms(Run run, String name, Network network) {
    return run.once(
            name,
            () -> {
              Tensor x =
                  Adding.sequences(100, run.get(LENGTH), run.rng("shown")).whole().getFirst();
              List<List<Tensor>> states = new ArrayList<>();
              Recurrent.Output step = network.step(x.at(1, 0), null, Pass.inference());
              for (int t = 1; t < run.get(LENGTH); t++) {
                states.add(step.state());
                step = network.step(x.at(1, t), step.state(), Pass.inference());
              }
              List<Tensor> all = states.stream().flatMap(List::stream).toList();
              List<Tensor> squares =
                  Autodiff.gradients(step.output().sum(), all).stream()
                      .map(g -> g.square().sum())
                      .toList();
              return Tensor.stack(0, squares).reshape(states.size(), -1).sum(1).sqrt();
            })
        .toDoubleArray();
  }

  @Override
  public void run(Run run) {
    Map<String, Network> networks =
        Adding.networks(
            run.get(LENGTH) * 11 / 10, run.get(HIDDEN), run.get(Adding.BIAS), run.rng("networks"));
    Batches batches =
        run.batches(Adding.sequences(run.get(TRAIN), run.get(LENGTH), run.rng("train")));
    Map<String, double[]> before = new LinkedHashMap<>();
    Map<String, double[]> after = new LinkedHashMap<>();
    networks.forEach((name, network) -> {
      before.put(name, norms(run, "before-" + name, network));
      run.train(
              name,
              SupervisedLearner.of(
                      Sequential.of(network, new Last()), Losses::mse, Adam.of(run.get(RATE)))
                  .withLengths()
                  .clipNorm(1),
              batches)
          .go();
      after.put(name, norms(run, "after-" + name, network));
      run.score(RATIO.of("untrained " + name), () -> ratio(before.get(name)));
      run.score(after(name), () -> ratio(after.get(name)));
    });
    run.show(
        "norms",
        () ->
            Figure.panels(
                "Gradient of the last output by the states",
                List.of(chart("before training", before), chart("after training", after)),
                2));
    run.show("learning", () -> run.curves("Training loss", "train.loss", "rnn", "lstm", "gru"));
  }

  private static double ratio(double[] norms) {
    return norms[0] / norms[norms.length - 1];
  }

  private static Lines chart(String title, Map<String, double[]> norms) {
    Lines chart = Figure.lines(title).axes("step", "norm").logY();
    for (Map.Entry<String, double[]> e : norms.entrySet()) {
      int steps = e.getValue().length;
      double[] step = IntStream.rangeClosed(1, steps).asDoubleStream().toArray();
      chart = chart.series(e.getKey(), step, e.getValue());
    }
    return chart;
  }
}
