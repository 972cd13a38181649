package shinso.zoo.energy;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Gibbs;
import shinso.train.figure.Figure;
import shinso.train.judge.Estimate;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Spins on a torus above, at and below the temperature at which they align: chains that draw all
 * black squares of the board at once, then all white ones, and log Z by annealing beside the closed
 * form, which nobody knows for other Boltzmann machines of this size.
 *
 * <pre>
 * ./shinso run ising-torus
 * </pre>
 */
public final class IsingTorus implements Demo {
  private static final Setting<Integer> SIDE =
      Setting.integer("side", "spins along each side", 3, 256);
  private static final Setting<Integer> TEMPERATURES =
      Setting.integer("temperatures", "steps of annealing", 10, 1_000_000);
  private static final Setting<Integer> SWEEPS =
      Setting.integer("sweeps", "sweeps before spins are shown", 1, 1_000_000);

  private static final Quantity MISS = Quantity.smaller("error of log Z, a spin", "nats");

  private static final int CHAINS = 50;
  private static final int SHOWN = 9;

  @Override
  public Card card() {
    return Card.of("ising-torus", "the Ising model as a Boltzmann machine of visible units")
        .rows("I1")
        .source("Onsager 1944; Kaufman, \"Crystal statistics. II\", 1949")
        .reported("log Z of 32 x 32 spins at the critical point: 952.648 (closed form)");
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        SIDE.row(8, 32, 32), TEMPERATURES.row(200, 2_000, 10_000), SWEEPS.row(100, 2_000, 10_000));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atMost(MISS.of("above"), 0.005, 0.001, 0.001),
        Claim.atMost(MISS.of("critical"), 0.01, 0.002, 0.001),
        Claim.atMost(MISS.of("below"), 0.02, 0.01, 0.005));
  }

  @Override
  public void run(Run run) {
    Quantity annealed = Quantity.of("log Z by annealing", "nats");
    Quantity closed = Quantity.of("log Z, closed form", "nats");
    double critical = Ising.criticalCoupling();
    show(run, "above", 0.7 * critical, annealed, closed);
    show(run, "critical", critical, annealed, closed);
    show(run, "below", 1.2 * critical, annealed, closed);
  }

  private static void show(
      Run run, String name, double coupling, Quantity annealed, Quantity closed) {
    int side = run.get(SIDE);
    Ising ising = Ising.of(Connections.torus(side, side), coupling);
    BoltzmannMachine machine = ising.machine();
    Rng rng = run.rng(name);
    Estimate logZ =
        run.score(
            annealed.of(name),
            () -> {
              Ais.Estimate e =
                  Ais.of(machine.annealing(Tensor.zeros(side * side)))
                      .chains(CHAINS)
                      .betas(Ais.even(0, 1, run.get(TEMPERATURES)))
                      .forward(rng.split("annealing"));
              return new Estimate(e.logZ() + ising.offset(), e.standardError());
            });
    double exact =
        run.score(closed.of(name), () -> Ising.logPartitionOfTorus(side, side, coupling));
    run.score(MISS.of(name), () -> Math.abs(logZ.value() - exact) / (side * side));
    run.show(
        "spins-" + name,
        () -> {
          Tensor start = machine.random(SHOWN, rng.split("start")).evaluate();
          Gibbs chains = Gibbs.of(start, (x, key) -> machine.sweep(x, 0, 1, key));
          Tensor spins = chains.run(run.get(SWEEPS), rng.split("chain"));
          return Figure.pictures(
              "Spins, coupling %.3f".formatted(coupling), spins.reshape(SHOWN, side, side, 1));
        });
  }
}
