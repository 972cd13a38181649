package shinso.cpu.simd;

import java.lang.foreign.Arena;
import java.util.Locale;

/**
 * Prints the throughput of the kernels on tiles that stay in the first-level cache, and how long
 * they take to get compiled. Run its {@code main} by hand; arguments are prefixes of kernel names.
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

  /** Times {@code call}, which handles {@code work} elements or operations. */
  private void time(String name, double work, Runnable call) {
    if (prefixes.length > 0 && java.util.Arrays.stream(prefixes).noneMatch(name::startsWith)) {
      return;
    }
    long start = System.nanoTime();
    call.run();
    double first = System.nanoTime() - start;
    double best = Double.MAX_VALUE;
    double slowUntil = 0;
    int repeat = 1;
    long until = start + 400_000_000L;
    // Batches of about 50 microseconds, until nothing has doubled for a while; the best counts.
    while (System.nanoTime() < until) {
      long t = System.nanoTime();
      for (int r = 0; r < repeat; r++) {
        call.run();
      }
      double each = (System.nanoTime() - t) / (double) repeat;
      if (each < 0.5 * best) {
        slowUntil = t - start;
        until = t + 400_000_000L;
      }
      best = Math.min(best, each);
      repeat = Math.clamp((long) (50_000 / each), 1, 1000);
    }
    System.out.printf(
        Locale.ROOT,
        "%-22s %8.2f G/s   first call %7.0f us, fast after %6.1f ms%n",
        name,
        work / best,
        first / 1000,
        slowUntil / 1e6);
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

  public static void main(String[] args) {
    System.out.printf(Locale.ROOT, "%d-bit vectors%n", Lanes.bits());
    KernelBenchmark benchmark = new KernelBenchmark(args);
    benchmark.elementwise();
  }
}
