package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.Sequences;

/** The sequences of the adding problem. */
final class AddingTest {
  private static final int COUNT = 4_000;

  @ParameterizedTest
  @ValueSource(ints = {4, 10, 50, 100})
  void theSumIsThatOfTheMarkedNumbers(int length) {
    Sequences data = Adding.sequences(COUNT, length, Rng.of(7));
    List<Tensor> all = data.whole();
    float[] pairs = all.get(0).toFloatArray();
    int[] lengths = all.get(1).toIntArray();
    float[] sums = all.get(2).toFloatArray();
    int longest = all.getFirst().shape().dim(1);
    int half = Math.max(2, length / 2 - 1);
    double squares = 0;
    for (int i = 0; i < COUNT; i++) {
      assertTrue(lengths[i] >= length && lengths[i] <= length * 11 / 10);
      int marked = 0;
      double sum = 0;
      for (int t = 0; t < longest; t++) {
        float number = pairs[2 * (i * longest + t)];
        float mark = pairs[2 * (i * longest + t) + 1];
        if (mark == 1) {
          marked++;
          sum += t == 0 ? 0 : number;
          assertTrue(t < half);
          assertTrue(marked == 2 || t < 10);
        } else {
          boolean end = t == 0 || t == lengths[i] - 1;
          assertEquals(end ? -1 : 0, mark);
        }
      }
      assertEquals(2, marked);
      assertEquals(0.5 + sum / 4, sums[i], 1e-6);
      squares += (sums[i] - 0.5) * (sums[i] - 0.5);
    }
    // X is uniform in (−1, 1), and 0 where it is the first: E = (2 − P(first marked)) / 48.
    int ten = Math.min(10, half);
    double first = 1.0 / ten + (1 - 1.0 / ten) / (half - 1);
    double expected = (2 - first) / 48;
    assertEquals(expected, squares / COUNT, 5 * expected * Math.sqrt(2.0 / COUNT));
  }
}
