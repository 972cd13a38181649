package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.param;
import static shinso.nn.Numbers.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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

  /** Used many times: nothing here draws or updates. */
  private static final Pass INFERENCE = Pass.inference();

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
    assertClose(expected, layer.run(x, List.of(h0), INFERENCE).output(), 1e-12);
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
    Recurrent.Output y = layer.run(x, List.of(h0, c0), INFERENCE);
    assertClose(expected, y.output(), 1e-12);
    assertClose(lastCell, y.state().get(1), 1e-12);
    assertClose(y.output().at(1, -1).toDoubleArray(), y.state().get(0), 0);
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
            values(Objects.requireNonNull(layer.candidateBias())));
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
    assertClose(expected, layer.run(x, List.of(h0), INFERENCE).output(), 1e-12);
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

  @ParameterizedTest
  @MethodSource("recurrent")
  void aSequenceInTwoHalvesIsTheSequence(Recurrent layer) {
    Tensor x = random(DType.F64, SEED, 3, 6, 2);
    Recurrent.Output one = layer.run(x.slice(1, 0, 2), null, INFERENCE);
    Recurrent.Output two = layer.run(x.slice(1, 2, 6), one.state(), INFERENCE);
    Recurrent.Output whole = layer.run(x, null, INFERENCE);
    assertClose(
        whole.output().toDoubleArray(),
        Tensor.concat(1, List.of(one.output(), two.output())),
        1e-12);
    assertStates(whole.state(), two.state());
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
            in -> lstm.run(x, List.of(in.get(0), in.get(1)), INFERENCE).state().get(1),
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

  private static Lstm peephole(int features, int n) {
    Lstm plain = lstm(features, n);
    return new Lstm(
        plain.inputWeight(), plain.hiddenWeight(), plain.bias(), param(DType.F64, SEED + 3, 3, n));
  }

  private static Gru gru(int features, int n) {
    return new Gru(
        param(DType.F64, SEED, features, 3 * n),
        param(DType.F64, SEED + 1, n, 3 * n),
        param(DType.F64, SEED + 2, 3 * n),
        param(DType.F64, SEED + 3, n));
  }

  private static Gru resettingBefore(int features, int n) {
    Gru after = gru(features, n);
    return new Gru(after.inputWeight(), after.hiddenWeight(), after.bias(), null);
  }

  private static FeedbackRnn feedback(int features, int n, int outputs) {
    return new FeedbackRnn(
        param(DType.F64, SEED, features, n),
        param(DType.F64, SEED + 1, n, n),
        param(DType.F64, SEED + 2, outputs, n),
        param(DType.F64, SEED + 3, n),
        param(DType.F64, SEED + 4, n, outputs),
        param(DType.F64, SEED + 5, outputs),
        Activation.TANH,
        Activation.SIGMOID);
  }

  /** Each recurrent layer for two features, and stacks of them. */
  static List<Recurrent> recurrent() {
    Dense dense = new Dense(param(DType.F64, SEED, 3, 4), param(DType.F64, SEED + 1, 4));
    return List.of(
        rnn(2, 3),
        lstm(2, 3),
        peephole(2, 3),
        gru(2, 3),
        resettingBefore(2, 3),
        feedback(2, 3, 4),
        network(lstm(2, 3), dense, Activation.TANH, gru(4, 3)),
        Sequential.of(gru(2, 3), Residual.of(lstm(3, 3)), feedback(3, 2, 3)));
  }

  private static Network network(Layer... layers) {
    SequencedMap<String, Layer> named = new LinkedHashMap<>();
    for (Layer layer : layers) {
      named.put("layer" + named.size(), layer);
    }
    return new Network(Shape.of(6, 2), named);
  }

  private static void assertStates(List<Tensor> expected, List<Tensor> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertClose(expected.get(i).toDoubleArray(), actual.get(i), 1e-12);
    }
  }

  /** Numbers in (−2, 2) for all parts of a state. */
  private static List<Tensor> state(Recurrent layer, int batch) {
    List<Tensor> state = new ArrayList<>();
    for (Shape s : layer.stateShapes()) {
      state.add(random(DType.F64, SEED + 70 + state.size(), Shape.of(batch).concat(s).dims()));
    }
    return state;
  }

  @ParameterizedTest
  @MethodSource("recurrent")
  void stepsOneByOneAreTheSequence(Recurrent layer) {
    Tensor x = random(DType.F64, SEED, 3, 4, 2);
    Recurrent.Output whole = layer.run(x, null, INFERENCE);
    List<Tensor> state = null;
    for (int t = 0; t < 4; t++) {
      Recurrent.Output step = layer.step(x.at(1, t), state, INFERENCE);
      assertClose(whole.output().at(1, t).toDoubleArray(), step.output(), 1e-12);
      state = step.state();
    }
    assertStates(whole.state(), Objects.requireNonNull(state));
    // Zeros are what a sequence starts from.
    List<Tensor> zeros = layer.zeroState(3).stream().map(z -> z.cast(DType.F64)).toList();
    assertClose(whole.output().toDoubleArray(), layer.run(x, zeros, INFERENCE).output(), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("recurrent")
  void afterTheEndStatesAreHeldAndNothingCounts(Recurrent layer) {
    int[] lengths = {3, 5, 0, 1};
    Tensor x = random(DType.F64, SEED, 4, 5, 2);
    List<Tensor> initial = state(layer, 4);
    Tensor n = Tensor.of(lengths);
    Recurrent.Output padded = layer.run(x, initial, Pass.inference().withLengths(n));
    for (int e = 0; e < lengths.length; e++) {
      int example = e;
      List<Tensor> own = initial.stream().map(s -> s.slice(0, example, example + 1)).toList();
      List<Tensor> held =
          padded.state().stream().map(s -> s.slice(0, example, example + 1)).toList();
      if (lengths[e] == 0) {
        assertStates(own, held);
        continue;
      }
      Recurrent.Output alone =
          layer.run(x.slice(0, e, e + 1).slice(1, 0, lengths[e]), own, INFERENCE);
      assertStates(alone.state(), held);
      assertClose(
          alone.output().toDoubleArray(), padded.output().at(0, e).slice(0, 0, lengths[e]), 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("recurrent")
  void paddingChangesNeitherResultsNorGradients(Recurrent layer) {
    Tensor x = random(DType.F64, SEED, 2, 5, 2);
    Tensor n = Tensor.of(new int[] {5, 2});
    Tensor mask = Recurrent.mask(n, 5); // [batch, time]
    Tensor other = Tensor.select(mask.unsqueeze(2), x, 1e3);
    List<Param> params = List.copyOf(Parameters.all(layer).values());
    List<Tensor> all = new ArrayList<>();
    for (Tensor in : List.of(x, other)) {
      Recurrent.Output y = layer.run(in, null, Pass.inference().withLengths(n));
      Tensor loss = Tensor.select(mask.unsqueeze(2), y.output().square(), 0).sum();
      for (Tensor s : y.state()) {
        loss = loss.add(s.square().sum());
      }
      List<Tensor> numbers = new ArrayList<>(List.of(loss));
      numbers.addAll(Autodiff.gradients(loss, params));
      Tensor g = Autodiff.gradient(loss, in);
      assertClose(new double[6], g.at(0, 1).slice(0, 2, 5), 0);
      numbers.add(g);
      if (all.isEmpty()) {
        all.addAll(numbers);
      } else {
        for (int i = 0; i < all.size(); i++) {
          assertClose(all.get(i).toDoubleArray(), numbers.get(i), 0);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("recurrent")
  void gradientsAreThoseOfDifferences(Recurrent layer) {
    List<Tensor> in = new ArrayList<>(List.of(random(DType.F64, SEED, 2, 4, 2)));
    in.addAll(state(layer, 2));
    Tensor n = Tensor.of(new int[] {4, 2});
    GradientCheck.run(
            all -> {
              Recurrent.Output y =
                  layer.run(
                      all.getFirst(), all.subList(1, all.size()), Pass.inference().withLengths(n));
              Tensor sum = y.output().square().sum();
              for (Tensor s : y.state()) {
                sum = sum.add(s.square().sum());
              }
              return sum;
            },
            in,
            2,
            Rng.of(SEED))
        .requireBelow(1e-6);
  }

  @Test
  void theLastStepIsEachSequencesOwn() {
    Tensor x = random(DType.F64, SEED, 3, 4, 2);
    Pass pass = Pass.inference().withLengths(Tensor.of(new int[] {4, 1, 3}));
    Tensor last = new Last().forward(x, pass);
    for (int e = 0; e < 3; e++) {
      int at = new int[] {3, 0, 2}[e];
      assertClose(x.at(0, e).at(0, at).toDoubleArray(), last.at(0, e), 0);
    }
    Pass none = Pass.inference().withLengths(Tensor.of(new int[] {4, 0, 3}));
    assertThrows(
        IndexOutOfBoundsException.class, () -> new Last().forward(x, none).toDoubleArray());
  }

  @Test
  void theForgetGatesStartOpen() {
    Lstm lstm = Lstm.of(3, 2, Initializer.zeros(), Rng.of(SEED));
    assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0, 0, 0}, lstm.bias().value().toFloatArray());
    Lstm closed = Lstm.of(3, 2, Initializer.zeros(), -2, Rng.of(SEED));
    assertArrayEquals(new float[] {0, 0, -2, -2, 0, 0, 0, 0}, closed.bias().value().toFloatArray());
  }

  @Test
  void theGatesThatKeepStartAsOpenAsTheyAreTold() {
    Gru gru = Gru.of(3, 2, Initializer.zeros(), 3, Rng.of(SEED));
    assertArrayEquals(new float[] {0, 0, 0, 0, 3, 3}, gru.bias().value().toFloatArray());
    // Without weights h_t = σ(3) h_{t−1}.
    Tensor h = gru.step(Tensor.ones(1, 3), List.of(Tensor.ones(1, 2)), INFERENCE).output();
    assertEquals(1 / (1 + Math.exp(-3)), h.toDoubleArray()[0], 1e-6);
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
        "lstm, the state",
        () ->
            lstm.run(
                Tensor.zeros(4, 5, 3), List.of(Tensor.zeros(3, 2), Tensor.zeros(4, 2)), INFERENCE));
    assertMessage(
        "gru: weights [features, 3 hidden] and [hidden, 3 hidden] and bias [3 hidden], not [3, 8],"
            + " [2, 8] and [8]",
        () ->
            new Gru(
                lstm.inputWeight(), lstm.hiddenWeight(), lstm.bias(), Param.of(Tensor.ones(2))));
    assertMessage("at least one feature", () -> Gru.of(0, 2, Initializer.zeros(), Rng.of(SEED)));
    assertMessage(
        "lstm, the lengths",
        () ->
            lstm.forward(
                Tensor.zeros(4, 5, 3), Pass.inference().withLengths(Tensor.of(new int[3]))));
    assertMessage(
        "lstm: the state has 2 parts, not 1",
        () -> lstm.step(Tensor.zeros(4, 3), List.of(Tensor.zeros(4, 2)), INFERENCE));
    assertMessage(
        "lstm: the peepholes are [3, 2], not [2]",
        () ->
            new Lstm(
                lstm.inputWeight(), lstm.hiddenWeight(), lstm.bias(), Param.of(Tensor.ones(2))));
    assertMessage("lengths", () -> Pass.inference().withLengths(Tensor.ones(3)));
    Network classifier = Network.of(5, 3).lstm(4).last().dense(2).build(Rng.of(SEED));
    assertMessage("layer 2 'last1'", () -> classifier.step(Tensor.zeros(4, 3), null, INFERENCE));
    assertMessage(
        "lstm: a step takes [batch, 3]", () -> lstm.step(Tensor.zeros(4, 5), null, INFERENCE));
    assertMessage("last: sequences", () -> new Last().forward(Tensor.zeros(3), Pass.inference()));
  }

  private static void assertMessage(String part, Runnable body) {
    String message = assertThrows(IllegalArgumentException.class, body::run).getMessage();
    assertTrue(String.valueOf(message).contains(part), message);
  }
}
