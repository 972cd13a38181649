package shinso.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Comparisons and numbers for the tests of this module. */
public final class Numbers {
  private Numbers() {}

  /** Fails unless all elements agree to a tolerance relative to max(1, |expected|). */
  public static void assertClose(double[] expected, Tensor actual, double tolerance) {
    double[] a = actual.toDoubleArray();
    assertEquals(expected.length, a.length, "number of elements of " + actual);
    for (int i = 0; i < a.length; i++) {
      double e = expected[i];
      if (!(e == a[i]) && !(Math.abs(e - a[i]) <= tolerance * Math.max(1, Math.abs(e)))) {
        fail(
            "element %d is %s, not %s; all: %s, not %s"
                .formatted(i, a[i], e, Arrays.toString(a), Arrays.toString(expected)));
      }
    }
  }

  /** Fails unless a scalar agrees. */
  public static void assertClose(double expected, Tensor actual, double tolerance) {
    assertClose(new double[] {expected}, actual, tolerance);
  }

  /** Numbers in (−2, 2) of a type. */
  public static Tensor random(DType type, long seed, int... dims) {
    RandomGenerator g = Rng.of(seed).generator();
    double[] values = new double[Shape.of(dims).size()];
    Arrays.setAll(values, i -> g.nextDouble(-2, 2));
    return Tensor.of(values, values.length).reshape(Shape.of(dims)).cast(type).evaluate();
  }

  /** A parameter with numbers in (−2, 2). */
  public static Param param(DType type, long seed, int... dims) {
    return Param.of(random(type, seed, dims));
  }

  /** A parameter with these F32 numbers. */
  public static Param param(double[] values, int... dims) {
    return Param.of(f32(values, dims));
  }

  /** These numbers in F32. */
  public static Tensor f32(double[] values, int... dims) {
    return Tensor.of(values, dims).cast(DType.F32).evaluate();
  }

  /** These numbers in F64, as a vector. */
  public static Tensor f64(double... values) {
    return Tensor.of(values);
  }
}
