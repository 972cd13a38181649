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
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.element.UnaryKernels;

/** Element-wise functions on a tile that stays in the first-level cache, by elements. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UnaryBenchmark {
  private static final int N = 1024;

  /** The function. */
  @Param({"NEG", "SQRT", "EXP", "LOG", "TANH", "SIGMOID"})
  public UnaryOp.Kind function = UnaryOp.Kind.NEG;

  private long a;
  private long target;
  private float[] x = {};
  private float[] y = {};

  /** Makes positive numbers, which every function takes. */
  @Setup
  public void setUp() {
    a = KernelMemory.floats(N);
    UnaryKernels.apply(UnaryOp.Kind.ABS, a, a, N);
    target = KernelMemory.floats(N);
    x = KernelMemory.array(N);
    for (int i = 0; i < N; i++) {
      x[i] = Math.abs(x[i]);
    }
    y = new float[N];
  }

  /** Our kernel. */
  @Benchmark
  public void vectorApi(Done done) {
    UnaryKernels.apply(function, target, a, N);
    done.work += N;
  }

  /** Loops over an array with the functions of {@link Math}. */
  @Benchmark
  public float[] scalar(Done done) {
    switch (function) {
      case NEG -> {
        for (int i = 0; i < N; i++) {
          y[i] = -x[i];
        }
      }
      case SQRT -> {
        for (int i = 0; i < N; i++) {
          y[i] = (float) Math.sqrt(x[i]);
        }
      }
      case EXP -> {
        for (int i = 0; i < N; i++) {
          y[i] = (float) Math.exp(x[i]);
        }
      }
      case LOG -> {
        for (int i = 0; i < N; i++) {
          y[i] = (float) Math.log(x[i]);
        }
      }
      case TANH -> {
        for (int i = 0; i < N; i++) {
          y[i] = (float) Math.tanh(x[i]);
        }
      }
      case SIGMOID -> {
        for (int i = 0; i < N; i++) {
          y[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
      }
      default -> throw new IllegalStateException("no plain loop for " + function);
    }
    done.work += N;
    return y;
  }
}
