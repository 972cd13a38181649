package shinso.zoo.energy;

import static shinso.zoo.harness.Training.*;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.figure.Figure;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * The shifter learned by a Boltzmann machine: two rows of eight bits and the three shifts, which
 * inhibit each other, are seen by hidden units, each of which has to find out that some bits of the
 * rows go together under one shift only. No pair of visible units says anything.
 *
 * <pre>
 * ./shinso run boltzmann-shifter
 * </pre>
 */
public final class BoltzmannShifter implements Recipe<BoltzmannMachine> {
  private static final Shifter SHIFTER = Shifter.of(8);
  private static final int SHIFTS = 3;
  private static final int ROWS = 16;
  private static final int VISIBLE = ROWS + SHIFTS;
  private static final int CHAINS = 100;

  private static final Quantity RECOGNISED =
      Quantity.share("shifts told from both rows", Quantity.Better.LARGER);

  @Override
  public Card card() {
    return Card.of("boltzmann-shifter", "a Boltzmann machine finds out how rows are shifted")
        .rows("I2")
        .source(
            "Ackley, Hinton and Sejnowski, \"A learning algorithm for Boltzmann machines\", 1985,"
                + " section 4.2")
        .reported("24 hidden units; the best that any machine can do is 762 of 768 (exact)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(SHIFTER.data());
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        HIDDEN.row(24, 24, 24),
        STEPS.row(600, 20_000, 200_000),
        BATCH.row(96, 96, 96),
        RATE.row(0.05, 0.02, 0.02));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(RECOGNISED, 0.4, 0.9, 0.9).published("optimum 99.2 %"));
  }

  @Override
  public BoltzmannMachine model(Run run) {
    Connections graph =
        Connections.groups(
            new int[] {ROWS, SHIFTS, run.get(HIDDEN)}, new int[][] {{1, 1}, {0, 2}, {1, 2}});
    return BoltzmannMachine.of(graph, VISIBLE, run.rng("model"));
  }

  @Override
  public void run(Run run, BoltzmannMachine machine) {
    Dataset patterns = units(run.data().train());
    Param chains = Param.of(machine.random(CHAINS, run.rng("chains")));
    Adam rule = Adam.of(Schedule.linear(run.get(RATE), 0, run.get(STEPS)));
    BoltzmannLearning learner =
        BoltzmannLearning.of(machine, Equilibrium.of(0, 5), rule)
            .persistent(chains)
            .measuring("recognised", v -> right(machine, v));
    run.train("persistent", learner, run.batches(patterns))
        .steps(run.get(STEPS))
        .evaluate("all", patterns)
        .go();

    run.score(RECOGNISED, () -> right(machine, patterns.whole().getFirst()).mean().item());
    run.show(
        "recognised",
        () -> run.curves("Shifts told from both rows", "all.recognised", "persistent"));
    run.show(
        "weights",
        () -> {
          Tensor seen =
              machine
                  .weight()
                  .value()
                  .slice(0, 0, VISIBLE)
                  .slice(1, VISIBLE, machine.connections().units());
          return Figure.heatMap("Weights of hidden units", seen.transpose())
              .axes("row, shifted row, shift", "hidden unit")
              .diverging();
        });
  }

  /** All visible units of the patterns in one field: {@code [19]}. */
  private static Dataset units(Dataset patterns) {
    List<Tensor> all = patterns.whole();
    Tensor v = Tensor.concat(1, List.of(all.get(0), all.get(1), all.get(2).oneHot(SHIFTS)));
    return InMemoryDataset.of(
        patterns.description(),
        List.of(Column.floats("units", v.shape().slice(1, 2), v.toFloatArray())));
  }

  /** 1 where the code of the right shift has the least free energy of the three. */
  private static Tensor right(BoltzmannMachine machine, Tensor v) {
    Tensor rows = v.slice(1, 0, ROWS);
    int b = v.shape().dim(0);
    List<Tensor> energies =
        List.of(0, 1, 2).stream()
            .map(k -> Tensor.eye(SHIFTS).slice(0, k, k + 1).tile(0, b))
            .map(code -> machine.freeEnergy(Tensor.concat(1, List.of(rows, code))))
            .toList();
    Tensor told = Tensor.stack(1, energies).argmin(1);
    return told.equal(v.slice(1, ROWS, VISIBLE).argmax(1)).cast(DType.F32);
  }
}
