package shinso.zoo.mixture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;
import shinso.train.data.Split;

final class TwoWaysTest {
  private static final int N = 8_000;

  /** Moments 0 to 2 of the t that may have given an x: of p(t | x) times the length of them. */
  private static double[] moments(double[] curve, double x) {
    double[] m = new double[3];
    for (int i = 0; i < N; i++) {
      if (Math.abs(x - curve[i]) <= TwoWays.NOISE) {
        double t = (i + 0.5) / N;
        m[0] += 1.0 / N;
        m[1] += t / N;
        m[2] += t * t / N;
      }
    }
    return m;
  }

  /**
   * p(x | t) = 5 within the noise, so p(t | x) is uniform over the t that may be, and the mean of
   * −log p(t | x) is that of the logarithm of their length.
   */
  @Test
  void bestLikelihoodsAreThoseOfQuadrature() {
    double[] curve =
        IntStream.range(0, N).mapToDouble(i -> TwoWays.forward((i + 0.5) / N)).toArray();
    int cells = 2_000;
    double low = -0.2;
    double high = 1.2;
    double entropy = 0;
    double squares = 0;
    for (int i = 0; i < cells; i++) {
      double[] m = moments(curve, low + (high - low) * (i + 0.5) / cells);
      if (m[0] > 0) {
        // p(x) = 5 · length.
        double weight = 5 * m[0] * (high - low) / cells;
        entropy += weight * Math.log(m[0]);
        squares += weight * (m[2] / m[0] - m[1] / m[0] * (m[1] / m[0]));
      }
    }
    assertEquals(TwoWays.ENTROPY, entropy, 2e-4);
    assertEquals(0.195715, Math.sqrt(squares), 2e-5);
    assertEquals(TwoWays.LEAST_SQUARES, 0.5 * (Math.log(2 * Math.PI * squares) + 1), 1e-4);
  }

  @Test
  void dataLieAroundTheCurve() {
    Split split = TwoWays.source().load();
    assertEquals(1_000, split.train().size());
    List<Tensor> all = split.test().whole();
    double[] x = all.getFirst().toDoubleArray();
    double[] t = all.getLast().toDoubleArray();
    for (int i = 0; i < x.length; i++) {
      assertTrue(Math.abs(x[i] - TwoWays.forward(t[i])) <= TwoWays.NOISE + 1e-6);
    }
  }

  @Test
  void answersThatMayBeAreCounted() {
    // 0 and 1 may be where x is within the noise of them: 51 inputs of 501 each.
    assertEquals(51.0 / 501, TwoWays.possible(x -> x.mul(0)), 1e-6);
    // For x = t the curve is 0.3 |sin 2πt| away: within 0.1 near 0, a half and 1, whose four ends
    // are known up to an input each.
    double near = 2 * Math.asin(1.0 / 3) / Math.PI;
    assertEquals(near, TwoWays.possible(x -> x), 4.0 / 501);
  }
}
