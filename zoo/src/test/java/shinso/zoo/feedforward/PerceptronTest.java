package shinso.zoo.feedforward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

@Tag("row-A9")
final class PerceptronTest {
  private static final float[][] CORNERS = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};

  /** Shows the examples once, in order, one by one; returns the mistakes. */
  private static int epoch(Program rule, float[][] x, int[] labels) {
    int mistakes = 0;
    for (int n = 0; n < x.length; n++) {
      Tensor one = Tensor.of(x[n], 1, x[n].length);
      Tensor label = Tensor.of(new int[] {labels[n]}, 1);
      mistakes += (int) rule.run(Rng.of(0), one, label).metric("mistakes").item();
    }
    return mistakes;
  }

  private static Program rule(Perceptron perceptron) {
    return Program.of(new Perceptron.Rule(perceptron)::train);
  }

  private static double[] weights(Perceptron p) {
    double[] w = p.weight().value().toDoubleArray();
    double[] all = Arrays.copyOf(w, w.length + 1);
    all[w.length] = p.bias().value().item();
    return all;
  }

  /** At most (R/γ)² mistakes, γ being the margin of a plane that is known to separate. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void makesNoMoreMistakesThanNovikoffSays(long seed) {
    RandomGenerator random = Rng.of(seed).generator();
    double[] plane = {0.6, -0.64, 0.48}; // of length 1
    float[][] x = new float[40][];
    int[] labels = new int[40];
    double margin = Double.POSITIVE_INFINITY;
    double longest = 0;
    for (int n = 0; n < x.length; ) {
      float a = (float) random.nextDouble(-2, 2);
      float b = (float) random.nextDouble(-2, 2);
      double u = plane[0] * a + plane[1] * b + plane[2];
      if (Math.abs(u) > 0.15) {
        margin = Math.min(margin, Math.abs(u));
        longest = Math.max(longest, Math.sqrt(a * a + b * b + 1));
        x[n] = new float[] {a, b};
        labels[n++] = u > 0 ? 1 : 0;
      }
    }
    Perceptron perceptron = Perceptron.of(2);
    Program rule = rule(perceptron);
    int mistakes = 0;
    int last = -1;
    for (int i = 0; i < 2_000 && last != 0; i++) {
      last = epoch(rule, x, labels);
      mistakes += last;
    }
    assertEquals(0, last, "it ends");
    double bound = Math.pow(longest / margin, 2);
    assertTrue(mistakes > 0 && mistakes <= bound, mistakes + " mistakes, bound " + bound);
    float[] all = new float[2 * x.length];
    for (int n = 0; n < x.length; n++) {
      System.arraycopy(x[n], 0, all, 2 * n, 2);
    }
    int[] guesses = perceptron.logits(Tensor.of(all, x.length, 2)).argmax(-1).toIntArray();
    assertArrayEquals(labels, guesses);
  }

  /** Worked out with a pencil: OR from zeros. */
  @Test
  void learnsOrStepByStep() {
    Perceptron p = Perceptron.of(2);
    Program rule = rule(p);
    int[] or = {0, 1, 1, 1};
    // (0,0): 0 is no right side, b = −1. (0,1): −1, w₂ = 1, b = 0. (1,0): 0, w₁ = 1, b = 1.
    assertEquals(3, epoch(rule, CORNERS, or));
    assertArrayEquals(new double[] {1, 1, 1}, weights(p));
    // (0,0): 1, b = 0.
    assertEquals(1, epoch(rule, CORNERS, or));
    assertArrayEquals(new double[] {1, 1, 0}, weights(p));
    // (0,0): 0 once more, b = −1; then (0,1): 0, w₂ = 2, b = 0; (1,0) is right.
    assertEquals(2, epoch(rule, CORNERS, or));
    assertArrayEquals(new double[] {1, 2, 0}, weights(p));
  }

  /** In a fixed order the weights come back to where they were: it goes round for ever. */
  @Test
  void cyclesOnXor() {
    Perceptron p = Perceptron.of(2);
    Program rule = rule(p);
    Map<String, Integer> seen = new HashMap<>();
    Integer before = null;
    for (int i = 0; i < 50 && before == null; i++) {
      before = seen.put(Arrays.toString(weights(p)), i);
      assertTrue(epoch(rule, CORNERS, new int[] {0, 1, 1, 0}) > 0);
    }
    assertNotNull(before, "the weights don't repeat");
  }

  @Test
  void aBatchAddsItsCorrectionsUp() {
    Perceptron p = Perceptron.of(2);
    Tensor x = Tensor.of(new float[] {1, 2, 3, -1, 0, 1}, 3, 2);
    Tensor labels = Tensor.of(new int[] {1, 0, 1}, 3);
    double share = rule(p).run(Rng.of(0), x, labels).metric("mistakes").item();
    assertEquals(1, share);
    assertArrayEquals(new double[] {1 - 3, 2 + 1 + 1, 1}, weights(p));
    assertArrayEquals(new double[] {0, 0, 0}, p.mistakes(x, labels).toDoubleArray());
  }
}
