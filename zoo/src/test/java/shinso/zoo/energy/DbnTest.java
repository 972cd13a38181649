package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Sgd;

/** The network against sums over all states. */
@Tag("row-I5")
final class DbnTest {
  private static final int V = 5;
  private static final int H = 4;

  private static Rbm rbm(int visible, int hidden, int seed) {
    Rng rng = Rng.of(seed);
    return new Rbm(
        Param.of(Tensor.normal(rng.split(0), visible, hidden).evaluate()),
        Param.of(Tensor.normal(rng.split(1), visible).mul(.5).evaluate()),
        Param.of(Tensor.normal(rng.split(2), hidden).mul(.5).evaluate()));
  }

  private static Tensor states(int units) {
    return Enumeration.of(units).states();
  }

  /** log p(h) of the top machine and log p(v | h), log q(h | v) of all pairs: sums in double. */
  private record Exact(double[] prior, double[][] down, double[][] up) {
    static Exact of(Dbn dbn) {
      Tensor h = states(H);
      Tensor v = states(V);
      Dbn.Directed layer = dbn.layers().getFirst();
      double[] prior = dbn.top().logProbability(h, dbn.top().logPartition()).toDoubleArray();
      double[] below = layer.down(h).sigmoid().toDoubleArray(); // [2^H, V]
      double[] above = layer.up(v).sigmoid().toDoubleArray(); // [2^V, H]
      double[][] down = new double[1 << V][1 << H];
      double[][] up = new double[1 << V][1 << H];
      for (int x = 0; x < 1 << V; x++) {
        for (int s = 0; s < 1 << H; s++) {
          down[x][s] = log(below, s, x, V);
          up[x][s] = log(above, x, s, H);
        }
      }
      return new Exact(prior, down, up);
    }

    private static double log(double[] on, int row, int state, int units) {
      double sum = 0;
      for (int k = 0; k < units; k++) {
        double p = on[row * units + k];
        sum += Math.log((state >> k & 1) == 1 ? p : 1 - p);
      }
      return sum;
    }

    double likelihood(int v) {
      double p = 0;
      for (int s = 0; s < 1 << H; s++) {
        p += Math.exp(prior[s] + down[v][s]);
      }
      return Math.log(p);
    }

    double bound(int v) {
      double bound = 0;
      for (int s = 0; s < 1 << H; s++) {
        bound += Math.exp(up[v][s]) * (prior[s] + down[v][s] - up[v][s]);
      }
      return bound;
    }
  }

  /** Whatever is drawn on the way up: p(v, h) / q(h | v) = p(v) if q is the posterior. */
  @Test
  void withTheSecondLayerTiedTheBoundIsTheLikelihoodOfTheMachine() {
    Rbm below = rbm(V, H, 1);
    Dbn dbn = Dbn.of(List.of(below, Dbn.upsideDown(below)));
    double[] logP = below.logProbability(states(V), below.logPartition()).toDoubleArray();
    for (int seed = 0; seed < 5; seed++) {
      Tensor bound = dbn.logWeight(states(V), Rng.of(seed)).sub(dbn.top().logPartition());
      assertArrayEquals(logP, bound.toDoubleArray(), 1e-5, "seed " + seed);
    }
    Exact exact = Exact.of(dbn);
    for (int v = 0; v < 1 << V; v++) {
      assertEquals(logP[v], exact.bound(v), 1e-5, "by a sum over h");
    }
    // Twice tied: three layers.
    Dbn deeper = Dbn.of(List.of(below, Dbn.upsideDown(below), rbmOf(below)));
    Tensor bound = deeper.logWeight(states(V), Rng.of(9)).sub(below.logPartition());
    assertArrayEquals(logP, bound.toDoubleArray(), 2e-5, "three machines");
  }

  private static Rbm rbmOf(Rbm rbm) {
    return new Rbm(
        Param.of(rbm.weight().value()),
        Param.of(rbm.visibleBias().value()),
        Param.of(rbm.hiddenBias().value()));
  }

  @Test
  void drawsOfTheBoundAverageToItAndTheirExponentialsToTheLikelihood() {
    Dbn dbn = Dbn.of(List.of(rbm(V, H, 1), rbm(H, 3, 2)));
    Exact exact = Exact.of(dbn);
    int n = 20_000;
    double logZ = dbn.top().logPartition().item();
    for (int v : new int[] {0, 13, 31}) {
      Tensor x = states(V).slice(0, v, v + 1).tile(0, n);
      double[] w = dbn.logWeight(x, Rng.of(v)).sub(logZ).toDoubleArray();
      close(exact.bound(v), w, "bound, seed " + v);
      close(Math.exp(exact.likelihood(v)), Arrays.stream(w).map(Math::exp).toArray(), "p(v)");
      assertTrue(exact.bound(v) < exact.likelihood(v), "a bound");
    }
  }

  private static void close(double expected, double[] draws, String what) {
    double mean = Arrays.stream(draws).average().orElseThrow();
    double variance =
        Arrays.stream(draws).map(d -> (d - mean) * (d - mean)).average().orElseThrow();
    assertEquals(expected, mean, 4.5 * Math.sqrt(variance / draws.length) + 1e-5, what);
  }

  @Test
  void samplesHaveTheSharesOfTheDistribution() {
    Dbn dbn = Dbn.of(List.of(rbm(V, H, 1), rbm(H, 3, 2)));
    Exact exact = Exact.of(dbn);
    int n = 10_000;
    double[] shares = dbn.sample(n, Rng.of(4)).mean(0).toDoubleArray();
    Tensor near = dbn.shownNear(Tensor.zeros(n, V), 50, Rng.of(5));
    double[] others = near.mean(0).toDoubleArray();
    for (int k = 0; k < V; k++) {
      double on = 0;
      for (int v = 0; v < 1 << V; v++) {
        on += (v >> k & 1) * Math.exp(exact.likelihood(v));
      }
      double error = 4.5 * Math.sqrt(on * (1 - on) / n);
      assertEquals(on, shares[k], error, "seed 4, unit " + k);
      assertEquals(on, others[k], error, "seed 5, unit " + k);
    }
  }

  /** The top machine, tied at first, learns from what the layer below makes of data. */
  @Test
  void greedyLearningRaisesTheBoundAboveTheMachineBelow() {
    Rbm below = rbm(V, H, 1);
    Dbn dbn = Dbn.of(List.of(below, Dbn.upsideDown(below)));
    int[] data = {3, 12, 17, 30};
    double before = mean(dbn, data, false);
    Exact exact = Exact.of(dbn);
    double[] q = new double[1 << H];
    for (int v : data) {
      for (int s = 0; s < q.length; s++) {
        q[s] += Math.exp(exact.up[v][s]) / data.length;
      }
    }
    Rbm top = dbn.top();
    Tensor weights = Tensor.of(q, q.length).cast(below.weight().dtype());
    List<Param> theta = top.parameters();
    for (int i = 0; i < 100; i++) {
      Tensor loss = top.logProbability(states(H), top.logPartition()).mul(weights).sum().neg();
      List<Tensor> slope = Autodiff.gradients(loss, theta);
      List<Tensor> moved =
          Tensor.evaluate(
              IntStream.range(0, 3)
                  .mapToObj(k -> theta.get(k).value().sub(slope.get(k).mul(0.2)))
                  .toList());
      for (int k = 0; k < 3; k++) {
        theta.get(k).assign(moved.get(k));
      }
    }
    double after = mean(dbn, data, false);
    assertTrue(after > before + 0.1, () -> "bound from " + before + " to " + after);
    assertTrue(mean(dbn, data, true) >= after - 1e-6, "the likelihood above it");
  }

  private static double mean(Dbn dbn, int[] data, boolean likelihood) {
    Exact exact = Exact.of(dbn);
    return Arrays.stream(data)
        .mapToDouble(v -> likelihood ? exact.likelihood(v) : exact.bound(v))
        .average()
        .orElseThrow();
  }

  /** E_q (v − p(v | h)) hᵀ: what the wake phase moves the generative weights by. */
  @Test
  void upDownFollowsTheMeanOverRecognition() {
    Dbn dbn = Dbn.of(List.of(rbm(V, H, 1), rbm(H, 3, 2)));
    int v = 13;
    int n = 20_000;
    Exact exact = Exact.of(dbn);
    double[] p = dbn.layers().getFirst().down(states(H)).sigmoid().toDoubleArray();
    // after the sums: learning changes the network
    double[] moved = moved(dbn, states(V).slice(0, v, v + 1).tile(0, n), 3)[0];
    for (int i = 0; i < V; i++) {
      for (int j = 0; j < H; j++) {
        double expected = 0;
        for (int s = 0; s < 1 << H; s++) {
          expected += Math.exp(exact.up[v][s]) * ((v >> i & 1) - p[s * V + i]) * (s >> j & 1);
        }
        assertEquals(expected, moved[i * H + j], 4.5 / Math.sqrt(n), "seed 3");
      }
    }
  }

  /** If recognition is the posterior, draws of the network leave all of it where it is. */
  @Test
  void theNetworksOwnDrawsMoveNothing() {
    Rbm below = rbm(V, H, 1);
    Dbn dbn = Dbn.of(List.of(below, Dbn.upsideDown(below)));
    int n = 40_000;
    Tensor v = Enumeration.of(V).sample(x -> below.freeEnergy(x).neg(), n, Rng.of(6)).evaluate();
    for (double[] by : moved(dbn, v, 7)) {
      for (double d : by) {
        assertEquals(0, d, 7.0 / Math.sqrt(n), "seeds 6 and 7");
      }
    }
  }

  /** How far one step of a rate of 1 moves each parameter. */
  private static double[][] moved(Dbn dbn, Tensor v, int seed) {
    List<Param> theta = List.copyOf(Parameters.all(dbn).values());
    List<Tensor> before = theta.stream().map(Param::value).toList();
    UpDown learner = new UpDown(dbn, 2, Sgd.of(1.0));
    Program.of((in, rng) -> learner.train(in, rng)).run(Rng.of(seed), v);
    double[][] by = new double[theta.size()][];
    for (int i = 0; i < by.length; i++) {
      by[i] = theta.get(i).value().sub(before.get(i)).toDoubleArray();
    }
    return by;
  }

  @Test
  void machinesThatDontFitAreAnError() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Dbn.of(List.of(rbm(5, 4, 1), rbm(3, 2, 2))));
    assertEquals(
        "deep belief network: machine 2 has 3 visible units on top of 4 hidden ones",
        e.getMessage());
  }
}
