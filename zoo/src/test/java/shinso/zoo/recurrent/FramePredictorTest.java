package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Param;
import shinso.core.program.ParameterCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.optim.Sgd;
import shinso.train.data.Batches;
import shinso.train.data.Sequences;
import shinso.train.data.Split;
import shinso.train.loop.Evaluation;
import shinso.zoo.harness.PianoRolls;

final class FramePredictorTest {
  private static final int KEYS = 6;

  private static FramePredictor model(Cell cell) {
    return FramePredictor.of(cell, KEYS, 200, 0, Rng.of(1));
  }

  private static Tensor roll(int... dims) {
    return Tensor.uniform(Rng.of(2), dims).greater(0.5f).cast(DType.F32);
  }

  private static List<Tensor> batch(Tensor x, int[] lengths, int[] from) {
    return List.of(x, Tensor.of(lengths, lengths.length), Tensor.of(from, from.length));
  }

  /** A network that knows nothing tosses a coin for each key. */
  @Test
  void withoutKnowledgeAFrameCostsABitAKey() {
    FramePredictor model = model(Cell.LSTM);
    Parameters.all(model).values().forEach(p -> p.assign(p.value().mul(0)));
    FramePredictor.Frames frames =
        model.predict(
            batch(roll(2, 5, KEYS), new int[] {5, 3}, new int[] {1, 1}), Pass.inference());
    assertEquals(KEYS * Math.log(2), frames.loss().item(), 1e-5);
    assertEquals(4 + 2, frames.counts().sum().item());
  }

  /** What a shorter sequence is filled up with changes neither loss nor gradients. */
  @ParameterizedTest
  @EnumSource(Cell.class)
  void fillingUpChangesNothing(Cell cell) {
    FramePredictor model = model(cell);
    List<Param> theta = List.copyOf(Parameters.all(model).values());
    Tensor x = roll(2, 6, KEYS);
    Tensor other = Tensor.concat(1, List.of(x.slice(1, 0, 4), roll(2, 4, KEYS).rsub(1)));
    Tensor first = loss(model, batch(x, new int[] {4, 4}, new int[] {2, 1}));
    Tensor second = loss(model, batch(other, new int[] {4, 4}, new int[] {2, 1}));
    assertEquals(first.item(), second.item(), 1e-6);
    List<Tensor> a = Autodiff.gradients(first, theta);
    List<Tensor> b = Autodiff.gradients(second, theta);
    for (int i = 0; i < theta.size(); i++) {
      assertArrayEquals(a.get(i).toFloatArray(), b.get(i).toFloatArray(), 1e-5f);
    }
  }

  private static Tensor loss(FramePredictor model, List<Tensor> batch) {
    return model.predict(batch, Pass.inference()).loss();
  }

  /** The loss is −log p of the frames that count, written out with logarithms of probabilities. */
  @Test
  void theLossIsThatOfTheFramesThatCount() {
    FramePredictor model = model(Cell.GRU);
    Tensor x = roll(1, 5, KEYS);
    FramePredictor.Frames frames =
        model.predict(batch(x, new int[] {4}, new int[] {2}), Pass.inference());
    float[] p = frames.logits().sigmoid().toFloatArray(); // of frames 1 to 4
    float[] truth = x.toFloatArray();
    double sum = 0;
    for (int t = 2; t < 4; t++) {
      for (int key = 0; key < KEYS; key++) {
        double q = p[(t - 1) * KEYS + key];
        sum -= truth[t * KEYS + key] == 1 ? Math.log(q) : Math.log(1 - q);
      }
    }
    assertEquals(sum / 2, frames.loss().item(), 1e-5);
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void derivativesOfAllParameters(Cell cell) {
    FramePredictor model = model(cell);
    Tensor loss = loss(model, batch(roll(2, 5, KEYS), new int[] {5, 3}, new int[] {1, 2}));
    ParameterCheck.run(Parameters.all(model), loss, Rng.of(3)).requireBelow(1e-6);
  }

  @ParameterizedTest
  @EnumSource(Cell.class)
  void allKindsHaveAsManyParameters(Cell cell) {
    FramePredictor model = FramePredictor.of(cell, 88, 300_000, 0.5, Rng.of(1));
    assertEquals(300_000, (double) Parameters.count(Parameters.all(model).values()), 3_000);
  }

  /** At first a network expects what is so on average: the entropy of the keys. */
  @Test
  void baseRatesAreWhereLearningBegins() {
    Split music = PianoRolls.CADENCES.load();
    Tensor rates = PianoRolls.rates(music.train());
    FramePredictor model =
        FramePredictor.of(Cell.GRU, 88, 5_000, 0, Rng.of(1)).withBaseRates(rates);
    // Without what comes from the layer the rates are all that is left.
    Param weight =
        Objects.requireNonNull(Parameters.all(model).get("network.layers.dense1.weight"));
    weight.assign(weight.value().mul(0));
    Sequences pieces = Sequences.pieces(music.train(), 100, 1);
    Map<String, Tensor> numbers =
        Evaluation.of(new FrameLearner(model, Sgd.of(0.1), 1), Rng.of(1))
            .on(Batches.inOrder(pieces, 50));
    Tensor all = pieces.whole().getFirst(); // [n, time, keys], zeros after the end
    double frames = Arrays.stream(pieces.whole().get(1).toIntArray()).map(n -> n - 1).sum();
    Tensor on = all.slice(1, 1, all.shape().dim(1)).sum(0, 1).div(frames);
    Tensor expected = on.mul(rates.log()).add(on.rsub(1).mul(rates.rsub(1).log())).sum().neg();
    assertEquals(expected.item(), Objects.requireNonNull(numbers.get("loss")).item(), 1e-4);
    assertTrue(numbers.containsKey("accuracy"));
  }
}
