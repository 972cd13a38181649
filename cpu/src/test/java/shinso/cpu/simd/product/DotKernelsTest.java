package shinso.cpu.simd.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

class DotKernelsTest {
  private static final long SEED = 9;

  @ParameterizedTest
  @CsvSource({
    "1, 1", "3, 15", "4, 16", "5, 17", "9, 207", "4, 31", "6, 4096", "7, 4097", "2, 9000", "0, 5",
    "5, 0"
  })
  void sumsInTheOrderThatIsPromised(int rows, int n) {
    Random random = new Random(SEED);
    int stride = n + 3;
    float[] x = Values.gaussian(random, n);
    float[] b = Values.gaussian(random, Math.max(0, rows * stride - 3));
    float[] bias = Values.gaussian(random, rows);
    Memory mx = Memory.of(x, 1);
    Memory mb = Memory.of(b, 2);
    Memory mbias = Memory.of(bias, 1);
    for (boolean biased : new boolean[] {false, true}) {
      float[] expected = new float[rows];
      for (int r = 0; r < rows; r++) {
        for (int from = 0; from < n; from += DotKernels.BLOCK) {
          float[] sums = new float[DotKernels.WAYS];
          for (int p = from; p < Math.min(n, from + DotKernels.BLOCK); p++) {
            int way = (p - from) % DotKernels.WAYS;
            sums[way] = Math.fma(x[p], b[r * stride + p], sums[way]);
          }
          for (int half = DotKernels.WAYS / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
              sums[i] += sums[i + half];
            }
          }
          expected[r] += sums[0];
        }
        expected[r] += biased ? bias[r] : 0;
      }
      Memory dst = Memory.room(rows, 3);
      long start = biased ? mbias.address : 0;
      DotKernels.rows(dst.address, mx.address, mb.address, stride, rows, n, start);
      assertArrayEquals(expected, dst.floats());
    }
  }
}
