package shinso.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrix products against loops in {@code double}. */
class MatmulTest {
  private static final long[] SIZES = {1, 3, 7, 13, 33, 128};

  /** Rounding unit of float. */
  private static final double UNIT = 0x1p-24;

  private final OneDnn dnn = Native.oneDnn();

  /** One product with all that a test varies. */
  private record Problem(MatmulSpec spec, long seed) {
    long at(StridedLayout layout, long batch, long row, long column) {
      List<Long> s = layout.strides();
      int rank = s.size();
      return (rank == 3 ? batch * s.get(0) : 0) + row * s.get(rank - 2) + column * s.get(rank - 1);
    }

    long extent(StridedLayout layout, long rows, long columns) {
      return at(layout, batches() - 1, rows - 1, columns - 1) + 1;
    }

    long batches() {
      return spec.batch().isEmpty() ? 1 : spec.batch().getFirst();
    }

    /** Compares every element of C with {@code post(Σ a b + bias + old)}. */
    void check(OneDnn dnn, DoubleUnaryOperator post, double postTolerance, boolean accumulate) {
      SplittableRandom random = new SplittableRandom(seed);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment a = Native.random(arena, extent(spec.a(), spec.m(), spec.k()), random);
        MemorySegment b = Native.random(arena, extent(spec.b(), spec.k(), spec.n()), random);
        MemorySegment c = Native.random(arena, extent(spec.c(), spec.m(), spec.n()), random);
        MemorySegment old = arena.allocate(c.byteSize());
        old.copyFrom(c);
        MemorySegment bias = Native.random(arena, spec.n(), random);
        Primitive primitive = dnn.primitive(spec);
        MemorySegment expectedB = b;
        if (spec.packedB()) {
          expectedB = arena.allocate(primitive.format(1).bytes(), 64);
          Native.run(dnn.primitive(primitive.pack(1)), b, expectedB);
        }
        List<MemorySegment> operands = new ArrayList<>(List.of(a, expectedB, c));
        if (spec.bias() != null) {
          operands.add(bias);
        }
        Native.run(primitive, operands.toArray(MemorySegment[]::new));
        for (long g = 0; g < batches(); g++) {
          for (long i = 0; i < spec.m(); i++) {
            for (long j = 0; j < spec.n(); j++) {
              long where = at(spec.c(), g, i, j);
              double sum = spec.bias() == null ? 0 : Native.get(bias, j);
              double magnitude = Math.abs(sum);
              for (long p = 0; p < spec.k(); p++) {
                double term =
                    (double) Native.get(a, at(spec.a(), g, i, p))
                        * Native.get(b, at(spec.b(), g, p, j));
                sum += term;
                magnitude += Math.abs(term);
              }
              if (accumulate) {
                sum += Native.get(old, where);
                magnitude += Math.abs(Native.get(old, where));
              }
              double expected = post.applyAsDouble(sum);
              double tolerance =
                  (spec.k() + 2) * UNIT * magnitude + postTolerance * (1 + Math.abs(expected));
              assertEquals(
                  expected,
                  Native.get(c, where),
                  tolerance,
                  () -> "at " + where + ", seed " + seed + ", " + primitive);
            }
          }
        }
      }
    }
  }

  /** Every combination of transposes, of gaps between rows, and of small and odd sizes. */
  static Stream<MatmulSpec> layouts() {
    List<MatmulSpec> specs = new ArrayList<>();
    for (long m : SIZES) {
      for (long n : SIZES) {
        for (long k : SIZES) {
          for (int how = 0; how < 8; how++) {
            long gap = (how & 4) == 0 ? 0 : 5;
            MatmulSpec spec = MatmulSpec.of(m, n, k).c(DataType.F32, n + gap, 1);
            spec =
                (how & 1) == 0
                    ? spec.a(DataType.F32, k + gap, 1)
                    : spec.a(DataType.F32, 1, m + gap);
            spec =
                (how & 2) == 0
                    ? spec.b(DataType.F32, n + gap, 1)
                    : spec.b(DataType.F32, 1, k + gap);
            specs.add(spec);
          }
        }
      }
    }
    return specs.stream();
  }

  @Test
  void everyLayoutAndSize() {
    layouts().forEach(spec -> new Problem(spec, 1).check(dnn, x -> x, 0, false));
  }

  @Test
  void unitStrideOperandsAreNeverLeftToTheReferenceKernel() {
    layouts()
        .forEach(spec -> {
          Primitive primitive = dnn.primitive(spec);
          assertFalse(primitive.isReference(), primitive::toString);
        });
  }

  @Test
  void operandsWithoutUnitStrideAreSlowButRight() {
    MatmulSpec spec =
        MatmulSpec.of(7, 5, 13)
            .a(DataType.F32, 40, 3)
            .b(DataType.F32, 2, 30)
            .c(DataType.F32, 2, 14);
    new Problem(spec, 2).check(dnn, x -> x, 0, false);
    assertTrue(dnn.primitive(spec).isReference());
  }

  @Test
  void transposedResult() {
    for (long size : SIZES) {
      new Problem(MatmulSpec.of(7, size, 13).c(DataType.F32, 1, 7), 3).check(dnn, x -> x, 0, false);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5})
  void batches(long count) {
    for (long m : SIZES) {
      MatmulSpec spec = MatmulSpec.of(m, 13, 7);
      new Problem(spec.batch(count, m * 7, 7 * 13, m * 13), 4).check(dnn, x -> x, 0, false);
      new Problem(spec.batch(count, m * 7, 0, m * 13 + 3), 5).check(dnn, x -> x, 0, false);
      new Problem(spec.batch(count, 0, 7 * 13, m * 13).bias(DataType.F32), 6)
          .check(dnn, x -> x, 0, false);
      // Heads of attention: the batch lies between the rows and the columns.
      MatmulSpec heads =
          spec.a(DataType.F32, count * 7, 1)
              .b(DataType.F32, 1, count * 7)
              .c(DataType.F32, count * 13, 1)
              .batch(count, 7, 7, 13);
      new Problem(heads, 7).check(dnn, x -> x, 0, false);
    }
  }

  @Test
  void twoBatchDimensions() {
    MatmulSpec spec = MatmulSpec.of(3, 5, 4).batch(2, 12, 20, 15).batch(3, 24, 0, 30);
    try (Arena arena = Arena.ofConfined()) {
      SplittableRandom random = new SplittableRandom(8);
      MemorySegment a = Native.random(arena, 72, random);
      MemorySegment b = Native.random(arena, 40, random);
      MemorySegment c = Native.floats(arena, 90);
      Native.run(dnn.primitive(spec), a, b, c);
      for (int g = 0; g < 3; g++) {
        for (int h = 0; h < 2; h++) {
          for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 5; j++) {
              double sum = 0;
              for (int p = 0; p < 4; p++) {
                sum +=
                    (double) Native.get(a, g * 24 + h * 12 + i * 4 + p)
                        * Native.get(b, h * 20 + p * 5 + j);
              }
              assertEquals(sum, Native.get(c, g * 30 + h * 15 + i * 5 + j), 6 * UNIT * 4, "seed 8");
            }
          }
        }
      }
    }
  }

  @Test
  void biasAccumulationAndActivationInThisOrder() {
    for (long m : SIZES) {
      for (long n : SIZES) {
        MatmulSpec spec = MatmulSpec.of(m, n, 13);
        new Problem(spec.bias(DataType.F32), 9).check(dnn, x -> x, 0, false);
        new Problem(spec.accumulate(), 10).check(dnn, x -> x, 0, true);
        new Problem(spec.bias(DataType.F32).accumulate().then(Eltwise.RELU.postOp()), 11)
            .check(dnn, x -> Math.max(x, 0), 0, true);
        new Problem(
                spec.a(DataType.F32, 1, m)
                    .bias(DataType.F32)
                    .accumulate()
                    .then(Eltwise.TANH.postOp()),
                12)
            .check(dnn, Math::tanh, 2e-6, true);
      }
    }
  }

  @Test
  void everyActivation() {
    double[] ab = {0.75, 0.25};
    Map<Eltwise, DoubleUnaryOperator> functions =
        Map.ofEntries(
            Map.entry(Eltwise.RELU, x -> x > 0 ? x : ab[0] * x),
            Map.entry(Eltwise.TANH, Math::tanh),
            Map.entry(Eltwise.ELU, x -> x > 0 ? x : ab[0] * Math.expm1(x)),
            Map.entry(Eltwise.SQUARE, x -> x * x),
            Map.entry(Eltwise.ABS, Math::abs),
            Map.entry(Eltwise.LINEAR, x -> ab[0] * x + ab[1]),
            Map.entry(Eltwise.SOFT_RELU, x -> Math.log1p(Math.exp(ab[0] * x)) / ab[0]),
            Map.entry(Eltwise.HARD_SIGMOID, x -> Math.min(1, Math.max(0, ab[0] * x + ab[1]))),
            Map.entry(Eltwise.LOGISTIC, x -> 1 / (1 + Math.exp(-x))),
            Map.entry(Eltwise.EXP, Math::exp),
            Map.entry(
                Eltwise.GELU_TANH,
                x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
            Map.entry(Eltwise.SWISH, x -> x / (1 + Math.exp(-ab[0] * x))),
            Map.entry(Eltwise.CLIP, x -> Math.min(1.25, Math.max(0.25, x))),
            Map.entry(Eltwise.GELU_ERF, x -> x / 2 * (1 + erf(x / Math.sqrt(2)))),
            Map.entry(Eltwise.MISH, x -> x * Math.tanh(Math.log1p(Math.exp(x)))),
            Map.entry(Eltwise.HARD_SWISH, x -> x * Math.min(1, Math.max(0, ab[0] * x + ab[1]))));
    functions.forEach((function, meaning) -> {
      float a = function == Eltwise.CLIP ? 0.25f : (float) ab[0];
      float b = function == Eltwise.CLIP ? 1.25f : (float) ab[1];
      for (long n : SIZES) {
        MatmulSpec spec = MatmulSpec.of(7, n, 3).bias(DataType.F32).then(function.postOp(a, b));
        new Problem(spec, 13).check(dnn, meaning, 4e-6, false);
      }
    });
    // The root is defined for some numbers only.
    for (long n : SIZES) {
      MatmulSpec root =
          MatmulSpec.of(7, n, 3)
              .then(Eltwise.SQUARE.postOp())
              .then(Eltwise.LINEAR.postOp(1, 0.5f))
              .then(Eltwise.SQRT.postOp());
      new Problem(root, 14).check(dnn, x -> Math.sqrt(x * x + 0.5), 4e-6, false);
    }
  }

  @Test
  void rounding() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, -1.5f, -0.4f, 0.5f, 1.5f, 2.6f);
      MemorySegment c = Native.floats(arena, 5);
      Native.run(
          dnn.primitive(MatmulSpec.of(5, 1, 1).then(Eltwise.ROUND.postOp())),
          a,
          Native.filled(arena, 1, 1),
          c);
      float[] expected = {-2, -0f, 0, 2, 3};
      for (int i = 0; i < 5; i++) {
        assertEquals(expected[i], Native.get(c, i), 0f);
      }
    }
  }

  /**
   * Series of Abramowitz and Stegun 7.1.6, which converges quickly for the small arguments here.
   */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int i = 1; i < 100; i++) {
      term *= 2 * x * x / (2 * i + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  @Test
  void packedWeights() {
    for (long n : SIZES) {
      for (long k : SIZES) {
        new Problem(MatmulSpec.of(33, n, k).bias(DataType.F32).packed(), 15)
            .check(dnn, x -> x, 0, false);
        new Problem(MatmulSpec.of(3, n, k).b(DataType.F32, 1, k).packed(), 16)
            .check(dnn, x -> x, 0, false);
      }
    }
  }

  static Stream<StridedLayout> operandLayouts() {
    return Stream.of(
        StridedLayout.dense(DataType.F32, 7, 33),
        StridedLayout.of(DataType.F32, 40, 1),
        StridedLayout.of(DataType.F32, 0, 1),
        StridedLayout.of(DataType.F32, 1, 0),
        StridedLayout.of(DataType.F32, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("operandLayouts")
  void everyBinaryFunctionAndBroadcast(StridedLayout layout) {
    for (BinaryPostOp function : BinaryPostOp.values()) {
      try (Arena arena = Arena.ofConfined()) {
        SplittableRandom random = new SplittableRandom(17);
        MemorySegment a = Native.random(arena, 7, random);
        MemorySegment b = Native.filled(arena, 33, 1);
        MemorySegment c = Native.floats(arena, 7 * 33);
        MemorySegment other = Native.random(arena, 7 * 40, random);
        // A few equal elements, for the comparisons.
        for (int i = 0; i < 7; i++) {
          long at = i * layout.strides().get(0) + 2L * i * layout.strides().get(1);
          other.setAtIndex(ValueLayout.JAVA_FLOAT, at, Native.get(a, i));
        }
        Native.run(
            dnn.primitive(MatmulSpec.of(7, 33, 1).then(function.postOp(layout))), a, b, c, other);
        for (int i = 0; i < 7; i++) {
          for (int j = 0; j < 33; j++) {
            float x = Native.get(a, i);
            float y = Native.get(other, i * layout.strides().get(0) + j * layout.strides().get(1));
            float expected =
                switch (function) {
                  case ADD -> x + y;
                  case MUL -> x * y;
                  case MAX -> Math.max(x, y);
                  case MIN -> Math.min(x, y);
                  case DIV -> x / y;
                  case SUB -> x - y;
                  case GE -> x >= y ? 1 : 0;
                  case GT -> x > y ? 1 : 0;
                  case LE -> x <= y ? 1 : 0;
                  case LT -> x < y ? 1 : 0;
                  case EQ -> x == y ? 1 : 0;
                  case NE -> x != y ? 1 : 0;
                };
            assertEquals(
                expected, Native.get(c, i * 33 + j), Math.ulp(expected), function + ", seed 17");
          }
        }
      }
    }
  }

  @Test
  void selection() {
    for (int n : new int[] {1, 13, 33}) {
      try (Arena arena = Arena.ofConfined()) {
        SplittableRandom random = new SplittableRandom(18);
        MemorySegment a = Native.random(arena, 7, random);
        MemorySegment b = Native.filled(arena, n, 1);
        MemorySegment c = Native.floats(arena, 7L * n);
        MemorySegment other = Native.random(arena, 7L * n, random);
        MemorySegment condition = arena.allocate(7L * n, 64);
        for (int i = 0; i < 7 * n; i++) {
          condition.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(2));
        }
        PostOp select =
            new PostOp.Select(
                StridedLayout.dense(DataType.F32, 7, n), StridedLayout.dense(DataType.S8, 7, n));
        Native.run(dnn.primitive(MatmulSpec.of(7, n, 1).then(select)), a, b, c, other, condition);
        for (int i = 0; i < 7 * n; i++) {
          float expected =
              condition.get(ValueLayout.JAVA_BYTE, i) != 0
                  ? Native.get(a, i / n)
                  : Native.get(other, i);
          assertEquals(expected, Native.get(c, i), 0f, "seed 18");
        }
      }
    }
  }

  @Test
  void bfloat16() {
    long m = 13;
    long n = 33;
    long k = 7;
    Format single = dnn.format(StridedLayout.dense(DataType.F32, m, k), List.of(m, k));
    Format half = dnn.format(StridedLayout.dense(DataType.BF16, m, k), List.of(m, k));
    MatmulSpec spec =
        MatmulSpec.of(m, n, k).a(DataType.BF16, k, 1).b(DataType.BF16, n, 1).bias(DataType.F32);
    String isa = dnn.isa();
    if (System.getProperty("os.arch").equals("amd64")) {
      boolean vectors = isa.startsWith("avx512") || isa.startsWith("avx10");
      assertEquals(vectors || isa.equals("avx2_vnni_2"), dnn.supports(spec), isa);
    }
    assumeTrue(dnn.supports(spec), "no bfloat16 products with " + isa);
    try (Arena arena = Arena.ofConfined()) {
      SplittableRandom random = new SplittableRandom(19);
      MemorySegment a = Native.random(arena, m * k, random);
      MemorySegment aHalf = arena.allocate(half.bytes(), 64);
      Native.run(dnn.primitive(new ReorderSpec(single, half)), a, aHalf);
      MemorySegment aBack = Native.floats(arena, m * k);
      Native.run(dnn.primitive(new ReorderSpec(half, single)), aHalf, aBack);
      MemorySegment b = arena.allocate(2 * k * n, 64);
      for (int i = 0; i < k * n; i++) {
        // Small integers are exact.
        int bits = Float.floatToIntBits(random.nextInt(-8, 9));
        b.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
      }
      MemorySegment c = Native.floats(arena, m * n);
      MemorySegment bias = Native.random(arena, n, random);
      Native.run(dnn.primitive(spec), aHalf, b, c, bias);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = Native.get(bias, j);
          double magnitude = Math.abs(sum);
          for (int p = 0; p < k; p++) {
            float x = Native.get(aBack, i * k + p);
            assertEquals(Native.get(a, i * k + p), x, Math.abs(x) / 256);
            assertEquals(0, Float.floatToIntBits(x) & 0xffff);
            float y = Float.intBitsToFloat(b.getAtIndex(ValueLayout.JAVA_SHORT, p * n + j) << 16);
            sum += x * y;
            magnitude += Math.abs(x * y);
          }
          assertEquals(sum, Native.get(c, i * n + j), (k + 2) * UNIT * magnitude, "seed 19");
        }
      }
    }
  }

  @Test
  void equalSpecsShareOnePrimitive() {
    MatmulSpec row = MatmulSpec.of(1, 9, 5);
    assertTrue(dnn.primitive(row) == dnn.primitive(row.a(DataType.F32, 77, 1)));
    assertEquals(row, row.a(DataType.F32, 77, 1));
  }

  @Test
  void refusals() {
    assertThrows(IllegalArgumentException.class, () -> MatmulSpec.of(0, 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> MatmulSpec.of(2, 2, 2).a(DataType.F32, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> MatmulSpec.of(2, 2, 2).batch(2, 4, 4, 0));
    assertThrows(IllegalArgumentException.class, () -> StridedLayout.of(DataType.F32, -1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            MatmulSpec.of(2, 2, 2)
                .then(BinaryPostOp.ADD.postOp(StridedLayout.of(DataType.F32, 1))));
    MatmulSpec overlapping = MatmulSpec.of(4, 4, 4).a(DataType.F32, 1, 1);
    OneDnnException e = assertThrows(OneDnnException.class, () -> dnn.primitive(overlapping));
    String message = String.valueOf(e.getMessage());
    assertTrue(
        message.startsWith("dnnl_memory_desc_create_with_strides returned invalid_arguments"),
        message);
    assertTrue(message.contains(overlapping.toString()), message);
    Call call = dnn.primitive(MatmulSpec.of(2, 2, 2)).bind();
    assertThrows(IllegalArgumentException.class, () -> call.execute(0, 64, 64));
    assertThrows(IllegalArgumentException.class, () -> call.execute(0, 0, 64, 64));
  }
}
