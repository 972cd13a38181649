package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Ais;
import shinso.nn.chain.Enumeration;
import shinso.nn.chain.Gibbs;
import shinso.nn.layer.Parameters;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;

/** The deep machine against sums over all states in plain Java. */
@Tag("row-I7")
final class DbmTest {
  private static final int[] TWO = {4, 3, 3};
  private static final int[] THREE = {4, 3, 3, 2};

  /** Wˡ = s sin(l i j), bˡ = cos(i + l) / 2, and offsets between .2 and .6 where there are any. */
  private static Dbm machine(int[] units, double strength, boolean centred, DType dtype) {
    List<Param> weights = new ArrayList<>();
    List<Param> biases = new ArrayList<>();
    List<Param> offsets = new ArrayList<>();
    for (int l = 0; l < units.length; l++) {
      int layer = l;
      double[] b =
          IntStream.rangeClosed(1, units[l]).mapToDouble(i -> Math.cos(i + layer) / 2).toArray();
      double[] mu =
          IntStream.range(0, units[l])
              .mapToDouble(i -> centred ? .2 + .1 * i + .1 * layer : 0)
              .toArray();
      biases.add(Param.of(Tensor.of(b, units[l]).cast(dtype)));
      offsets.add(Param.of(Tensor.of(mu, units[l]).cast(dtype)));
      if (l > 0) {
        double[] w = new double[units[l - 1] * units[l]];
        for (int i = 0; i < units[l - 1]; i++) {
          for (int j = 0; j < units[l]; j++) {
            w[i * units[l] + j] = strength * Math.sin(l * (i + 1) * (j + 1));
          }
        }
        weights.add(Param.of(Tensor.of(w, units[l - 1], units[l]).cast(dtype)));
      }
    }
    return new Dbm(weights, biases, offsets);
  }

  private static int count(int... units) {
    return IntStream.of(units).sum();
  }

  /** The energy of a state whose bits are all layers', the lowest bits visible. */
  private static double energy(Dbm dbm, int[] units, int state) {
    double e = 0;
    int at = 0;
    double[] below = new double[0];
    for (int l = 0; l < units.length; l++) {
      double[] x = new double[units[l]];
      double[] mu = dbm.offsets().get(l).value().toDoubleArray();
      double[] b = dbm.biases().get(l).value().toDoubleArray();
      for (int i = 0; i < units[l]; i++) {
        x[i] = (state >> at++ & 1) - mu[i];
        e -= x[i] * b[i];
      }
      if (l > 0) {
        double[] w = dbm.weights().get(l - 1).value().toDoubleArray();
        for (int i = 0; i < below.length; i++) {
          for (int j = 0; j < x.length; j++) {
            e -= below[i] * w[i * x.length + j] * x[j];
          }
        }
      }
      below = x;
    }
    return e;
  }

  /** Σₕ exp(−E(v, h)) for each v. */
  private static double[] weights(Dbm dbm, int[] units) {
    double[] p = new double[1 << units[0]];
    for (int s = 0; s < 1 << count(units); s++) {
      p[s & (p.length - 1)] += Math.exp(-energy(dbm, units, s));
    }
    return p;
  }

  private static double[] logs(double[] p) {
    double z = Arrays.stream(p).sum();
    return Arrays.stream(p).map(x -> Math.log(x / z)).toArray();
  }

  private static Tensor states(int units) {
    return Enumeration.of(units).states();
  }

  @Test
  void energiesFreeEnergiesAndThePartitionFunction() {
    for (int[] units : List.of(TWO, THREE, new int[] {4, 3})) {
      Dbm dbm = machine(units, 1, true, DType.F32);
      double[] weights = weights(dbm, units);
      double[] free = dbm.freeEnergy(states(units[0])).toDoubleArray();
      for (int v = 0; v < weights.length; v++) {
        assertEquals(-Math.log(weights[v]), free[v], 5e-6, units.length + " layers, " + v);
      }
      double logZ = Math.log(Arrays.stream(weights).sum());
      assertEquals(logZ, dbm.logPartition().item(), 5e-6);
      int hidden = count(units) - units[0];
      Tensor v = states(units[0]).slice(0, 11, 12);
      Tensor h = states(hidden).slice(0, 5, 6);
      assertEquals(energy(dbm, units, 11 | 5 << units[0]), dbm.energy(v, h).item(), 1e-6);
      Dbm plain = dbm.plain();
      assertArrayEquals(logs(weights), logs(weights(plain, units)), 1e-6, "without offsets");
    }
  }

  /** Shares of units and of pairs of neighbours in chains that have forgotten where they began. */
  @Test
  void chainsHaveTheSharesOfTheDistribution() {
    Dbm dbm = machine(THREE, 1, true, DType.F32);
    int n = 20_000;
    Tensor start = dbm.start(Tensor.zeros(4).add(0.5), n, Rng.of(1)).evaluate();
    Tensor even = Gibbs.of(start, dbm::gibbs).run(60, Rng.of(2)); // v and h²
    double[] x = even.toDoubleArray();
    double[] expected = new double[7 * 7];
    double z = 0;
    for (int s = 0; s < 1 << 12; s++) {
      double p = Math.exp(-energy(dbm, THREE, s));
      int e = (s & 15) | (s >> 7 & 7) << 4;
      z += p;
      for (int k = 0; k < 49; k++) {
        expected[k] += p * (e >> k / 7 & 1) * (e >> k % 7 & 1);
      }
    }
    for (int k = 0; k < 49; k++) {
      double share = 0;
      for (int c = 0; c < n; c++) {
        share += x[c * 7 + k / 7] * x[c * 7 + k % 7] / n;
      }
      double p = expected[k] / z;
      assertEquals(p, share, 4.5 * Math.sqrt(p * (1 - p) / n), "seed 2, pair " + k);
    }
  }

  @Test
  void theMeanFieldBoundIsBelowAndTightWithoutTheSecondWeights() {
    for (int[] units : List.of(TWO, THREE)) {
      Dbm dbm = machine(units, 1, true, DType.F32);
      double[] exact = weights(dbm, units);
      double[] bound = bound(dbm, MeanField.of(60));
      double gap = 0;
      for (int v = 0; v < exact.length; v++) {
        assertTrue(bound[v] <= Math.log(exact[v]) + 1e-5, "a bound, state " + v);
        gap += Math.log(exact[v]) - bound[v];
      }
      assertTrue(gap > 0.01, "the posterior is not factorial");
      dbm.weights()
          .subList(1, units.length - 1)
          .forEach(w -> w.assign(w.value().mul(0).evaluate()));
      double[] without = weights(dbm, units);
      double[] tight = bound(dbm, MeanField.of(30));
      for (int v = 0; v < exact.length; v++) {
        assertEquals(Math.log(without[v]), tight[v], 1e-5, "tight, state " + v);
      }
      // The first changes what the doubled input gave; the second finds nothing to change.
      double[] made = dbm.meanField(states(4), MeanField.of(30)).iterations().toDoubleArray();
      assertEquals(2, Arrays.stream(made).max().orElseThrow());
    }
  }

  private static double[] bound(Dbm dbm, MeanField how) {
    Tensor v = states(4);
    return dbm.bound(v, dbm.meanField(v, how)).toDoubleArray();
  }

  @Test
  void meanFieldSolvesItsEquationsAndNoIterationLowersTheBound() {
    Dbm dbm = machine(THREE, 2, false, DType.F32);
    double[] before = bound(dbm, new MeanField(1, 0, 0));
    for (int i : new int[] {2, 3, 5, 10}) {
      double[] after = bound(dbm, new MeanField(i, 0, 0));
      for (int v = 0; v < after.length; v++) {
        assertTrue(after[v] >= before[v] - 2e-6, "iteration " + i + ", state " + v);
      }
      before = after;
    }
    Tensor v = states(4);
    MeanField.Posterior q = dbm.meanField(v, new MeanField(120, 1e-6, 0));
    assertTrue(q.change().max().item() < 1e-6, "converged");
    List<Tensor> h = q.layers();
    Tensor second =
        dbm.biases()
            .get(2)
            .value()
            .add(h.get(0).matmul(dbm.weights().get(1).value()))
            .add(h.get(2).matmul(dbm.weights().get(2).value().transpose()))
            .sigmoid();
    assertArrayEquals(second.toDoubleArray(), h.get(1).toDoubleArray(), 2e-6, "(20.34)");

    MeanField.Posterior damped = dbm.meanField(v, new MeanField(120, 1e-6, 0.5));
    assertArrayEquals(
        h.getFirst().toDoubleArray(), damped.layers().getFirst().toDoubleArray(), 2e-5, "damped");
    assertTrue(damped.iterations().mean().item() > q.iterations().mean().item(), "takes longer");
  }

  @Test
  void anExampleConvergesAloneAsItDoesInABatch() {
    Dbm dbm = machine(THREE, 2, false, DType.F32);
    MeanField how = new MeanField(40, 1e-3, 0.2);
    MeanField.Posterior all = dbm.meanField(states(4), how);
    double[] made = all.iterations().toDoubleArray();
    assertTrue(Arrays.stream(made).distinct().count() > 1, "different numbers of iterations");
    for (int v : new int[] {0, 6, 15}) {
      MeanField.Posterior one = dbm.meanField(states(4).slice(0, v, v + 1), how);
      assertEquals(made[v], one.iterations().item());
      assertArrayEquals(
          all.layers().getLast().slice(0, v, v + 1).toDoubleArray(),
          one.layers().getLast().toDoubleArray(),
          1e-7);
    }
    MeanField.Posterior cut = dbm.meanField(states(4), new MeanField(2, 1e-3, 0.2));
    assertEquals(2, cut.iterations().max().item(), "stopped");
    assertTrue(cut.change().max().item() > 1e-3, "and says that it has not converged");
  }

  @Test
  void annealingFindsThePartitionFunctionFromBothSides() {
    Tensor rates = Tensor.of(new float[] {.7f, .6f, .4f, .5f}, 4);
    for (int[] units : List.of(TWO, THREE)) {
      Dbm dbm = machine(units, 1, true, DType.F32);
      double logZ = Math.log(Arrays.stream(weights(dbm, units)).sum());
      Ais.Path path = dbm.annealing(rates);
      int odd = units.length == 3 ? 3 : 5;
      for (double beta : new double[] {0, 1}) {
        double sum = path.logWeight(states(odd), Tensor.scalar(beta)).logSumExp(0).item();
        assertEquals(beta == 0 ? path.logNormalizer() : logZ, sum, 5e-6, "β = " + beta);
      }
      Tensor from = Tensor.scalar(.3);
      Tensor to = Tensor.scalar(.4);
      Tensor difference = path.logWeight(states(odd), to).sub(path.logWeight(states(odd), from));
      assertArrayEquals(
          difference.toDoubleArray(), path.logRatio(states(odd), from, to).toDoubleArray(), 2e-6);

      Ais ais = Ais.of(path).chains(200).betas(Ais.even(0, 1, 300));
      Tensor start = dbm.start(rates, 200, Rng.of(5)).evaluate();
      Tensor even = Gibbs.of(start, dbm::gibbs).run(100, Rng.of(6));
      Ais.Bracket z = ais.both(dbm.odd(even, Rng.of(7)).evaluate(), Rng.of(8));
      assertEquals(logZ, z.up().logZ(), 5 * z.up().standardError() + 1e-4, "seed 8");
      assertEquals(logZ, z.down().logZ(), 5 * z.down().standardError() + 1e-4, "seed 8");
      Ais.Estimate own = ais.reverse(dbm.reverseStart(200, Rng.of(9)), Rng.of(10));
      assertEquals(logZ, own.logZ(), 5 * own.standardError() + 1e-4, "seed 9");
    }
  }

  /**
   * The gradients in double: of log Z by differences, and of the learner's negative phase by log
   * Z's.
   */
  @Test
  void gradients() {
    Dbm dbm = machine(THREE, 1, true, DType.F64);
    List<Param> theta = List.copyOf(Parameters.trainable(dbm).values());
    assertEquals(7, theta.size(), "offsets are not trained");
    List<Tensor> slope = Autodiff.gradients(dbm.logPartition(), theta);
    Tensor even = states(7).cast(DType.F64);
    Tensor p = dbm.evenFreeEnergy(even).neg().softmax(0).stopGradient();
    List<Tensor> negative = Autodiff.gradients(dbm.evenFreeEnergy(even).mul(p).sum(), theta);
    Tensor v = states(4).cast(DType.F64);
    MeanField.Posterior q = dbm.meanField(v, MeanField.of(30));
    List<Tensor> fixed = q.layers().stream().map(Tensor::evaluate).toList();
    MeanField.Posterior held = new MeanField.Posterior(fixed, q.iterations(), q.change());
    List<Tensor> positive = Autodiff.gradients(dbm.meanEnergy(v, held).mean(), theta);
    for (int i = 0; i < theta.size(); i++) {
      Param t = theta.get(i);
      double[] g = slope.get(i).toDoubleArray();
      double[] minus = negative.get(i).neg().toDoubleArray();
      assertArrayEquals(g, minus, 1e-12, "negative phase, parameter " + i);
      double[] e = positive.get(i).toDoubleArray();
      double[] x = t.value().toDoubleArray();
      for (int k = 0; k < x.length; k++) {
        double[] at = new double[4];
        for (int side = 0; side < 2; side++) {
          double[] y = x.clone();
          y[k] += side == 0 ? 1e-5 : -1e-5;
          t.assign(Tensor.of(y, x.length).reshape(t.shape()));
          at[side] = dbm.logPartition().item();
          at[2 + side] = dbm.meanEnergy(v, held).mean().item();
        }
        t.assign(Tensor.of(x, x.length).reshape(t.shape()));
        assertEquals((at[0] - at[1]) / 2e-5, g[k], 1e-8, "log Z, parameter " + i);
        assertEquals((at[2] - at[3]) / 2e-5, e[k], 1e-8, "energy, parameter " + i);
      }
    }
  }

  @Test
  @Tag("row-I9")
  void offsetsMoveWithoutTheDistribution() {
    Dbm dbm = machine(THREE, 1, true, DType.F32);
    double[] before = logs(weights(dbm, THREE));
    double[] bound = bound(dbm, MeanField.of(60));
    double z = dbm.logPartition().item();
    List<Tensor> means =
        IntStream.of(THREE).mapToObj(n -> Tensor.uniform(Rng.of(n), n).evaluate()).toList();
    Program.of((in, rng) -> Step.of(dbm.recentred(means, 0.7))).run(Rng.of(1));
    assertEquals(
        .2 + .7 * (means.getFirst().at(0, 0).item() - .2),
        dbm.offsets().getFirst().value().at(0, 0).item(),
        1e-6);
    assertArrayEquals(before, logs(weights(dbm, THREE)), 2e-6);
    double shift = dbm.logPartition().item() - z;
    double[] after = bound(dbm, MeanField.of(60));
    for (int v = 0; v < bound.length; v++) {
      assertEquals(bound[v] - z, after[v] - z - shift, 2e-5, "the same bound");
    }
  }

  /**
   * The gradients of a centred machine don't care which value of a unit is called 1, those of a
   * plain one do.
   */
  @Test
  @Tag("row-I9")
  void aCentredMachineDoesNotSeeThatTheDataIsFlipped() {
    assertEquals(0, difference(true), 1e-5);
    assertTrue(difference(false) > 0.05);
  }

  /** Of the gradients by W¹ of a machine and of the one for flipped visible units. */
  private static double difference(boolean centred) {
    Dbm dbm = machine(TWO, 1, centred, DType.F32);
    Dbm other = machine(TWO, 1, centred, DType.F32);
    Param w = other.weights().getFirst();
    Param b = other.biases().getFirst();
    w.assign(w.value().neg().evaluate());
    b.assign(b.value().neg().evaluate());
    Param mu = other.offsets().getFirst();
    if (centred) {
      mu.assign(mu.value().rsub(1).evaluate());
    } else {
      // E(1 − v) of the plain machine: what W¹ adds to the bias above.
      Param c = other.biases().get(1);
      c.assign(c.value().add(dbm.weights().getFirst().value().sum(0)).evaluate());
    }
    Tensor v = states(4).slice(0, 3, 9);
    Tensor flipped = v.rsub(1);
    assertArrayEquals(
        logs(weights(dbm, TWO)),
        reversed(logs(weights(other, TWO))),
        1e-5,
        "the same distribution of flipped units");
    double[] g = slope(dbm, v);
    double[] f = slope(other, flipped);
    double largest = 0;
    for (int i = 0; i < g.length; i++) {
      largest = Math.max(largest, Math.abs(g[i] + f[i]));
    }
    return largest;
  }

  private static double[] reversed(double[] x) {
    return IntStream.range(0, x.length).mapToDouble(i -> x[x.length - 1 - i]).toArray();
  }

  private static double[] slope(Dbm dbm, Tensor v) {
    MeanField.Posterior q = dbm.meanField(v, MeanField.of(60));
    Tensor loss = dbm.meanEnergy(v, q).mean().add(dbm.logPartition());
    return Autodiff.gradients(loss, dbm.weights()).getFirst().toDoubleArray();
  }

  @Test
  @Tag("row-I8")
  void partsOfADeepMachineHaveDoubledUnitsAndHalvedWeights() {
    ReplicatedRbm low = part(4, 3, 2, 1);
    ReplicatedRbm mid = part(3, 3, 1, 1);
    ReplicatedRbm high = part(3, 2, 1, 2);
    Dbm dbm = Dbm.of(List.of(low, mid, high));
    assertEquals(low.weight().value().at(0, 1).at(0, 1).item(), w(dbm, 0), 1e-7);
    assertEquals(mid.weight().value().at(0, 1).at(0, 1).item() / 2, w(dbm, 1), 1e-7);
    assertEquals(high.weight().value().at(0, 1).at(0, 1).item(), w(dbm, 2), 1e-7);
    // What h¹ feels in the deep machine is the mean of what it feels in the two parts.
    Tensor v = states(4);
    Tensor below = logit(low.hidden(v)); // c + 2 vW
    Tensor above = states(3).tile(0, 2); // h²
    Tensor fromAbove =
        mid.visibleBias().value().add(above.matmul(mid.weight().value().transpose()));
    Tensor joined =
        dbm.biases()
            .get(1)
            .value()
            .add(v.matmul(dbm.weights().get(0).value()))
            .add(above.matmul(dbm.weights().get(1).value().transpose()));
    assertArrayEquals(below.add(fromAbove).mul(0.5).toDoubleArray(), joined.toDoubleArray(), 2e-6);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Dbm.of(List.of(low, low)));
    assertEquals(
        "deep Boltzmann machine: part 2 of 2 has 2 visible and 1 hidden copies, not 1 and 2",
        e.getMessage());
  }

  private static double w(Dbm dbm, int l) {
    return dbm.weights().get(l).value().at(0, 1).at(0, 1).item();
  }

  private static Tensor logit(Tensor p) {
    return p.log().sub(p.rsub(1).log());
  }

  private static ReplicatedRbm part(int visible, int hidden, int below, int above) {
    Dbm one = machine(new int[] {visible, hidden}, 1, false, DType.F32);
    return new ReplicatedRbm(
        one.weights().getFirst(), one.biases().get(0), one.biases().get(1), below, above);
  }

  @Test
  @Tag("row-I8")
  void replicatedUnitsAreSummedOut() {
    for (int copies = 0; copies < 2; copies++) {
      ReplicatedRbm rbm = part(3, 2, 2 - copies, 1 + copies);
      int units = 3 * (2 - copies);
      int hidden = 2 * (1 + copies);
      Tensor v = states(units);
      double[] free = rbm.freeEnergy(v).toDoubleArray();
      for (int i = 0; i < 1 << units; i += 5) {
        Tensor one = v.slice(0, i, i + 1).tile(0, 1 << hidden);
        double sum = rbm.energy(one, states(hidden)).neg().logSumExp(0).item();
        assertEquals(-sum, free[i], 2e-6, "state " + i);
      }
      // Many steps from one state: the mean of the chains is that of the sum over all states.
      int n = 20_000;
      Tensor end = Gibbs.of(Tensor.zeros(n, units), rbm::gibbs).run(30, Rng.of(3));
      double[] p = rbm.freeEnergy(v).neg().softmax(0).toDoubleArray();
      for (int k = 0; k < units; k++) {
        double on = 0;
        for (int s = 0; s < p.length; s++) {
          on += p[s] * (s >> k & 1);
        }
        double share = end.at(1, k).mean().item();
        assertEquals(on, share, 4.5 * Math.sqrt(on * (1 - on) / n), "seed 3, unit " + k);
      }
    }
  }

  @Test
  void learningRaisesTheExactLikelihood() {
    Dbm dbm = Dbm.of(Rng.of(1), 4, 6, 4).centred(Tensor.zeros(4).add(0.5));
    Tensor half = states(3); // the first two units agree
    Tensor data = Tensor.concat(1, List.of(half.slice(1, 0, 1), half)).evaluate();
    Param chains = Param.of(dbm.start(Tensor.zeros(4).add(0.5), 100, Rng.of(2)).evaluate());
    VariationalLikelihood learner =
        new VariationalLikelihood(
            dbm, chains, 3, MeanField.of(10), 0.01, Adam.of(Schedule.linear(0.02, 0, 600)));
    assertTrue(learner.state().containsKey("chains"));
    Program program = Program.of((in, rng) -> learner.train(in, rng));
    for (int i = 0; i < 600; i++) {
      program.run(Rng.of(7).split(i), data);
    }
    double logP = dbm.freeEnergy(data).neg().sub(dbm.logPartition()).mean().item();
    assertTrue(logP > -2.2, () -> "from ln 1/16 = -2.77 to at most ln 1/8 = -2.08: " + logP);
    Program judge = Program.of((in, rng) -> learner.evaluate(in, rng));
    Program.Result metrics = judge.run(Rng.of(1), data);
    double bound = metrics.metric("bound without log Z").item() - dbm.logPartition().item();
    assertTrue(bound <= logP + 1e-5 && bound > logP - 0.5, () -> "bound " + bound + " of " + logP);
    assertTrue(metrics.metric("mean-field iterations").item() >= 1);
  }

  @Test
  void tooLargeAMachineIsAnError() {
    Dbm dbm = Dbm.of(Rng.of(1), 30, 25, 21);
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, dbm::logPartition);
    assertEquals(
        "the states of 25 units are too many to sum over; estimate log Z by annealing",
        e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> dbm.freeEnergy(Tensor.zeros(1, 30)));
    assertThrows(IllegalArgumentException.class, () -> new MeanField(10, 1e-3, 1));
  }
}
