package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.cpu.Programs.normal;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.tensor.Tensor;

/** A matrix that many products read across is transposed once. */
class TransposesTest {
  @ParameterizedTest
  @CsvSource({
    "8, 16, 40, 24, 1",
    "20, 33, 100, 7, 1",
    // Few products, few rows, a large matrix.
    "7, 16, 40, 24, 0",
    "8, 15, 40, 24, 0",
    "8, 16, 400, 330, 0",
  })
  void sameValuesWithOneCopyOrNone(int products, int m, int k, int n, int copies) {
    Tensor b = normal(1, n, k);
    List<Tensor> across = new ArrayList<>();
    List<Tensor> alone = new ArrayList<>();
    for (int i = 0; i < products; i++) {
      Tensor a = normal(2 + i, m, k);
      across.add(a.matmul(b.transpose()));
      alone.add(a);
    }
    for (boolean oneDnn : new boolean[] {true, false}) {
      CpuBackend backend = new CpuBackend(2, oneDnn);
      assertEquals(copies, Programs.count(Programs.compile(backend, across), "concat"));
      List<float[]> together = Programs.run(backend, across);
      for (int i = 0; i < products; i++) {
        double[] exact = exact(alone.get(i).toFloatArray(), b.toFloatArray(), m, k, n);
        float[] single =
            Programs.run(backend, List.of(alone.get(i).matmul(b.transpose()))).getFirst();
        for (int j = 0; j < m * n; j++) {
          assertEquals(exact[j], together.get(i)[j], 1e-6 * k);
          assertEquals(exact[j], single[j], 1e-6 * k);
        }
        assertArrayEquals(
            together.get(i), Programs.run(new CpuBackend(1, oneDnn), across).get(i), "1 thread");
      }
    }
  }

  private static double[] exact(float[] a, float[] b, int m, int k, int n) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        for (int l = 0; l < k; l++) {
          c[i * n + j] += (double) a[i * k + l] * b[j * k + l];
        }
      }
    }
    return c;
  }
}
