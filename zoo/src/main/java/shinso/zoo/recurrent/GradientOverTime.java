package shinso.zoo.recurrent;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.layer.Pass;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * How much of the gradient of an error at the end of a sequence arrives at earlier steps.
 *
 * <pre>
 * ./shinso run gradient-over-time
 * </pre>
 */
public final class GradientOverTime implements Demo {
  private static final Setting<Integer> TIME =
      Setting.integer("time", "steps of a sequence", 2, 10_000);
  private static final Quantity RATIO =
      Quantity.larger("gradient norm, first ÷ last step", "");

  @Override
  public Card card() {
    return Card.of("gradient-over-time", "norm of the gradient by step for RNN, LSTM and GRU")
        .rows("F4", "F5")
        .source("Hochreiter and Schmidhuber 1997; Pascanu, Mikolov and Bengio 2013");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(TIME.always(50), Training.HIDDEN.always(64));
  }

  @Override
  public List<Claim> claims() {
    return List.of(Claim.atMost(RATIO.of("rnn"), 1, 1, 1));
  }

  private static Map<String, Network> networks(Run run) {
    int time = run.get(TIME);
    int n = run.get(Training.HIDDEN);
    Map<String, Network> all = new LinkedHashMap<>();
    all.put("rnn", Network.of(time, 1).rnn(n).last().dense(1).build(run.rng("rnn")));
    all.put("lstm", Network.of(time, 1).lstm(n).last().dense(1).build(run.rng("lstm")));
    all.put("gru", Network.of(time, 1).gru(n).last().dense(1).build(run.rng("gru")));
    return all;
  }

  /** Returns ‖∂y/∂x_t‖ of each step, the first one first. */
  private static double[] norms(Run run, Network network) {
    Tensor x = Tensor.normal(run.rng("sequences"), 100, run.get(TIME), 1);
    Tensor y = network.forward(x, Pass.inference());
    return Autodiff.gradient(y.sum(), x).square().sum(0, 2).sqrt().toDoubleArray();
  }

  @Override
  public void run(Run run) {
    Lines chart = Figure.lines("Gradient before training").axes("step", "norm").logY();
    double[] steps = IntStream.rangeClosed(1, run.get(TIME)).asDoubleStream().toArray();
    for (Map.Entry<String, Network> e : networks(run).entrySet()) {
      double[] norms = norms(run, e.getValue());
      run.score(RATIO.of(e.getKey()), () -> norms[0] / norms[norms.length - 1]);
      chart = chart.series(e.getKey(), steps, norms);
    }
    Lines all = chart;
    run.show("norms", () -> all);
  }
}
