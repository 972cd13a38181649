package shinso.zoo.recurrent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.Losses;
import shinso.train.data.Dataset;

final class AutoregressionTest {
  /** Without noise the coefficients are found as they are. */
  @Test
  void coefficientsAreFound() {
    double[] x = new double[60];
    x[0] = 1;
    x[1] = -0.5;
    for (int t = 2; t < x.length; t++) {
      x[t] = 0.3 + 1.5 * x[t - 1] - 0.95 * x[t - 2];
    }
    Dataset data = new Series(1700, x, 60).windows(0, 60, 10);
    assertEquals(50, data.size());
    List<Tensor> columns = data.whole();
    Autoregression ar = Autoregression.fit(columns.getFirst(), columns.getLast(), 2);
    assertArrayEquals(new float[] {-0.95f, 1.5f, 0.3f}, ar.weights().toFloatArray(), 1e-4f);
    assertEquals(0, Losses.mse(ar.predict(columns.getFirst()), columns.getLast()).item(), 1e-9);
  }

  /** The order 0 is the mean. */
  @Test
  void withoutAPastTheMeanIsBest() {
    Dataset data = new Series(0, new double[] {1, 2, 3, 6}, 4).windows(0, 4, 1);
    List<Tensor> columns = data.whole();
    Autoregression mean = Autoregression.fit(columns.getFirst(), columns.getLast(), 0);
    assertEquals((2 + 3 + 6) / 3.0, mean.weights().item(), 1e-5);
    assertThrows(
        IllegalArgumentException.class,
        () -> Autoregression.fit(columns.getFirst(), columns.getLast(), 2));
  }

  @Test
  void aWindowEndsBeforeWhatItPredicts() {
    Dataset data = new Series(1700, new double[] {0, 1, 2, 3, 4, 5}, 4).windows(4, 6, 3);
    assertEquals("years 1704 to 1705", data.description());
    assertArrayEquals(new float[] {1, 2, 3, 2, 3, 4}, data.whole().getFirst().toFloatArray());
    assertArrayEquals(new float[] {4, 5}, data.whole().getLast().toFloatArray());
  }
}
