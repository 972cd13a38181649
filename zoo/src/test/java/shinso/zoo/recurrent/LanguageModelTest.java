package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.distribution.Categorical;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.layer.Recurrent;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.text.TextWindows;
import shinso.train.loop.Evaluation;

@Tag("row-F7")
final class LanguageModelTest {
  private static final long SEED = 7;
  private static final int TOKENS = 4;

  private static LanguageModel model(Cell cell, int layers) {
    LanguageModel model =
        LanguageModel.of(
            TOKENS, new LanguageModel.Config(cell, 3, 5, layers, 0), Rng.of(SEED).split("model"));
    // Larger weights, so that tokens differ in their probabilities.
    Parameters.all(model).values().forEach(p -> p.assign(p.value().mul(3)));
    return model;
  }

  private static LanguageModel model() {
    return model(Cell.LSTM, 2);
  }

  private static int[] tokens(int n) {
    return Tensor.uniform(Rng.of(SEED).split("tokens"), n).mul(TOKENS).cast(DType.I32).toIntArray();
  }

  private static double measured(LanguageModel model, TextWindows text, String name) {
    LanguageModelLearner bptt = new LanguageModelLearner(model, Sgd.of(0.1), 1, text.streams());
    return measured(Evaluation.of(bptt, Rng.of(SEED)), text, name);
  }

  private static double measured(Evaluation evaluation, TextWindows text, String name) {
    Tensor number = evaluation.on(Batches.inOrder(text, text.streams())).get(name);
    return Objects.requireNonNull(number, name).item();
  }

  /** A model that knows nothing hesitates between all tokens. */
  @Test
  void thePerplexityOfAUniformModelIsTheNumberOfTokens() {
    LanguageModel model = model();
    Parameters.all(model).values().forEach(p -> p.assign(p.value().mul(0)));
    TextWindows text = TextWindows.of("t", tokens(201), 4, 10);
    assertEquals(Math.log(TOKENS), measured(model, text, "loss"), 1e-6);
    assertEquals(2, measured(model, text, "bits"), 1e-6);
    assertEquals(TOKENS, measured(model, text, "perplexity"), 1e-5);
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void theProbabilitiesOfAllSequencesAddUpToOne(Cell cell) {
    int[] all = new int[TOKENS * TOKENS * TOKENS * 4];
    for (int i = 0; i < TOKENS * TOKENS * TOKENS; i++) {
      all[4 * i] = 2;
      all[4 * i + 1] = i % TOKENS;
      all[4 * i + 2] = i / TOKENS % TOKENS;
      all[4 * i + 3] = i / TOKENS / TOKENS;
    }
    Tensor p = model(cell, 1).logProbability(Tensor.of(all, all.length / 4, 4)).exp();
    assertEquals(1, p.sum().item(), 1e-5);
    assertTrue(p.max().item() > 2 * p.min().item());
  }

  /** Windows that go on from each other say what the whole sequence says. */
  @ParameterizedTest
  @EnumSource(Cell.class)
  void theStatePassesFromWindowToWindow(Cell cell) {
    int[] tokens = tokens(31);
    LanguageModel model = model(cell, 2);
    double whole = model.logProbability(Tensor.of(tokens, 1, 31)).item();
    assertEquals(-whole / 30, measured(model, TextWindows.of("t", tokens, 1, 5), "loss"), 1e-5);
    assertEquals(-whole / 30, measured(model, TextWindows.of("t", tokens, 1, 30), "loss"), 1e-5);
  }

  /** Two evaluations after each other are the same: each begins with zeros. */
  @Test
  void anEvaluationKnowsNothingOfTheOneBefore() {
    TextWindows text = TextWindows.of("t", tokens(41), 2, 5);
    LanguageModelLearner bptt = new LanguageModelLearner(model(), Sgd.of(0.1), 1, 2);
    Evaluation evaluation = Evaluation.of(bptt, Rng.of(SEED));
    double first = measured(evaluation, text, "loss");
    assertEquals(first, measured(evaluation, text, "loss"));
  }

  /** In the second window the gradient takes the state that it begins with for a constant. */
  @Test
  void theGradientEndsWhereTheWindowBegins() {
    TextWindows text = TextWindows.of("t", tokens(25), 3, 4);
    LanguageModel learned = model();
    Program train =
        Program.of(new LanguageModelLearner(learned, Sgd.of(0.5), 1e6, text.streams())::train);
    LanguageModel byHand = model();
    List<Tensor> state = null;
    for (int window = 0; window < 2; window++) {
      List<Tensor> batch = text.batch(IntStream.range(3 * window, 3 * window + 3).toArray());
      train.run(Rng.of(SEED), batch.toArray(Tensor[]::new));

      Recurrent.Output out = byHand.run(batch.getFirst(), state, Pass.inference());
      Tensor loss = Losses.softmaxCrossEntropy(out.output(), batch.getLast());
      List<Param> theta = List.copyOf(Parameters.all(byHand).values());
      List<Tensor> after = new ArrayList<>();
      List<Tensor> g = Autodiff.gradients(loss, theta);
      for (int i = 0; i < theta.size(); i++) {
        after.add(theta.get(i).value().sub(g.get(i).mul(0.5)).evaluate());
      }
      state = out.state().stream().map(Tensor::evaluate).toList();
      for (int i = 0; i < theta.size(); i++) {
        theta.get(i).assign(after.get(i));
      }
    }
    Map<String, Param> expected = Parameters.all(byHand);
    Parameters.all(learned)
        .forEach((name, param) ->
            assertArrayEquals(
                Objects.requireNonNull(expected.get(name)).value().toFloatArray(),
                param.value().toFloatArray(),
                1e-5f,
                name));
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void derivativesOfAllParameters(Cell cell) {
    LanguageModel model = model(cell, 2);
    Tensor loss = model.logProbability(Tensor.of(tokens(12), 2, 6)).mean().neg();
    ParameterCheck.run(Parameters.all(model), loss, Rng.of(SEED)).requireBelow(1e-6);
  }

  /** What a drawn token's frequencies may be off by, at four standard errors. */
  private static void assertDrawn(float[] probabilities, int[] counts, int n) {
    for (int i = 0; i < probabilities.length; i++) {
      double p = probabilities[i];
      assertEquals(p, counts[i] / (double) n, 4 * Math.sqrt(p * (1 - p) / n) + 1e-9, "token " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 1, 2.5})
  void tokensAreDrawnFromTheSoftmaxAtATemperature(double temperature) {
    LanguageModel model = model();
    int[] prompt = {1, 3, 0};
    Tensor logits =
        model.run(Tensor.of(prompt, 1, 3), null, Pass.inference()).output().at(1, 2).at(0, 0);
    float[] p = logits.div(temperature).softmax(0).toFloatArray();
    int n = 20_000;
    int[][] drawn =
        model.sample(
            prompt,
            n,
            1,
            z -> new Categorical(z).tempered(temperature).logits(),
            Rng.of(SEED).split("draw"));
    int[] counts = new int[TOKENS];
    Arrays.stream(drawn).forEach(row -> counts[row[0]]++);
    assertDrawn(p, counts, n);
  }

  /** The second token is drawn given the first one. */
  @Test
  void pairsAreDrawnAsProbableAsTheyAre() {
    LanguageModel model = model(Cell.GRU, 1);
    int n = 20_000;
    int[][] drawn = model.sample(new int[] {2}, n, 2, UnaryOperator.identity(), Rng.of(SEED));
    int[] counts = new int[TOKENS * TOKENS];
    Arrays.stream(drawn).forEach(row -> counts[row[0] * TOKENS + row[1]]++);
    int[] all =
        IntStream.range(0, counts.length)
            .flatMap(i -> IntStream.of(2, i / TOKENS, i % TOKENS))
            .toArray();
    Tensor p = model.logProbability(Tensor.of(all, counts.length, 3)).exp();
    assertDrawn(p.toFloatArray(), counts, n);
  }

  @Test
  void fromTheFirstKTheOthersAreNeverDrawn() {
    LanguageModel model = model();
    int[] prompt = {1, 3, 0};
    Tensor logits =
        model.run(Tensor.of(prompt, 1, 3), null, Pass.inference()).output().at(1, 2).at(0, 0);
    int[] order = logits.argsort(true).toIntArray();
    for (int k = 1; k <= TOKENS; k++) {
      int most = k;
      int[][] drawn =
          model.sample(
              prompt, 5_000, 1, z -> new Categorical(z).top(most).logits(), Rng.of(SEED).split(k));
      int[] seen = Arrays.stream(drawn).mapToInt(row -> row[0]).distinct().sorted().toArray();
      assertArrayEquals(Arrays.stream(order).limit(k).sorted().toArray(), seen);
    }
  }

  /** Prompts and texts of any length are made by one program, which is traced once. */
  @Test
  void allStepsAreOneProgram() {
    AtomicInteger traced = new AtomicInteger();
    UnaryOperator<Tensor> counting =
        z -> {
          traced.incrementAndGet();
          return z;
        };
    int[][] drawn = model().sample(tokens(9), 3, 20, counting, Rng.of(SEED));
    assertEquals(3, drawn.length);
    assertEquals(20, drawn[0].length);
    assertEquals(1, traced.get());
  }
}
