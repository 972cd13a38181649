package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.cpu.onednn.ConvolutionSpec.Axis;
import shinso.cpu.onednn.ConvolutionSpec.Direction;

/** What a backend that cuts problems into slices for several threads relies on. */
class ConcurrencyTest {
  private final OneDnn dnn = Native.oneDnn();

  /** Operands of one slice: addresses in the order of the call. */
  private record Slice(List<Long> operands) {
    long[] addresses() {
      return operands.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /** Runs all slices several times in two threads, each with a call of its own. */
  private static void inTwoThreads(Primitive primitive, List<Slice> slices) throws Exception {
    CountDownLatch start = new CountDownLatch(2);
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        int first = t;
        tasks.add(() -> {
          try (Arena arena = Arena.ofConfined()) {
            Call call = primitive.bind();
            long scratch = Native.scratch(arena, primitive).address();
            start.countDown();
            start.await();
            for (int round = 0; round < 20; round++) {
              for (int i = first; i < slices.size(); i += 2) {
                call.execute(scratch, slices.get(i).addresses());
              }
            }
          }
          return true;
        });
      }
      for (Future<Boolean> done : pool.invokeAll(tasks)) {
        assertTrue(done.get());
      }
    }
  }

  private static void assertSameBits(MemorySegment expected, MemorySegment actual, String what) {
    assertEquals(-1, expected.mismatch(actual), what);
  }

  @Test
  void matmulInTwoThreadsGivesTheBitsOfOne() throws Exception {
    long m = 40;
    long n = 96;
    long k = 130;
    long count = 8;
    Primitive primitive =
        dnn.primitive(MatmulSpec.of(m, n, k).bias(DataType.F32).then(Eltwise.TANH.postOp()));
    SplittableRandom random = new SplittableRandom(31);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment a = Native.random(arena, count * m * k, random);
      MemorySegment b = Native.random(arena, k * n, random);
      MemorySegment bias = Native.random(arena, n, random);
      MemorySegment expected = Native.floats(arena, count * m * n);
      MemorySegment c = Native.floats(arena, count * m * n);
      List<Slice> slices = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        MemorySegment slice = a.asSlice(4L * i * m * k);
        Native.run(primitive, slice, b, expected.asSlice(4L * i * m * n), bias);
        long to = c.address() + 4L * i * m * n;
        slices.add(new Slice(List.of(slice.address(), b.address(), to, bias.address())));
      }
      inTwoThreads(primitive, slices);
      assertSameBits(expected, c, "seed 31, " + primitive);
    }
  }

  @ParameterizedTest
  @EnumSource
  void convolutionInTwoThreadsGivesTheBitsOfOne(Direction direction) throws Exception {
    long count = 8;
    ConvolutionSpec spec =
        ConvolutionSpec.of(
                direction, 2, new Axis(13, 3, 1, 1, 1, 1), new Axis(12, 3, 1, 1, 1, 1), 16, 33)
            .withPackedWeights();
    Primitive primitive = dnn.primitive(spec);
    SplittableRandom random = new SplittableRandom(32);
    long[] sizes = new long[3];
    for (int i = 0; i < 3; i++) {
      sizes[i] = primitive.format(i).bytes() / 4;
    }
    try (Arena arena = Arena.ofShared()) {
      MemorySegment first = Native.random(arena, count * sizes[0], random);
      MemorySegment second = Native.random(arena, count * sizes[1], random);
      MemorySegment expected = Native.floats(arena, count * sizes[2]);
      MemorySegment result = Native.floats(arena, count * sizes[2]);
      List<Slice> slices = new ArrayList<>();
      for (long i = 0; i < count; i++) {
        MemorySegment x = first.asSlice(4 * i * sizes[0]);
        MemorySegment y = second.asSlice(4 * i * sizes[1]);
        Native.run(primitive, x, y, expected.asSlice(4 * i * sizes[2]));
        long to = result.address() + 4 * i * sizes[2];
        slices.add(new Slice(List.of(x.address(), y.address(), to)));
      }
      inTwoThreads(primitive, slices);
      assertSameBits(expected, result, "seed 32, " + primitive);
    }
  }

  /** Calls that are bound, used and forgotten in several threads, while primitives are compiled. */
  @Test
  void compilingAndBindingInSeveralThreads() throws Exception {
    SplittableRandom random = new SplittableRandom(33);
    try (Arena arena = Arena.ofShared();
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      MemorySegment a = Native.random(arena, 64 * 64, random);
      List<Callable<MemorySegment>> tasks = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        tasks.add(() -> {
          MemorySegment c = Native.floats(arena, 64 * 64);
          for (int size = 2; size <= 64; size++) {
            Native.run(dnn.primitive(MatmulSpec.of(size, size, size)), a, a, c);
          }
          return c;
        });
      }
      List<Future<MemorySegment>> results = pool.invokeAll(tasks);
      for (Future<MemorySegment> result : results) {
        assertSameBits(results.getFirst().get(), result.get(), "seed 33");
      }
    }
  }

  /**
   * An element of a product has the same bits however the rows or the columns are cut, as long as
   * no slice is a single row or column, which other kernels take.
   */
  @Test
  void slicesOfTwoAndMoreRowsOrColumnsGiveTheBitsOfTheWhole() {
    long seed = 34;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 150; round++) {
      int top = round % 4 == 0 ? 20 : 200;
      long m = random.nextLong(2, top);
      long n = random.nextLong(2, top);
      long k = random.nextLong(1, round % 8 == 0 ? 2000 : top);
      boolean transposedA = random.nextBoolean();
      boolean transposedB = random.nextBoolean();
      MatmulSpec whole =
          MatmulSpec.of(m, n, k)
              .a(DataType.F32, transposedA ? 1 : k, transposedA ? m : 1)
              .b(DataType.F32, transposedB ? 1 : n, transposedB ? k : 1)
              .bias(DataType.F32)
              .then(Eltwise.LOGISTIC.postOp());
      boolean rows = random.nextBoolean();
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment a = Native.random(arena, m * k, random);
        MemorySegment b = Native.random(arena, k * n, random);
        MemorySegment bias = Native.random(arena, n, random);
        MemorySegment expected = Native.floats(arena, m * n);
        MemorySegment c = Native.floats(arena, m * n);
        Native.run(dnn.primitive(whole), a, b, expected, bias);
        long size = rows ? m : n;
        long from = 0;
        while (from < size) {
          long to = Math.min(size, from + random.nextLong(2, 80));
          to = size - to < 2 ? size : to;
          MatmulSpec part =
              new MatmulSpec(
                  List.of(),
                  rows ? to - from : m,
                  rows ? n : to - from,
                  k,
                  whole.a(),
                  whole.b(),
                  whole.c(),
                  false,
                  DataType.F32,
                  whole.postOps());
          long row = rows ? from : 0;
          long column = rows ? 0 : from;
          Native.run(
              dnn.primitive(part),
              a.asSlice(4 * row * whole.a().strides().get(0)),
              b.asSlice(4 * column * whole.b().strides().get(1)),
              c.asSlice(4 * (row * n + column)),
              bias.asSlice(4 * column));
          from = to;
        }
        assertSameBits(expected, c, "round " + round + " of seed " + seed + ", " + whole);
      }
    }
  }

  @Test
  void sameBitsFromRunToRunAtAnyAddress() {
    Primitive primitive =
        dnn.primitive(MatmulSpec.of(37, 53, 211).a(DataType.F32, 1, 37).bias(DataType.F32));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment first = shifted(primitive, arena, 0);
      for (int shift = 0; shift < 20; shift++) {
        assertSameBits(first, shifted(primitive, arena, shift), "shift " + shift);
      }
    }
  }

  private static MemorySegment shifted(Primitive primitive, Arena arena, int shift) {
    SplittableRandom random = new SplittableRandom(36);
    MemorySegment[] operands = new MemorySegment[4];
    for (int i = 0; i < 4; i++) {
      MemorySegment values = Native.random(arena, primitive.format(i).bytes() / 4, random);
      MemorySegment moved = arena.allocate(values.byteSize() + 4L * shift, 64).asSlice(4L * shift);
      operands[i] = moved.copyFrom(values);
    }
    Native.run(primitive, operands);
    return operands[2];
  }

  /** Threads that OpenMP starts inherit the name of the thread that makes them. */
  @Test
  void oneDnnStartsNoThreads() throws Exception {
    Path tasks = Path.of("/proc/self/task");
    assumeTrue(Files.isDirectory(tasks), "threads are visible on Linux only");
    Primitive product = dnn.primitive(MatmulSpec.of(512, 512, 512));
    Format rows = dnn.format(StridedLayout.of(DataType.F32, 512, 1), List.of(512L, 512L));
    Format columns = dnn.format(StridedLayout.of(DataType.F32, 1, 512), List.of(512L, 512L));
    Primitive reorder = dnn.primitive(new ReorderSpec(rows, columns));
    Primitive gradient =
        dnn.primitive(
            ConvolutionSpec.of(
                Direction.BACKWARD_WEIGHTS, 16, Axis.of(16, 3), Axis.of(16, 3), 64, 64));
    AtomicInteger namesakes = new AtomicInteger();
    Thread worker =
        Thread.ofPlatform()
            .name("onednn-probe")
            .start(() -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment a = Native.filled(arena, 512 * 512, 1);
                MemorySegment c = Native.floats(arena, 512 * 512);
                Native.run(product, a, a, c);
                Native.run(gradient, a, a, c);
                Native.run(reorder, a, c);
                namesakes.set(threadsNamed(tasks, "onednn-probe"));
              }
            });
    worker.join();
    assertEquals(1, namesakes.get());
  }

  private static int threadsNamed(Path tasks, String name) {
    int count = 0;
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : threads.toList()) {
        count += nameOf(thread).equals(name) ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return count;
  }

  /** Empty for one that has ended meanwhile, as the compiler's threads do. */
  private static String nameOf(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
