package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.decode.BeamSearch;
import shinso.nn.decode.Greedy;
import shinso.nn.decode.Hypothesis;
import shinso.nn.decode.NextToken;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.data.text.TextPairs;
import shinso.train.data.text.TokenPairs;
import shinso.train.data.text.Vocabulary;
import shinso.train.loop.Trainer;
import shinso.zoo.recurrent.EncoderDecoder.Config;
import shinso.zoo.recurrent.EncoderDecoder.Context;

@Tag("row-F6")
class EncoderDecoderTest {
  private static final int TOKENS = 4;

  private static EncoderDecoder network(Context context, Cell cell, int layers) {
    Config config = new Config(context, cell, layers, 3, 4, 0);
    return EncoderDecoder.of(config, TOKENS, TOKENS, Rng.of(5));
  }

  static Stream<Config> configs() {
    return Stream.of(Context.values())
        .flatMap(
            context -> Stream.of(Cell.values()).map(cell -> new Config(context, cell, 1, 3, 4, 0)));
  }

  private static Tensor loss(EncoderDecoder network, List<Tensor> batch) {
    Tensor each = network.negativeLogLikelihood(batch, Pass.inference());
    return Losses.mean(each, EncoderDecoder.mask(batch));
  }

  /** Three pairs of different lengths: sources, their lengths, targets' lengths, targets. */
  private static List<Tensor> batch() {
    return List.of(
        Tensor.of(new int[] {2, 3, 1, 3, 1, 0, 0, 0, 2, 3, 1, 0}, 3, 4),
        Tensor.of(new int[] {4, 1, 3}, 3),
        Tensor.of(new int[] {3, 1, 3}, 3),
        Tensor.of(new int[] {1, 2, 0, 0, 0, 0, 2, 2, 0}, 3, 3));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void gradientsAreThoseOfDifferences(Config config) {
    EncoderDecoder network = EncoderDecoder.of(config, TOKENS, TOKENS, Rng.of(3));
    ParameterCheck.run(Parameters.trainable(network), loss(network, batch()), Rng.of(1))
        .requireBelow(1e-5);
  }

  @ParameterizedTest
  @EnumSource(Context.class)
  void stackedLayersHaveTheirGradientsToo(Context context) {
    EncoderDecoder network = network(context, Cell.LSTM, 2);
    ParameterCheck.run(Parameters.trainable(network), loss(network, batch()), Rng.of(1))
        .requireBelow(1e-5);
  }

  /** Longer by two steps that are filled with other tokens. */
  private static List<Tensor> padded() {
    List<Tensor> b = batch();
    Tensor junk = Tensor.full(b.get(0).shape().with(1, 2), 3).cast(DType.I32);
    Tensor s = Tensor.concat(1, List.of(b.get(0), junk));
    Tensor t = Tensor.concat(1, List.of(b.get(3), junk));
    Tensor inside = Recurrent.mask(b.get(1), 6).cast(DType.I32);
    Tensor written = Recurrent.mask(b.get(2), 5).cast(DType.I32);
    return List.of(
        Tensor.select(inside, s, s.zerosLike().add(Tensor.constant(2, DType.I32))),
        b.get(1),
        b.get(2),
        Tensor.select(written, t, t.zerosLike().add(Tensor.constant(1, DType.I32))));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void paddingChangesNeitherLossNorGradients(Config config) {
    EncoderDecoder network = EncoderDecoder.of(config, TOKENS, TOKENS, Rng.of(4));
    List<Param> params = List.copyOf(Parameters.trainable(network).values());
    List<Tensor> plain = new ArrayList<>(Autodiff.gradients(loss(network, batch()), params));
    List<Tensor> more = new ArrayList<>(Autodiff.gradients(loss(network, padded()), params));
    plain.add(loss(network, batch()));
    more.add(loss(network, padded()));
    for (int i = 0; i < plain.size(); i++) {
      assertArrayEquals(plain.get(i).toFloatArray(), more.get(i).toFloatArray(), 2e-6f);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void eachPairAloneHasTheLossThatItHasAmongOthers(Config config) {
    EncoderDecoder network = EncoderDecoder.of(config, TOKENS, TOKENS, Rng.of(6));
    float[] together =
        network.negativeLogLikelihood(batch(), Pass.inference()).sum(1).toFloatArray();
    int[] s = batch().get(1).toIntArray();
    int[] t = batch().get(2).toIntArray();
    for (int i = 0; i < 3; i++) {
      List<Tensor> b = batch();
      List<Tensor> alone =
          List.of(
              b.get(0).slice(0, i, i + 1).slice(1, 0, s[i]),
              b.get(1).slice(0, i, i + 1),
              b.get(2).slice(0, i, i + 1),
              b.get(3).slice(0, i, i + 1).slice(1, 0, t[i]));
      assertEquals(
          together[i], network.negativeLogLikelihood(alone, Pass.inference()).sum().item(), 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void stepByStepTheProbabilitiesAreThoseOfTheWhole(Config config) {
    EncoderDecoder network = EncoderDecoder.of(config, TOKENS, TOKENS, Rng.of(7));
    Tensor whole = network.logits(batch(), null, Pass.inference());
    NextToken.Start start = network.read(batch().get(0), batch().get(1));
    Tensor token = start.token();
    List<Tensor> state = start.state();
    for (int i = 0; i < 3; i++) {
      NextToken.Next next = network.next(token, state, start.given());
      assertArrayEquals(
          whole.at(1, i).toFloatArray(), next.logits().toFloatArray(), 1e-5f, "step " + i);
      token = batch().get(3).at(1, i);
      state = next.state();
    }
  }

  @ParameterizedTest
  @EnumSource(Context.class)
  void theProbabilitiesOfAllTargetsSumToOne(Context context) {
    EncoderDecoder network = network(context, Cell.GRU, 1);
    // All targets of up to 3 tokens, and all beginnings of 4 that have not ended yet.
    List<int[]> all = new ArrayList<>();
    for (int length = 0; length <= 4; length++) {
      int count = (int) Math.pow(TOKENS - 1, length);
      for (int k = 0; k < count; k++) {
        int[] target = new int[4];
        for (int i = 0, rest = k; i < length; i++, rest /= TOKENS - 1) {
          target[i] = 1 + rest % (TOKENS - 1);
        }
        all.add(target);
      }
    }
    int n = all.size();
    int[] lengths =
        all.stream()
            .mapToInt(t -> Math.min(4, 1 + (int) IntStream.of(t).filter(x -> x != 0).count()))
            .toArray();
    Tensor source = Tensor.of(new int[] {2, 1}, 1, 2).tile(0, n);
    Tensor targets = Tensor.of(all.stream().flatMapToInt(IntStream::of).toArray(), n, 4);
    List<Tensor> batch =
        List.of(
            source, Tensor.full(Shape.of(n), 2).cast(DType.I32), Tensor.of(lengths, n), targets);
    Tensor logP = network.negativeLogLikelihood(batch, Pass.inference()).sum(1).neg();
    assertEquals(1, logP.exp().sum().item(), 1e-5);
  }

  @ParameterizedTest
  @EnumSource(Context.class)
  void decodingIsOneProgramAndBeamOneIsGreedy(Context context) {
    EncoderDecoder network = network(context, Cell.LSTM, 1);
    AtomicInteger traces = new AtomicInteger();
    NextToken counted =
        (token, state, given) -> {
          traces.incrementAndGet();
          return network.next(token, state, given);
        };
    Greedy greedy = Greedy.of(counted, EncoderDecoder.END, 6);
    NextToken.Start start = network.read(batch().get(0), batch().get(1));
    List<Hypothesis> first = greedy.decode(start);
    for (int again = 0; again < 3; again++) {
      assertEquals(first, greedy.decode(start));
    }
    assertEquals(1, traces.get());
    BeamSearch one = BeamSearch.of(counted, 1, EncoderDecoder.END, 6);
    List<Hypothesis> beam = one.decode(start);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(first.get(i).tokens(), beam.get(i).tokens());
    }
    assertEquals(first.size(), one.decode(start).size());
    assertEquals(2, traces.get());
  }

  @ParameterizedTest
  @EnumSource(Context.class)
  void attentionIsADistributionOverTheSource(Context context) {
    EncoderDecoder network = network(context, Cell.GRU, 1);
    if (context == Context.STATE || context == Context.SUMMARY) {
      assertThrows(IllegalStateException.class, () -> network.attention(batch()));
      return;
    }
    Tensor weights = network.attention(batch()); // [3, 3, 4]
    for (double sum : weights.sum(2).toDoubleArray()) {
      assertEquals(1, sum, 1e-6);
    }
    Tensor outside = Recurrent.mask(batch().get(1), 4).rsub(1).unsqueeze(1).mul(weights);
    assertEquals(0, outside.sum().item());
  }

  @Test
  void theNumbersOfParametersAreThoseOfTheEquations() {
    int e = 3;
    int n = 4;
    int v = TOKENS;
    int lstm = 4 * (e * n + n * n + n);
    int ends = 2 * v * e + n * v + v;
    assertEquals(ends + 2 * lstm, count(Context.STATE, Cell.LSTM));
    int gru = 3 * (e * n + n * n + n) + n;
    int wide = 3 * ((e + n) * n + n * n + n) + n;
    int begin = 2 * (n * n + n);
    int readout = (n + e + n) * 2 * n + 2 * n;
    assertEquals(ends + gru + wide + begin + readout, count(Context.SUMMARY, Cell.GRU));
    int wider = 3 * ((e + 2 * n) * n + n * n + n) + n;
    int additive = n * n + 2 * n * n + n;
    int from = (n + e + 2 * n) * 2 * n + 2 * n;
    assertEquals(
        ends + 2 * gru + wider + begin + additive + from, count(Context.ADDITIVE, Cell.GRU));
    int fed = 4 * ((e + n) * n + n * n + n);
    assertEquals(ends + lstm + fed + n * n + 2 * n * n, count(Context.MULTIPLICATIVE, Cell.LSTM));
  }

  private static long count(Context context, Cell cell) {
    return Parameters.count(Parameters.all(network(context, cell, 1)).values());
  }

  @Test
  void withChanceOneTheTeacherSaysAllAndWithChanceZeroNothing() {
    EncoderDecoder network = network(Context.ADDITIVE, Cell.GRU, 1);
    Tensor forced = network.logits(batch(), null, Pass.inference());
    EncoderDecoder.Teacher all = new EncoderDecoder.Teacher(Tensor.scalar(1), Rng.of(2));
    assertArrayEquals(
        forced.toFloatArray(),
        network.logits(batch(), all, Pass.inference()).toFloatArray(),
        1e-5f);
    EncoderDecoder.Teacher none = new EncoderDecoder.Teacher(Tensor.scalar(0), Rng.of(2));
    List<Tensor> other = new ArrayList<>(batch());
    other.set(3, Tensor.of(new int[] {3, 3, 3, 3, 3, 3, 3, 3, 3}, 3, 3));
    assertArrayEquals(
        network.logits(batch(), none, Pass.inference()).toFloatArray(),
        network.logits(other, none, Pass.inference()).toFloatArray());
    assertFalse(
        Arrays.equals(
            network.logits(other, null, Pass.inference()).toFloatArray(),
            network.logits(batch(), null, Pass.inference()).toFloatArray()));
  }

  @Test
  void drawnTokensComeAsOftenAsTheNetworkAndTheTeacherSay() {
    EncoderDecoder network = network(Context.STATE, Cell.RNN, 1);
    int n = 20_000;
    // Of the second step's logits we see which token it was given.
    Tensor source = Tensor.of(new int[] {2, 1}, 1, 2).tile(0, n);
    Tensor ones = Tensor.full(Shape.of(n), 1).cast(DType.I32);
    Tensor target = Tensor.of(new int[] {3, 0}, 1, 2).tile(0, n);
    List<Tensor> batch = List.of(source, ones.add(ones), ones.add(ones), target);
    double chance = 0.3;
    EncoderDecoder.Teacher teacher = new EncoderDecoder.Teacher(Tensor.scalar(chance), Rng.of(11));
    Tensor logits = network.logits(batch, teacher, Pass.inference());
    double[] p = logits.at(0, 0).at(0, 0).softmax(-1).toDoubleArray();
    for (int token = 0; token < TOKENS; token++) {
      List<Tensor> given = new ArrayList<>(batch);
      given.set(3, Tensor.of(new int[] {token, 0}, 1, 2).tile(0, n));
      Tensor expected = network.logits(given, null, Pass.inference()).at(1, 1); // [n, tokens]
      Tensor same = logits.at(1, 1).sub(expected).abs().max(-1).less(1e-5);
      double share = same.mean().item();
      double right = (1 - chance) * p[token] + (token == 3 ? chance : 0);
      assertEquals(right, share, 4 * Math.sqrt(right * (1 - right) / n), "token " + token);
    }
  }

  @ParameterizedTest
  @EnumSource(Context.class)
  void aFewPairsAreLearntByHeart(Context context) {
    List<TextPairs.Pair> pairs =
        List.of(
            new TextPairs.Pair("ab", "xyz"),
            new TextPairs.Pair("b", "zz"),
            new TextPairs.Pair("abba", "y"),
            new TextPairs.Pair("bbb", "xzyx"));
    Vocabulary s = Vocabulary.of(Vocabulary.Unit.CHARACTER, List.of("ab"));
    Vocabulary t = Vocabulary.of(Vocabulary.Unit.CHARACTER, List.of("xyz"));
    TokenPairs data = TokenPairs.of("four pairs", pairs, s, t);
    EncoderDecoder network =
        EncoderDecoder.of(Config.of(context, Cell.GRU, 8, 16), s.size(), t.size(), Rng.of(1));
    TeacherForcing learner = TeacherForcing.of(network, Adam.of(0.01)).clipNorm(5);
    if (context == Context.ADDITIVE) {
      learner = learner.sampling(Schedule.linear(1, 0.5, 200));
    }
    Trainer.of(learner, Batches.shuffled(data, 4, 1)).steps(300).run();
    List<Tensor> batch = data.whole();
    NextToken.Start start = network.read(batch.get(0), batch.get(1));
    List<Hypothesis> written = Greedy.of(network, EncoderDecoder.END, 6).decode(start);
    for (int i = 0; i < 4; i++) {
      assertEquals(pairs.get(i).target(), t.decode(written.get(i).tokens()));
    }
  }

  @Test
  void withoutAttentionTheSourceIsReadFromItsEnd() {
    EncoderDecoder network = network(Context.STATE, Cell.GRU, 1);
    Recurrent encoder = (Recurrent) network.encoder();
    Tensor backwards = Tensor.of(new int[] {3, 1, 3, 2}, 1, 4);
    Tensor x = network.source().forward(backwards, Pass.inference());
    Tensor expected = encoder.run(x, null, Pass.inference()).state().getFirst();
    Tensor state = network.read(batch().get(0), batch().get(1)).state().getFirst().at(0, 0);
    assertArrayEquals(expected.toFloatArray(), state.toFloatArray(), 1e-6f);
  }
}
