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
import shinso.core.op.PoolSpec;
import shinso.cpu.simd.convolution.PoolKernels;
import shinso.cpu.simd.convolution.PoolShape;

/** Maximum pooling by 2x2 and its gradient, over images of 28x28, by elements of the images. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PoolBenchmark {
  private static final int IMAGES = 4;
  private static final int SIDE = 28;

  /** Channels of an image. */
  @Param({"1", "32", "64"})
  public int channels;

  private PoolShape shape = new PoolShape(PoolSpec.of(2), SIDE, SIDE, 1);
  private long x;
  private long y;
  private long dx;
  private float[] in = {};
  private float[] out = {};

  /** Makes the images. */
  @Setup
  public void setUp() {
    shape = new PoolShape(PoolSpec.of(2), SIDE, SIDE, channels);
    int n = IMAGES * SIDE * SIDE * channels;
    x = KernelMemory.floats(n);
    y = KernelMemory.floats(n / 4);
    dx = KernelMemory.floats(n);
    in = KernelMemory.array(n);
    out = new float[n / 4];
  }

  private void count(Done done) {
    done.work += (long) IMAGES * SIDE * SIDE * channels;
  }

  /** Our pooling. */
  @Benchmark
  public void maxVectorApi(Done done) {
    PoolKernels.max(shape, y, x, 0, IMAGES);
    count(done);
  }

  /** Pooling by loops. */
  @Benchmark
  public float[] maxScalar(Done done) {
    int half = SIDE / 2;
    for (int row = 0; row < IMAGES * half; row++) {
      for (int j = 0; j < half; j++) {
        for (int c = 0; c < channels; c++) {
          int top = (2 * row * SIDE + 2 * j) * channels + c;
          int below = top + SIDE * channels;
          out[(row * half + j) * channels + c] =
              Math.max(
                  Math.max(in[top], in[top + channels]), Math.max(in[below], in[below + channels]));
        }
      }
    }
    count(done);
    return out;
  }

  /** Our gradient. */
  @Benchmark
  public void gradientVectorApi(Done done) {
    PoolKernels.maxScatter(shape, dx, x, y, 0, IMAGES);
    count(done);
  }
}
