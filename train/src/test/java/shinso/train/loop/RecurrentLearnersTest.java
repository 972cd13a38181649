package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
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
import shinso.nn.init.Initializer;
import shinso.nn.layer.Activation;
import shinso.nn.layer.FeedbackRnn;
import shinso.nn.layer.Gru;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Lstm;
import shinso.nn.layer.Network;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.Chunks;
import shinso.train.data.Column;
import shinso.train.data.Sequences;

/** Back-propagation through time, whole and in chunks, and real-time recurrent learning. */
final class RecurrentLearnersTest {
  private static final long SEED = 20_261_129;
  private static final int FEATURES = 2;
  private static final int OUTPUTS = 3;
  private static final double RATE = 0.5;

  /** The squared error of each step. */
  private static Tensor squares(Tensor y, Tensor t) {
    return y.sub(t).square().sum(-1);
  }

  private static Tensor random(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate();
  }

  private static Param param(long seed, int... dims) {
    return Param.of(random(seed, dims).mul(0.7).evaluate());
  }

  /** Two layers with states of their own, in double. */
  private static Network stack() {
    SequencedMap<String, Layer> layers = new LinkedHashMap<>();
    layers.put(
        "lstm", new Lstm(param(1, FEATURES, 16), param(2, 4, 16), param(3, 16), param(4, 3, 4)));
    layers.put("gru", new Gru(param(5, 4, 9), param(6, 3, 9), param(7, 9), null));
    return new Network(Shape.of(7, FEATURES), layers);
  }

  private static FeedbackRnn feedback() {
    int n = 4;
    return new FeedbackRnn(
        param(1, FEATURES, n),
        param(2, n, n),
        param(3, OUTPUTS, n),
        param(4, n),
        param(5, n, OUTPUTS),
        param(6, OUTPUTS),
        Activation.TANH,
        Activation.SIGMOID);
  }

  /** A batch as Chunks gives it, in double. */
  private static List<Tensor> batch(Tensor x, int[] lengths, boolean starts, Tensor target) {
    int[] s = new int[lengths.length];
    Arrays.fill(s, starts ? 1 : 0);
    return List.of(x, Tensor.of(lengths), Tensor.of(s), target);
  }

  /** Takes a step of a learner and returns its loss. */
  private static double step(Learner learner, List<Tensor> batch) {
    return Program.of(learner::train)
        .run(Rng.of(SEED), batch.toArray(Tensor[]::new))
        .metric("loss")
        .item();
  }

  private static List<double[]> values(Learner learner) {
    return learner.model().values().stream().map(p -> p.value().toDoubleArray()).toList();
  }

  /** The mean of the squared errors of all steps that there are. */
  private static Tensor error(Recurrent net, Tensor x, int[] lengths, Tensor target) {
    Tensor n = Tensor.of(lengths);
    Tensor y = net.forward(x, Pass.inference().withLengths(n));
    Tensor mask = Recurrent.mask(n, x.shape().dim(1)).cast(DType.F64);
    return Losses.mean(squares(y, target), mask);
  }

  /** What one step of gradient descent on an error makes of the parameters. */
  private static List<double[]> descended(Layer net, Tensor error) {
    List<Param> params = List.copyOf(Parameters.all(net).values());
    List<Tensor> g = Autodiff.gradients(error, params);
    return IntStream.range(0, params.size())
        .mapToObj(i -> params.get(i).value().sub(g.get(i).mul(RATE)).toDoubleArray())
        .toList();
  }

  private static void assertSame(List<double[]> expected, List<double[]> actual, double tolerance) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), tolerance, "parameter " + i);
    }
  }

  @Test
  @Tag("row-F2")
  void aChunkAsLongAsTheSequencesIsTheFullGradient() {
    Tensor x = random(20, 3, 7, FEATURES);
    Tensor target = random(21, 3, 7, OUTPUTS);
    int[] lengths = {7, 2, 5};
    for (Recurrent net : List.of(stack(), feedback())) {
      Tensor error = error(net, x, lengths, target);
      List<double[]> expected = descended(net, error);
      double loss = error.item();
      TruncatedBptt learner =
          TruncatedBptt.of(net, RecurrentLearnersTest::squares, Sgd.of(RATE), 3);
      assertEquals(loss, step(learner, batch(x, lengths, true, target)), 1e-6);
      assertSame(expected, values(learner), 1e-12);
    }
  }

  @Test
  @Tag("row-F2")
  void theStateIsCarriedButNotTheGradient() {
    Tensor x = random(20, 2, 7, FEATURES);
    Tensor target = random(21, 2, 7, OUTPUTS);
    Network net = stack();
    TruncatedBptt learner = TruncatedBptt.of(net, RecurrentLearnersTest::squares, Sgd.of(RATE), 2);
    List<Tensor> state = null;
    for (int from : List.of(0, 3, 6)) {
      int to = Math.min(7, from + 3);
      // By hand: the steps one by one, the state of the chunk before as a constant.
      Tensor sum = Tensor.scalar(0).cast(DType.F64);
      List<Tensor> s = state;
      for (int t = from; t < to; t++) {
        Recurrent.Output out = net.step(x.at(1, t), s, Pass.inference());
        sum = sum.add(squares(out.output(), target.at(1, t)).sum());
        s = out.state();
      }
      List<double[]> expected = descended(net, sum.div(2.0 * (to - from)));
      state =
          s == null ? null : s.stream().map(Tensor::stopGradient).map(Tensor::evaluate).toList();

      List<Tensor> batch =
          batch(
              x.slice(1, from, to),
              new int[] {to - from, to - from},
              from == 0,
              target.slice(1, from, to));
      step(learner, batch);
      assertSame(expected, values(learner), 1e-12);
    }
    // h and c of the one layer, h of the other.
    assertEquals(3, learner.state().keySet().stream().filter(k -> k.startsWith("carried")).count());
  }

  @Test
  void aSequenceThatBeginsStartsFromZeros() {
    Tensor x = random(20, 2, 3, FEATURES);
    Tensor target = random(21, 2, 3, OUTPUTS);
    int[] lengths = {3, 3};
    TruncatedBptt one = TruncatedBptt.of(stack(), RecurrentLearnersTest::squares, Sgd.of(RATE), 2);
    double first = step(one, batch(x, lengths, true, target));
    TruncatedBptt two = TruncatedBptt.of(stack(), RecurrentLearnersTest::squares, Sgd.of(1e-30), 2);
    step(two, batch(random(22, 2, 3, FEATURES), lengths, true, target));
    assertEquals(first, step(two, batch(x, lengths, true, target)), 1e-6);
    assertTrue(Math.abs(first - step(two, batch(x, lengths, false, target))) > 1e-3);
    double evaluated =
        Program.of(two::evaluate)
            .run(Rng.of(1), batch(x, lengths, false, target).toArray(Tensor[]::new))
            .metric("loss")
            .item();
    assertEquals(first, evaluated, 1e-6);
  }

  // ---- real-time recurrent learning

  @Test
  @Tag("row-F3")
  void realTimeGradientsAreThoseThroughTime() {
    Tensor x = random(20, 3, 7, FEATURES);
    Tensor target = random(21, 3, 7, OUTPUTS);
    int[] lengths = {7, 2, 5};
    FeedbackRnn net = feedback();
    Tensor error = error(net, x, lengths, target);
    List<double[]> expected = descended(net, error);
    double loss = error.item();
    Rtrl learner = Rtrl.of(net, RecurrentLearnersTest::squares, Sgd.of(RATE), 3);
    assertEquals(loss, step(learner, batch(x, lengths, true, target)), 1e-6);
    assertSame(expected, values(learner), 1e-10);
  }

  @Test
  @Tag("row-F3")
  void realTimeGradientsOfChunksAddUpToThoseThroughTime() {
    int time = 6;
    Tensor x = random(20, 2, time, FEATURES);
    Tensor target = random(21, 2, time, OUTPUTS);
    FeedbackRnn net = feedback();
    List<double[]> before =
        values(TruncatedBptt.of(net, RecurrentLearnersTest::squares, Sgd.of(1), 2));
    List<double[]> full = descended(net, error(net, x, new int[] {time, time}, target));
    // The weights stay: what a step would have changed is noted and taken back.
    List<double[]> sum = before.stream().map(double[]::clone).toList();
    Rtrl learner = Rtrl.of(net, RecurrentLearnersTest::squares, Sgd.of(RATE), 2);
    for (int t = 0; t < time; t++) {
      step(
          learner,
          batch(x.slice(1, t, t + 1), new int[] {1, 1}, t == 0, target.slice(1, t, t + 1)));
      List<Param> params = List.copyOf(learner.model().values());
      for (int i = 0; i < params.size(); i++) {
        double[] now = params.get(i).value().toDoubleArray();
        for (int j = 0; j < now.length; j++) {
          sum.get(i)[j] += (now[j] - before.get(i)[j]) / time;
        }
        params
            .get(i)
            .assign(Tensor.of(before.get(i), before.get(i).length).reshape(params.get(i).shape()));
      }
    }
    assertSame(full, sum, 1e-10);
  }

  @Test
  void whatIsCarriedDoesNotGrowWithTheSequence() {
    Rtrl learner = Rtrl.of(feedback(), RecurrentLearnersTest::squares, Adam.of(1e-3), 5);
    int weights = 4 * (FEATURES + 4 + OUTPUTS + 1) + OUTPUTS * 5;
    assertEquals(
        List.of(Shape.of(5, 4), Shape.of(5, 3), Shape.of(5, weights, 4), Shape.of(5, weights, 3)),
        learner.state().entrySet().stream()
            .filter(e -> e.getKey().startsWith("carried"))
            .map(e -> e.getValue().shape())
            .toList());
  }

  // ---- data

  @Test
  void chunksGoOnWhereTheLastOnesEnded() {
    int[] lengths = {5, 2, 0, 3};
    float[] steps = new float[10];
    int[] targets = new int[10];
    for (int i = 0; i < 10; i++) {
      steps[i] = i;
      targets[i] = i;
    }
    Chunks chunks =
        Chunks.of(
            "toy",
            List.of(
                Column.floats("x", Shape.of(1), steps),
                Column.integers("target", Shape.SCALAR, targets)),
            lengths,
            2,
            2);
    assertEquals(
        "[[2, 1], [], [], [2]]", chunks.fields().stream().map(f -> f.shape()).toList().toString());
    List<String> seen = new ArrayList<>();
    try (Batches.Epoch epoch = chunks.batches().epoch(0)) {
      while (epoch.hasNext()) {
        List<Tensor> b = epoch.next();
        int[] t = b.get(3).toIntArray();
        int[] n = b.get(1).toIntArray();
        int[] starts = b.get(2).toIntArray();
        assertArrayEquals(
            Arrays.stream(t).asDoubleStream().toArray(), b.getFirst().toDoubleArray());
        for (int row = 0; row < 2; row++) {
          int from = row * 2;
          seen.add(
              (starts[row] == 1 ? "|" : "")
                  + Arrays.toString(Arrays.copyOfRange(t, from, from + n[row])));
        }
      }
    }
    assertEquals(List.of("|[0, 1]", "|[5, 6]", "[2, 3]", "|[7, 8]", "[4]", "[9]"), seen);
    assertMessage("use Chunks.batches()", () -> Batches.shuffled(chunks, 2, SEED));
    assertMessage(
        "sequences of 9 steps together, but 10 values of 'x'",
        () ->
            Chunks.of("toy", List.of(Column.floats("x", Shape.of(1), steps)), new int[] {9}, 1, 1));
    assertMessage("at least one stream", () -> Chunks.of("toy", List.of(), lengths, 0, 1));
  }

  // ---- compilations

  /** A learner that counts how often it is traced. */
  private record Counting(Learner learner, int[] traced) implements Learner {
    @Override
    public Map<String, Param> model() {
      return learner.model();
    }

    @Override
    public Map<String, Param> state() {
      return learner.state();
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      traced[0]++;
      return learner.train(batch, rng);
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      return learner.evaluate(batch, rng);
    }
  }

  @Test
  void allLengthsOfABucketNeedOneProgram() {
    List<float[]> values = new ArrayList<>();
    int[] labels = new int[40];
    for (int i = 0; i < labels.length; i++) {
      values.add(new float[1 + i % 20]);
      labels[i] = i % 2;
    }
    Sequences data =
        Sequences.of(
                "toy", values, 1, List.of(Column.labels("label", labels, 2)), List.of("a", "b"))
            .upTo(10);
    Network net =
        Network.of(20, 1).bidirectional(b -> b.lstm(3)).gru(3).last().dense(2).build(Rng.of(SEED));
    Counting learner =
        new Counting(
            SupervisedLearner.of(net, Losses::softmaxCrossEntropy, Adam.of(1e-2)).withLengths(),
            new int[1]);
    // 20 sequences in each bucket make full batches: 20 lengths, 2 programs.
    Batches batches = Batches.bucketed(data, 5, SEED);
    Trainer.of(learner, batches).epochs(3).run();
    assertEquals(2, learner.traced()[0]);
  }

  @Test
  void saysWhatDoesNotFit() {
    Network both = Network.of(5, 2).bidirectional(b -> b.gru(3)).build(Rng.of(SEED));
    assertMessage(
        "both ends", () -> TruncatedBptt.of(both, RecurrentLearnersTest::squares, Sgd.of(1), 2));
    TruncatedBptt learner = TruncatedBptt.of(stack(), RecurrentLearnersTest::squares, Sgd.of(1), 2);
    Tensor x = random(20, 3, 4, FEATURES);
    Tensor target = random(21, 3, 4, OUTPUTS);
    assertMessage(
        "a batch of 3 chunks for 2 streams",
        () -> step(learner, batch(x, new int[] {4, 4, 4}, true, target)));
    assertMessage("make it with Chunks", () -> step(learner, List.of(x, target)));
    TruncatedBptt mean = TruncatedBptt.of(stack(), Losses::mse, Sgd.of(1), 3);
    assertMessage(
        "a number for each step is needed, [3, 4]",
        () -> step(mean, batch(x, new int[] {4, 4, 4}, true, target)));
    FeedbackRnn softmax =
        FeedbackRnn.of(2, 3, 4, Activation.SOFTMAX, Initializer.glorotUniform(), Rng.of(SEED));
    assertMessage(
        "let the outputs be logits",
        () -> Rtrl.of(softmax, RecurrentLearnersTest::squares, Sgd.of(1), 2));
  }

  private static void assertMessage(String part, Runnable body) {
    String message = assertThrows(IllegalArgumentException.class, body::run).getMessage();
    assertTrue(String.valueOf(message).contains(part), message);
  }
}
