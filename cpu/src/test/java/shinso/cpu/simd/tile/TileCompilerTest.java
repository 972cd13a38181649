package shinso.cpu.simd.tile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.Functions;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.SelectKernels;

/** Compiled tile programs against the kernels of single operations: the bits must be equal. */
class TileCompilerTest {
  private static final int N = 8 * Lanes.LANES;

  /** What a program gives step by step, each step by its kernel. */
  private static List<float[]> stepByStep(TileProgram p, float[][] operands, float[] scalars) {
    List<Memory> values = new ArrayList<>();
    for (float[] x : operands) {
      values.add(Memory.of(x));
    }
    for (float s : scalars) {
      float[] filled = new float[N];
      Arrays.fill(filled, s);
      values.add(Memory.of(filled));
    }
    for (TileProgram.Step step : p.steps()) {
      Memory y = Memory.room(N);
      switch (step) {
        case TileProgram.Step.Apply1(UnaryOp.Kind f, int a) ->
            Functions.apply(f, y.address, values.get(a).address, N);
        case TileProgram.Step.Apply2(BinaryOp.Kind f, int a, int b) ->
            BinaryKernels.apply(f, y.address, values.get(a).address, values.get(b).address, N);
        case TileProgram.Step.Choose(int c, int a, int b) ->
            SelectKernels.select(
                y.address, values.get(c).address, values.get(a).address, values.get(b).address, N);
      }
      values.add(y);
    }
    return p.results().stream().map(r -> values.get(r).floats()).toList();
  }

  private static List<float[]> compiled(TileProgram p, float[][] operands, float[] scalars) {
    return run(
        p, operands, at -> TileCompiler.compile(p).run(at, new long[at.length], scalars, 1, N));
  }

  private static List<float[]> run(TileProgram p, float[][] operands, Consumer<long[]> body) {
    Memory[] in = Arrays.stream(operands).map(Memory::of).toArray(Memory[]::new);
    List<Memory> out = p.results().stream().map(r -> Memory.room(N)).toList();
    long[] at = new long[p.addresses()];
    for (int i = 0; i < in.length; i++) {
      at[i] = in[i].address;
    }
    for (int i = 0; i < out.size(); i++) {
      at[in.length + i] = out.get(i).address;
    }
    body.accept(at);
    for (int i = 0; i < in.length; i++) {
      assertArrayEquals(Values.bits(operands[i]), Values.bits(in[i].floats()), "operand " + i);
    }
    return out.stream().map(Memory::floats).toList();
  }

  private static void check(TileProgram p, Random random, String what) {
    float[][] operands = new float[p.operands()][];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = Values.mixed(random, N);
    }
    float[] scalars = Values.mixed(random, p.scalars());
    List<float[]> expected = stepByStep(p, operands, scalars);
    List<float[]> actual = compiled(p, operands, scalars);
    List<float[]> scalar = inScalars(p, operands, scalars);
    for (int i = 0; i < expected.size(); i++) {
      int[] bits = Values.bits(expected.get(i));
      assertArrayEquals(bits, Values.bits(actual.get(i)), what + ", result " + i);
      assertArrayEquals(
          bits, Values.bits(scalar.get(i)), what + ", result " + i + " of scalar arithmetic");
    }
  }

  private static List<float[]> inScalars(TileProgram p, float[][] operands, float[] scalars) {
    return run(
        p,
        operands,
        at -> {
          int step = Math.max(1, Lanes.LANES - 1);
          for (int i = 0; i < N; i += step) {
            TileInterpreter.run(p, at, new long[at.length], scalars, 1, i, Math.min(step, N - i));
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void everyFunctionOfOneOperand(UnaryOp.Kind f) {
    TileProgram p = Functions.program(f);
    if (TileProgram.isStep(f)) {
      check(p, new Random(3), f.name());
    } else {
      assertThrows(IllegalArgumentException.class, () -> TileCompiler.compile(p));
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyFunctionOfTwoOperandsOrAScalar(BinaryOp.Kind f) {
    if (!TileProgram.isStep(f)) {
      return;
    }
    Random random = new Random(4);
    List<TileProgram.Step> step = List.of(new TileProgram.Step.Apply2(f, 0, 1));
    check(new TileProgram(2, 0, step, List.of(2)), random, f + " of operands");
    check(new TileProgram(1, 1, step, List.of(2)), random, f + " with a scalar");
    check(
        new TileProgram(1, 1, List.of(new TileProgram.Step.Apply2(f, 1, 0)), List.of(2)),
        random,
        f + " of a scalar");
    // The comparison as a condition and as a number.
    check(
        new TileProgram(
            2,
            0,
            List.of(new TileProgram.Step.Apply2(f, 0, 1), new TileProgram.Step.Choose(2, 1, 0)),
            List.of(2, 3)),
        random,
        f + " as a condition");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void randomPrograms(int seed) {
    Random random = new Random(seed);
    UnaryOp.Kind[] unaries =
        Arrays.stream(UnaryOp.Kind.values())
            .filter(TileProgram::isStep)
            .toArray(UnaryOp.Kind[]::new);
    BinaryOp.Kind[] binaries =
        Arrays.stream(BinaryOp.Kind.values())
            .filter(TileProgram::isStep)
            .toArray(BinaryOp.Kind[]::new);
    int operands = 1 + random.nextInt(4);
    int scalars = random.nextInt(3);
    List<TileProgram.Step> steps = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int known = operands + scalars + i;
      int a = random.nextInt(known);
      int b = random.nextInt(known);
      steps.add(
          switch (random.nextInt(4)) {
            case 0 -> new TileProgram.Step.Apply1(unaries[random.nextInt(unaries.length)], a);
            case 1 -> new TileProgram.Step.Choose(random.nextInt(known), a, b);
            default -> new TileProgram.Step.Apply2(binaries[random.nextInt(binaries.length)], a, b);
          });
    }
    int last = operands + scalars + 19;
    check(
        new TileProgram(operands, scalars, steps, List.of(last, last - 3)),
        random,
        "seed " + seed + " " + steps);
  }

  @Test
  void anOperandMayBeOverwritten() {
    TileProgram p =
        new TileProgram(
            2,
            0,
            List.of(
                new TileProgram.Step.Apply2(BinaryOp.Kind.ADD, 0, 1),
                new TileProgram.Step.Apply2(BinaryOp.Kind.MUL, 0, 1)),
            List.of(2, 3));
    Random random = new Random(5);
    float[][] x = {Values.mixed(random, N), Values.mixed(random, N)};
    List<float[]> expected = stepByStep(p, x, new float[0]);
    Memory a = Memory.of(x[0]);
    Memory b = Memory.of(x[1]);
    TileCompiler.compile(p)
        .run(
            new long[] {a.address, b.address, b.address, a.address},
            new long[4],
            new float[0],
            1,
            N);
    assertArrayEquals(Values.bits(expected.get(0)), Values.bits(b.floats()));
    assertArrayEquals(Values.bits(expected.get(1)), Values.bits(a.floats()));
  }

  @Test
  void equalProgramsShareAKernel() {
    List<TileProgram.Step> steps =
        List.of(
            new TileProgram.Step.Apply2(BinaryOp.Kind.MUL, 0, 1),
            new TileProgram.Step.Apply1(UnaryOp.Kind.SQRT, 2));
    TileKernel kernel = TileKernel.of(new TileProgram(1, 1, steps, List.of(3)));
    assertSame(kernel, TileKernel.of(new TileProgram(1, 1, List.copyOf(steps), List.of(3))));
  }

  @Test
  void rowsMayHaveGapsOrBeRepeated() {
    TileProgram p =
        new TileProgram(
            2, 0, List.of(new TileProgram.Step.Apply2(BinaryOp.Kind.SUB, 0, 1)), List.of(2));
    int length = 2 * Lanes.LANES;
    int rows = 3;
    Random random = new Random(6);
    float[] x = Values.mixed(random, rows * (length + 5));
    float[] y = Values.mixed(random, length);
    long[] pitches = {4L * (length + 5), 0, 4L * (length + 1)};
    for (boolean compiled : new boolean[] {true, false}) {
      Memory a = Memory.of(x);
      Memory b = Memory.of(y);
      Memory c = Memory.of(new float[rows * (length + 1)]);
      long[] at = {a.address, b.address, c.address};
      if (compiled) {
        TileCompiler.compile(p).run(at, pitches, new float[0], rows, length);
      } else {
        TileInterpreter.run(p, at, pitches, new float[0], rows, 0, length);
      }
      float[] expected = new float[rows * (length + 1)];
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < length; i++) {
          expected[r * (length + 1) + i] = x[r * (length + 5) + i] - y[i];
        }
      }
      assertArrayEquals(Values.bits(expected), Values.bits(c.floats()), "compiled: " + compiled);
    }
  }
}
