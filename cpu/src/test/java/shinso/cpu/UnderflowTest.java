package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.tensor.Tensor;

/** Subnormal results are zero while kernels run, and only then. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class UnderflowTest {
  private static final int N = 300;

  @ParameterizedTest
  @CsvSource({"1, true", "1, false", "2, true", "2, false", "3, true", "3, false"})
  void smallResultsAreZero(int threads, boolean oneDnn) {
    Tensor small = full(1e-20f);
    Tensor subnormal = full(1e-40f);
    Tensor large = full(1e30f);
    List<float[]> results =
        Programs.run(
            new CpuBackend(threads, oneDnn),
            List.of(
                small.mul(small),
                small.matmul(small),
                subnormal.mul(1e-3),
                small.sub(small.mul(0.9)).mul(1e-18),
                small.mul(large),
                subnormal.mul(large)));
    float[] zeros = new float[N * N];
    for (float[] zero : results.subList(0, 4)) {
      assertArrayEquals(zeros, zero);
    }
    float[] normal = new float[N * N];
    Arrays.fill(normal, 1e-20f * 1e30f);
    assertArrayEquals(normal, results.get(4));
    Arrays.fill(normal, 1e-40f * 1e30f);
    assertArrayEquals(normal, results.get(5));
    float own = N * 1e-42f;
    assertTrue(own * 0.5f > 0, "the caller's arithmetic must keep subnormal numbers");
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void whatIsOnlyMovedKeepsItsBits(int threads) {
    float[] x = new float[N * N];
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.intBitsToFloat(i + 1);
    }
    Tensor t = Tensor.of(x).reshape(N, N);
    CpuBackend backend = new CpuBackend(threads, true);
    float[] there = Programs.run(backend, List.of(t.transpose())).getFirst();
    float[] back =
        Programs.run(backend, List.of(Tensor.of(there).reshape(N, N).transpose())).getFirst();
    assertArrayEquals(x, back);
  }

  private static Tensor full(float value) {
    float[] x = new float[N * N];
    Arrays.fill(x, value);
    return Tensor.of(x).reshape(N, N);
  }
}
