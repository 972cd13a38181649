package shinso.zoo.directed;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.optim.Schedule;
import shinso.nn.optim.Sgd;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.Lines;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A Helmholtz machine of 16, 8 and 1 units learns bars of 4 x 4 by wake and sleep, and is measured
 * exactly, by a sum over its 512 hidden states. Independent pixels miss the distribution by 8.12
 * bits.
 *
 * <pre>
 * ./shinso run helmholtz-bars
 * </pre>
 */
public final class HelmholtzBars implements Recipe<HelmholtzMachine> {
  private static final Quantity DIVERGENCE =
      Quantity.smaller("divergence of the model from the data", "bits");
  private static final Quantity POSSIBLE =
      Quantity.share("samples that are pictures of bars", Quantity.Better.LARGER);

  private static final int HIDDEN_UNITS = 8;
  private static final int HIGHEST = 1;

  @Override
  public Card card() {
    return Card.of("helmholtz-bars", "Helmholtz machine learns bars by wake-sleep")
        .rows("J4", "J5")
        .source(
            "Hinton, Dayan, Frey and Neal, \"The wake-sleep algorithm for unsupervised neural"
                + " networks\", 1995")
        .reported("16-8-1 units, rate 0.1, two million examples: 0.10 bits");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Bars.source());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        STEPS.row(5_000, 2_000_000, 2_000_000), BATCH.row(20, 10, 1), RATE.row(0.3, 0.2, 0.1));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(DIVERGENCE, 4, 0.6, 0.3).published("0.10"),
        Claim.atLeast(POSSIBLE, 0.3, 0.85, 0.9));
  }

  @Override
  public HelmholtzMachine model(Run run) {
    HelmholtzMachine machine =
        HelmholtzMachine.of(run.rng("model"), Bars.PIXELS, HIDDEN_UNITS, HIGHEST);
    machine.generative().withBaseRates(Tensor.full(Shape.of(Bars.PIXELS), Bars.RATE));
    return machine;
  }

  @Override
  public void run(Run run, HelmholtzMachine machine) {
    Dataset bars = run.data().train();
    Schedule rate = Schedule.linear(run.get(RATE), 0, run.get(STEPS));
    run.train("wake-sleep", new WakeSleep(machine, Sgd.of(rate), Sgd.of(rate)), run.batches(bars))
        .steps(run.get(STEPS))
        .evaluate("all", bars)
        .go();

    SigmoidBeliefNetwork model = machine.generative();
    Tensor possible = run.once("pictures", HelmholtzBars::pictures); // [30, 16]
    Tensor logs = run.once("log-probabilities", () -> model.logProbability(possible));
    run.score(DIVERGENCE, () -> divergence(logs));
    run.score(POSSIBLE, () -> logs.exp().sum().item());
    run.show("probabilities", () -> probabilities(logs));
    run.show(
        "bound",
        () ->
            run.curves("Bound on log p(v), nats", "all.bound", "wake-sleep")
                .level("−entropy", -Bars.entropy() * Math.log(2)));
    run.show(
        "weights",
        () ->
            Figure.pictures(
                    "What hidden units make of pixels",
                    model.layers().getFirst().weight().value().transpose(),
                    Bars.SIDE,
                    Bars.SIDE)
                .aroundZero());
    Tensor samples = run.once("samples", () -> model.sample(100, run.rng("samples")));
    run.pictures("samples", "Dreams", () -> samples);
  }

  /** The pictures that can come, in the order of {@link Bars#probabilities}: {@code [30, 16]}. */
  private static Tensor pictures() {
    int[] states = Bars.probabilities().keySet().stream().mapToInt(Integer::intValue).toArray();
    Tensor all = Enumeration.of(Bars.PIXELS).states();
    return all.gather(0, Tensor.of(states, states.length));
  }

  private static double[] truth() {
    return Bars.probabilities().values().stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** KL(data ‖ model) in bits. */
  private static double divergence(Tensor logs) {
    double[] log = logs.toDoubleArray();
    double[] p = truth();
    double crossEntropy = 0;
    for (int i = 0; i < p.length; i++) {
      crossEntropy -= p[i] * log[i] / Math.log(2);
    }
    return crossEntropy - Bars.entropy();
  }

  private static Lines probabilities(Tensor logs) {
    double[] rank = IntStream.rangeClosed(1, truth().length).asDoubleStream().toArray();
    return Figure.lines("Probabilities of the 30 pictures")
        .axes("picture, the most probable first", "probability")
        .logY()
        .series("data", rank, truth())
        .series("model", rank, logs.exp().toDoubleArray());
  }
}
