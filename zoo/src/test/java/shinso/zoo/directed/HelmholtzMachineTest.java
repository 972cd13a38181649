package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.estimator.LearnedBaseline;
import shinso.nn.layer.Dense;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Sgd;
import shinso.train.loop.Learner;

/** Sigmoid belief networks and Helmholtz machines against sums over all states. */
final class HelmholtzMachineTest {
  private static final int V = 4;

  private static Param param(long seed, int... dims) {
    return Param.of(Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate());
  }

  /** W = sin(ij), b = cos(i) / 2, hidden units on with ½; indices from 1. */
  private static SigmoidBeliefNetwork known() {
    double[] w = new double[3 * V];
    double[] b = new double[V];
    for (int i = 1; i <= V; i++) {
      b[i - 1] = Math.cos(i) / 2;
      for (int j = 1; j <= 3; j++) {
        w[(j - 1) * V + i - 1] = Math.sin(i * j);
      }
    }
    Dense layer = new Dense(Param.of(Tensor.of(w, 3, V)), Param.of(Tensor.of(b)));
    return new SigmoidBeliefNetwork(List.of(layer), Param.of(Tensor.of(new double[3])));
  }

  /** 4 visible units below 3 below 2, with random weights in double. */
  private static HelmholtzMachine deep() {
    SigmoidBeliefNetwork generative =
        new SigmoidBeliefNetwork(
            List.of(new Dense(param(1, 3, V), param(2, V)), new Dense(param(3, 2, 3), param(4, 3))),
            param(5, 2));
    return new HelmholtzMachine(
        generative,
        List.of(new Dense(param(6, V, 3), param(7, 3)), new Dense(param(8, 3, 2), param(9, 2))));
  }

  private static Tensor visible() {
    return Enumeration.exact(V).states();
  }

  // ---- the sigmoid belief network

  @Test
  @Tag("row-J4")
  void theSmallNetworkHasTheKnownProbability() {
    Tensor log = known().logProbability(visible()); // [16]
    assertEquals(-3.056586970802, log.toDoubleArray()[15], 1e-12);
    assertEquals(1, log.exp().sum().item(), 1e-12);
  }

  /** The sum (3) in plain loops. */
  @Test
  @Tag("row-J4")
  void theSumOverStatesIsThatOfTheFormula() {
    double sum = 0;
    for (int h = 0; h < 8; h++) {
      double p = 0.125;
      for (int i = 1; i <= V; i++) {
        double a = Math.cos(i) / 2;
        for (int j = 1; j <= 3; j++) {
          a += (h >> (j - 1) & 1) * Math.sin(i * j);
        }
        p /= 1 + Math.exp(-a);
      }
      sum += p;
    }
    Tensor all = Tensor.of(new double[] {1, 1, 1, 1}, 1, V);
    assertEquals(Math.log(sum), known().logProbability(all).item(), 1e-12);
  }

  @Test
  @Tag("row-J4")
  void theDeepNetworkIsNormalisedAndItsPosteriorIsBayes() {
    SigmoidBeliefNetwork p = deep().generative();
    Tensor v = visible();
    assertEquals(1, p.logProbability(v).exp().sum().item(), 1e-12);
    Tensor posterior = p.posterior(v); // [16, 32]
    List<Tensor> states = p.states();
    for (int s : new int[] {0, 5, 31}) {
      List<Tensor> h = new ArrayList<>(List.of(v));
      states.forEach(all -> h.add(all.slice(0, s, s + 1).tile(0, 16)));
      double[] expected = p.logJoint(h).sub(p.logProbability(v)).exp().toDoubleArray();
      double[] found = posterior.at(1, s).toDoubleArray();
      for (int i = 0; i < 16; i++) {
        assertEquals(expected[i], found[i], 1e-12);
      }
    }
  }

  /** Neal's gradient: the posterior mean of the gradients of the joint, and differences. */
  @Test
  @Tag("row-J4")
  void theGradientIsThatOfDifferences() {
    SigmoidBeliefNetwork p = deep().generative();
    Tensor share = Tensor.normal(Rng.of(20), 16).cast(DType.F64).evaluate();
    for (Map.Entry<String, Param> e : Parameters.all(p).entrySet()) {
      Param theta = e.getValue();
      Tensor at = theta.value();
      Tensor way = at.normalLike(Rng.of(21)).evaluate();
      Tensor g = Autodiff.gradient(p.logProbability(visible()).mul(share).sum(), theta);
      double slope = g.mul(way).sum().item();
      theta.assign(at.add(way.mul(1e-5)));
      double up = p.logProbability(visible()).mul(share).sum().item();
      theta.assign(at.sub(way.mul(1e-5)));
      double down = p.logProbability(visible()).mul(share).sum().item();
      theta.assign(at);
      assertEquals((up - down) / 2e-5, slope, 1e-8, e.getKey());
    }
  }

  /** χ² of 16 cells has mean 15 and deviation √30. */
  @Test
  @Tag("row-J4")
  void ancestralSamplesAreDrawnFromTheDistribution() {
    int n = 20_000;
    SigmoidBeliefNetwork network = deep().generative();
    double[] p = network.logProbability(visible()).exp().toDoubleArray();
    double[] bits = network.sample(n, Rng.of(11)).toDoubleArray();
    double[] counts = new double[16];
    for (int s = 0; s < n; s++) {
      int state = 0;
      for (int i = 0; i < V; i++) {
        state |= (int) bits[s * V + i] << i;
      }
      counts[state]++;
    }
    double chi = 0;
    for (int s = 0; s < 16; s++) {
      chi += Math.pow(counts[s] - n * p[s], 2) / (n * p[s]);
    }
    assertEquals(15, chi, 4 * Math.sqrt(30), "seed 11");
  }

  @Test
  void networksThatDontFitAreRefused() {
    Dense layer = new Dense(param(1, 3, V), param(2, V));
    String units =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new SigmoidBeliefNetwork(List.of(layer), param(5, 2)))
                .getMessage());
    assertTrue(units.contains("below 2 units"), units);
    SigmoidBeliefNetwork large = SigmoidBeliefNetwork.of(Rng.of(1), 5, 21);
    String many =
        String.valueOf(
            assertThrows(
                    IllegalArgumentException.class, () -> large.logProbability(Tensor.zeros(1, 5)))
                .getMessage());
    assertTrue(many.contains("21 hidden units") && many.contains("bound"), many);
    assertThrows(
        IllegalArgumentException.class, () -> new HelmholtzMachine(known(), List.of(layer)));
  }

  // ---- bounds

  private record Exact(Tensor q, Tensor logWeight) {
    /** Of all 16 visible and 32 hidden states: q(h | v) and log w, {@code [16, 32]}. */
    static Exact of(HelmholtzMachine machine) {
      List<Tensor> states = machine.generative().states();
      List<Tensor> h = new ArrayList<>();
      h.add(visible().unsqueeze(1).broadcastTo(Shape.of(16, 32, V)).reshape(512, V));
      states.forEach(s -> h.add(s.tile(0, 16)));
      Tensor q = machine.logRecognition(h).stream().reduce(Tensor::add).orElseThrow();
      Tensor w = machine.generative().logJoint(h).sub(q);
      return new Exact(q.exp().reshape(16, 32), w.reshape(16, 32));
    }

    Tensor bound() {
      return q.mul(logWeight).sum(1);
    }
  }

  /** log p(v) − E log w = KL(q ‖ p(h | v)), and E w = p(v). */
  @Test
  @Tag("row-J5")
  void theBoundMissesByTheDivergence() {
    HelmholtzMachine machine = deep();
    Exact exact = Exact.of(machine);
    Tensor log = machine.generative().logProbability(visible());
    Tensor posterior = machine.generative().posterior(visible());
    Tensor divergence = exact.q.mul(exact.q.log().sub(posterior.log())).sum(1);
    assertEquals(0, log.sub(exact.bound()).sub(divergence).abs().max().item(), 1e-10);
    Tensor mean = exact.q.mul(exact.logWeight.exp()).sum(1);
    assertEquals(0, mean.log().sub(log).abs().max().item(), 1e-10);
    assertEquals(1, exact.q.sum(1).max().item(), 1e-12);
  }

  /** The mean of one-draw bounds is E log w; many draws come near log p(v) from below. */
  @Test
  @Tag("row-J5")
  void drawsEstimateTheBounds() {
    HelmholtzMachine machine = deep();
    int n = 4_000;
    Tensor v = visible().slice(0, 6, 7);
    Tensor one = machine.logWeight(v.tile(0, n), Rng.of(1));
    double error = 4 * Math.sqrt(one.variance().item() / n);
    assertEquals(Exact.of(machine).bound().toDoubleArray()[6], one.mean().item(), error);
    double truth = machine.generative().logProbability(v).item();
    Tensor ten = machine.importanceBound(v.tile(0, n / 10), 10, Rng.of(2));
    assertTrue(one.mean().item() < ten.mean().item() && ten.mean().item() < truth);
    Tensor many = machine.importanceBound(v, 20_000, Rng.of(3));
    assertEquals(truth, many.item(), 0.02);
  }

  // ---- learning

  /** The new values of a step's parameters. */
  private static Map<Param, Tensor> moved(Step step) {
    Map<Param, Tensor> values = new IdentityHashMap<>();
    step.updates().forEach(u -> values.put(u.param(), u.value()));
    return values;
  }

  /** A step of rate 1 is the gradient of an objective, up to the noise of 40,000 draws. */
  private static void assertClimbs(Object part, Tensor objective, Step step) {
    Map<Param, Tensor> moved = moved(step);
    for (Map.Entry<String, Param> e : Parameters.trainable(part).entrySet()) {
      Param theta = e.getValue();
      double[] g = Autodiff.gradient(objective, theta).toDoubleArray();
      double[] way = Objects.requireNonNull(moved.get(theta)).sub(theta.value()).toDoubleArray();
      assertArrayEquals(g, way, 0.05, e.getKey());
    }
  }

  /** A step of NVIL moves both networks along the gradient of the bound. */
  @Test
  @Tag("row-J5")
  void variationalLearningClimbsTheBound() {
    HelmholtzMachine machine = deep();
    Tensor v = visible().slice(0, 6, 7);
    // The running variance stays below 1, so that the signal keeps its length.
    List<LearnedBaseline> baselines =
        List.of(
            LearnedBaseline.of(new Dense(param(31, V, 1), param(32, 1)), 0.9),
            LearnedBaseline.of(new Dense(param(33, 3, 1), param(34, 1)), 0.9));
    VariationalLearning learner = new VariationalLearning(machine, baselines, Sgd.of(1));
    Tensor bound = Exact.of(machine).bound().slice(0, 6, 7).sum();
    assertClimbs(machine, bound, learner.train(List.of(v.tile(0, 40_000)), Rng.of(4)));
  }

  /** Wake moves p along E_q ∂ log p(v, h), sleep moves q along E_p ∂ log q(h | v). */
  @Test
  @Tag("row-J5")
  void wakeAndSleepAreTheirExpectations() {
    HelmholtzMachine machine = deep();
    List<Tensor> v = List.of(visible().slice(0, 6, 7).tile(0, 40_000));
    Exact exact = Exact.of(machine);
    Tensor joint = exact.logWeight.add(exact.q.log()); // log p(v, h)
    Tensor wake = exact.q.stopGradient().mul(joint).slice(0, 6, 7).sum();
    Tensor sleep = joint.exp().stopGradient().mul(exact.q.log()).sum();
    Step awake = new WakeSleep(machine, Sgd.of(1), Sgd.of(0)).train(v, Rng.of(5));
    assertClimbs(machine.generative(), wake, awake);
    Step asleep = new WakeSleep(machine, Sgd.of(0), Sgd.of(1)).train(v, Rng.of(6));
    assertClimbs(machine.recognition(), sleep, asleep);
  }

  /** A machine in single precision learns what a program of steps makes of it. */
  @Test
  void bothLearnersRaiseTheBoundOfOnePicture() {
    Tensor v = Tensor.of(new float[] {1, 0, 1, 1}, 1, V).tile(0, 20);
    for (boolean nvil : new boolean[] {false, true}) {
      HelmholtzMachine machine = HelmholtzMachine.of(Rng.of(1), V, 3, 2);
      Learner learner =
          nvil
              ? VariationalLearning.of(machine, Sgd.of(0.1), Rng.of(2))
              : new WakeSleep(machine, Sgd.of(0.1), Sgd.of(0.1));
      Program step = Program.of((in, key) -> learner.train(in, key));
      for (int i = 0; i < 300; i++) {
        step.run(Rng.of(3).split(i), v);
      }
      double bound = machine.importanceBound(v.slice(0, 0, 1), 100, Rng.of(4)).item();
      assertTrue(bound > -0.5, nvil + ": " + bound);
    }
  }

  // ---- bars

  @Test
  @Tag("row-J5")
  void barsAreTheKnownDistribution() {
    assertEquals(3.428404967, Bars.entropy(), 5e-10);
    assertEquals(30, Bars.probabilities().size());
    assertEquals(0.4096, Objects.requireNonNull(Bars.probabilities().get(0)), 1e-12);
    double[] rates = Bars.all().mean().toDoubleArray();
    double bits = 0;
    for (double p : rates) {
      assertEquals(Bars.RATE, p, 1e-6);
      bits -= (p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    }
    assertEquals(11.55085, bits, 1e-5);
  }
}
