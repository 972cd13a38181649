package shinso.cpu.simd.element;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.D;
import static shinso.cpu.simd.Lanes.HALF;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;
import static shinso.cpu.simd.Native.getFloat;
import static shinso.cpu.simd.Native.getInt;
import static shinso.cpu.simd.Native.putFloat;
import static shinso.cpu.simd.Native.putInt;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * Running sums, each element added to the one before it. Floats are added in double, since rounding
 * errors add up along a row; an exclusive sum is the one before an element is added.
 */
public final class ScanKernels {
  /** Chains that are summed side by side, as an addition takes several cycles. */
  private static final int SIDE_BY_SIDE = 4;

  private static final int LANES = D.length();

  private ScanKernels() {}

  /**
   * Adds a row of {@code n} floats to as many sums and writes these as floats. Nothing may overlap.
   *
   * @param sums address of doubles
   */
  public static void row(boolean exclusive, long dst, long a, long sums, int n) {
    if (exclusive) {
      exclusiveRow(dst, a, sums, n / LANES);
    } else {
      row(dst, a, sums, n / LANES);
    }
    for (int i = n - n % LANES; i < n; i++) {
      double sum = ALL.get(JAVA_DOUBLE_UNALIGNED, sums + 8L * i);
      double next = sum + getFloat(a + 4L * i);
      putFloat(dst + 4L * i, (float) (exclusive ? sum : next));
      ALL.set(JAVA_DOUBLE_UNALIGNED, sums + 8L * i, next);
    }
  }

  private static void row(long dst, long a, long sums, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long o = 4L * LANES * i;
      FloatVector x = FloatVector.fromMemorySegment(HALF, ALL, (a & ADDRESS) + o, ORDER);
      DoubleVector next =
          DoubleVector.fromMemorySegment(D, ALL, (sums & ADDRESS) + 2 * o, ORDER)
              .add(x.convertShape(F2D, D, 0));
      next.intoMemorySegment(ALL, (sums & ADDRESS) + 2 * o, ORDER);
      ((FloatVector) next.convertShape(D2F, HALF, 0))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void exclusiveRow(long dst, long a, long sums, int vectors) {
    for (int i = 0; i < vectors; i++) {
      long o = 4L * LANES * i;
      FloatVector x = FloatVector.fromMemorySegment(HALF, ALL, (a & ADDRESS) + o, ORDER);
      DoubleVector sum = DoubleVector.fromMemorySegment(D, ALL, (sums & ADDRESS) + 2 * o, ORDER);
      ((FloatVector) sum.convertShape(D2F, HALF, 0))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
      sum.add(x.convertShape(F2D, D, 0)).intoMemorySegment(ALL, (sums & ADDRESS) + 2 * o, ORDER);
    }
  }

  /**
   * Sums floats along chains.
   *
   * @param chains how many
   * @param chain bytes from one to the next
   * @param n elements of each
   * @param step bytes from an element to the next, which may be negative
   */
  public static void chains(
      boolean exclusive, long dst, long a, int chains, long chain, int n, long step) {
    int c = 0;
    for (; c + SIDE_BY_SIDE <= chains; c += SIDE_BY_SIDE) {
      four(exclusive, dst + chain * c, a + chain * c, chain, n, step);
    }
    for (; c < chains; c++) {
      one(exclusive, dst + chain * c, a + chain * c, n, step);
    }
  }

  private static void four(boolean exclusive, long dst, long a, long chain, int n, long step) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    for (int i = 0; i < n; i++) {
      long from = a + step * i;
      long to = dst + step * i;
      double t0 = s0 + getFloat(from);
      double t1 = s1 + getFloat(from + chain);
      double t2 = s2 + getFloat(from + 2 * chain);
      double t3 = s3 + getFloat(from + 3 * chain);
      putFloat(to, (float) (exclusive ? s0 : t0));
      putFloat(to + chain, (float) (exclusive ? s1 : t1));
      putFloat(to + 2 * chain, (float) (exclusive ? s2 : t2));
      putFloat(to + 3 * chain, (float) (exclusive ? s3 : t3));
      s0 = t0;
      s1 = t1;
      s2 = t2;
      s3 = t3;
    }
  }

  private static void one(boolean exclusive, long dst, long a, int n, long step) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double next = sum + getFloat(a + step * i);
      putFloat(dst + step * i, (float) (exclusive ? sum : next));
      sum = next;
    }
  }

  /** Sums ints along a chain, as {@link #chains} does with floats. */
  public static void ints(boolean exclusive, long dst, long a, int n, long step) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      int next = sum + getInt(a + step * i);
      putInt(dst + step * i, exclusive ? sum : next);
      sum = next;
    }
  }
}
