package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Sgd;
import shinso.train.data.Column;
import shinso.train.data.InMemoryDataset;

/** The machine against sums over all states in plain Java. */
@Tag("row-I18")
final class ClassificationRbmTest {
  private static final int V = 5;
  private static final int K = 3;
  private static final int H = 4;

  private static double w(int i, int j) {
    return Math.sin((i + 1) * (j + 1));
  }

  private static double u(int y, int j) {
    return Math.cos((y + 1) * (j + 2));
  }

  private static double b(int i) {
    return Math.cos(i + 1) / 2;
  }

  private static double c(int j) {
    return Math.cos(2 * (j + 1)) / 2;
  }

  private static double d(int y) {
    return Math.sin(3 * (y + 1)) / 2;
  }

  private static ClassificationRbm machine(DType type) {
    double[] w = new double[V * H];
    double[] u = new double[K * H];
    for (int j = 0; j < H; j++) {
      for (int i = 0; i < V; i++) {
        w[i * H + j] = w(i, j);
      }
      for (int y = 0; y < K; y++) {
        u[y * H + j] = u(y, j);
      }
    }
    double[] b = new double[V];
    double[] c = new double[H];
    double[] d = new double[K];
    Arrays.setAll(b, ClassificationRbmTest::b);
    Arrays.setAll(c, ClassificationRbmTest::c);
    Arrays.setAll(d, ClassificationRbmTest::d);
    return new ClassificationRbm(
        Param.of(Tensor.of(w, V, H).cast(type)),
        Param.of(Tensor.of(u, K, H).cast(type)),
        Param.of(Tensor.of(b).cast(type)),
        Param.of(Tensor.of(c).cast(type)),
        Param.of(Tensor.of(d).cast(type)));
  }

  private static final ClassificationRbm EXACT = machine(DType.F64);
  private static final Tensor ALL = Enumeration.exact(V).states();

  private static double energy(int x, int y, int h) {
    double e = -d(y);
    for (int j = 0; j < H; j++) {
      double on = h >> j & 1;
      e -= on * (c(j) + u(y, j));
      for (int i = 0; i < V; i++) {
        e -= on * w(i, j) * (x >> i & 1);
      }
    }
    for (int i = 0; i < V; i++) {
      e -= b(i) * (x >> i & 1);
    }
    return e;
  }

  /** Σₕ exp(−E(y, x, h)), {@code [2^V][K]}. */
  private static double[][] weights() {
    double[][] p = new double[1 << V][K];
    for (int x = 0; x < p.length; x++) {
      for (int y = 0; y < K; y++) {
        for (int h = 0; h < 1 << H; h++) {
          p[x][y] += Math.exp(-energy(x, y, h));
        }
      }
    }
    return p;
  }

  @Test
  void theClassGivenTheExampleIsExact() {
    double[] p = EXACT.logits(ALL).softmax(1).toDoubleArray();
    double[] joint = EXACT.freeEnergy(ALL).toDoubleArray();
    double[][] weights = weights();
    double z = 0;
    for (int x = 0; x < 1 << V; x++) {
      double sum = Arrays.stream(weights[x]).sum();
      z += sum;
      assertEquals(-Math.log(sum), joint[x], 1e-12);
      for (int y = 0; y < K; y++) {
        assertEquals(weights[x][y] / sum, p[x * K + y], 1e-13, x + ", " + y);
      }
    }
    assertEquals(Math.log(z), EXACT.logPartition().item(), 1e-12);
    Tensor one = ALL.slice(0, 13, 14);
    Tensor y = Tensor.of(new int[] {2});
    Tensor h = Enumeration.exact(H).states().slice(0, 6, 7);
    assertEquals(energy(13, 2, 6), EXACT.energy(one, y, h).item(), 1e-12);
    assertEquals(-Math.log(weights[13][2]), EXACT.freeEnergy(one, y).item(), 1e-12);
  }

  /** Section 4 of the paper: Σⱼ σ(o_yj) ∂o_yj/∂θ − Σ_y* p(y* | x) Σⱼ σ(o_y*j) ∂o_y*j/∂θ. */
  @Test
  void theGradientOfTheDiscriminativeObjective() {
    Tensor x = ALL.slice(0, 9, 12);
    Tensor y = Tensor.of(new int[] {0, 2, 1});
    Tensor loss = Losses.softmaxCrossEntropy(EXACT.logits(x), y);
    ParameterCheck.run(Parameters.all(EXACT), loss, Rng.of(1)).requireBelow(1e-6);
    double[] byU =
        Autodiff.gradients(
                Losses.softmaxCrossEntropy(
                    EXACT.logits(ALL.slice(0, 9, 10)), Tensor.of(new int[] {0})),
                List.of(EXACT.classWeight()))
            .getFirst()
            .toDoubleArray();
    double[] weights = weights()[9];
    double sum = Arrays.stream(weights).sum();
    for (int k = 0; k < K; k++) {
      for (int j = 0; j < H; j++) {
        double o = c(j) + u(k, j);
        for (int i = 0; i < V; i++) {
          o += w(i, j) * (9 >> i & 1);
        }
        double expected = ((k == 0 ? 1 : 0) - weights[k] / sum) / (1 + Math.exp(-o));
        assertEquals(-expected, byU[k * H + j], 1e-12, k + ", " + j);
      }
    }
  }

  @Test
  void theGradientOfTheJointLikelihood() {
    Tensor x = ALL.slice(0, 9, 12);
    Tensor y = Tensor.of(new int[] {0, 2, 1});
    Tensor loss = EXACT.freeEnergy(x, y).mean().add(EXACT.logPartition());
    ParameterCheck.run(Parameters.all(EXACT), loss, Rng.of(1)).requireBelow(1e-6);
    ParameterCheck.run(
            Parameters.all(EXACT), EXACT.freeEnergy(x).mean().add(EXACT.logPartition()), Rng.of(1))
        .requireBelow(1e-6);
  }

  /** One step from draws of the machine leaves their distribution as it is. */
  @Test
  void gibbsSamplingLeavesTheJointDistributionAsItIs() {
    int n = 60_000;
    double[] p = Arrays.stream(weights()).flatMapToDouble(Arrays::stream).toArray();
    double z = Arrays.stream(p).sum();
    Tensor chosen =
        Tensor.of(p)
            .div(Tensor.constant(z, DType.F64))
            .log()
            .cast(DType.F32)
            .unsqueeze(0)
            .tile(0, n)
            .categorical(Rng.of(1))
            .evaluate(); // [n], x K + y
    Tensor k = Tensor.constant(K, DType.I32);
    Tensor x = Enumeration.of(V).states().gather(0, chosen.div(k));
    Tensor y = chosen.sub(chosen.div(k).mul(k));
    ClassificationRbm.Drawn next = machine(DType.F32).gibbs(x, y, Rng.of(2));
    List<Tensor> drawn = Tensor.evaluate(List.of(next.x(), next.y()));
    double[] after = new double[p.length];
    double[] bits = drawn.getFirst().toDoubleArray();
    int[] classes = drawn.getLast().toIntArray();
    for (int e = 0; e < n; e++) {
      int state = 0;
      for (int i = 0; i < V; i++) {
        state |= (int) bits[e * V + i] << i;
      }
      after[state * K + classes[e]] += 1.0 / n;
    }
    for (int s = 0; s < p.length; s++) {
      double share = p[s] / z;
      assertEquals(share, after[s], 5 * Math.sqrt(share / n) + 1e-4, "seeds 1, 2, state " + s);
    }
  }

  @Test
  void theHybridAddsBothObjectives() {
    Tensor x = Enumeration.of(V).states().slice(0, 3, 19);
    Tensor y = Tensor.iota(16).mod(Tensor.constant(K, DType.I32));
    List<double[]> d = change(m -> HybridLearning.discriminative(m, Sgd.of(1)), x, y);
    List<double[]> g = change(m -> HybridLearning.generative(m, Sgd.of(1)), x, y);
    List<double[]> both = change(m -> HybridLearning.hybrid(m, 0.3, Sgd.of(1)), x, y);
    for (int k = 0; k < d.size(); k++) {
      double[] sum = d.get(k).clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += 0.3 * g.get(k)[i];
      }
      assertArrayEquals(sum, both.get(k), 2e-6);
    }
    assertTrue(Arrays.stream(g.get(2)).anyMatch(v -> v != 0), "examples have biases to learn");
    assertTrue(Arrays.stream(d.get(2)).allMatch(v -> v == 0), "p(y | x) knows nothing of them");
  }

  private interface Made {
    HybridLearning of(ClassificationRbm machine);
  }

  /** What a step of a learner makes of each parameter. */
  private static List<double[]> change(Made learner, Tensor x, Tensor y) {
    ClassificationRbm m = machine(DType.F32);
    List<double[]> before = m.parameters().stream().map(p -> p.value().toDoubleArray()).toList();
    HybridLearning learning = learner.of(m);
    Program.of((in, rng) -> learning.train(in, rng)).run(Rng.of(5), x, y);
    List<double[]> after = m.parameters().stream().map(p -> p.value().toDoubleArray()).toList();
    for (int k = 0; k < before.size(); k++) {
      for (int i = 0; i < before.get(k).length; i++) {
        after.get(k)[i] -= before.get(k)[i];
      }
    }
    return after;
  }

  /** Three of four units of one half are on; the example with a label shows one unit of each. */
  @Test
  void examplesWithoutLabelsTeachWhatBelongsTogether() {
    float[] x = new float[8 * 8];
    int[] y = new int[8];
    for (int e = 0; e < 8; e++) {
      y[e] = e % 2;
      for (int i = 0; i < 4; i++) {
        x[e * 8 + 4 * y[e] + i] = e / 2 == i ? 0 : 1;
      }
    }
    InMemoryDataset labelled =
        InMemoryDataset.of(
            "two examples",
            List.of(
                Column.floats(
                    "units",
                    Shape.of(8),
                    new float[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}),
                Column.labels("class", new int[] {0, 1}, 2)));
    double alone = loss(labelled, 0, x, y);
    double together = loss(labelled, 1, x, y);
    assertTrue(
        together < alone / 2, () -> "losses %s and %s, seeds 1, 2".formatted(together, alone));
    assertTrue(together < 0.1, () -> "loss " + together);
    ClassificationRbm m = ClassificationRbm.of(8, 2, 4, Rng.of(1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> HybridLearning.hybrid(m, 0.1, Sgd.of(1)).semiSupervised(labelled, 0, 1));
    assertEquals(
        "hybrid learning: at least 1 example with a label, at least 1 of them a step, and a weight"
            + " of 0 or more; not 2, 0 and 1.0",
        e.getMessage());
  }

  private static double loss(InMemoryDataset labelled, double beta, float[] x, int[] y) {
    ClassificationRbm m = ClassificationRbm.of(8, 2, 6, Rng.of(1));
    HybridLearning learning =
        HybridLearning.discriminative(m, Sgd.of(0.1)).semiSupervised(labelled, 2, beta);
    Tensor all = Tensor.of(x, 8, 8).tile(0, 8).evaluate();
    Program step = Program.of((in, rng) -> learning.train(in, rng));
    for (int i = 0; i < 2_000; i++) {
      step.run(Rng.of(2).split(i), all);
    }
    return Losses.softmaxCrossEntropy(m.logits(Tensor.of(x, 8, 8)), Tensor.of(y)).item();
  }
}
