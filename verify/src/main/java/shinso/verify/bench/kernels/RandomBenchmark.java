package shinso.verify.bench.kernels;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import shinso.cpu.simd.element.RandomKernels;

/** Random draws, by numbers; ours by key and position, those of the JVM one after the other. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RandomBenchmark {
  private static final int N = 1024;

  private final SplittableRandom generator = new SplittableRandom(1);
  private long target;
  private long position;
  private float[] y = {};

  /** Makes room. */
  @Setup
  public void setUp() {
    target = KernelMemory.floats(N);
    y = new float[N];
  }

  /** Our uniform numbers. */
  @Benchmark
  public void uniformVectorApi(Done done) {
    RandomKernels.uniform(target, 1, 2, position, N);
    position += N;
    done.work += N;
  }

  /** Uniform numbers of the JVM. */
  @Benchmark
  public float[] uniformScalar(Done done) {
    for (int i = 0; i < N; i++) {
      y[i] = generator.nextFloat();
    }
    done.work += N;
    return y;
  }

  /** Our normal numbers. */
  @Benchmark
  public void normalVectorApi(Done done) {
    RandomKernels.normal(target, 1, 2, position, N);
    position += N;
    done.work += N;
  }

  /** Normal numbers of the JVM. */
  @Benchmark
  public float[] normalScalar(Done done) {
    for (int i = 0; i < N; i++) {
      y[i] = (float) generator.nextGaussian();
    }
    done.work += N;
    return y;
  }
}
