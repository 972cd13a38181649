package shinso.zoo.energy;

import static shinso.zoo.harness.Training.HIDDEN;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Minimizer;
import shinso.train.figure.Figure;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Two rows of bits and which shift leads from one to the other, learned by machines of second and
 * of third order with as many weights: an RBM of both rows and the shift, and three layers that
 * gate each other by way of as many factors. All likelihoods are exact; a model that knew
 * everything would have −log 768 nats a pattern.
 *
 * <pre>
 * ./shinso run shifter-orders
 * </pre>
 */
public final class ShifterOrders implements Demo {
  private static final int BITS = 8;
  private static final int SHIFTS = 3;

  private static final Setting<Integer> ITERATIONS =
      Setting.integer("iterations", "iterations of L-BFGS", 1, 100_000);

  private static final Quantity LIKELIHOOD =
      Quantity.larger("log-likelihood of rows and shift", "nats");
  private static final Quantity RECOGNISED =
      Quantity.share("shifts told from both rows", Quantity.Better.LARGER);
  private static final Quantity WEIGHTS = Quantity.of("parameters", "");

  private static final String SECOND = "second order";
  private static final String THIRD = "third order";

  @Override
  public Card card() {
    return Card.of("shifter-orders", "the shifter, learned by pairs and by triples of units")
        .rows("I19")
        .source(
            "Sejnowski, \"Higher-order Boltzmann machines\", 1986; Memisevic and Hinton, \"Learning"
                + " to represent spatial transformations with factored higher-order Boltzmann"
                + " machines\", 2010")
        .reported("the optimum is -6.6438 nats and 99.2 % (exact)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(Shifter.of(BITS).data());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(8, 12, 12), ITERATIONS.row(60, 500, 3_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(LIKELIHOOD.of(THIRD), -10, -7.0, -6.7).published("optimum -6.6438"),
        Claim.atLeast(RECOGNISED.of(THIRD), 0.8, 0.98, 0.99).published("optimum 99.2 %"),
        Claim.atMost(LIKELIHOOD.of(SECOND), -7.5, -7.5, -7.5));
  }

  @Override
  public void run(Run run) {
    int units = run.get(HIDDEN);
    List<Tensor> all = run.data().train().whole();
    Tensor x = all.get(0).evaluate();
    Tensor y = all.get(1).evaluate();
    Tensor shift = all.get(2).evaluate();
    Tensor rows = Tensor.concat(1, List.of(x, y)).evaluate(); // [768, 16]
    Tensor code = shift.oneHot(SHIFTS).evaluate(); // [768, 3]

    ClassificationRbm pairs = ClassificationRbm.of(2 * BITS, SHIFTS, units, run.rng("second"));
    GatedRbm triples =
        GatedRbm.of(
                BITS,
                BITS,
                SHIFTS,
                ThreeWay.Factored.of(BITS, BITS, SHIFTS, units, run.rng("third")))
            .withClasses();
    Supplier<Tensor> ofPairs = () -> pairs.freeEnergy(rows, shift).mean().add(pairs.logPartition());
    Supplier<Tensor> ofTriples =
        () -> triples.energy(rows, code).mean().add(triples.logPartition());
    Comparison table = run.compare("orders", "Pairs and triples", LIKELIHOOD, RECOGNISED, WEIGHTS);
    learn(run, table, SECOND, pairs, ofPairs, () -> pairs.logits(rows), shift);
    learn(run, table, THIRD, triples, ofTriples, () -> triples.logits(x, y), shift);
    table.show();
    run.show(
        "learning",
        () ->
            run.curves("Log-likelihood, nats", "log-likelihood", "second-order", "third-order")
                .level("optimum", -Math.log(all.get(0).shape().dim(0))));
    run.show("weights", () -> weights(triples));
  }

  private static void learn(
      Run run,
      Comparison table,
      String name,
      Record machine,
      Supplier<Tensor> loss,
      Supplier<Tensor> logits,
      Tensor shift) {
    Map<String, Param> params = Parameters.all(machine);
    run.perform(
        name.replace(' ', '-'),
        machine,
        log ->
            Minimizer.lbfgs()
                .iterations(run.get(ITERATIONS))
                .watch((i, value, p) -> log.record(i, Map.of("log-likelihood", -value)))
                .minimize(params.values(), loss));
    table.variant(
        name,
        () -> -loss.get().item(),
        () -> logits.get().argmax(1).equal(shift).cast(DType.F32).mean().item(),
        () -> Parameters.count(params.values()));
  }

  /** What connects the rows under each shift: Wᵢⱼₖ for each k. */
  private static Figure weights(GatedRbm machine) {
    Tensor units = Tensor.eye(BITS);
    return Figure.panels(
        "Weights between the rows, for each shift",
        List.of("left", "none", "right").stream()
            .map(name -> {
              int k = List.of("left", "none", "right").indexOf(name);
              Tensor h = Tensor.eye(SHIFTS).slice(0, k, k + 1).tile(0, BITS);
              return Figure.heatMap(name, machine.weights().toSecond(units, h))
                  .axes("bit of the shifted row", "bit of the row")
                  .diverging();
            })
            .toList(),
        3);
  }
}
