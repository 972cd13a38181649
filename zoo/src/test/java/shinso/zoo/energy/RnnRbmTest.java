package shinso.zoo.energy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.chain.Enumeration;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.SimpleRnn;
import shinso.nn.optim.Sgd;

@Tag("row-I17")
final class RnnRbmTest {
  private static final int V = 3;
  private static final int H = 2;
  private static final int U = 2;

  private static Param normal(long seed, int... dims) {
    return Param.of(Tensor.normal(Rng.of(seed), dims).cast(DType.F64));
  }

  private static RnnRbm model() {
    return new RnnRbm(
        normal(1, V, H),
        normal(2, V),
        normal(3, H),
        normal(4, U, V),
        normal(5, U, H),
        new SimpleRnn(normal(6, V, U), normal(7, U, U), normal(8, U)),
        normal(9, U));
  }

  private static RnnRbm withoutRecurrence() {
    RnnRbm m = model();
    m.toVisible().assign(m.toVisible().value().zerosLike());
    m.toHidden().assign(m.toHidden().value().zerosLike());
    return m;
  }

  /** All sequences of so many frames: {@code [2^(3 time), time, 3]}. */
  private static Tensor sequences(int time) {
    return Enumeration.exact(V * time).states().reshape(1 << V * time, time, V);
  }

  /** What is learned of frames alone is what each frame begins from. */
  @Test
  void aNetworkThatSaysNothingLeavesTheMachineOfFrames() {
    RnnRbm m = withoutRecurrence();
    Tensor v = sequences(1);
    assertArrayEquals(
        m.ofFrames().freeEnergy(v).toDoubleArray(),
        m.freeEnergy(RnnRbm.frames(v), m.biases(v)).toDoubleArray(),
        1e-12);
  }

  /** In plain Java: biases, energies of all hidden states, and log Z of all states. */
  @Test
  void framesHaveTheProbabilitiesOfTheEquations() {
    RnnRbm m = model();
    double[] sequence = {1, 0, 1, 0, 1, 1, 1, 1, 0};
    double[] p = m.logProbability(Tensor.of(sequence, 1, 3, V)).toDoubleArray();
    double[][] w = rows(m.weight());
    double[] u = m.initial().value().toDoubleArray();
    for (int t = 0; t < 3; t++) {
      double[] bv = plus(m.visibleBias(), u, m.toVisible());
      double[] bh = plus(m.hiddenBias(), u, m.toHidden());
      double[] v = Arrays.copyOfRange(sequence, t * V, (t + 1) * V);
      double z = 0;
      double mine = 0;
      for (int state = 0; state < 1 << V + H; state++) {
        double e = 0;
        boolean same = true;
        for (int i = 0; i < V; i++) {
          int x = state >> i & 1;
          same &= x == v[i];
          e -= bv[i] * x;
          for (int j = 0; j < H; j++) {
            e -= x * w[i][j] * (state >> V + j & 1);
          }
        }
        for (int j = 0; j < H; j++) {
          e -= bh[j] * (state >> V + j & 1);
        }
        z += Math.exp(-e);
        mine += same ? Math.exp(-e) : 0;
      }
      assertEquals(Math.log(mine / z), p[t], 1e-12, "frame " + t);
      double[] sum = plus(m.rnn().bias(), u, m.rnn().hiddenWeight());
      double[][] in = rows(m.rnn().inputWeight());
      for (int j = 0; j < U; j++) {
        for (int i = 0; i < V; i++) {
          sum[j] += v[i] * in[i][j];
        }
      }
      Arrays.setAll(u, j -> Math.tanh(sum[j]));
    }
  }

  private static double[][] rows(Param p) {
    double[] all = p.value().toDoubleArray();
    int columns = p.shape().dim(1);
    double[][] rows = new double[p.shape().dim(0)][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
    return rows;
  }

  private static double[] plus(Param bias, double[] u, Param matrix) {
    double[] sum = bias.value().toDoubleArray();
    double[][] m = rows(matrix);
    for (int j = 0; j < sum.length; j++) {
      for (int i = 0; i < u.length; i++) {
        sum[j] += u[i] * m[i][j];
      }
    }
    return sum;
  }

  @Test
  void probabilitiesOfAllSequencesAddToOne() {
    assertEquals(1, model().logProbability(sequences(3)).sum(1).exp().sum().item(), 1e-12);
  }

  /** W_uv = W_uh = 0: every frame is a state of one machine, and learned like one. */
  @Test
  void withoutRecurrentWeightsItIsAnRbm() {
    RnnRbm m = withoutRecurrence();
    Rbm rbm = new Rbm(m.weight(), m.visibleBias(), m.hiddenBias());
    Tensor v = sequences(2);
    Tensor frames = RnnRbm.frames(v);
    double logZ = Enumeration.exact(V).logPartition(rbm);
    assertArrayEquals(
        rbm.freeEnergy(frames).toDoubleArray(),
        m.freeEnergy(frames, m.biases(v)).toDoubleArray(),
        1e-13);
    double[] each = m.logPartition(m.biases(v)).toDoubleArray();
    assertEquals(logZ, Arrays.stream(each).max().orElseThrow(), 1e-13);
    assertEquals(logZ, Arrays.stream(each).min().orElseThrow(), 1e-13);

    Tensor share = Tensor.iota(frames.shape().dim(0)).cast(DType.F64).sin();
    Tensor mine = m.logProbability(v).reshape(frames.shape().dim(0)).mul(share).sum();
    List<Tensor> slope =
        Enumeration.exact(V).gradients(x -> rbm.freeEnergy(x).neg(), rbm.parameters());
    double total = share.sum().item();
    List<Tensor> data =
        Autodiff.gradients(rbm.freeEnergy(frames).neg().mul(share).sum(), rbm.parameters());
    List<Tensor> own = Autodiff.gradients(mine, rbm.parameters());
    for (int i = 0; i < own.size(); i++) {
      assertArrayEquals(
          data.get(i).sub(slope.get(i).mul(total)).toDoubleArray(),
          own.get(i).toDoubleArray(),
          1e-11);
    }
  }

  /** The gradient of log p of the whole sequences with respect to all parameters, through time. */
  @Test
  void gradientsThroughTimeAgreeWithFiniteDifferences() {
    RnnRbm m = model();
    Tensor v = sequences(4).slice(0, 1234, 1240);
    for (Param p : Parameters.trainable(m).values()) {
      double[] slope = Autodiff.gradient(m.logProbability(v).sum(), p).toDoubleArray();
      Tensor own = p.value().evaluate();
      double[] x = own.toDoubleArray();
      for (int i = 0; i < x.length; i++) {
        double[] near = new double[2];
        for (int side = 0; side < 2; side++) {
          double[] moved = x.clone();
          moved[i] += side == 0 ? 1e-5 : -1e-5;
          p.assign(Tensor.of(moved).reshape(p.shape()));
          near[side] = m.logProbability(v).sum().item();
        }
        assertEquals((near[0] - near[1]) / 2e-5, slope[i], 1e-7 * Math.max(1, Math.abs(slope[i])));
      }
      p.assign(own);
    }
  }

  /**
   * The mean step of contrastive divergence of many Gibbs steps is the gradient of log p. A
   * component's deviation over 4,000 copies is below .01.
   */
  @Test
  void longChainsGiveTheGradientOfTheLikelihood() {
    RnnRbm m = model();
    Tensor v = sequences(2).slice(0, 41, 42).evaluate();
    int copies = 4_000;
    List<Param> theta = List.copyOf(Parameters.trainable(m).values());
    List<double[]> exact =
        Autodiff.gradients(m.logProbability(v).mean(), theta).stream()
            .map(Tensor::toDoubleArray)
            .toList();
    List<double[]> before = theta.stream().map(p -> p.value().toDoubleArray()).toList();
    SequenceContrastiveDivergence learner =
        new SequenceContrastiveDivergence(m, 30, Sgd.of(1), 1e9);
    Tensor lengths = Tensor.of(new int[] {2}).tile(0, copies);
    Program.of(learner::train).run(Rng.of(1), v.tile(0, copies), lengths);
    for (int i = 0; i < theta.size(); i++) {
      double[] after = theta.get(i).value().toDoubleArray();
      double[] was = before.get(i);
      double[] step = new double[after.length];
      Arrays.setAll(step, j -> after[j] - was[j]);
      assertArrayEquals(exact.get(i), step, .05, "parameter " + i);
    }
  }

  /** What a sequence is filled up with changes no step of learning. */
  @Test
  void framesAfterTheEndDontCount() {
    Tensor v = sequences(3).slice(0, 99, 101).evaluate();
    double[][] weights = new double[2][];
    for (int i = 0; i < 2; i++) {
      RnnRbm m = model();
      Tensor filled = i == 0 ? v : v.withSlice(1, 2, v.slice(1, 2, 3).rsub(1));
      SequenceContrastiveDivergence learner =
          new SequenceContrastiveDivergence(m, 1, Sgd.of(1), 1e9);
      Program.of(learner::train).run(Rng.of(1), filled, Tensor.of(new int[] {2, 2}));
      weights[i] = m.rnn().hiddenWeight().value().toDoubleArray();
    }
    assertArrayEquals(weights[0], weights[1], 1e-14);
  }

  /** 400 chains a frame in 200 steps: within .05 of the sum over all states. */
  @Test
  void annealingFindsLogZOfEachFrame() {
    RnnRbm m = model();
    RnnRbm.Biases t = m.biases(sequences(3).slice(0, 300, 302));
    double[] exact = m.logPartition(t).toDoubleArray();
    double[] found = m.annealedLogPartition(t, 400, 200, Rng.of(1));
    assertEquals(6, found.length);
    assertArrayEquals(exact, found, .05);
  }

  /** The same from draws of the machines, by 100 steps of Gibbs sampling, back. */
  @Test
  void annealingBackFindsLogZOfEachFrame() {
    RnnRbm m = model();
    Tensor v = sequences(3).slice(0, 300, 302);
    RnnRbm.Biases t = m.biases(v);
    Tensor draws = m.gibbs(RnnRbm.frames(v).tile(0, 400), t.tile(400), 100, Rng.of(1)).evaluate();
    double[] found = m.annealedBackLogPartition(t, draws, 200, Rng.of(2));
    assertArrayEquals(m.logPartition(t).toDoubleArray(), found, .05);
  }

  /** The shares of all sequences of two frames among 20,000 that the model makes up. */
  @Test
  void sequencesAreDrawnAsTheirProbabilitiesSay() {
    RnnRbm m = model();
    double[] p = m.logProbability(sequences(2)).sum(1).exp().toDoubleArray();
    int n = 20_000;
    double[] drawn = m.compose(n, 2, 30, Rng.of(1)).reshape(n, 2 * V).toDoubleArray();
    double[] share = new double[p.length];
    for (int i = 0; i < n; i++) {
      int state = 0;
      for (int j = 0; j < 2 * V; j++) {
        state |= (int) drawn[i * 2 * V + j] << j;
      }
      share[state] += 1.0 / n;
    }
    assertArrayEquals(p, share, .015);
  }

  @Test
  void manyHiddenUnitsAreNotSummedOver() {
    RnnRbm m = RnnRbm.of(V, 17, U, Rng.of(1));
    assertThrows(IllegalArgumentException.class, () -> m.logProbability(Tensor.zeros(1, 2, V)));
  }
}
