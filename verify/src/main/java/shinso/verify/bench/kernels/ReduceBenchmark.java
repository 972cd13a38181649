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
import shinso.cpu.simd.element.ReduceKernels;
import shinso.cpu.simd.element.Reduction;

/** Sums and maxima of rows and columns of a tile, by elements read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReduceBenchmark {
  /** Rows and columns. */
  @Param({"200x10", "16x128", "1x1024"})
  public String size = "";

  private int rows;
  private int columns;
  private long a;
  private long target;
  private float[] x = {};
  private float[] y = {};

  /** Makes the tile. */
  @Setup
  public void setUp() {
    int[] sizes = KernelMemory.sizes(size);
    rows = sizes[0];
    columns = sizes[1];
    a = KernelMemory.floats((long) rows * columns);
    target = KernelMemory.floats(Math.max(rows, columns));
    x = KernelMemory.array(rows * columns);
    y = new float[Math.max(rows, columns)];
  }

  private void count(Done done) {
    done.work += (long) rows * columns;
  }

  /** Our sums of rows. */
  @Benchmark
  public void rowSumsVectorApi(Done done) {
    ReduceKernels.rows(Reduction.SUM, target, a, rows, columns);
    count(done);
  }

  /** Sums of rows in order, which no compiler may change. */
  @Benchmark
  public float[] rowSumsScalar(Done done) {
    for (int i = 0; i < rows; i++) {
      float sum = 0;
      for (int j = 0; j < columns; j++) {
        sum += x[i * columns + j];
      }
      y[i] = sum;
    }
    count(done);
    return y;
  }

  /** Our maxima of rows. */
  @Benchmark
  public void rowMaximaVectorApi(Done done) {
    ReduceKernels.rows(Reduction.MAX, target, a, rows, columns);
    count(done);
  }

  /** Maxima of rows by a loop. */
  @Benchmark
  public float[] rowMaximaScalar(Done done) {
    for (int i = 0; i < rows; i++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < columns; j++) {
        max = Math.max(max, x[i * columns + j]);
      }
      y[i] = max;
    }
    count(done);
    return y;
  }

  /** Our sums of columns. */
  @Benchmark
  public void columnSumsVectorApi(Done done) {
    ReduceKernels.columns(Reduction.SUM, target, a, rows, columns);
    count(done);
  }

  /** Sums of columns by a loop. */
  @Benchmark
  public float[] columnSumsScalar(Done done) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        y[j] += x[i * columns + j];
      }
    }
    count(done);
    return y;
  }
}
