package shinso.cpu.simd;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.element.AccuracyTest;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.ElementwiseTest;

/**
 * The elementary functions over all floats, evenly, and over every float around the places where
 * something changes: another formula, an exponent that is none, an overflow. No NaN and no infinity
 * where the exact result is another one, zeros of the right sign, errors as documented.
 */
class SweepTest {
  private static final int BLOCK = 1 << 14;

  /** Prime, so that mantissas vary. */
  private static final int STRIDE = 2003;

  /** Floats on either side of a border. */
  private static final int NEAR = 1 << 15;

  /** Magnitudes at which a function changes its ways, or its argument reduction does. */
  private static final float[] BORDERS = {
    0x1p-30f,
    0x1p-25f,
    0x1p-24f,
    Float.MIN_NORMAL,
    0.41421357f,
    0.5f,
    0.55f,
    0.70710677f,
    0.92f,
    1f,
    1.4142135f,
    2f,
    4f,
    9f,
    16.98f,
    18f,
    87f,
    87.33655f,
    88.02969f,
    88.376274f,
    88.72284f,
    89f,
    103.27893f,
    103.97208f,
    104f,
    1e5f,
    0x1p23f,
    0x1p24f,
    0x1p127f,
    Float.MAX_VALUE
  };

  @ParameterizedTest(name = "{0} within {1} ulp")
  @CsvSource({
    "EXP, 0.91",
    "EXPM1, 1.44",
    "LOG, 0.92",
    "LOG1P, 1.43",
    "SIN, 1.6",
    "COS, 1.6",
    "TANH, 1.5",
    "SIGMOID, 1.5",
    "SOFTPLUS, 1.83",
    "ERF, 1.1",
    "SQRT, 0.5",
    "RECIPROCAL, 0.5",
    "SIGN, 0",
    "FLOOR, 0",
    "ROUND, 0",
    "RELU, 0"
  })
  void everywhereAndAroundBorders(UnaryOp.Kind op, double bound) {
    Sweep sweep = new Sweep(op, bound);
    for (long bits = 0; bits < 1L << 32; bits += (long) BLOCK * STRIDE) {
      sweep.block(bits, STRIDE);
    }
    for (float border : BORDERS) {
      int center = Float.floatToIntBits(border);
      for (int from = center - NEAR; from < center + NEAR; from += BLOCK) {
        sweep.block(from, 1);
        sweep.block(from | 1L << 31, 1);
      }
    }
    // Around zero, through the subnormal numbers.
    sweep.block(0, 1);
    sweep.block(1L << 31, 1);
  }

  private static final class Sweep {
    private final UnaryOp.Kind op;
    private final double bound;
    private final DoubleUnaryOperator exact;
    private final Memory x = Memory.room(BLOCK);
    private final Memory y = Memory.room(BLOCK);

    Sweep(UnaryOp.Kind op, double bound) {
      this.op = op;
      this.bound = bound;
      this.exact = AccuracyTest.exact(op);
    }

    void block(long bits, int stride) {
      for (int i = 0; i < BLOCK; i++) {
        Native.putInt(x.address + 4L * i, (int) (bits + (long) i * stride));
      }
      Functions.apply(op, y.address, x.address, BLOCK);
      for (int i = 0; i < BLOCK; i++) {
        float a = Native.getFloat(x.address + 4L * i);
        float actual = Native.getFloat(y.address + 4L * i);
        double expected = exact.applyAsDouble(a);
        if (!isRight(actual, expected, bound)) {
          fail(op + "(" + a + ") is " + actual + ", not " + expected);
        }
      }
    }
  }

  /** Powers that are nearly too large for a float, or too small, or nearly 1. */
  @Test
  void powersAtTheBordersOfFloats() {
    Random random = new Random(11);
    double[] logarithms = {128, 127, 0, -126, -149, -150, 300, -300};
    int n = 1 << 19;
    Memory x = Memory.room(n);
    Memory y = Memory.room(n);
    Memory z = Memory.room(n);
    for (int i = 0; i < n; i++) {
      float base = Float.intBitsToFloat(random.nextInt());
      double log = Math.log(Math.abs((double) base)) / Math.log(2);
      double target = logarithms[i % logarithms.length] + 1e-5 * random.nextGaussian();
      boolean whole = base < 0 || i % 5 == 0;
      float exponent = (float) (whole ? Math.rint(target / log) : target / log);
      Native.putFloat(x.address + 4L * i, base);
      Native.putFloat(y.address + 4L * i, exponent);
    }
    BinaryKernels.apply(BinaryOp.Kind.POW, z.address, x.address, y.address, n);
    for (int i = 0; i < n; i++) {
      float a = Native.getFloat(x.address + 4L * i);
      float b = Native.getFloat(y.address + 4L * i);
      float actual = Native.getFloat(z.address + 4L * i);
      double expected = ElementwiseTest.pow(a, b);
      if (!isRight(actual, expected, 0.51)) {
        fail("pow(" + a + ", " + b + ") is " + actual + ", not " + expected);
      }
    }
  }

  private static boolean isRight(float actual, double exact, double bound) {
    return AccuracyTest.ulps(actual, exact) <= bound
        && (Double.isNaN(exact) || Math.copySign(1, actual) == Math.copySign(1, exact));
  }
}
