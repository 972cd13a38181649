package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Minimizer;
import shinso.nn.optim.Sgd;

/** The machine against sums over all states in plain Java. */
final class BoltzmannMachineTest {
  private static final int N = 6;
  private static final int V = 4;

  private static double u(int i, int j) {
    return Math.sin((i + 1) * (j + 2));
  }

  private static double b(int i) {
    return Math.cos(i + 1) / 2;
  }

  /** U = sin(i (j + 1)), b = cos(i) / 2, indices from 1; all units are connected. */
  private static BoltzmannMachine machine(Connections graph, int visible, DType type) {
    double[] weights = new double[N * N];
    double[] biases = new double[N];
    for (int i = 0; i < N; i++) {
      biases[i] = b(i);
      for (int j = 0; j < N; j++) {
        weights[i * N + j] = u(i, j); // Also where nobody should look.
      }
    }
    return new BoltzmannMachine(
        Param.of(Tensor.of(weights, N, N).cast(type)),
        Param.of(Tensor.of(biases).cast(type)),
        graph,
        visible);
  }

  private static final Connections COMPLETE = Connections.complete(N);
  private static final BoltzmannMachine EXACT = machine(COMPLETE, V, DType.F64);
  private static final BoltzmannMachine MACHINE = machine(COMPLETE, V, DType.F32);

  private static double energy(int x, Connections graph) {
    double e = 0;
    for (int i = 0; i < N; i++) {
      e -= (x >> i & 1) * b(i);
      for (int j = i + 1; j < N; j++) {
        e -= graph.contains(i, j) ? (x >> i & x >> j & 1) * u(i, j) : 0;
      }
    }
    return e;
  }

  private static double mean(Connections graph, IntToDoubleFunction of) {
    double z = 0;
    double sum = 0;
    for (int x = 0; x < 1 << N; x++) {
      double p = Math.exp(-energy(x, graph));
      z += p;
      sum += p * of.applyAsDouble(x);
    }
    return sum / z;
  }

  @Test
  @Tag("row-I2")
  void energiesAndFreeEnergies() {
    for (Connections graph :
        List.of(COMPLETE, Connections.groups(new int[] {V, N - V}, new int[][] {{0, 0}, {0, 1}}))) {
      BoltzmannMachine m = machine(graph, V, DType.F64);
      double[] each = m.energy(Enumeration.exact(N).states()).toDoubleArray();
      double[] free = m.freeEnergy(Enumeration.exact(V).states()).toDoubleArray();
      double z = 0;
      double[] summed = new double[1 << V];
      for (int x = 0; x < 1 << N; x++) {
        assertEquals(energy(x, graph), each[x], 1e-12, "state " + x);
        z += Math.exp(-each[x]);
        summed[x % (1 << V)] += Math.exp(-each[x]);
      }
      for (int v = 0; v < 1 << V; v++) {
        assertEquals(-Math.log(summed[v]), free[v], 1e-12, "visible state " + v);
      }
      assertEquals(Math.log(z), m.logPartition().item(), 1e-12);
      assertEquals(
          1, m.logProbability(Enumeration.exact(V).states()).exp().sum().item(), 1e-12, "total");
    }
  }

  /** The best that pairs can do is the uniform distribution. */
  @Test
  @Tag("row-I1")
  void parityOfThreeBitsIsBeyondPairs() {
    Tensor even = Tensor.of(new double[] {0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1}, 4, 3);
    assertEquals(Math.log(2), divergence(even, 3), 1e-9);
    assertTrue(divergence(even, 5) < 0.05, () -> "two hidden units: " + divergence(even, 5));
  }

  /** KL(data ‖ model) at the optimum of the exact likelihood; data of equal probability. */
  private static double divergence(Tensor data, int units) {
    BoltzmannMachine m =
        new BoltzmannMachine(
            Param.of(Tensor.normal(Rng.of(3), units, units).cast(DType.F64)),
            Param.of(Tensor.normal(Rng.of(4), units).cast(DType.F64)),
            Connections.complete(units),
            data.shape().dim(1));
    Minimizer.Minimum best =
        Minimizer.lbfgs()
            .iterations(300)
            .tolerance(1e-7)
            .precision(1e-14)
            .minimize(Parameters.all(m).values(), () -> m.logProbability(data).mean().neg());
    return best.loss() - Math.log(data.shape().dim(0));
  }

  @Test
  void derivativesOfTheLikelihood() {
    Tensor v = Enumeration.exact(V).states().slice(0, 3, 9);
    ParameterCheck.run(Parameters.all(EXACT), EXACT.logProbability(v).mean(), Rng.of(1))
        .requireBelow(1e-6);
    // ∂ log p(v) / ∂Uᵢⱼ = E[xᵢ xⱼ | v] − E[xᵢ xⱼ], and nothing below the diagonal.
    Tensor one = Enumeration.exact(V).states().slice(0, 11, 12);
    double[] g =
        Autodiff.gradients(EXACT.logProbability(one).sum(), List.of(EXACT.weight()))
            .getFirst()
            .toDoubleArray();
    double clampedMass = mean(COMPLETE, x -> x % (1 << V) == 11 ? 1 : 0);
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        int pair = 1 << i | 1 << j;
        double clamped =
            mean(COMPLETE, x -> x % (1 << V) == 11 && (x & pair) == pair ? 1 : 0) / clampedMass;
        double free = mean(COMPLETE, x -> (x & pair) == pair ? 1 : 0);
        assertEquals(i < j ? clamped - free : 0, g[i * N + j], 1e-12, i + ", " + j);
      }
    }
  }

  /** Units that are connected are not drawn at once. */
  @Test
  void coloursOfGraphs() {
    assertEquals(N, COMPLETE.coloursFrom(0).size());
    assertEquals(2, COMPLETE.coloursFrom(V).size());
    Connections layers = Connections.groups(new int[] {3, 2, 4}, new int[][] {{0, 1}, {1, 2}});
    assertEquals(
        List.of("[0, 1, 2, 5, 6, 7, 8]", "[3, 4]"),
        layers.coloursFrom(0).stream().map(Arrays::toString).toList());
    assertEquals(2, Connections.torus(4, 6).coloursFrom(0).size());
    Connections odd = Connections.torus(5, 5);
    assertEquals(50, odd.pairs());
    for (int[] colour : odd.coloursFrom(0)) {
      for (int i : colour) {
        for (int j : colour) {
          assertTrue(!odd.contains(i, j), i + " and " + j);
        }
      }
    }
  }

  /** The shares of pairs in many chains, and of the units that are missing. */
  @Test
  @Tag("row-I1")
  @Tag("row-I2")
  void sweepsDrawFromTheDistribution() {
    int n = 20_000;
    Tensor x = MACHINE.random(n, Rng.of(1)).evaluate();
    Gibbs chains = Gibbs.of(x, (y, key) -> MACHINE.sweep(y, 0, 1, key));
    double[] draws = chains.run(20, Rng.of(2)).toDoubleArray();
    for (int i = 0; i < N; i++) {
      for (int j = 0; j <= i; j++) {
        int pair = 1 << i | 1 << j;
        double p = mean(COMPLETE, s -> (s & pair) == pair ? 1 : 0);
        double share = 0;
        for (int k = 0; k < n; k++) {
          share += draws[k * N + i] * draws[k * N + j] / n;
        }
        assertEquals(
            p, share, 4.5 * Math.sqrt(p * (1 - p) / n), "seed 2, pair %d %d".formatted(i, j));
      }
    }
    Tensor given = Tensor.zeros(n, V).add(Tensor.of(new float[] {1, 0, 1, 0}, V));
    Tensor known = Tensor.of(new float[] {1, 1, 0, 1}, 1, V);
    double[] shares = MACHINE.complete(given, known, Rng.of(5)).mean(0).toDoubleArray();
    double p =
        mean(COMPLETE, s -> (s & 0b1111) == 0b0101 ? 1 : 0)
            / mean(COMPLETE, s -> (s & 0b1011) == 0b0001 ? 1 : 0);
    assertArrayEquals(new double[] {1, 0, p, 0}, shares, 4 * Math.sqrt(p * (1 - p) / n), "seed 5");
  }

  /** Both phases of sampled learning, averaged over many chains, are the exact gradient. */
  @Test
  @Tag("row-I2")
  void twoPhasesGiveTheGradient() {
    BoltzmannMachine m = machine(COMPLETE, V, DType.F32);
    Tensor v = Tensor.of(new float[] {1, 0, 1, 1, 0, 0, 1, 0}, 2, V);
    List<Param> theta = List.copyOf(Parameters.all(m).values());
    List<double[]> exact =
        Autodiff.gradients(m.logProbability(v).mean(), theta).stream()
            .map(Tensor::toDoubleArray)
            .toList();
    List<double[]> before = theta.stream().map(p -> p.value().toDoubleArray()).toList();
    BoltzmannLearning learning =
        BoltzmannLearning.of(m, Equilibrium.of(10, 5), Sgd.of(1)).repeats(8_000);
    Program.of((in, rng) -> learning.train(List.of(in.getFirst()), rng)).run(Rng.of(7), v);
    for (int k = 0; k < theta.size(); k++) {
      double[] after = theta.get(k).value().toDoubleArray();
      for (int i = 0; i < after.length; i++) {
        assertEquals(exact.get(k)[i], after[i] - before.get(k)[i], 0.015, "seed 7, " + k + "/" + i);
      }
    }
  }

  @Test
  void machinesSideBySideAreMachinesOfTheirOwn() {
    Tensor two =
        Tensor.stack(0, List.of(MACHINE.weight().value(), MACHINE.weight().value().mul(2)));
    Tensor biases = Tensor.stack(0, List.of(MACHINE.bias().value(), MACHINE.bias().value().mul(2)));
    BoltzmannMachine both = new BoltzmannMachine(Param.of(two), Param.of(biases), COMPLETE, V);
    Tensor v = Enumeration.of(V).states();
    double[] first = MACHINE.logProbability(v).toDoubleArray();
    double[] all = both.logProbability(v).toDoubleArray(); // [2, 2^V]
    assertArrayEquals(first, Arrays.copyOf(all, first.length), 1e-6);
    double[] energies = both.energy(Enumeration.of(N).states()).toDoubleArray();
    assertEquals(2 * energies[37], energies[(1 << N) + 37], 1e-5);
    assertArrayEquals(
        new int[] {2, 7, N}, both.sweep(both.random(7, Rng.of(1)), 0, 1, Rng.of(2)).shape().dims());
  }

  /** Kaufman's closed form, all 2¹⁶ states of a machine, and the published numbers. */
  @Test
  @Tag("row-I1")
  void spinsOnATorus() {
    double critical = Ising.criticalCoupling();
    double[] couplings = {.3, critical, .5};
    double[] known = {12.785523326, 15.521915459, 17.105367119};
    for (int i = 0; i < 3; i++) {
      double k = couplings[i];
      assertEquals(known[i], Ising.logPartitionOfTorus(4, 4, k), 1e-9);
      Ising ising = Ising.of(Connections.torus(4, 4), k);
      assertEquals(known[i], ising.machine().logPartition().item() + ising.offset(), 2e-5);
    }
    assertEquals(60.141780789, Ising.logPartitionOfTorus(8, 8, critical), 1e-8);
    assertEquals(952.648079549, Ising.logPartitionOfTorus(32, 32, critical), 1e-8);
    assertEquals(.929695398, Ising.logPartitionOfTorus(1000, 1000, critical) / 1e6, 2e-6);
  }

  @Test
  @Tag("row-I1")
  void everySpinWithEveryOther() {
    assertEquals(69.658855240, Ising.logPartitionOfCurieWeiss(100, .5), 1e-9);
    assertEquals(70.786276764, Ising.logPartitionOfCurieWeiss(100, 1), 1e-9);
    Ising twelve = Ising.curieWeiss(12, .8);
    assertEquals(
        Ising.logPartitionOfCurieWeiss(12, .8),
        twelve.machine().logPartition().item() + twelve.offset(),
        1e-5);
    // Above the transition chains move freely, and annealing finds the number.
    Ising hundred = Ising.curieWeiss(100, .5);
    Ais.Estimate e =
        Ais.of(hundred.machine().annealing(Tensor.zeros(100)))
            .chains(50)
            .betas(Ais.even(0, 1, 100))
            .forward(Rng.of(1));
    assertEquals(69.658855240, e.logZ() + hundred.offset(), 4 * e.standardError() + 1e-3, "seed 1");
    assertTrue(e.standardError() < 0.05, () -> "standard error " + e.standardError());
  }

  @Test
  void annealingFromBothSides() {
    double logZ = EXACT.logPartition().item();
    Ais ais = Ais.of(MACHINE.annealing(Tensor.of(new float[] {.5f, -.5f, 0, 0, 1, 0}))).chains(500);
    Ais.Estimate up = ais.betas(Ais.even(0, 1, 100)).forward(Rng.of(1));
    Tensor start = MACHINE.random(500, Rng.of(2));
    Tensor samples =
        Gibbs.of(start.evaluate(), (x, key) -> MACHINE.sweep(x, 0, 1, key)).run(50, Rng.of(3));
    Ais.Estimate down = ais.betas(Ais.even(0, 1, 100)).reverse(samples, Rng.of(4));
    assertEquals(logZ, up.logZ(), 4 * up.standardError(), "seed 1");
    assertEquals(logZ, down.logZ(), 4 * down.standardError(), "seed 4");
  }

  @Test
  void whatIsNoMachine() {
    assertMessage(
        "Boltzmann machine: 6 units have weights [*, 6, 6] and biases [*, 6], not [5, 5] and [5]",
        () ->
            new BoltzmannMachine(
                Param.of(Tensor.zeros(5, 5)), Param.of(Tensor.zeros(5)), COMPLETE, 2));
    assertMessage(
        "Boltzmann machine: 1 to 6 units are visible, not 7",
        () -> BoltzmannMachine.of(COMPLETE, 7));
    assertMessage(
        "connections: unit 2 can't be connected to itself; use its bias",
        () -> Connections.of(3, new int[][] {{2, 2}}));
    assertMessage(
        "the states of 30 units are too many to sum over; estimate log Z by annealing",
        () -> BoltzmannMachine.of(Connections.complete(30), 30).logPartition());
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable executable) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, executable).getMessage());
  }
}
