package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/** The recurrent layers against plain loops over numbers, and their states. */
class RecurrentTest {
  private static final long SEED = 20_261_125;

  /** Weights as plain arrays: value [i, j] is at {@code i * columns + j}. */
  private record Weights(double[] w, double[] u, double[] b, double[] c) {
    /** What unit j of the gates gets of the input, and its bias. */
    double input(double[] x, int at, int features, int j) {
      int columns = b.length;
      double sum = b[j];
      for (int i = 0; i < features; i++) {
        sum += x[at + i] * w[i * columns + j];
      }
      return sum;
    }

    double hidden(double[] h, int j) {
      int columns = b.length;
      double sum = 0;
      for (int i = 0; i < h.length; i++) {
        sum += h[i] * u[i * columns + j];
      }
      return sum;
    }
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static double[] values(Param p) {
    return p.value().toDoubleArray();
  }

  private static double[] row(double[] all, int row, int length) {
    double[] part = new double[length];
    System.arraycopy(all, row * length, part, 0, length);
    return part;
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1", "3,1,2,4", "2,6,3,5", "1,9,5,3", "4,3,7,1"})
  void simpleRnnIsTheLoop(int batch, int time, int features, int n) {
    SimpleRnn layer =
        new SimpleRnn(
            param(DType.F64, SEED, features, n),
            param(DType.F64, SEED + 1, n, n),
            param(DType.F64, SEED + 2, n));
    Weights p =
        new Weights(
            values(layer.inputWeight()),
            values(layer.hiddenWeight()),
            values(layer.bias()),
            new double[0]);
    Tensor x = random(DType.F64, SEED + 3, batch, time, features);
    Tensor h0 = random(DType.F64, SEED + 4, batch, n);
    double[] in = x.toDoubleArray();
    double[] expected = new double[batch * time * n];
    for (int e = 0; e < batch; e++) {
      double[] h = row(h0.toDoubleArray(), e, n);
      for (int t = 0; t < time; t++) {
        double[] next = new double[n];
        for (int j = 0; j < n; j++) {
          next[j] = Math.tanh(p.input(in, (e * time + t) * features, features, j) + p.hidden(h, j));
        }
        h = next;
        System.arraycopy(h, 0, expected, (e * time + t) * n, n);
      }
    }
    assertClose(expected, layer.forward(x, h0), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1", "3,1,2,4", "2,6,3,5", "1,9,5,3", "4,3,7,1"})
  void lstmIsTheLoop(int batch, int time, int features, int n) {
    Lstm layer =
        new Lstm(
            param(DType.F64, SEED, features, 4 * n),
            param(DType.F64, SEED + 1, n, 4 * n),
            param(DType.F64, SEED + 2, 4 * n));
    Weights p =
        new Weights(
            values(layer.inputWeight()),
            values(layer.hiddenWeight()),
            values(layer.bias()),
            new double[0]);
    Tensor x = random(DType.F64, SEED + 3, batch, time, features);
    Tensor h0 = random(DType.F64, SEED + 4, batch, n);
    Tensor c0 = random(DType.F64, SEED + 5, batch, n);
    double[] in = x.toDoubleArray();
    double[] expected = new double[batch * time * n];
    double[] lastCell = new double[batch * n];
    for (int e = 0; e < batch; e++) {
      double[] h = row(h0.toDoubleArray(), e, n);
      double[] c = row(c0.toDoubleArray(), e, n);
      for (int t = 0; t < time; t++) {
        double[] next = new double[n];
        int at = (e * time + t) * features;
        for (int j = 0; j < n; j++) {
          double i = sigmoid(p.input(in, at, features, j) + p.hidden(h, j));
          double f = sigmoid(p.input(in, at, features, n + j) + p.hidden(h, n + j));
          double g = Math.tanh(p.input(in, at, features, 2 * n + j) + p.hidden(h, 2 * n + j));
          double o = sigmoid(p.input(in, at, features, 3 * n + j) + p.hidden(h, 3 * n + j));
          c[j] = f * c[j] + i * g;
          next[j] = o * Math.tanh(c[j]);
        }
        h = next;
        System.arraycopy(h, 0, expected, (e * time + t) * n, n);
      }
      System.arraycopy(c, 0, lastCell, e * n, n);
    }
    Lstm.Output y = layer.run(x, new Lstm.Memory(h0, c0));
    assertClose(expected, y.hidden(), 1e-12);
    assertClose(lastCell, y.last().cell(), 1e-12);
    assertClose(y.hidden().at(1, -1).toDoubleArray(), y.last().hidden(), 0);
  }

  @ParameterizedTest
  @CsvSource({"1,1,1,1", "3,1,2,4", "2,6,3,5", "1,9,5,3", "4,3,7,1"})
  void gruIsTheLoop(int batch, int time, int features, int n) {
    Gru layer =
        new Gru(
            param(DType.F64, SEED, features, 3 * n),
            param(DType.F64, SEED + 1, n, 3 * n),
            param(DType.F64, SEED + 2, 3 * n),
            param(DType.F64, SEED + 3, n));
    Weights p =
        new Weights(
            values(layer.inputWeight()),
            values(layer.hiddenWeight()),
            values(layer.bias()),
            values(layer.candidateBias()));
    Tensor x = random(DType.F64, SEED + 4, batch, time, features);
    Tensor h0 = random(DType.F64, SEED + 5, batch, n);
    double[] in = x.toDoubleArray();
    double[] expected = new double[batch * time * n];
    for (int e = 0; e < batch; e++) {
      double[] h = row(h0.toDoubleArray(), e, n);
      for (int t = 0; t < time; t++) {
        double[] next = new double[n];
        int at = (e * time + t) * features;
        for (int j = 0; j < n; j++) {
          double r = sigmoid(p.input(in, at, features, n + j) + p.hidden(h, j));
          double z = sigmoid(p.input(in, at, features, 2 * n + j) + p.hidden(h, n + j));
          double candidate =
              Math.tanh(p.input(in, at, features, j) + r * (p.hidden(h, 2 * n + j) + p.c[j]));
          next[j] = (1 - z) * candidate + z * h[j];
        }
        h = next;
        System.arraycopy(h, 0, expected, (e * time + t) * n, n);
      }
    }
    assertClose(expected, layer.forward(x, h0), 1e-12);
  }

  private static List<Function<Tensor, Tensor>> layers(DType type, int features, int n) {
    SimpleRnn rnn =
        new SimpleRnn(
            param(type, SEED, features, n), param(type, SEED + 1, n, n), param(type, SEED + 2, n));
    Lstm lstm =
        new Lstm(
            param(type, SEED, features, 4 * n),
            param(type, SEED + 1, n, 4 * n),
            param(type, SEED + 2, 4 * n));
    Gru gru =
        new Gru(
            param(type, SEED, features, 3 * n),
            param(type, SEED + 1, n, 3 * n),
            param(type, SEED + 2, 3 * n),
            param(type, SEED + 3, n));
    return List.of(
        x -> rnn.forward(x, Pass.inference()),
        x -> lstm.forward(x, Pass.inference()),
        x -> gru.forward(x, Pass.inference()));
  }

  @Test
  void aSequenceInTwoHalvesIsTheSequence() {
    Tensor x = random(DType.F64, SEED, 3, 6, 2);
    Tensor first = x.slice(1, 0, 2);
    Tensor second = x.slice(1, 2, 6);
    Lstm lstm = Lstm.of(2, 4, Initializer.uniform(-1, 1), Rng.of(SEED));
    Lstm wide =
        new Lstm(
            Param.of(lstm.inputWeight().value().cast(DType.F64)),
            Param.of(lstm.hiddenWeight().value().cast(DType.F64)),
            Param.of(lstm.bias().value().cast(DType.F64)));
    Lstm.Output one = wide.run(first, null);
    Lstm.Output two = wide.run(second, one.last());
    assertClose(
        wide.forward(x, Pass.inference()).toDoubleArray(),
        Tensor.concat(1, List.of(one.hidden(), two.hidden())),
        1e-12);
    Gru gru =
        new Gru(
            param(DType.F64, SEED, 2, 9),
            param(DType.F64, SEED + 1, 3, 9),
            param(DType.F64, SEED + 2, 9),
            param(DType.F64, SEED + 3, 3));
    Tensor a = gru.forward(first, Pass.inference());
    Tensor b = gru.forward(second, a.at(1, -1));
    assertClose(
        gru.forward(x, Pass.inference()).toDoubleArray(), Tensor.concat(1, List.of(a, b)), 1e-12);
  }

  @Test
  void gradientsFlowThroughTimeAndIntoTheInitialState() {
    for (Function<Tensor, Tensor> layer : layers(DType.F64, 2, 3)) {
      // Of the last step alone: what it says of the first input went through all steps.
      GradientCheck.run(
              in -> layer.apply(in.getFirst()).at(1, -1),
              List.of(random(DType.F64, SEED, 2, 12, 2)),
              2,
              Rng.of(SEED))
          .requireBelow(1e-6);
    }
    Lstm lstm =
        new Lstm(
            param(DType.F64, SEED, 2, 12),
            param(DType.F64, SEED + 1, 3, 12),
            param(DType.F64, SEED + 2, 12));
    Tensor x = random(DType.F64, SEED + 3, 2, 4, 2);
    GradientCheck.run(
            in -> lstm.run(x, new Lstm.Memory(in.get(0), in.get(1))).last().cell(),
            List.of(random(DType.F64, SEED + 4, 2, 3), random(DType.F64, SEED + 5, 2, 3)),
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
  }

  /** A large and a small batch: the gradient of weights is one product or a sum of products. */
  @ParameterizedTest
  @CsvSource({"2,5", "300,3"})
  void gradientsOfWeightsAreTheSameForEveryBatch(int batch, int time) {
    Lstm lstm =
        new Lstm(
            param(DType.F64, SEED, 2, 12),
            param(DType.F64, SEED + 1, 3, 12),
            param(DType.F64, SEED + 2, 12));
    Tensor x = random(DType.F64, SEED + 3, batch, time, 2);
    List<Param> params = List.of(lstm.inputWeight(), lstm.hiddenWeight(), lstm.bias());
    List<Tensor> together =
        Autodiff.gradients(lstm.forward(x, Pass.inference()).square().sum(), params);
    for (int i = 0; i < params.size(); i++) {
      double[] sum = new double[params.get(i).shape().size()];
      for (int e = 0; e < batch; e++) {
        Tensor one = lstm.forward(x.slice(0, e, e + 1), Pass.inference());
        double[] g = Autodiff.gradient(one.square().sum(), params.get(i)).toDoubleArray();
        for (int j = 0; j < sum.length; j++) {
          sum[j] += g[j];
        }
      }
      assertClose(sum, together.get(i), 1e-10);
    }
  }

  private static SimpleRnn rnn(int features, int n) {
    return new SimpleRnn(
        param(DType.F64, SEED, features, n),
        param(DType.F64, SEED + 1, n, n),
        param(DType.F64, SEED + 2, n));
  }

  private static Lstm lstm(int features, int n) {
    return new Lstm(
        param(DType.F64, SEED, features, 4 * n),
        param(DType.F64, SEED + 1, n, 4 * n),
        param(DType.F64, SEED + 2, 4 * n));
  }

  private static Gru gru(int features, int n) {
    return new Gru(
        param(DType.F64, SEED, features, 3 * n),
        param(DType.F64, SEED + 1, n, 3 * n),
        param(DType.F64, SEED + 2, 3 * n),
        param(DType.F64, SEED + 3, n));
  }

  @Test
  void stepsOneByOneAreTheSequence() {
    Tensor x = random(DType.F64, SEED, 3, 4, 2);
    Tensor r = rnn(2, 5).step(x.at(1, 0), null);
    Tensor g = gru(2, 5).step(x.at(1, 0), null);
    Lstm.Memory m = lstm(2, 5).step(x.at(1, 0), null);
    for (int t = 1; t < 4; t++) {
      r = rnn(2, 5).step(x.at(1, t), r);
      g = gru(2, 5).step(x.at(1, t), g);
      m = lstm(2, 5).step(x.at(1, t), m);
    }
    assertClose(rnn(2, 5).run(x, null, null).last().toDoubleArray(), r, 1e-12);
    assertClose(gru(2, 5).run(x, null, null).last().toDoubleArray(), g, 1e-12);
    Lstm.Memory last = lstm(2, 5).run(x, null).last();
    assertClose(last.hidden().toDoubleArray(), m.hidden(), 1e-12);
    assertClose(last.cell().toDoubleArray(), m.cell(), 1e-12);
  }

  @Test
  void afterTheEndOutputsAreZeroAndStatesAreHeld() {
    int[] lengths = {3, 5, 0, 1};
    Tensor x = random(DType.F64, SEED, 4, 5, 2);
    Tensor h0 = random(DType.F64, SEED + 7, 4, 3);
    Tensor c0 = random(DType.F64, SEED + 8, 4, 3);
    Tensor n = Tensor.of(lengths);
    SimpleRnn.Output r = rnn(2, 3).run(x, n, h0);
    Gru.Output g = gru(2, 3).run(x, n, h0);
    Lstm.Output l = lstm(2, 3).run(x, n, new Lstm.Memory(h0, c0));
    for (int e = 0; e < lengths.length; e++) {
      Tensor h = h0.slice(0, e, e + 1);
      Tensor c = c0.slice(0, e, e + 1);
      int length = lengths[e];
      if (length > 0) {
        Tensor own = x.slice(0, e, e + 1).slice(1, 0, length);
        SimpleRnn.Output ownR = rnn(2, 3).run(own, null, h);
        Gru.Output ownG = gru(2, 3).run(own, null, h);
        Lstm.Output ownL = lstm(2, 3).run(own, new Lstm.Memory(h, c));
        assertEnds(ownR.hidden(), ownR.last(), r.hidden().at(0, e), r.last().at(0, e));
        assertEnds(ownG.hidden(), ownG.last(), g.hidden().at(0, e), g.last().at(0, e));
        assertEnds(
            ownL.hidden(), ownL.last().hidden(), l.hidden().at(0, e), l.last().hidden().at(0, e));
        assertClose(ownL.last().cell().toDoubleArray(), l.last().cell().at(0, e), 1e-12);
      } else {
        assertClose(h.toDoubleArray(), r.last().at(0, e), 0);
        assertClose(h.toDoubleArray(), g.last().at(0, e), 0);
        assertClose(c.toDoubleArray(), l.last().cell().at(0, e), 0);
        assertClose(new double[15], l.hidden().at(0, e), 0);
      }
    }
    // Without a state to start from, a sequence without steps ends at zeros.
    assertClose(new double[3], gru(2, 3).run(x, n, null).last().at(0, 2), 0);
  }

  private static void assertEnds(Tensor hidden, Tensor last, Tensor padded, Tensor held) {
    int length = hidden.shape().dim(1);
    assertClose(hidden.toDoubleArray(), padded.slice(0, 0, length), 1e-12);
    assertClose(new double[(5 - length) * 3], padded.slice(0, length, 5), 0);
    assertClose(last.toDoubleArray(), held, 1e-12);
  }

  @Test
  void whatFollowsTheEndHasNoGradient() {
    Tensor x = random(DType.F64, SEED, 2, 4, 2);
    Tensor n = Tensor.of(new int[] {4, 2});
    Tensor loss = lstm(2, 3).run(x, n, null).last().hidden().square().sum();
    double[] g = Autodiff.gradient(loss, x).at(0, 1).toDoubleArray();
    for (int i = 0; i < g.length; i++) {
      assertEquals(i < 4, g[i] != 0, "element " + i);
    }
    GradientCheck.run(
            in -> gru(2, 3).run(in.getFirst(), n, null).hidden(), List.of(x), 2, Rng.of(SEED))
        .requireBelow(1e-6);
  }

  @Test
  void theForgetGatesStartOpen() {
    Lstm lstm = Lstm.of(3, 2, Initializer.zeros(), Rng.of(SEED));
    assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0, 0, 0}, lstm.bias().value().toFloatArray());
    Lstm closed = Lstm.of(3, 2, Initializer.zeros(), -2, Rng.of(SEED));
    assertArrayEquals(new float[] {0, 0, -2, -2, 0, 0, 0, 0}, closed.bias().value().toFloatArray());
  }

  @Test
  void networksOfSequences() {
    Network net = Network.of(5, 3).lstm(4).gru(6).rnn(7).last().dense(2).build(Rng.of(SEED));
    assertEquals(Shape.of(2), net.output());
    assertEquals(
        "[lstm1, gru1, rnn1, last1, dense1]", List.copyOf(net.layers().keySet()).toString());
    assertEquals(Shape.of(8, 2), net.forward(Tensor.zeros(8, 5, 3), Pass.inference()).shape());
    String message =
        assertThrows(IllegalArgumentException.class, () -> Network.of(5).gru(4).build(Rng.of(SEED)))
            .getMessage();
    assertTrue(String.valueOf(message).contains("sequences [time, features]"), message);
  }

  @Test
  void saysWhatDoesNotFit() {
    Lstm lstm = Lstm.of(3, 2, Initializer.glorotUniform(), Rng.of(SEED));
    assertMessage(
        "lstm: sequences [batch, time, 3] of at least one step, not [4, 5, 6]",
        () -> lstm.forward(Tensor.zeros(4, 5, 6), Pass.inference()));
    assertMessage(
        "lstm: sequences [batch, time, 3] of at least one step, not [4, 0, 3]",
        () -> lstm.forward(Tensor.zeros(4, 0, 3), Pass.inference()));
    assertMessage(
        "initial state",
        () ->
            lstm.run(
                Tensor.zeros(4, 5, 3), new Lstm.Memory(Tensor.zeros(3, 2), Tensor.zeros(4, 2))));
    assertMessage(
        "gru: weights [features, 3 hidden] and [hidden, 3 hidden] and bias [3 hidden], not [3, 8],"
            + " [2, 8] and [8]",
        () ->
            new Gru(
                lstm.inputWeight(), lstm.hiddenWeight(), lstm.bias(), Param.of(Tensor.ones(2))));
    assertMessage("at least one feature", () -> Gru.of(0, 2, Initializer.zeros(), Rng.of(SEED)));
    assertMessage(
        "lstm, the lengths", () -> lstm.run(Tensor.zeros(4, 5, 3), Tensor.of(new int[3]), null));
    assertMessage("lstm: a step takes [batch, 3]", () -> lstm.step(Tensor.zeros(4, 5), null));
    assertMessage("last: sequences", () -> new Last().forward(Tensor.zeros(3), Pass.inference()));
  }

  private static void assertMessage(String part, Runnable body) {
    String message = assertThrows(IllegalArgumentException.class, body::run).getMessage();
    assertTrue(String.valueOf(message).contains(part), message);
  }
}
