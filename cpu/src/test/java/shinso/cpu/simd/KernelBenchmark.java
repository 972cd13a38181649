package shinso.cpu.simd;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;

/**
 * Prints the throughput of the kernels on tiles that stay in the first-level cache, and of matrix
 * products and convolutions, and how long they take to get compiled. Run its {@code main} by hand;
 * arguments are prefixes of kernel names.
 */
final class KernelBenchmark {
  private static final int N = 2048;
  private static final Arena ARENA = Arena.global();

  private final String[] prefixes;

  private KernelBenchmark(String[] prefixes) {
    this.prefixes = prefixes;
  }

  private static long floats(int n) {
    return ARENA.allocate(4L * n, 64).address();
  }

  /**
   * Times {@code call}, which handles {@code work} elements or floating-point operations. It is the
   * processor time that counts, so that other work on the machine disturbs less.
   */
  private void time(String name, double work, Runnable call) {
    if (prefixes.length > 0 && Arrays.stream(prefixes).noneMatch(name::startsWith)) {
      return;
    }
    long start = now();
    call.run();
    double best = now() - start;
    double first = best;
    double fastAfter = 0;
    int repeat = 1;
    long until = start + 700_000_000L;
    // Batches of about 50 microseconds, until nothing has doubled for a while; the best counts.
    while (now() < until) {
      long t = now();
      for (int r = 0; r < repeat; r++) {
        call.run();
      }
      double each = (now() - t) / (double) repeat;
      if (each < 0.5 * best) {
        fastAfter = t - start;
        until = t + 700_000_000L;
      }
      best = Math.min(best, each);
      repeat = Math.clamp((long) (50_000 / Math.max(1, each)), 1, 1000);
    }
    System.out.printf(
        Locale.ROOT,
        "%-28s %8.2f G/s   first call %7.0f us, fast after %6.1f ms%n",
        name,
        work / best,
        first / 1000,
        fastAfter / 1e6);
  }

  private static long now() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void elementwise() {
    long a = floats(N);
    long b = floats(N);
    long dst = floats(N);
    for (int i = 0; i < N; i++) {
      Native.putFloat(a + 4L * i, 0.01f + 5f * i / N);
      Native.putFloat(b + 4L * i, 3f - 5f * i / N);
    }
    for (Unary op : Unary.values()) {
      time(op.name(), N, () -> UnaryKernels.apply(op, dst, a, N));
    }
    for (Binary op : Binary.values()) {
      time(op.name(), N, () -> BinaryKernels.apply(op, dst, a, b, N));
      time(op.name() + " right", N, () -> BinaryKernels.applyRight(op, dst, a, 1.5f, N));
    }
    time("SELECT", N, () -> SelectKernels.select(dst, a, a, b, N));
    time("tail 13 ADD", 13, () -> BinaryKernels.apply(Binary.ADD, dst, a, b, 13));
    for (Binary op : new Binary[] {Binary.ADD, Binary.MUL, Binary.DIV, Binary.LESS}) {
      time("int " + op, N, () -> IntKernels.apply(op, dst, a, b, N));
    }
    time("int to float", N, () -> IntKernels.toFloat(dst, a, N));
    time("int from float", N, () -> IntKernels.fromFloat(dst, a, N));
    time("int iota", N, () -> IntKernels.iota(dst, 3, 2, N));
  }

  private void rows() {
    long a = floats(N);
    long dst = floats(N);
    for (int i = 0; i < N; i++) {
      Native.putFloat(a + 4L * i, i % 7 - 3f);
    }
    for (int columns : new int[] {10, 32, 128, 2048}) {
      int rows = N / columns;
      int n = rows * columns;
      String size = " " + rows + "x" + columns;
      for (Reduction op : new Reduction[] {Reduction.SUM, Reduction.MAX}) {
        time("rows " + op + size, n, () -> ReduceKernels.rows(op, dst, a, rows, columns));
        time("columns " + op + size, n, () -> ReduceKernels.columns(op, dst, a, rows, columns));
      }
      time("argMax" + size, n, () -> ReduceKernels.argMax(dst, a, rows, columns));
      time(
          "cumulativeSum" + size,
          n,
          () -> ReduceKernels.cumulativeSum(dst, a, rows, columns, false, false));
      time("expandColumns" + size, n, () -> MoveKernels.expandColumns(dst, a, rows, columns));
      time("expandRows" + size, n, () -> MoveKernels.expandRows(dst, a, rows, columns));
      time(
          "transpose" + size, n, () -> MoveKernels.transpose(dst, rows, a, columns, rows, columns));
    }
    time("fill", N, () -> MoveKernels.fill(dst, 1f, N));
    time("gather stride 3", 512, () -> MoveKernels.gather(dst, a, 3, 512));
    time("random bits", N, () -> RandomKernels.bits(dst, 1, 2, 0, N));
    time("random uniform", N, () -> RandomKernels.uniform(dst, 1, 2, 0, N));
    time("random normal", N, () -> RandomKernels.normal(dst, 1, 2, 0, N));
  }

  private void products() {
    int[][] sizes = {{128, 784, 512}, {1024, 1024, 1024}, {128, 512, 10}, {1, 784, 512}};
    for (int[] size : sizes) {
      int m = size[0];
      int k = size[1];
      int n = size[2];
      long a = floats(m * k);
      long b = floats(k * n);
      long c = floats(m * n);
      long scratch = floats((int) (Gemm.scratchBytes(n, k) / 4));
      for (int transposes = 0; transposes < 4; transposes++) {
        boolean ta = (transposes & 1) != 0;
        boolean tb = (transposes & 2) != 0;
        time(
            String.format(
                Locale.ROOT, "product %dx%dx%d %s%s", m, k, n, ta ? "T" : "N", tb ? "T" : "N"),
            2.0 * m * n * k,
            () ->
                Gemm.multiply(
                    c,
                    n,
                    a,
                    ta ? 1 : k,
                    ta ? m : 1,
                    b,
                    tb ? 1 : n,
                    tb ? k : 1,
                    m,
                    n,
                    k,
                    0,
                    false,
                    scratch));
      }
    }
  }

  private void images() {
    ConvSpec same = ConvSpec.VALID.withPadding(1);
    ConvShape[] shapes = {
      new ConvShape(same, 28, 28, 1, 3, 3, 32),
      new ConvShape(same, 14, 14, 32, 3, 3, 64),
      new ConvShape(same, 16, 16, 128, 3, 3, 128),
      new ConvShape(same.withGroups(64), 16, 16, 64, 3, 3, 64)
    };
    int batch = 8;
    for (ConvShape s : shapes) {
      long x = floats(batch * s.height() * s.width() * s.channels());
      long w = floats(s.patch() * s.filters());
      long y = floats(batch * s.positions() * s.filters());
      double work = 2.0 * batch * s.positions() * s.patch() * s.filters();
      String size = " " + s.height() + "x" + s.width() + "x" + s.channels() + "->" + s.filters();
      if (s.spec().groups() > 1) {
        size += " depthwise";
      }
      time("convolution" + size, work, () -> Convolutions.forward(s, y, x, w, 0, 0, batch));
      time("conv data" + size, work, () -> Convolutions.backwardData(s, x, y, w, 0, batch));
      time("conv weights" + size, work, () -> Convolutions.backwardWeights(s, w, x, y, 0, batch));
    }
    for (int channels : new int[] {1, 32}) {
      PoolShape s = new PoolShape(PoolSpec.of(2), 28, 28, channels);
      int n = batch * 28 * 28 * channels;
      long x = floats(n);
      long y = floats(n / 4);
      String size = " 28x28x" + channels;
      time("max pool" + size, n, () -> PoolKernels.max(s, y, x, 0, batch));
      time("max pool scatter" + size, n, () -> PoolKernels.maxScatter(s, x, x, y, 0, batch));
      time("average pool" + size, n, () -> PoolKernels.average(s, true, y, x, 0, batch));
    }
  }

  public static void main(String[] args) {
    System.out.printf(Locale.ROOT, "%d-bit vectors%n", Lanes.bits());
    KernelBenchmark benchmark = new KernelBenchmark(args);
    benchmark.elementwise();
    benchmark.rows();
    benchmark.products();
    benchmark.images();
  }
}
