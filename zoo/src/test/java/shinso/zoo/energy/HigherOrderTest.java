package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Minimizer;

/** Machines with weights of triples against sums over all states in plain Java. */
@Tag("row-I19")
final class HigherOrderTest {
  private static Param waves(DType type, double scale, int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[shape.size()];
    Arrays.setAll(values, i -> scale * Math.sin(1.7 * i + dims.length));
    return Param.of(Tensor.of(values, dims).cast(type));
  }

  // ---- machines of third order

  private static final int N = 5;

  private static HigherOrderMachine machine(DType type, int visible) {
    return new HigherOrderMachine(
        waves(type, 1, N, N, N), waves(type, 1, N, N), waves(type, .5, N), visible);
  }

  private static double energy(HigherOrderMachine m, int x) {
    double[] t = m.triples().value().toDoubleArray();
    double[] u = m.pairs().value().toDoubleArray();
    double[] b = m.bias().value().toDoubleArray();
    double e = 0;
    for (int i = 0; i < N; i++) {
      e -= b[i] * (x >> i & 1);
      for (int j = i + 1; j < N; j++) {
        e -= u[i * N + j] * (x >> i & x >> j & 1);
        for (int k = j + 1; k < N; k++) {
          e -= t[(i * N + j) * N + k] * (x >> i & x >> j & x >> k & 1);
        }
      }
    }
    return e;
  }

  @Test
  void energiesOfThirdOrder() {
    HigherOrderMachine m = machine(DType.F64, 3);
    double[] each = m.energy(Enumeration.exact(N).states()).toDoubleArray();
    double[] visible = new double[8];
    double z = 0;
    for (int x = 0; x < 1 << N; x++) {
      assertEquals(energy(m, x), each[x], 1e-12);
      visible[x % 8] += Math.exp(-each[x]);
      z += Math.exp(-each[x]);
    }
    double[] logs = m.logProbability(Enumeration.exact(3).states()).toDoubleArray();
    for (int v = 0; v < 8; v++) {
      assertEquals(Math.log(visible[v] / z), logs[v], 1e-12);
    }
    ParameterCheck.run(
            Parameters.all(m),
            m.logProbability(Enumeration.exact(3).states().slice(0, 2, 6)).mean(),
            Rng.of(1))
        .requireBelow(1e-6);
  }

  /** Spins of ±1 with p ∝ exp(w s₁ s₂ s₃), s = 2x − 1. */
  @Test
  void aTripleOfSpins() {
    double w = 2;
    HigherOrderMachine m =
        new HigherOrderMachine(
            Param.of(Tensor.full(Shape.of(3, 3, 3), 8 * w).cast(DType.F64)),
            Param.of(Tensor.full(Shape.of(3, 3), -4 * w).cast(DType.F64)),
            Param.of(Tensor.full(Shape.of(3), 2 * w).cast(DType.F64)),
            3);
    double[] p = m.logProbability(Enumeration.exact(3).states()).exp().toDoubleArray();
    double positive = 0;
    for (int x = 0; x < 8; x++) {
      positive += Integer.bitCount(x) % 2 == 1 ? p[x] : 0; // An even number of −1.
    }
    assertEquals(.982014, positive, 5e-7);
    assertEquals(1 / (1 + Math.exp(-2 * w)), positive, 1e-12);
  }

  /** Parity, which is beyond pairs, is one triple. */
  @Test
  void parityOfThreeBits() {
    Tensor even = Tensor.of(new double[] {0, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1}, 4, 3);
    HigherOrderMachine m =
        new HigherOrderMachine(
            waves(DType.F64, .1, 3, 3, 3), waves(DType.F64, .1, 3, 3), waves(DType.F64, .1, 3), 3);
    Minimizer.Minimum best =
        Minimizer.lbfgs()
            .iterations(200)
            .minimize(Parameters.all(m).values(), () -> m.logProbability(even).mean().neg());
    assertEquals(Math.log(4), best.loss(), 0.01);
  }

  @Test
  void samplesOfThirdOrderHaveTheDistribution() {
    int n = 20_000;
    HigherOrderMachine m = machine(DType.F32, N);
    double[] draws = m.sample(n, Rng.of(2)).toDoubleArray();
    double[] count = new double[1 << N];
    for (int e = 0; e < n; e++) {
      int state = 0;
      for (int i = 0; i < N; i++) {
        state |= (int) draws[e * N + i] << i;
      }
      count[state]++;
    }
    double[] p = m.logProbability(Enumeration.of(N).states()).exp().toDoubleArray();
    for (int x = 0; x < p.length; x++) {
      assertEquals(p[x], count[x] / n, 4.5 * Math.sqrt(p[x] / n) + 1e-4, "seed 2, state " + x);
    }
  }

  // ---- three layers

  private static final int I = 3;
  private static final int J = 4;
  private static final int K = 2;

  private static ThreeWay.Factored factors(DType type) {
    return new ThreeWay.Factored(
        waves(type, 1, I, 5), waves(type, .9, J, 5), waves(type, 1.1, K, 5));
  }

  /** Wᵢⱼₖ = Σ_f A_if B_jf C_kf. */
  private static double[] product(ThreeWay.Factored f) {
    double[] a = f.first().value().toDoubleArray();
    double[] b = f.second().value().toDoubleArray();
    double[] c = f.third().value().toDoubleArray();
    double[] w = new double[I * J * K];
    for (int i = 0; i < I; i++) {
      for (int j = 0; j < J; j++) {
        for (int k = 0; k < K; k++) {
          for (int q = 0; q < 5; q++) {
            w[(i * J + j) * K + k] += a[i * 5 + q] * b[j * 5 + q] * c[k * 5 + q];
          }
        }
      }
    }
    return w;
  }

  private static GatedRbm gated(ThreeWay weights, DType type) {
    return new GatedRbm(weights, waves(type, .5, I), waves(type, .4, J), waves(type, .3, K), false);
  }

  private static double energy(double[] w, GatedRbm m, int x, int y, int h) {
    double[] a = m.firstBias().value().toDoubleArray();
    double[] b = m.secondBias().value().toDoubleArray();
    double[] c = m.thirdBias().value().toDoubleArray();
    double e = 0;
    for (int i = 0; i < I; i++) {
      e -= a[i] * (x >> i & 1);
      for (int j = 0; j < J; j++) {
        for (int k = 0; k < K; k++) {
          e -= w[(i * J + j) * K + k] * (x >> i & y >> j & h >> k & 1);
        }
      }
    }
    for (int j = 0; j < J; j++) {
      e -= b[j] * (y >> j & 1);
    }
    for (int k = 0; k < K; k++) {
      e -= c[k] * (h >> k & 1);
    }
    return e;
  }

  /** Full and factored, binary units and classes. */
  @Test
  void threeLayersAreThoseOfAllStates() {
    ThreeWay.Factored factored = factors(DType.F64);
    double[] w = product(factored);
    for (ThreeWay weights : List.of(factored, new ThreeWay.Full(Param.of(Tensor.of(w, I, J, K))))) {
      for (boolean exclusive : new boolean[] {false, true}) {
        GatedRbm binary = gated(weights, DType.F64);
        GatedRbm m = exclusive ? binary.withClasses() : binary;
        double z = 0;
        double[] pairs = new double[1 << I + J]; // The states of x are the low bits.
        double[] first = new double[1 << I];
        for (int v = 0; v < pairs.length; v++) {
          for (int h = 0; h < 1 << K; h++) {
            if (!exclusive || Integer.bitCount(h) == 1) {
              pairs[v] += Math.exp(-energy(w, m, v % (1 << I), v >> I, h));
            }
          }
          z += pairs[v];
          first[v % (1 << I)] += pairs[v];
        }
        Tensor all = Enumeration.exact(I + J).states();
        assertEquals(Math.log(z), m.logPartition().item(), 1e-12);
        double[] free = m.freeEnergy(all).toDoubleArray();
        double[] given = m.logConditional(all).toDoubleArray();
        for (int v = 0; v < pairs.length; v++) {
          assertEquals(-Math.log(pairs[v]), free[v], 1e-12);
          assertEquals(Math.log(pairs[v] / first[v % (1 << I)]), given[v], 1e-12);
        }
        Tensor h = Tensor.of(new double[] {1, 0}, 1, K);
        assertEquals(
            energy(w, m, 5, 9, 1), m.energy(all.slice(0, 77, 78), h).item(), 1e-12, "9·8 + 5");
        ParameterCheck.run(
                Parameters.all(m),
                m.freeEnergy(all.slice(0, 60, 90)).mean().add(m.logPartition()),
                Rng.of(1))
            .requireBelow(1e-6);
      }
    }
  }

  /** The conditionals of each layer, from differences of energies. */
  @Test
  void eachLayerGivenTheOtherTwo() {
    ThreeWay.Factored weights = factors(DType.F64);
    double[] w = product(weights);
    GatedRbm m = gated(weights, DType.F64);
    Tensor x = Tensor.of(new double[] {1, 0, 1}, 1, I); // 5
    Tensor y = Tensor.of(new double[] {0, 1, 1, 1}, 1, J); // 14
    Tensor h = Tensor.of(new double[] {1, 1}, 1, K); // 3
    double[] first = m.first(y, h).toDoubleArray();
    double[] second = m.second(x, h).toDoubleArray();
    double[] third = m.third(x, y).toDoubleArray();
    for (int i = 0; i < I; i++) {
      double gap = energy(w, m, 5 & ~(1 << i), 14, 3) - energy(w, m, 5 | 1 << i, 14, 3);
      assertEquals(1 / (1 + Math.exp(-gap)), first[i], 1e-12);
    }
    for (int j = 0; j < J; j++) {
      double gap = energy(w, m, 5, 14 & ~(1 << j), 3) - energy(w, m, 5, 14 | 1 << j, 3);
      assertEquals(1 / (1 + Math.exp(-gap)), second[j], 1e-12);
    }
    for (int k = 0; k < K; k++) {
      double gap = energy(w, m, 5, 14, 3 & ~(1 << k)) - energy(w, m, 5, 14, 3 | 1 << k);
      assertEquals(1 / (1 + Math.exp(-gap)), third[k], 1e-12);
    }
    assertArrayEquals(
        m.logits(x, y).softmax(1).toDoubleArray(), m.withClasses().third(x, y).toDoubleArray());
  }

  @Test
  void gatedChainsDrawFromTheDistribution() {
    int n = 20_000;
    GatedRbm binary = gated(factors(DType.F32), DType.F32);
    for (GatedRbm m : List.of(binary, binary.withClasses())) {
      Tensor half = Tensor.full(Shape.of(n, I + J), 0.5);
      Gibbs chains = Gibbs.of(half.bernoulli(Rng.of(1)).evaluate(), m::gibbs);
      double[] shares = chains.run(40, Rng.of(2)).mean(0).toDoubleArray();
      Enumeration.Sums sums = Enumeration.of(I + J).sums(v -> m.freeEnergy(v).neg(), v -> v);
      for (int i = 0; i < I + J; i++) {
        double p = sums.mean()[i];
        assertEquals(p, shares[i], 4.5 * Math.sqrt(p * (1 - p) / n), "seeds 1, 2, unit " + i);
      }
    }
  }

  /** Three shifts of four bits are triples: the machine comes to the optimum, log 48. */
  @Test
  void theShifterIsOfThirdOrder() {
    int bits = 4;
    List<Tensor> all = Shifter.of(bits).patterns().whole();
    Tensor v = Tensor.concat(1, List.of(all.get(0), all.get(1))).evaluate();
    Tensor z = all.get(2).oneHot(3).evaluate();
    GatedRbm m =
        GatedRbm.of(bits, bits, 3, ThreeWay.Full.of(bits, bits, 3, Rng.of(1))).withClasses();
    double loss =
        Minimizer.lbfgs()
            .iterations(200)
            .minimize(Parameters.all(m).values(), () -> m.energy(v, z).mean().add(m.logPartition()))
            .loss();
    assertEquals(Math.log(48), loss, 0.02);
    double right =
        m.logits(all.get(0), all.get(1)).argmax(1).equal(all.get(2)).cast(DType.F32).mean().item();
    assertEquals(Shifter.of(bits).bayesRecognition(), right, 0.03);
  }

  @Test
  void whatIsNoMachine() {
    IllegalArgumentException shapes =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new HigherOrderMachine(
                    waves(DType.F32, 1, 2, 2, 2),
                    waves(DType.F32, 1, 3, 3),
                    waves(DType.F32, 1, 3),
                    3));
    String text = String.valueOf(shapes.getMessage());
    assertTrue(
        text.startsWith("higher-order machine: 3 units have weights [3, 3, 3] and [3, 3]"), text);
    GatedRbm large = GatedRbm.of(15, 4, 10, ThreeWay.Full.of(15, 4, 10, Rng.of(1)));
    assertEquals(
        "the states of 25 units are too many to sum over",
        assertThrows(IllegalArgumentException.class, large::logPartition).getMessage());
  }
}
