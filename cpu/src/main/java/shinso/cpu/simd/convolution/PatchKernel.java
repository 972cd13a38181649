package shinso.cpu.simd.convolution;

import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import java.lang.foreign.Arena;
import jdk.incubator.vector.FloatVector;
import shinso.cpu.simd.product.Gemm;
import shinso.cpu.simd.product.MicroKernel;

/**
 * The innermost loop of a convolution: a tile of sums of products in registers, whose factors are
 * read where they lie.
 *
 * <p>Unlike {@link MicroKernel} this reads its left operand from anywhere in an array: a row of the
 * tile has a start, and a table says how far each step of the sum lies behind it. So the patches of
 * an image are never copied together. Rows and columns are those of {@link MicroKernel}, for the
 * same reasons; fewer rows are computed four at a time.
 */
final class PatchKernel {
  /** Rows of a tile. */
  static final int ROWS = MicroKernel.ROWS;

  /** Rows of a small tile. */
  static final int FEW = 4;

  /** Columns of a tile. */
  static final int COLUMNS = MicroKernel.COLUMNS;

  static {
    warmUp();
  }

  private PatchKernel() {}

  /** See {@link Gemm} on why calls with a short loop. */
  private static void warmUp() {
    int depth = 16;
    int[] steps = new int[2 * depth];
    int[] rows = new int[ROWS];
    float[] a = new float[1];
    float[] tile = new float[ROWS * COLUMNS];
    try (Arena arena = Arena.ofConfined()) {
      long b = arena.allocate(4L * COLUMNS, 64).address();
      for (int i = 0; i < 1200; i++) {
        multiply(tile, a, 0, rows, 0, ROWS, b, steps, depth);
        multiply(tile, a, 0, rows, 0, FEW, b, steps, depth);
      }
    }
  }

  /** How many rows to compute at a time when {@code rows} are left. */
  static int height(int rows) {
    return rows > 2 * FEW || ROWS <= 2 * FEW && rows > FEW ? ROWS : FEW;
  }

  /**
   * {@code c[i, j]}: the sum of {@code a[shift + rows[at + i] + x(p)] b[y(p) + j]} over p below
   * {@code k}, by fused multiply-add in order of p from zero on.
   *
   * @param c [height, COLUMNS]
   * @param height {@link #ROWS} or {@link #FEW}
   * @param b address of the columns
   * @param steps x(0), y(0), x(1), y(1), …, y in bytes
   */
  static void multiply(
      float[] c, float[] a, int shift, int[] rows, int at, int height, long b, int[] steps, int k) {
    if (height == FEW) {
      tile4(c, a, shift, rows, at, b, steps, k);
    } else if (ROWS == 12) {
      tile12(c, a, shift, rows, at, b, steps, k);
    } else {
      tile6(c, a, shift, rows, at, b, steps, k);
    }
  }

  private static void tile12(
      float[] c, float[] a, int shift, int[] rows, int at, long b, int[] steps, int k) {
    FloatVector zero = splat(0f);
    int r0 = shift + rows[at + 0];
    int r1 = shift + rows[at + 1];
    int r2 = shift + rows[at + 2];
    int r3 = shift + rows[at + 3];
    int r4 = shift + rows[at + 4];
    int r5 = shift + rows[at + 5];
    int r6 = shift + rows[at + 6];
    int r7 = shift + rows[at + 7];
    int r8 = shift + rows[at + 8];
    int r9 = shift + rows[at + 9];
    int ra = shift + rows[at + 10];
    int rb = shift + rows[at + 11];
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
      int x = steps[2 * p];
      long y = b + steps[2 * p + 1] & ADDRESS;
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, y + BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(F, a[r0 + x]);
      s0 = a0.fma(u, s0);
      t0 = a0.fma(v, t0);
      FloatVector a1 = FloatVector.broadcast(F, a[r1 + x]);
      s1 = a1.fma(u, s1);
      t1 = a1.fma(v, t1);
      FloatVector a2 = FloatVector.broadcast(F, a[r2 + x]);
      s2 = a2.fma(u, s2);
      t2 = a2.fma(v, t2);
      FloatVector a3 = FloatVector.broadcast(F, a[r3 + x]);
      s3 = a3.fma(u, s3);
      t3 = a3.fma(v, t3);
      FloatVector a4 = FloatVector.broadcast(F, a[r4 + x]);
      s4 = a4.fma(u, s4);
      t4 = a4.fma(v, t4);
      FloatVector a5 = FloatVector.broadcast(F, a[r5 + x]);
      s5 = a5.fma(u, s5);
      t5 = a5.fma(v, t5);
      FloatVector a6 = FloatVector.broadcast(F, a[r6 + x]);
      s6 = a6.fma(u, s6);
      t6 = a6.fma(v, t6);
      FloatVector a7 = FloatVector.broadcast(F, a[r7 + x]);
      s7 = a7.fma(u, s7);
      t7 = a7.fma(v, t7);
      FloatVector a8 = FloatVector.broadcast(F, a[r8 + x]);
      s8 = a8.fma(u, s8);
      t8 = a8.fma(v, t8);
      FloatVector a9 = FloatVector.broadcast(F, a[r9 + x]);
      s9 = a9.fma(u, s9);
      t9 = a9.fma(v, t9);
      FloatVector aa = FloatVector.broadcast(F, a[ra + x]);
      sa = aa.fma(u, sa);
      ta = aa.fma(v, ta);
      FloatVector ab = FloatVector.broadcast(F, a[rb + x]);
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

  private static void tile6(
      float[] c, float[] a, int shift, int[] rows, int at, long b, int[] steps, int k) {
    FloatVector zero = splat(0f);
    int r0 = shift + rows[at + 0];
    int r1 = shift + rows[at + 1];
    int r2 = shift + rows[at + 2];
    int r3 = shift + rows[at + 3];
    int r4 = shift + rows[at + 4];
    int r5 = shift + rows[at + 5];
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
      int x = steps[2 * p];
      long y = b + steps[2 * p + 1] & ADDRESS;
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, y + BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(F, a[r0 + x]);
      s0 = a0.fma(u, s0);
      t0 = a0.fma(v, t0);
      FloatVector a1 = FloatVector.broadcast(F, a[r1 + x]);
      s1 = a1.fma(u, s1);
      t1 = a1.fma(v, t1);
      FloatVector a2 = FloatVector.broadcast(F, a[r2 + x]);
      s2 = a2.fma(u, s2);
      t2 = a2.fma(v, t2);
      FloatVector a3 = FloatVector.broadcast(F, a[r3 + x]);
      s3 = a3.fma(u, s3);
      t3 = a3.fma(v, t3);
      FloatVector a4 = FloatVector.broadcast(F, a[r4 + x]);
      s4 = a4.fma(u, s4);
      t4 = a4.fma(v, t4);
      FloatVector a5 = FloatVector.broadcast(F, a[r5 + x]);
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

  private static void tile4(
      float[] c, float[] a, int shift, int[] rows, int at, long b, int[] steps, int k) {
    FloatVector zero = splat(0f);
    int r0 = shift + rows[at + 0];
    int r1 = shift + rows[at + 1];
    int r2 = shift + rows[at + 2];
    int r3 = shift + rows[at + 3];
    FloatVector s0 = zero;
    FloatVector t0 = zero;
    FloatVector s1 = zero;
    FloatVector t1 = zero;
    FloatVector s2 = zero;
    FloatVector t2 = zero;
    FloatVector s3 = zero;
    FloatVector t3 = zero;
    for (int p = 0; p < k; p++) {
      int x = steps[2 * p];
      long y = b + steps[2 * p + 1] & ADDRESS;
      FloatVector u = FloatVector.fromMemorySegment(F, ALL, y, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, y + BYTES, ORDER);
      FloatVector a0 = FloatVector.broadcast(F, a[r0 + x]);
      s0 = a0.fma(u, s0);
      t0 = a0.fma(v, t0);
      FloatVector a1 = FloatVector.broadcast(F, a[r1 + x]);
      s1 = a1.fma(u, s1);
      t1 = a1.fma(v, t1);
      FloatVector a2 = FloatVector.broadcast(F, a[r2 + x]);
      s2 = a2.fma(u, s2);
      t2 = a2.fma(v, t2);
      FloatVector a3 = FloatVector.broadcast(F, a[r3 + x]);
      s3 = a3.fma(u, s3);
      t3 = a3.fma(v, t3);
    }
    s0.intoArray(c, 0);
    t0.intoArray(c, LANES);
    s1.intoArray(c, 2 * LANES);
    t1.intoArray(c, 3 * LANES);
    s2.intoArray(c, 4 * LANES);
    t2.intoArray(c, 5 * LANES);
    s3.intoArray(c, 6 * LANES);
    t3.intoArray(c, 7 * LANES);
  }
}
