package shinso.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

class DropoutTest {
  private static final Tensor ONES = Tensor.ones(100, 100).evaluate();

  private static float[] drop(double rate, long seed) {
    return new Dropout(rate).forward(ONES, Pass.training(Rng.of(seed))).toFloatArray();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.8})
  void dropsAtItsRateAndScalesTheRest(double rate) {
    float[] y = drop(rate, 11);
    float kept = (float) (1 / (1 - rate));
    int dropped = 0;
    double sum = 0;
    for (float v : y) {
      assertTrue(v == 0 || Math.abs(v - kept) <= Math.ulp(kept), "element " + v);
      dropped += v == 0 ? 1 : 0;
      sum += v;
    }
    // Four standard deviations of a binomial share.
    double deviation = 4 * Math.sqrt(rate * (1 - rate) / y.length);
    assertEquals(rate, (double) dropped / y.length, deviation);
    assertEquals(1, sum / y.length, deviation / (1 - rate));
  }

  @Test
  void inferenceAndRateZeroChangeNothing() {
    assertSame(ONES, new Dropout(0.5).forward(ONES, Pass.inference()));
    assertSame(ONES, new Dropout(0).forward(ONES, Pass.training(Rng.of(1))));
  }

  @Test
  void masksComeFromThePass() {
    assertArrayEquals(drop(0.5, 1), drop(0.5, 1));
    assertFalse(Arrays.equals(drop(0.5, 1), drop(0.5, 2)));
    Pass pass = Pass.training(Rng.of(1));
    Dropout half = new Dropout(0.5);
    assertFalse(
        Arrays.equals(
            half.forward(ONES, pass).toFloatArray(), half.forward(ONES, pass).toFloatArray()));
  }

  @Test
  void aProgramDrawsANewMaskForEachKey() {
    Dropout half = new Dropout(0.5);
    Program program =
        Program.compileRandom(
            (Tensor x, Rng rng) -> Step.outputs(half.forward(x, Pass.training(rng))));
    assertArrayEquals(drop(0.5, 3), program.run(Rng.of(3), ONES).output(0).toFloatArray());
    assertArrayEquals(drop(0.5, 4), program.run(Rng.of(4), ONES).output(0).toFloatArray());
  }

  @Test
  void gradientsAreDroppedWithTheElements() {
    Tensor y = new Dropout(0.5).forward(ONES, Pass.training(Rng.of(9)));
    assertArrayEquals(y.toFloatArray(), Autodiff.gradient(y.sum(), ONES).toFloatArray());
  }

  @Test
  void whatIsDroppedMayBeInfinite() {
    Tensor x = ONES.mul(Double.POSITIVE_INFINITY);
    for (float v : new Dropout(0.5).forward(x, Pass.training(Rng.of(9))).toFloatArray()) {
      assertTrue(v == 0 || v == Float.POSITIVE_INFINITY);
    }
  }
}
