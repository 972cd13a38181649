package shinso.cpu.simd.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

class GemmTest {
  private static final long SEED = 5;

  private final Random random = new Random(SEED);

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 100, 300",
    "3, 70, 5",
    "5, 1, 7",
    "12, 32, 64",
    "13, 33, 257",
    "64, 10, 784",
    "25, 47, 600",
    "241, 40, 30",
    "7, 1030, 20",
    "31, 17, 0",
    "0, 5, 5",
    "5, 0, 5"
  })
  void product(int m, int n, int k) {
    for (int transposes = 0; transposes < 4; transposes++) {
      boolean ta = (transposes & 1) != 0;
      boolean tb = (transposes & 2) != 0;
      // Rows are longer than need be, so that strides and sizes differ.
      int lda = (ta ? m : k) + 3;
      int ldb = (tb ? k : n) + 1;
      int ldc = n + 2;
      float[] a = Values.gaussian(random, (ta ? k : m) * lda);
      float[] b = Values.gaussian(random, (tb ? n : k) * ldb);
      float[] c = Values.gaussian(random, m * ldc);
      float[] bias = Values.gaussian(random, n);
      for (int mode = 0; mode < 3; mode++) {
        float[] expected = c.clone();
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            expected[i * ldc + j] = mode == 2 ? c[i * ldc + j] : 0;
            for (int p = 0; p < k; p += Gemm.BLOCK_K) {
              float sum = 0;
              for (int q = p; q < Math.min(k, p + Gemm.BLOCK_K); q++) {
                float x = ta ? a[q * lda + i] : a[i * lda + q];
                float y = tb ? b[j * ldb + q] : b[q * ldb + j];
                sum = Math.fma(x, y, sum);
              }
              expected[i * ldc + j] += sum;
            }
            expected[i * ldc + j] += mode == 1 ? bias[j] : 0;
          }
        }
        Memory ma = Memory.of(a, 1);
        Memory mb = Memory.of(b, 2);
        Memory mc = Memory.of(c, 3);
        Memory mbias = Memory.of(bias, 1);
        Memory scratch = Memory.room((int) (Gemm.scratchBytes(n, k) / 4));
        Gemm.multiply(
            mc.address,
            ldc,
            ma.address,
            ta ? 1 : lda,
            ta ? lda : 1,
            mb.address,
            tb ? 1 : ldb,
            tb ? ldb : 1,
            m,
            n,
            k,
            mode == 1 ? mbias.address : 0,
            mode == 2,
            scratch.address);
        assertArrayEquals(
            expected,
            mc.floats(),
            "transposes " + transposes + ", mode " + mode + ", seed " + SEED);
        scratch.floats();
      }
    }
  }

  @Test
  void bitsDoNotDependOnSlices() {
    int m = 50;
    int n = 75;
    int k = 700;
    Memory a = Memory.of(Values.gaussian(random, m * k));
    Memory b = Memory.of(Values.gaussian(random, k * n));
    Memory scratch = Memory.room((int) (Gemm.scratchBytes(n, k) / 4));
    Memory all = Memory.room(m * n);
    multiply(all.address, n, a.address, b.address, m, n, k, n, scratch);
    Memory pieces = Memory.room(m * n);
    for (int i = 0, height = 1; i < m; i += height, height++) {
      int rows = Math.min(height, m - i);
      for (int j = 0; j < n; j += 29) {
        long c = pieces.address + 4L * (i * n + j);
        long x = a.address + 4L * i * k;
        multiply(c, n, x, b.address + 4L * j, rows, Math.min(29, n - j), k, n, scratch);
      }
    }
    assertArrayEquals(all.floats(), pieces.floats());
  }

  private static void multiply(
      long c, int ldc, long a, long b, int m, int n, int k, int ldb, Memory scratch) {
    Gemm.multiply(c, ldc, a, k, 1, b, ldb, 1, m, n, k, 0, false, scratch.address);
  }

  @Test
  void infinityAndNaNStayInTheirRowsAndColumns() {
    int n = 40;
    float[] a = new float[n * n];
    float[] b = new float[n * n];
    java.util.Arrays.fill(b, 1);
    a[3 * n + 5] = Float.POSITIVE_INFINITY;
    a[7 * n + 1] = Float.NaN;
    Memory c = Memory.room(n * n);
    Memory scratch = Memory.room((int) (Gemm.scratchBytes(n, n) / 4));
    multiply(c.address, n, Memory.of(a).address, Memory.of(b).address, n, n, n, n, scratch);
    float[] y = c.floats();
    for (int i = 0; i < n * n; i++) {
      float expected = i / n == 3 ? Float.POSITIVE_INFINITY : i / n == 7 ? Float.NaN : 0;
      assertEquals(expected, y[i], "element " + i);
    }
  }
}
