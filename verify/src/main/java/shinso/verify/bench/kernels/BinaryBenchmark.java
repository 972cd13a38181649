package shinso.verify.bench.kernels;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import shinso.core.op.BinaryOp;
import shinso.cpu.simd.element.BinaryKernels;

/**
 * Element-wise functions of two operands on tiles that stay in the first-level cache, by elements.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BinaryBenchmark {
  private static final int N = 1024;

  /** The function. */
  @Param({"ADD", "MUL", "DIV", "MAXIMUM"})
  public BinaryOp.Kind function = BinaryOp.Kind.ADD;

  private long a;
  private long b;
  private long target;
  private float[] x = {};
  private float[] y = {};
  private float[] z = {};

  /** Makes the operands. */
  @Setup
  public void setUp() {
    a = KernelMemory.floats(N);
    b = KernelMemory.floats(N);
    target = KernelMemory.floats(N);
    x = KernelMemory.array(N);
    y = KernelMemory.array(N);
    z = new float[N];
  }

  /** Our kernel. */
  @Benchmark
  public void vectorApi(Done done) {
    BinaryKernels.apply(function, target, a, b, N);
    done.work += N;
  }

  /** Loops over arrays, which the compiler turns into vector code where it can. */
  @Benchmark
  public float[] scalar(Done done) {
    switch (function) {
      case ADD -> {
        for (int i = 0; i < N; i++) {
          z[i] = x[i] + y[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < N; i++) {
          z[i] = x[i] * y[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < N; i++) {
          z[i] = x[i] / y[i];
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < N; i++) {
          z[i] = Math.max(x[i], y[i]);
        }
      }
      default -> throw new IllegalStateException("no plain loop for " + function);
    }
    done.work += N;
    return z;
  }
}
