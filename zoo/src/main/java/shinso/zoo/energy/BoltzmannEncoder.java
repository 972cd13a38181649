package shinso.zoo.energy;

import static shinso.zoo.harness.Training.STEPS;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Sgd;
import shinso.train.data.Dataset;
import shinso.train.figure.Figure;
import shinso.train.figure.HeatMap;
import shinso.train.figure.PointSeries;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * The encoder problem: Boltzmann machines find a code by which one group of units tells another,
 * through few hidden units, which of its units is on. Many machines learn side by side from weights
 * of 0, by the procedure of the paper: annealing, noisy clamping, and steps of one length.
 *
 * <pre>
 * ./shinso run boltzmann-encoder
 * </pre>
 */
public final class BoltzmannEncoder implements Demo {
  private static final Setting<Integer> MACHINES =
      Setting.integer("machines", "machines that learn side by side", 1, 1_000);
  private static final Setting<Integer> WIDE_STEPS =
      Setting.integer("wide-steps", "steps of learning of the encoder 8-3-8", 1, 1_000_000);

  private static final Quantity SOLVED =
      Quantity.share("machines with a word for each unit", Quantity.Better.LARGER);
  private static final Quantity MEDIAN =
      Quantity.smaller("cycles until half of the machines have a code", "cycles");

  private static final Setting<Double> WEIGHT_STEP =
      Setting.number("weight-step", "by how much every weight changes in a step", 1e-6, 10);

  @Override
  public Card card() {
    return Card.of("boltzmann-encoder", "Boltzmann machines find codes: 4-2-4 and 8-3-8")
        .rows("I2")
        .source(
            "Ackley, Hinton and Sejnowski, \"A learning algorithm for Boltzmann machines\", 1985,"
                + " section 4.1")
        .reported(
            "4-2-4: all of 250, half of them in 110 cycles, the last in 1,810; 8-3-8: 16 of 20 in"
                + " 4,000 cycles");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        MACHINES.row(20, 100, 250),
        STEPS.row(200, 1_810, 1_810),
        WIDE_STEPS.row(1, 4_000, 4_000),
        WEIGHT_STEP.always(0.2)); // 2 where the temperature is 10
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(MEDIAN.of("4-2-4"), 200, 160, 160).published("110"),
        Claim.atLeast(SOLVED.of("4-2-4"), 0.3, 0.98, 0.98).published("100 %"),
        Claim.atLeast(SOLVED.of("8-3-8"), 0, 0.6, 0.6).published("80 %"));
  }

  @Override
  public void run(Run run) {
    BoltzmannMachine narrow = learn(run, "4-2-4", new Encoder(4, 2), run.get(STEPS));
    run.show("weights", () -> weights("Weights of a machine 4-2-4", narrow));
    BoltzmannMachine wide = learn(run, "8-3-8", new Encoder(8, 3), run.get(WIDE_STEPS));
    run.show("wide-weights", () -> weights("Weights of a machine 8-3-8", wide));
    run.show(
        "learned",
        () ->
            run.curves("Machines that have found a code", "all.found a code", "4-2-4", "8-3-8")
                .level("half", 0.5));
    run.show(
        "kept",
        () -> run.curves("Machines that have a code now", "all.has a code", "4-2-4", "8-3-8"));
  }

  /** Two annealings of each example in both phases, then a step of all weights, again and again. */
  private static BoltzmannMachine learn(Run run, String stage, Encoder encoder, int steps) {
    BoltzmannMachine machines =
        BoltzmannMachine.sideBySide(run.get(MACHINES), encoder.connections(), 2 * encoder.v());
    Dataset examples = run.data(encoder.data()).train();
    Param found = Param.of(Tensor.zeros(run.get(MACHINES)));
    BoltzmannLearning learner =
        BoltzmannLearning.of(machines, Equilibrium.ackley(), Sgd.of(run.get(WEIGHT_STEP)))
            .repeats(2)
            .fixedSteps()
            .keepingLargest(found, () -> encoder.solved(machines))
            .measuring("found a code", v -> found.value())
            .measuring("has a code", v -> encoder.solved(machines));
    run.train(stage, learner, run.batches(examples, encoder.v()))
        .steps(steps)
        .evaluateEvery(10)
        .evaluate("all", examples)
        .go();
    run.score(SOLVED.of(stage), () -> last(found(run, stage)));
    run.score(MEDIAN.of(stage), () -> median(found(run, stage)));
    return machines;
  }

  private static PointSeries found(Run run, String stage) {
    return run.curves("", "all.found a code", stage).series().getFirst();
  }

  private static double last(PointSeries series) {
    return series.points().getLast().y();
  }

  /** Returns when half of the machines have a code, infinity if they never do. */
  private static double median(PointSeries solved) {
    return solved.points().stream()
        .filter(p -> p.y() >= 0.5)
        .mapToDouble(PointSeries.Point::x)
        .findFirst()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static HeatMap weights(String title, BoltzmannMachine machines) {
    Tensor one = machines.weight().value().at(0, 0); // [n, n], above the diagonal
    return Figure.heatMap(title, one.add(one.transpose())).axes("unit", "unit").diverging();
  }
}
