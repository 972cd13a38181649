package shinso.verify.bench.kernels;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import shinso.cpu.onednn.MatmulSpec;
import shinso.cpu.simd.product.Gemm;

/** Products of matrices {@code [m, k]} and {@code [k, n]}, by operations. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MatmulBenchmark {
  /** Sizes m, k and n. */
  @Param({"128x784x512", "512x512x512", "128x512x10", "1x784x512"})
  public String size = "";

  private int m;
  private int k;
  private int n;
  private long a;
  private long b;
  private long c;
  private long scratch;
  private float[] left = {};
  private float[] right = {};
  private float[] out = {};

  /** Makes the matrices. */
  @Setup
  public void setUp() {
    int[] sizes = KernelMemory.sizes(size);
    m = sizes[0];
    k = sizes[1];
    n = sizes[2];
    a = KernelMemory.floats((long) m * k);
    b = KernelMemory.floats((long) k * n);
    c = KernelMemory.floats((long) m * n);
    scratch = KernelMemory.floats(Gemm.scratchBytes(n, k) / 4);
    left = KernelMemory.array(m * k);
    right = KernelMemory.array(k * n);
    out = new float[m * n];
  }

  /** Our product. */
  @Benchmark
  public void vectorApi(Done done) {
    Gemm.multiply(c, n, a, k, 1, b, n, 1, m, n, k, 0, false, scratch);
    done.work += 2L * m * n * k;
  }

  /** A loop over rows of the result, the only order in which the compiler uses vectors. */
  @Benchmark
  public float[] scalar(Done done) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        out[i * n + j] = 0;
      }
      for (int p = 0; p < k; p++) {
        float factor = left[i * k + p];
        for (int j = 0; j < n; j++) {
          out[i * n + j] += factor * right[p * n + j];
        }
      }
    }
    done.work += 2L * m * n * k;
    return out;
  }

  /** The call, which the other benchmarks don't need. */
  @State(Scope.Thread)
  public static class Library {
    private @Nullable LibraryCall call;

    /** Makes the primitive. */
    @Setup
    public void setUp(MatmulBenchmark of) {
      call = LibraryCall.of(MatmulSpec.of(of.m, of.n, of.k));
    }
  }

  /** The product of oneDNN, on plain matrices. */
  @Benchmark
  public void oneDnn(Library library, Done done) {
    Objects.requireNonNull(library.call).run();
    done.work += 2L * m * n * k;
  }
}
