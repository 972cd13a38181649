package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.Functions;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

/** Element-wise kernels against plain Java, one element at a time. */
public class ElementwiseTest {
  private static final long SEED = 7;

  @ParameterizedTest
  @EnumSource
  void unary(UnaryOp.Kind op) {
    Random random = new Random(SEED);
    for (int n : Values.SIZES) {
      for (int misalignment : new int[] {0, 1, 5}) {
        float[] x = Values.mixed(random, n);
        Memory a = Memory.of(x, misalignment);
        Memory dst = Memory.room(n, 3);
        Functions.apply(op, dst.address, a.address, n);
        float[] y = dst.floats();
        for (int i = 0; i < n; i++) {
          check(op + "(" + x[i] + ")", plain(op, x[i]), y[i]);
        }
        Functions.apply(op, a.address, a.address, n);
        assertArrayEquals(Values.bits(y), Values.bits(a.floats()), op + " in place");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anElementsBitsDoNotDependOnItsPlace(UnaryOp.Kind op) {
    Random random = new Random(SEED);
    int n = 61;
    for (float x : Values.mixed(random, 300)) {
      float[] all = Values.mixed(random, n);
      Memory one = Memory.of(x);
      Functions.apply(op, one.address, one.address, 1);
      int alone = Float.floatToIntBits(one.floats()[0]);
      for (int i = 0; i < n; i += 1 + random.nextInt(8)) {
        all[i] = x;
      }
      Memory a = Memory.of(all);
      Functions.apply(op, a.address, a.address, n);
      float[] y = a.floats();
      for (int i = 0; i < n; i++) {
        if (Float.floatToIntBits(all[i]) == Float.floatToIntBits(x)) {
          assertEquals(alone, Float.floatToIntBits(y[i]), op + "(" + x + ") at " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void binary(BinaryOp.Kind op) {
    Random random = new Random(SEED);
    for (int n : Values.SIZES) {
      float[] x = Values.mixed(random, n);
      float[] y = Values.mixed(random, n);
      Memory a = Memory.of(x, 1);
      Memory b = Memory.of(y, 2);
      Memory dst = Memory.room(n, 3);
      BinaryKernels.apply(op, dst.address, a.address, b.address, n);
      float[] z = dst.floats();
      for (int i = 0; i < n; i++) {
        check(op + "(" + x[i] + ", " + y[i] + ")", plain(op, x[i], y[i]), z[i]);
      }
      BinaryKernels.apply(op, b.address, a.address, b.address, n);
      assertArrayEquals(Values.bits(z), Values.bits(b.floats()), op + " into the right operand");
      BinaryKernels.apply(op, dst.address, a.address, a.address, n);
      BinaryKernels.apply(op, a.address, a.address, a.address, n);
      assertArrayEquals(Values.bits(dst.floats()), Values.bits(a.floats()), op + " of the same");
    }
  }

  @ParameterizedTest
  @EnumSource
  void binaryWithScalar(BinaryOp.Kind op) {
    Random random = new Random(SEED);
    int n = 207;
    float[] x = Values.mixed(random, n);
    Memory a = Memory.of(x, 1);
    Memory dst = Memory.room(n, 2);
    Memory expected = Memory.room(n);
    Memory b = Memory.room(n);
    for (float s : Values.mixed(random, 100)) {
      MoveKernels.fill(b.address, s, n);
      BinaryKernels.apply(op, expected.address, a.address, b.address, n);
      BinaryKernels.applyRight(op, dst.address, a.address, s, n);
      assertArrayEquals(
          Values.bits(expected.floats()), Values.bits(dst.floats()), op + " with " + s);
      BinaryKernels.apply(op, expected.address, b.address, a.address, n);
      BinaryKernels.applyLeft(op, dst.address, s, a.address, n);
      assertArrayEquals(Values.bits(expected.floats()), Values.bits(dst.floats()), op + " of " + s);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STOP_GRADIENT", "NEG", "ABS", "SIGN", "NOT"})
  void intUnary(UnaryOp.Kind op) {
    Random random = new Random(SEED);
    for (int n : Values.SIZES) {
      int[] x = Values.ints(random, n);
      Memory a = Memory.of(x, 1);
      Memory dst = Memory.room(n, 2);
      IntKernels.apply(op, dst.address, a.address, n);
      int[] expected = Arrays.stream(x).map(v -> plain(op, v)).toArray();
      assertArrayEquals(expected, dst.ints(), op + " of " + n);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "POW")
  void intBinary(BinaryOp.Kind op) {
    Random random = new Random(SEED);
    for (int n : Values.SIZES) {
      int[] x = Values.ints(random, n);
      int[] y = Values.ints(random, n);
      Memory a = Memory.of(x, 1);
      Memory b = Memory.of(y, 2);
      Memory dst = Memory.room(n, 3);
      IntKernels.apply(op, dst.address, a.address, b.address, n);
      int[] expected = new int[n];
      Arrays.setAll(expected, i -> plain(op, x[i], y[i]));
      assertArrayEquals(expected, dst.ints(), op + " of " + n);
      for (int s : new int[] {0, 1, -1, 7, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
        IntKernels.applyRight(op, dst.address, a.address, s, n);
        Arrays.setAll(expected, i -> plain(op, x[i], s));
        assertArrayEquals(expected, dst.ints(), op + " of " + n + " with " + s);
        IntKernels.applyLeft(op, dst.address, s, a.address, n);
        Arrays.setAll(expected, i -> plain(op, s, x[i]));
        assertArrayEquals(expected, dst.ints(), op + " of " + s + " with " + n);
      }
    }
  }

  @Test
  void conversions() {
    Random random = new Random(SEED);
    for (int n : Values.SIZES) {
      float[] x = Values.mixed(random, n);
      int[] k = Values.ints(random, n);
      Memory a = Memory.of(x, 1);
      Memory b = Memory.of(k, 1);
      Memory dst = Memory.room(n, 2);
      IntKernels.fromFloat(dst.address, a.address, n);
      int[] ints = new int[n];
      Arrays.setAll(ints, i -> (int) x[i]);
      assertArrayEquals(ints, dst.ints());
      IntKernels.toFloat(dst.address, b.address, n);
      float[] floats = new float[n];
      for (int i = 0; i < n; i++) {
        floats[i] = (float) k[i];
      }
      assertArrayEquals(floats, dst.floats());
      IntKernels.iota(dst.address, -5, 3, n);
      Arrays.setAll(ints, i -> -5 + 3 * i);
      assertArrayEquals(ints, dst.ints());
    }
  }

  @Test
  void select() {
    Random random = new Random(SEED);
    for (int n : Values.SIZES) {
      float[] c = Values.mixed(random, n);
      int[] k = Values.ints(random, n);
      int[] x = Values.ints(random, n);
      int[] y = Values.ints(random, n);
      Memory condition = Memory.of(c, 1);
      Memory choice = Memory.of(k, 2);
      Memory a = Memory.of(x, 3);
      Memory b = Memory.of(y, 4);
      Memory dst = Memory.room(n, 5);
      int[] expected = new int[n];
      SelectKernels.select(dst.address, condition.address, a.address, b.address, n);
      Arrays.setAll(expected, i -> c[i] != 0 ? x[i] : y[i]);
      assertArrayEquals(expected, dst.ints());
      SelectKernels.selectInt(dst.address, choice.address, a.address, b.address, n);
      Arrays.setAll(expected, i -> k[i] != 0 ? x[i] : y[i]);
      assertArrayEquals(expected, dst.ints());
    }
  }

  @Test
  void whatIntsHaveNotGotIsAnError() {
    Memory a = Memory.room(64);
    assertThrows(
        IllegalArgumentException.class,
        () -> IntKernels.apply(UnaryOp.Kind.EXP, a.address, a.address, 64));
    assertThrows(
        IllegalArgumentException.class,
        () -> IntKernels.apply(BinaryOp.Kind.POW, a.address, a.address, a.address, 64));
  }

  /** Exact operations to the bit, elementary functions to two units in the last place. */
  private static void check(String what, double expected, float actual) {
    float rounded = (float) expected;
    if (Float.floatToIntBits(rounded) == Float.floatToIntBits(actual)) {
      return;
    }
    boolean near =
        Math.abs(actual - expected) <= 2 * Math.ulp(rounded)
            || (Float.isInfinite(rounded) && Math.abs(actual) == Float.MAX_VALUE);
    boolean elementary =
        what.matches("(EXP|EXPM1|LOG|LOG1P|SIN|COS|TANH|SIGMOID|SOFTPLUS|ERF|POW)\\(.*");
    assertTrue(
        elementary && near && Math.signum(actual) == Math.signum(rounded) && actual != 0,
        () -> what + " is " + actual + ", not " + rounded + "; seed " + SEED);
  }

  static double plain(UnaryOp.Kind op, float x) {
    return switch (op) {
      case STOP_GRADIENT -> x;
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case RECIPROCAL -> 1f / x;
      case SQRT -> (float) Math.sqrt(x);
      case EXP -> StrictMath.exp(x);
      case EXPM1 -> StrictMath.expm1(x);
      case LOG -> StrictMath.log(x);
      case LOG1P -> StrictMath.log1p(x);
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case TANH -> StrictMath.tanh(x);
      case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
      case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs((double) x)));
      case ERF -> AccuracyTest.erf(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
      case NOT -> x == 0 ? 1 : 0;
      case RELU -> Math.max(x, 0f);
    };
  }

  static double plain(BinaryOp.Kind op, float x, float y) {
    return switch (op) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case MAXIMUM -> Math.max(x, y);
      case MINIMUM -> Math.min(x, y);
      case POW -> pow(x, y);
      case LESS -> x < y ? 1 : 0;
      case LESS_EQUAL -> x <= y ? 1 : 0;
      case EQUAL -> x == y ? 1 : 0;
      case NOT_EQUAL -> x != y ? 1 : 0;
    };
  }

  /** Java's power but for what IEEE 754 and C say of bases of magnitude 1. */
  public static double pow(double x, double y) {
    return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : StrictMath.pow(x, y);
  }

  private static int plain(UnaryOp.Kind op, int x) {
    return switch (op) {
      case STOP_GRADIENT -> x;
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Integer.signum(x);
      case NOT -> x == 0 ? 1 : 0;
      default -> throw new IllegalArgumentException(op.name());
    };
  }

  private static int plain(BinaryOp.Kind op, int x, int y) {
    return switch (op) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> y == 0 ? 0 : x / y;
      case MAXIMUM -> Math.max(x, y);
      case MINIMUM -> Math.min(x, y);
      case POW -> throw new IllegalArgumentException(op.name());
      case LESS -> x < y ? 1 : 0;
      case LESS_EQUAL -> x <= y ? 1 : 0;
      case EQUAL -> x == y ? 1 : 0;
      case NOT_EQUAL -> x != y ? 1 : 0;
    };
  }
}
