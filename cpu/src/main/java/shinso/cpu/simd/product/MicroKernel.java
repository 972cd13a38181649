package shinso.cpu.simd.product;

import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import java.util.Locale;
import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of a matrix product: a tile of C in registers.
 *
 * <p>Twelve rows by two vectors take 24 accumulators of the 32 registers of AVX-512 and of 64-bit
 * ARM, six rows take 12 of the 16 of AVX2. It is a class of its own, and its methods are called
 * rather than inlined: inlined into a loop over tiles, the compiler runs out of registers. A and C
 * are arrays, as their accesses are small enough for the compiler to take in the whole loop.
 */
public final class MicroKernel {
  /** Rows of a tile. */
  public static final int ROWS = LANES == 16 || isArm() ? 12 : 6;

  /** Columns of a tile. */
  public static final int COLUMNS = 2 * LANES;

  private MicroKernel() {}

  private static boolean isArm() {
    return System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64");
  }

  /**
   * The product of a panel [k, ROWS] of A, starting at {@code a[at]}, and one [k, COLUMNS] of B, by
   * fused multiply-add in order of k from zero on, to {@code c} [ROWS, COLUMNS].
   */
  static void multiply(float[] c, float[] a, int at, long b, int k) {
    if (ROWS == 12) {
      micro12(c, a, at, b, k);
    } else {
      micro6(c, a, at, b, k);
    }
  }

  private static void micro12(float[] c, float[] a, int at, long b, int k) {
    FloatVector zero = splat(0f);
    FloatVector s0 = zero;
    FloatVector t0 = zero;
    FloatVector s1 = zero;
    FloatVector t1 = zero;
    FloatVector s2 = zero;
    FloatVector t2 = zero;
    FloatVector s3 = zero;
    FloatVector t3 = zero;
    FloatVector s4 = zero;
    FloatVector t4 = zero;
    FloatVector s5 = zero;
    FloatVector t5 = zero;
    FloatVector s6 = zero;
    FloatVector t6 = zero;
    FloatVector s7 = zero;
    FloatVector t7 = zero;
    FloatVector s8 = zero;
    FloatVector t8 = zero;
    FloatVector s9 = zero;
    FloatVector t9 = zero;
    FloatVector sa = zero;
    FloatVector ta = zero;
    FloatVector sb = zero;
    FloatVector tb = zero;
    for (int p = 0; p < k; p++) {
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + 2L * BYTES * p, ORDER);
      FloatVector v =
          FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + 2L * BYTES * p + BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(F, a[at + 12 * p + 0]);
      s0 = a0.fma(u, s0);
      t0 = a0.fma(v, t0);
      FloatVector a1 = FloatVector.broadcast(F, a[at + 12 * p + 1]);
      s1 = a1.fma(u, s1);
      t1 = a1.fma(v, t1);
      FloatVector a2 = FloatVector.broadcast(F, a[at + 12 * p + 2]);
      s2 = a2.fma(u, s2);
      t2 = a2.fma(v, t2);
      FloatVector a3 = FloatVector.broadcast(F, a[at + 12 * p + 3]);
      s3 = a3.fma(u, s3);
      t3 = a3.fma(v, t3);
      FloatVector a4 = FloatVector.broadcast(F, a[at + 12 * p + 4]);
      s4 = a4.fma(u, s4);
      t4 = a4.fma(v, t4);
      FloatVector a5 = FloatVector.broadcast(F, a[at + 12 * p + 5]);
      s5 = a5.fma(u, s5);
      t5 = a5.fma(v, t5);
      FloatVector a6 = FloatVector.broadcast(F, a[at + 12 * p + 6]);
      s6 = a6.fma(u, s6);
      t6 = a6.fma(v, t6);
      FloatVector a7 = FloatVector.broadcast(F, a[at + 12 * p + 7]);
      s7 = a7.fma(u, s7);
      t7 = a7.fma(v, t7);
      FloatVector a8 = FloatVector.broadcast(F, a[at + 12 * p + 8]);
      s8 = a8.fma(u, s8);
      t8 = a8.fma(v, t8);
      FloatVector a9 = FloatVector.broadcast(F, a[at + 12 * p + 9]);
      s9 = a9.fma(u, s9);
      t9 = a9.fma(v, t9);
      FloatVector aa = FloatVector.broadcast(F, a[at + 12 * p + 10]);
      sa = aa.fma(u, sa);
      ta = aa.fma(v, ta);
      FloatVector ab = FloatVector.broadcast(F, a[at + 12 * p + 11]);
      sb = ab.fma(u, sb);
      tb = ab.fma(v, tb);
    }
    s0.intoArray(c, 0);
    t0.intoArray(c, LANES);
    s1.intoArray(c, 2 * LANES);
    t1.intoArray(c, 3 * LANES);
    s2.intoArray(c, 4 * LANES);
    t2.intoArray(c, 5 * LANES);
    s3.intoArray(c, 6 * LANES);
    t3.intoArray(c, 7 * LANES);
    s4.intoArray(c, 8 * LANES);
    t4.intoArray(c, 9 * LANES);
    s5.intoArray(c, 10 * LANES);
    t5.intoArray(c, 11 * LANES);
    s6.intoArray(c, 12 * LANES);
    t6.intoArray(c, 13 * LANES);
    s7.intoArray(c, 14 * LANES);
    t7.intoArray(c, 15 * LANES);
    s8.intoArray(c, 16 * LANES);
    t8.intoArray(c, 17 * LANES);
    s9.intoArray(c, 18 * LANES);
    t9.intoArray(c, 19 * LANES);
    sa.intoArray(c, 20 * LANES);
    ta.intoArray(c, 21 * LANES);
    sb.intoArray(c, 22 * LANES);
    tb.intoArray(c, 23 * LANES);
  }

  private static void micro6(float[] c, float[] a, int at, long b, int k) {
    FloatVector zero = splat(0f);
    FloatVector s0 = zero;
    FloatVector t0 = zero;
    FloatVector s1 = zero;
    FloatVector t1 = zero;
    FloatVector s2 = zero;
    FloatVector t2 = zero;
    FloatVector s3 = zero;
    FloatVector t3 = zero;
    FloatVector s4 = zero;
    FloatVector t4 = zero;
    FloatVector s5 = zero;
    FloatVector t5 = zero;
    for (int p = 0; p < k; p++) {
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + 2L * BYTES * p, ORDER);
      FloatVector v =
          FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + 2L * BYTES * p + BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(F, a[at + 6 * p + 0]);
      s0 = a0.fma(u, s0);
      t0 = a0.fma(v, t0);
      FloatVector a1 = FloatVector.broadcast(F, a[at + 6 * p + 1]);
      s1 = a1.fma(u, s1);
      t1 = a1.fma(v, t1);
      FloatVector a2 = FloatVector.broadcast(F, a[at + 6 * p + 2]);
      s2 = a2.fma(u, s2);
      t2 = a2.fma(v, t2);
      FloatVector a3 = FloatVector.broadcast(F, a[at + 6 * p + 3]);
      s3 = a3.fma(u, s3);
      t3 = a3.fma(v, t3);
      FloatVector a4 = FloatVector.broadcast(F, a[at + 6 * p + 4]);
      s4 = a4.fma(u, s4);
      t4 = a4.fma(v, t4);
      FloatVector a5 = FloatVector.broadcast(F, a[at + 6 * p + 5]);
      s5 = a5.fma(u, s5);
      t5 = a5.fma(v, t5);
    }
    s0.intoArray(c, 0);
    t0.intoArray(c, LANES);
    s1.intoArray(c, 2 * LANES);
    t1.intoArray(c, 3 * LANES);
    s2.intoArray(c, 4 * LANES);
    t2.intoArray(c, 5 * LANES);
    s3.intoArray(c, 6 * LANES);
    t3.intoArray(c, 7 * LANES);
    s4.intoArray(c, 8 * LANES);
    t4.intoArray(c, 9 * LANES);
    s5.intoArray(c, 10 * LANES);
    t5.intoArray(c, 11 * LANES);
  }
}
