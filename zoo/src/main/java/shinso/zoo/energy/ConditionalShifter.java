package shinso.zoo.energy;

import static shinso.zoo.harness.Training.HIDDEN;

import java.util.List;
import java.util.Map;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Minimizer;
import shinso.train.figure.Figure;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * The shift between two rows of bits, given the rows, by conditional machines: three outputs, one
 * for each shift, which depend on the rows directly or by way of hidden units that see both. All
 * likelihoods are exact, and those of all eight states of the outputs.
 *
 * <pre>
 * ./shinso run crbm-shifter
 * </pre>
 */
public final class ConditionalShifter implements Recipe<ConditionalRbm> {
  private static final int BITS = 8;
  private static final int SHIFTS = 3;

  private static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", "iterations of L-BFGS", 1, 100_000);

  private static final Quantity LIKELIHOOD = Quantity.larger("log p(shift | rows)", "nats");
  private static final Quantity RECOGNISED =
      Quantity.share("shifts told from both rows", Quantity.Better.LARGER);
  private static final String HIDDEN_UNITS = "with hidden units";
  private static final String NONE = "without";

  @Override
  public Card card() {
    return Card.of("crbm-shifter", "the shifter, recognised by conditional RBMs")
        .rows("I16")
        .source(
            "Mnih, Larochelle and Hinton, \"Conditional restricted Boltzmann machines for structured"
                + " output prediction\", 2011; Ackley, Hinton and Sejnowski 1985, section 4.2")
        .reported("the optimum is -0.0122 nats and 99.2 % (exact)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Shifter.of(BITS).data());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(24, 48, 48), ITERATIONS.row(60, 1_000, 3_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(LIKELIHOOD.of(HIDDEN_UNITS), -0.8, -0.05, -0.02).published("optimum -0.0122"),
        Claim.atLeast(RECOGNISED.of(HIDDEN_UNITS), 0.6, 0.98, 0.99).published("optimum 99.2 %"),
        // Single bits say nothing of the shift: ln ⅓ + 2 ln ⅔.
        Claim.atMost(LIKELIHOOD.of(NONE), -1.9, -1.9, -1.9));
  }

  @Override
  public ConditionalRbm model(Run run) {
    return machine(run, run.get(HIDDEN));
  }

  private static ConditionalRbm machine(Run run, int hidden) {
    return ConditionalRbm.of(2 * BITS, SHIFTS, hidden, run.rng("model"));
  }

  @Override
  public void run(Run run, ConditionalRbm machine) {
    List<Tensor> all = run.data().train().whole();
    Tensor rows = Tensor.concat(1, List.of(all.get(0), all.get(1))).mul(2).sub(1).evaluate();
    Tensor shift = all.get(2).evaluate(); // [768]
    Comparison table = run.compare("recognition", "Shift from both rows", LIKELIHOOD, RECOGNISED);
    learn(run, table, NONE, machine(run, 0), rows, shift);
    learn(run, table, HIDDEN_UNITS, machine, rows, shift);
    table.show();
    run.show(
        "learning",
        () ->
            run.curves(
                    "log p(shift | rows), nats", "log-likelihood", "without", "with-hidden-units")
                .level("optimum", -Shifter.of(BITS).labelEntropy()));
    run.show(
        "weights",
        () ->
            Figure.heatMap("What hidden units see", machine.inputToHidden().value().transpose())
                .axes("bit, both rows one after the other", "hidden unit")
                .diverging());
  }

  private static void learn(
      Run run, Comparison table, String name, ConditionalRbm machine, Tensor rows, Tensor shift) {
    Tensor codes = Tensor.eye(SHIFTS); // one output for each shift
    Tensor code = codes.gather(0, shift).evaluate(); // [768, 3]
    run.perform(
        name.replace(' ', '-'),
        machine,
        log ->
            Minimizer.lbfgs()
                .iterations(run.get(ITERATIONS))
                .watch((i, value, p) -> log.record(i, Map.of("log-likelihood", -value)))
                .minimize(
                    Parameters.all(machine).values(),
                    () -> machine.logProbability(code, rows).mean().neg()));
    table.variant(
        name,
        () -> machine.logProbability(code, rows).mean().item(),
        () -> machine.choose(codes, rows).argmax(1).equal(shift).cast(DType.F32).mean().item());
  }
}
