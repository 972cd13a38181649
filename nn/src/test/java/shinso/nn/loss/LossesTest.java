package shinso.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static shinso.nn.Failures.refusal;
import static shinso.nn.Numbers.assertClose;
import static shinso.nn.Numbers.random;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.autodiff.GradientCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

class LossesTest {
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  private static Tensor of(int[] dims, double... values) {
    return Tensor.of(values, dims);
  }

  private static Tensor classes(int... values) {
    return Tensor.of(values);
  }

  @Test
  void mseIsTheMeanOverAllElements() {
    Tensor y = of(new int[] {2, 2}, 1, 2, 3, 4);
    Tensor t = of(new int[] {2, 2}, 1, 0, 0, 8);
    assertClose((4 + 9 + 16) / 4.0, Losses.mse(y, t), 1e-15);
    assertClose(new double[] {0, 1, 1.5, -2}, Autodiff.gradient(Losses.mse(y, t), y), 1e-15);
  }

  @Test
  void binaryCrossEntropyIsThatOfTheSigmoid() {
    Tensor z = of(new int[] {2, 2}, 0, 2, -1, 3);
    Tensor t = of(new int[] {2, 2}, 1, 0, 0.25, 1);
    double[] zs = z.toDoubleArray();
    double[] ts = t.toDoubleArray();
    double[] cost = new double[4];
    double[] slope = new double[4];
    for (int i = 0; i < 4; i++) {
      double p = 1 / (1 + Math.exp(-zs[i]));
      cost[i] = -ts[i] * Math.log(p) - (1 - ts[i]) * Math.log(1 - p);
      slope[i] = (p - ts[i]) / 4;
    }
    Tensor mean = Losses.binaryCrossEntropyFromLogits(z, t);
    assertClose(Arrays.stream(cost).average().orElseThrow(), mean, 1e-14);
    assertClose(slope, Autodiff.gradient(mean, z), 1e-14);
    assertClose(
        new double[] {cost[0] + cost[1], cost[2] + cost[3]},
        Losses.binaryCrossEntropyFromLogitsEach(z, t),
        1e-14);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F64"})
  void binaryCrossEntropyTakesExtremeLogits(DType type) {
    Tensor z = of(new int[] {4}, 1e4, -1e4, 1e4, -1e4).cast(type);
    Tensor t = of(new int[] {4}, 1, 0, 0, 1).cast(type);
    assertClose(new double[] {0, 0, 1e4, 1e4}, Losses.binaryCrossEntropyFromLogitsEach(z, t), 1e-7);
    assertClose(
        new double[] {0, 0, 0.25, -0.25},
        Autodiff.gradient(Losses.binaryCrossEntropyFromLogits(z, t), z),
        1e-7);
  }

  /** What is left of the loss where logit and target agree: log(1 + e^−|z|). */
  @Test
  void binaryCrossEntropyKeepsTheDigitsOfSmallLosses() {
    Tensor z = Tensor.of(new float[] {10, -10, 20, -20, 80, -80, 0, 3}, 8);
    Tensor t = Tensor.of(new float[] {1, 0, 1, 0, 1, 0, 1, 0.5f}, 8);
    double[] expected = {
      Math.log1p(Math.exp(-10)),
      Math.log1p(Math.exp(-10)),
      Math.exp(-20),
      Math.exp(-20),
      Math.exp(-80),
      Math.exp(-80),
      Math.log(2),
      Math.log1p(Math.exp(-3)) + 1.5
    };
    float[] loss = Losses.binaryCrossEntropyFromLogitsEach(z, t).toFloatArray();
    Tensor sum = Losses.binaryCrossEntropyFromLogitsEach(z, t).sum();
    float[] slope = Autodiff.gradient(sum, z).toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], loss[i], 3e-7 * expected[i], "element " + i);
      double x = z.toFloatArray()[i];
      double exact = t.toFloatArray()[i] == 1 ? -1 / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
      if (t.toFloatArray()[i] != 0.5f) {
        assertEquals(exact, slope[i], 3e-7 * Math.abs(exact), "slope " + i);
      }
    }
    // At 0 as everywhere: both derivatives, as for a regression that starts with zero weights.
    Tensor zero = Tensor.of(new double[] {0}, 1);
    Tensor at = Losses.binaryCrossEntropyFromLogitsEach(zero, Tensor.of(new double[] {1}, 1)).sum();
    Tensor first = Autodiff.gradient(at, zero);
    assertEquals(-0.5, first.item());
    assertEquals(0.25, Autodiff.gradient(first.sum(), zero).item());
  }

  @Test
  void softmaxCrossEntropyIsMinusTheLogarithmOfTheClassesProbability() {
    Tensor z = of(new int[] {2, 3}, 1, 2, 3, 0, -1, 4);
    double first = Math.exp(1) + Math.exp(2) + Math.exp(3);
    double second = 1 + Math.exp(-1) + Math.exp(4);
    double[] each = {Math.log(first) - 2, Math.log(second) - 4};
    assertClose(each, Losses.softmaxCrossEntropyEach(z, classes(1, 2)), 1e-14);
    assertClose((each[0] + each[1]) / 2, Losses.softmaxCrossEntropy(z, classes(1, 2)), 1e-14);
    double[] slope = {
      Math.exp(1) / first / 2,
      (Math.exp(2) / first - 1) / 2,
      Math.exp(3) / first / 2,
      1 / second / 2,
      Math.exp(-1) / second / 2,
      (Math.exp(4) / second - 1) / 2
    };
    assertClose(slope, Autodiff.gradient(Losses.softmaxCrossEntropy(z, classes(1, 2)), z), 1e-14);
    Tensor hot = of(new int[] {2, 3}, 0, 1, 0, 0, 0, 1);
    assertClose(each, Losses.softmaxCrossEntropyEach(z, hot), 1e-14);
    assertClose(slope, Autodiff.gradient(Losses.softmaxCrossEntropy(z, hot), z), 1e-14);
  }

  @Test
  void softmaxCrossEntropyWithProbabilitiesIsTheMeanOverClasses() {
    Tensor z = of(new int[] {1, 2}, 0, 1);
    Tensor t = of(new int[] {1, 2}, 0.75, 0.25);
    double log = Math.log(1 + Math.E);
    assertClose(0.75 * log + 0.25 * (log - 1), Losses.softmaxCrossEntropy(z, t), 1e-15);
    // By the target too: −log softmax.
    assertClose(
        new double[] {log, log - 1}, Autodiff.gradient(Losses.softmaxCrossEntropy(z, t), t), 1e-15);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F64"})
  void softmaxCrossEntropyTakesExtremeLogits(DType type) {
    Tensor z = of(new int[] {3, 2}, 1e4, -1e4, 1e4, -1e4, 1e6, 1e6 - 1).cast(type);
    Tensor t = classes(0, 1, 0);
    double close = Math.log1p(Math.exp(-1));
    assertClose(new double[] {0, 2e4, close}, Losses.softmaxCrossEntropyEach(z, t), 1e-6);
    double p = 1 / (1 + Math.exp(-1));
    assertClose(
        new double[] {0, 0, 1.0 / 3, -1.0 / 3, (p - 1) / 3, (1 - p) / 3},
        Autodiff.gradient(Losses.softmaxCrossEntropy(z, t), z),
        1e-6);
  }

  @Test
  void classesMayBeRuledOutByMinusInfinity() {
    Tensor z = Tensor.of(new float[] {0, -INFINITY, 1}, 1, 3);
    Tensor loss = Losses.softmaxCrossEntropy(z, classes(2));
    assertClose(Math.log1p(Math.exp(-1)), loss, 1e-6);
    double p = 1 / (1 + Math.exp(-1));
    assertClose(new double[] {1 - p, 0, p - 1}, Autodiff.gradient(loss, z), 1e-6);
    assertClose(INFINITY, Losses.softmaxCrossEntropy(z, classes(1)), 0);
  }

  @Test
  void derivativesOfBothOrdersAgreeWithDifferences() {
    Tensor z = random(DType.F64, 1, 3, 4);
    Tensor p = random(DType.F64, 2, 3, 4).softmax(-1).evaluate();
    for (Tensor t : List.of(classes(3, 0, 1), p)) {
      GradientCheck.run(
              in -> Losses.softmaxCrossEntropyEach(in.getFirst(), t), List.of(z), 2, Rng.of(3))
          .requireBelow(1e-7);
    }
    GradientCheck.run(
            in -> Losses.binaryCrossEntropyFromLogits(in.getFirst(), p), List.of(z), 2, Rng.of(3))
        .requireBelow(1e-7);
    GradientCheck.run(in -> Losses.mse(in.getFirst(), p), List.of(z), 2, Rng.of(3))
        .requireBelow(1e-7);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, -1, Integer.MAX_VALUE})
  void classesThatDontExistAreAnErrorWhenItRuns(int wrong) {
    Tensor loss = Losses.softmaxCrossEntropy(Tensor.zeros(2, 3), classes(0, wrong));
    String message = String.valueOf(assertThrows(RuntimeException.class, loss::item).getMessage());
    assertTrue(message.contains(Integer.toString(wrong)), message);
  }

  @Test
  void batchesMayHaveSeveralAxesOrNone() {
    Tensor z = random(DType.F64, 5, 2, 3, 4);
    Tensor t = Tensor.of(new int[] {0, 1, 2, 3, 0, 1}, 2, 3);
    Tensor each = Losses.softmaxCrossEntropyEach(z, t);
    assertEquals("[2, 3]", each.shape().toString());
    assertClose(
        Losses.softmaxCrossEntropyEach(z.reshape(6, 4), t.reshape(6)).toDoubleArray(), each, 1e-15);
    assertClose(
        each.toDoubleArray()[0],
        Losses.softmaxCrossEntropy(z.at(0, 0).at(0, 0), t.at(0, 0).at(0, 0)),
        1e-15);
  }

  @Test
  void shapesThatDontFitAreErrors() {
    Tensor z = Tensor.zeros(8, 10);
    assertEquals(
        "softmaxCrossEntropy: logits [8, 10] go with I32 classes [8] or probabilities [8, 10], not"
            + " with I32[8, 1]",
        refusal(() -> Losses.softmaxCrossEntropy(z, Tensor.of(new int[8], 8, 1))));
    refusal(() -> Losses.softmaxCrossEntropy(z, Tensor.zeros(8)));
    refusal(() -> Losses.softmaxCrossEntropy(Tensor.scalar(1), Tensor.scalar(1)));
    refusal(() -> Losses.mse(z, Tensor.zeros(8, 1)));
    refusal(() -> Losses.binaryCrossEntropyFromLogits(z, Tensor.zeros(8)));
    refusal(() -> Losses.binaryCrossEntropyFromLogitsEach(Tensor.scalar(1), Tensor.scalar(1)));
  }
}
