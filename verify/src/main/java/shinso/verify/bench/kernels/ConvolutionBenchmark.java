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
import shinso.core.op.ConvSpec;
import shinso.cpu.onednn.ConvolutionSpec;
import shinso.cpu.onednn.ConvolutionSpec.Axis;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.simd.convolution.ConvShape;
import shinso.cpu.simd.convolution.DirectConvolution;
import shinso.cpu.simd.convolution.DirectFilterGradient;

/** Convolutions by 3x3 filters that keep the size, and their gradients, by operations. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ConvolutionBenchmark {
  private static final int IMAGES = 8;
  private static final int KERNEL = 3;

  /** Height, width, channels and filters. */
  @Param({"28x28x1x32", "14x14x32x64", "16x16x128x128"})
  public String size = "";

  private ConvShape shape = new ConvShape(ConvSpec.VALID, 3, 3, 1, KERNEL, KERNEL, 1);
  private DirectConvolution forward = DirectConvolution.forward(shape);
  private DirectConvolution images = DirectConvolution.gradient(shape);
  private DirectFilterGradient filters = new DirectFilterGradient(shape);
  private long x;
  private long w;
  private long y;
  private long packed;
  private long scratch;
  private long flops;

  /** Makes images, filters and results. */
  @Setup
  public void setUp() {
    int[] s = KernelMemory.sizes(size);
    shape = new ConvShape(ConvSpec.VALID.withPadding(1), s[0], s[1], s[2], KERNEL, KERNEL, s[3]);
    long pixels = (long) IMAGES * s[0] * s[1];
    long weights = (long) KERNEL * KERNEL * s[2] * s[3];
    x = KernelMemory.floats(pixels * s[2]);
    w = KernelMemory.floats(weights);
    y = KernelMemory.floats(pixels * s[3]);
    forward = DirectConvolution.forward(shape);
    images = DirectConvolution.gradient(shape);
    filters = new DirectFilterGradient(shape);
    packed = KernelMemory.floats(Math.max(forward.packedBytes(), images.packedBytes()) / 4);
    scratch = KernelMemory.floats(filters.scratchBytes() / 4);
    flops = 2 * pixels * weights;
  }

  /** Our convolution. */
  @Benchmark
  public void forwardVectorApi(Done done) {
    run(forward, y, x);
    done.work += flops;
  }

  /** Our gradient of the images. */
  @Benchmark
  public void imagesVectorApi(Done done) {
    run(images, x, y);
    done.work += flops;
  }

  /** Our gradient of the filters. */
  @Benchmark
  public void filtersVectorApi(Done done) {
    filters.run(w, x, y, 0, IMAGES, 0, filters.tiles(), scratch);
    done.work += flops;
  }

  /** Packs the filters and runs, as a program does. */
  private void run(DirectConvolution convolution, long result, long source) {
    for (int i = 0; i < convolution.panels(); i++) {
      convolution.pack(packed, w, i);
    }
    convolution.run(result, source, packed, 0, false, 0, IMAGES, 0, convolution.rows());
  }

  /** The calls of oneDNN, which our kernels don't need. */
  @State(Scope.Thread)
  public static class Library {
    private @Nullable LibraryCall forward;
    private @Nullable LibraryCall images;
    private @Nullable LibraryCall filters;

    /** Makes the primitives. */
    @Setup
    public void setUp(ConvolutionBenchmark of) {
      forward = of.call(Direction.FORWARD);
      images = of.call(Direction.BACKWARD_DATA);
      filters = of.call(Direction.BACKWARD_WEIGHTS);
    }
  }

  private LibraryCall call(Direction direction) {
    Axis height = new Axis(shape.height(), KERNEL, 1, 1, 1, 1);
    Axis width = new Axis(shape.width(), KERNEL, 1, 1, 1, 1);
    return LibraryCall.of(
        ConvolutionSpec.of(direction, IMAGES, height, width, shape.channels(), shape.filters())
            .withPackedWeights());
  }

  /** The convolution of oneDNN. */
  @Benchmark
  public void forwardOneDnn(Library library, Done done) {
    Objects.requireNonNull(library.forward).run();
    done.work += flops;
  }

  /** The gradient of the images by oneDNN. */
  @Benchmark
  public void imagesOneDnn(Library library, Done done) {
    Objects.requireNonNull(library.images).run();
    done.work += flops;
  }

  /** The gradient of the filters by oneDNN. */
  @Benchmark
  public void filtersOneDnn(Library library, Done done) {
    Objects.requireNonNull(library.filters).run();
    done.work += flops;
  }
}
