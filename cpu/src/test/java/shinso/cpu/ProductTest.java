package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.op.ContractionOp;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Products of matrices at sizes that are cut in different ways. */
class ProductTest {

  @ParameterizedTest(name = "{0} x [{1}, {2}] x [{2}, {3}]")
  @CsvSource({
    // One task; rows; columns; both.
    "1, 13, 17, 7",
    "1, 130, 64, 37",
    "1, 37, 100, 450",
    "1, 300, 200, 500",
    // A long inner dimension is cut as well.
    "1, 28, 1030, 101",
    "1, 33, 4099, 70",
    "1, 5, 40000, 9",
    // Weights that are much larger than the batch.
    "1, 20, 700, 301",
    "1, 128, 600, 513",
    // Products with vectors.
    "1, 1, 1, 1",
    "1, 1, 784, 10",
    "1, 1, 4999, 131",
    "1, 1, 37, 1037",
    "1, 1, 519, 257",
    "1, 261, 1000, 1",
    // Outer products.
    "1, 70, 1, 65",
    // Many small matrices; few large ones; few with a long inner dimension.
    "40, 9, 20, 11",
    "3, 100, 130, 200",
    "2, 10, 5000, 20",
  })
  void valuesAndSameBitsForAnyNumberOfThreads(int batch, int m, int k, int n) {
    for (int transposes = 0; transposes < 4; transposes++) {
      boolean ta = (transposes & 1) != 0;
      boolean tb = (transposes & 2) != 0;
      Tensor a = normal(1, batch, ta ? k : m, ta ? m : k);
      Tensor b = normal(2, batch, tb ? n : k, tb ? k : n);
      Tensor bias = normal(3, 1, n);
      Tensor product = TensorAccess.apply(new ContractionOp.MatMul(ta, tb), a, b);
      Tensor y = transposes == 0 ? product : product.add(bias.reshape(n)).relu();
      for (boolean oneDnn : new boolean[] {true, false}) {
        float[] expected = run(new CpuBackend(1, oneDnn), y);
        for (int threads = 2; threads <= 3; threads++) {
          assertArrayEquals(
              expected, run(new CpuBackend(threads, oneDnn), y), "threads: " + threads);
        }
        check(expected, a, b, transposes == 0 ? null : bias, m, k, n, ta, tb);
      }
    }
  }

  private static void check(
      float[] y,
      Tensor left,
      Tensor right,
      @Nullable Tensor bias,
      int m,
      int k,
      int n,
      boolean ta,
      boolean tb) {
    float[] a = left.toFloatArray();
    float[] b = right.toFloatArray();
    float[] start = bias == null ? null : bias.toFloatArray();
    for (int i = 0; i < y.length; i += 1 + i % 7) {
      int matrix = i / (m * n);
      int row = i / n % m;
      int column = i % n;
      double sum = start == null ? 0 : start[column];
      double size = Math.abs(sum);
      for (int p = 0; p < k; p++) {
        double product =
            (double) a[matrix * m * k + (ta ? p * m + row : row * k + p)]
                * b[matrix * k * n + (tb ? column * k + p : p * n + column)];
        sum += product;
        size += Math.abs(product);
      }
      // The bound of a sum from left to right; every order of addition meets it.
      double tolerance = (k + 1) * 0x1p-24 * size;
      assertEquals(start == null ? sum : Math.max(sum, 0), y[i], tolerance, "element " + i);
    }
  }

  private static Tensor normal(int seed, int batch, int rows, int columns) {
    Tensor t = Tensor.normal(Rng.of(seed), batch, rows, columns).evaluate();
    return batch == 1 ? t.reshape(Shape.of(rows, columns)).evaluate() : t;
  }

  private static Tensor normal(int seed, int rows, int columns) {
    return Tensor.normal(Rng.of(seed), rows, columns).evaluate();
  }

  private static float[] run(CpuBackend backend, Tensor wanted) {
    return Programs.run(backend, List.of(wanted)).getFirst();
  }
}
