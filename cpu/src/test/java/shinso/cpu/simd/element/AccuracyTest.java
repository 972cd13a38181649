package shinso.cpu.simd.element;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.Functions;
import shinso.cpu.simd.Memory;
import shinso.cpu.simd.Values;

/**
 * Largest errors of the elementary functions, against double arithmetic: the bounds here are those
 * that the kernels' documentation states.
 */
public class AccuracyTest {
  private static final long SEED = 20240607;
  private static final int POINTS = 1 << 21;

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
    "RECIPROCAL, 0.5"
  })
  void unaryFunctionsAreAccurate(UnaryOp.Kind op, double bound) {
    DoubleUnaryOperator exact = exact(op);
    Random random = new Random(SEED);
    float[] x = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      // Half of the points over all exponents, half where the function is neither 0 nor flat.
      x[i] =
          i % 2 == 0
              ? Float.intBitsToFloat(random.nextInt())
              : (float) (random.nextGaussian() * Math.pow(10, random.nextDouble(-3, 2)));
    }
    Memory a = Memory.of(x);
    Memory dst = Memory.room(POINTS);
    Functions.apply(op, dst.address, a.address, POINTS);
    float[] y = dst.floats();
    double worst = 0;
    float where = 0;
    for (int i = 0; i < POINTS; i++) {
      double error = ulps(y[i], exact.applyAsDouble(x[i]));
      if (error > worst) {
        worst = error;
        where = x[i];
      }
    }
    report(op + "(" + where + ")", worst, bound);
  }

  @ParameterizedTest
  @EnumSource(names = {"SIGMOID", "TANH"})
  void scalarsAndVectorsHaveTheSameBits(UnaryOp.Kind op) {
    Random random = new Random(SEED);
    float[] x = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      x[i] = i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) random.nextGaussian();
    }
    Memory a = Memory.of(x);
    Memory vectors = Memory.room(POINTS);
    Memory scalars = Memory.room(POINTS);
    Functions.apply(op, vectors.address, a.address, POINTS);
    Functions.inScalars(op, scalars.address, a.address, POINTS);
    assertArrayEquals(Values.bits(vectors.floats()), Values.bits(scalars.floats()));
  }

  @Test
  void powersAreAccurate() {
    Random random = new Random(SEED);
    float[] x = new float[POINTS];
    float[] y = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      x[i] = Float.intBitsToFloat(random.nextInt());
      // Exponents that keep most results in the range of floats, whole ones among them.
      double limit = 150 / Math.max(0.01, Math.abs(Math.log(Math.abs(x[i])) / Math.log(2)));
      y[i] = (float) (random.nextDouble(-1, 1) * Math.min(limit, 1e6));
      if (i % 4 == 0) {
        y[i] = Math.round(y[i]);
      }
    }
    checkPower(x, y, StrictMath::pow);
  }

  @Test
  void powersOfNearlyOneAreAccurate() {
    Random random = new Random(SEED);
    float[] x = new float[POINTS];
    float[] y = new float[POINTS];
    for (int i = 0; i < POINTS; i++) {
      x[i] = (float) (1 + random.nextGaussian() * Math.pow(10, random.nextDouble(-7, -1)));
      y[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextDouble(0, 7)));
    }
    checkPower(x, y, StrictMath::pow);
  }

  private static void checkPower(float[] x, float[] y, DoubleBinaryOperator exact) {
    Memory a = Memory.of(x);
    Memory b = Memory.of(y);
    Memory dst = Memory.room(x.length);
    BinaryKernels.apply(BinaryOp.Kind.POW, dst.address, a.address, b.address, x.length);
    float[] z = dst.floats();
    double worst = 0;
    String where = "";
    for (int i = 0; i < x.length; i++) {
      double error = ulps(z[i], exact.applyAsDouble(x[i], y[i]));
      if (error > worst) {
        worst = error;
        where = "pow(" + x[i] + ", " + y[i] + ")";
      }
    }
    report(where, worst, 0.51);
  }

  private static void report(String where, double worst, double bound) {
    System.out.printf(Locale.ROOT, "worst of %d: %.3f ulp at %s%n", POINTS, worst, where);
    assertTrue(
        worst <= bound,
        () -> String.format(Locale.ROOT, "%.3f ulp at %s, seed %d", worst, where, SEED));
  }

  /** Distance of {@code y} from {@code exact} in units in the last place of the exact result. */
  public static double ulps(float y, double exact) {
    if (Double.isNaN(exact)) {
      return Float.isNaN(y) ? 0 : Double.POSITIVE_INFINITY;
    }
    float rounded = (float) exact;
    if (y == rounded) {
      // Also of infinities. The sign of a zero is checked with the special values.
      return Float.isInfinite(y) ? 0 : Math.abs(y - exact) / Math.ulp(rounded);
    }
    if (Float.isInfinite(y) || Float.isInfinite(rounded)) {
      // One of them overflowed: the largest float counts as the place where it happens.
      double limit = Math.copySign(Float.MAX_VALUE, exact);
      boolean near = Math.abs(exact - limit) <= 2 * Math.ulp(Float.MAX_VALUE);
      return near && Math.signum(y) == Math.signum(exact) ? 1 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(y - exact) / Math.ulp(rounded);
  }

  public static DoubleUnaryOperator exact(UnaryOp.Kind op) {
    return switch (op) {
      case EXP -> StrictMath::exp;
      case EXPM1 -> StrictMath::expm1;
      case LOG -> StrictMath::log;
      case LOG1P -> StrictMath::log1p;
      case SIN -> StrictMath::sin;
      case COS -> StrictMath::cos;
      case TANH -> StrictMath::tanh;
      case SIGMOID -> x -> 1 / (1 + StrictMath.exp(-x));
      case SOFTPLUS -> x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
      case ERF -> AccuracyTest::erf;
      case SQRT -> StrictMath::sqrt;
      case RECIPROCAL -> x -> 1 / x;
      case SIGN -> Math::signum;
      case FLOOR -> Math::floor;
      case ROUND -> Math::rint;
      case RELU -> x -> Math.max(x, 0);
      default -> throw new IllegalArgumentException(op.name());
    };
  }

  /** 2/√π e^(-x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), a sum without cancellation. */
  static double erf(double x) {
    if (!(Math.abs(x) < 6) || x == 0) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
  }
}
