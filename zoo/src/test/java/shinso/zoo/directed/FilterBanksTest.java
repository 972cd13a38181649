package shinso.zoo.directed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.GradientCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** The attention of DRAW against its equations, written out. */
@Tag("row-J8")
final class FilterBanksTest {
  private static final int N = 3;
  private static final int ROWS = 5;
  private static final int COLUMNS = 7;

  private static Tensor normal(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate();
  }

  private static FilterBanks banks(Tensor parameters) {
    return FilterBanks.of(parameters, N, ROWS, COLUMNS);
  }

  /** Equations 19 to 26 with loops. */
  private static double[][] filters(double centre, double stride, double variance, int length) {
    double[][] f = new double[N][length];
    for (int i = 1; i <= N; i++) {
      double mean = centre + (i - N / 2.0 - 0.5) * stride;
      double sum = 0;
      for (int a = 1; a <= length; a++) {
        f[i - 1][a - 1] = Math.exp(-(a - mean) * (a - mean) / (2 * variance));
        sum += f[i - 1][a - 1];
      }
      for (int a = 0; a < length; a++) {
        f[i - 1][a] /= sum;
      }
    }
    return f;
  }

  @Test
  void filtersAreThoseOfThePaper() {
    Tensor parameters = normal(1, 4, 5).mul(0.5).evaluate();
    FilterBanks banks = banks(parameters);
    Tensor image = normal(2, 4, ROWS, COLUMNS);
    Tensor patch = normal(3, 4, N, N);
    double[] p = parameters.toDoubleArray();
    for (int e = 0; e < 4; e++) {
      double stride = 6.0 / 2 * Math.exp(p[5 * e + 3]);
      double variance = Math.exp(p[5 * e + 2]);
      double gamma = Math.exp(p[5 * e + 4]);
      double[][] fx = filters(4 * (p[5 * e] + 1), stride, variance, COLUMNS);
      double[][] fy = filters(3 * (p[5 * e + 1] + 1), stride, variance, ROWS);
      double[] x = image.at(0, e).toDoubleArray();
      double[] w = patch.at(0, e).toDoubleArray();
      double[] seen = new double[N * N];
      double[] written = new double[ROWS * COLUMNS];
      for (int j = 0; j < N; j++) {
        for (int i = 0; i < N; i++) {
          for (int b = 0; b < ROWS; b++) {
            for (int a = 0; a < COLUMNS; a++) {
              double share = fy[j][b] * fx[i][a];
              seen[j * N + i] += gamma * share * x[b * COLUMNS + a];
              written[b * COLUMNS + a] += share * w[j * N + i] / gamma;
            }
          }
        }
      }
      assertArrayEquals(seen, banks.read(image).at(0, e).toDoubleArray(), 1e-12);
      assertArrayEquals(written, banks.write(patch).at(0, e).toDoubleArray(), 1e-12);
    }
  }

  /** A grid of one filter a pixel, each narrow: reading gives the image, and writing too. */
  @Test
  void aFineGridSeesTheImage() {
    int side = 5;
    double logVariance = Math.log(1e-3);
    Tensor parameters = Tensor.of(new double[] {0, 0, logVariance, 0, Math.log(2)}, 1, 5);
    FilterBanks banks = FilterBanks.of(parameters, side, side, side);
    Tensor image = normal(4, 1, side, side);
    double[] expected = image.mul(2).toDoubleArray();
    assertArrayEquals(expected, banks.read(image).toDoubleArray(), 1e-12);
    double[] half = image.div(2).toDoubleArray();
    assertArrayEquals(half, banks.write(image).toDoubleArray(), 1e-12);
  }

  /** What narrow filters write on whole pixels they read again: γ and 1/γ cancel. */
  @Test
  void whatIsWrittenIsReadAgain() {
    // Stride 1 is δ̃ = (N − 1) / 6; the centre (4, 3) is that of the image.
    double logStride = Math.log((N - 1) / 6.0);
    Tensor narrow = Tensor.of(new double[] {0, 0, Math.log(1e-3), logStride, 0.7}, 1, 5);
    Tensor patch = normal(5, 1, N, N);
    FilterBanks banks = banks(narrow);
    double[] again = banks.read(banks.write(patch)).toDoubleArray();
    assertArrayEquals(patch.toDoubleArray(), again, 1e-12);
    Tensor canvas = banks.write(patch);
    double corner = patch.at(0, 0).at(0, 0).at(0, 0).item() / Math.exp(0.7);
    assertEquals(corner, canvas.at(0, 0).at(0, 1).at(0, 2).item(), 1e-12);
  }

  /** In general read∘write is G_Y w G_X with G = F Fᵀ, and reading is γ² times the adjoint. */
  @Test
  void readingIsTheAdjointOfWriting() {
    Tensor parameters = normal(6, 3, 5).mul(0.5).evaluate();
    FilterBanks banks = banks(parameters);
    Tensor patch = normal(7, 3, N, N);
    Tensor image = normal(8, 3, ROWS, COLUMNS);
    Tensor gramX = banks.x().matmul(banks.x().swapAxes(1, 2));
    Tensor gramY = banks.y().matmul(banks.y().swapAxes(1, 2));
    assertArrayEquals(
        gramY.matmul(patch).matmul(gramX).toDoubleArray(),
        banks.read(banks.write(patch)).toDoubleArray(),
        1e-12);
    Tensor gamma = banks.intensity().square().reshape(3);
    assertArrayEquals(
        banks.read(image).mul(patch).sum(1, 2).toDoubleArray(),
        banks.write(patch).mul(image).sum(1, 2).mul(gamma).toDoubleArray(),
        1e-12);
  }

  /** A grid far outside sees the edge, without dividing by nothing. */
  @Test
  void filtersSumToOneFarOutside() {
    Tensor parameters = Tensor.of(new double[] {30, -40, -4, 0, 0}, 1, 5);
    FilterBanks banks = banks(parameters);
    for (double sum : banks.x().sum(2).toDoubleArray()) {
      assertEquals(1, sum, 1e-12);
    }
    assertEquals(1, banks.x().at(2, -1).at(1, 0).item(), 1e-9);
    assertEquals(1, banks.y().at(2, 0).at(1, 0).item(), 1e-9);
  }

  @Test
  void gradients() {
    Tensor parameters = normal(9, 2, 5).mul(0.3).evaluate();
    Tensor image = normal(10, 2, ROWS, COLUMNS);
    Tensor patch = normal(11, 2, N, N);
    GradientCheck.run(
            in -> banks(in.get(0)).read(in.get(1)), List.of(parameters, image), 2, Rng.of(1))
        .requireBelow(1e-6);
    GradientCheck.run(
            in -> banks(in.get(0)).write(in.get(1)), List.of(parameters, patch), 2, Rng.of(2))
        .requireBelow(1e-6);
  }
}
