package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.XOR;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;
import static shinso.cpu.simd.Native.getFloat;
import static shinso.cpu.simd.Native.getInt;
import static shinso.cpu.simd.Native.putFloat;
import static shinso.cpu.simd.Native.putInt;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import shinso.cpu.simd.Lanes;

/**
 * Reductions of the rows and of the columns of a matrix of floats.
 *
 * <p>The order of a sum is fixed, so its bits do not depend on the vector width. A row shorter than
 * 32 is summed from left to right. A longer one is cut into blocks of 2,048; in a block, element j
 * is added to partial sum j mod 32, in order, and the partial sums are added as a tree (l and l +
 * 16, then l and l + 8, and so on). Blocks are added pairwise: a row of b blocks is the sum of its
 * first p and of the others, p being the largest power of two below b. Columns are summed row by
 * row. Largest and smallest do not depend on an order.
 */
public final class ReduceKernels {
  /** Partial sums of a block. */
  private static final int WAYS = 32;

  private static final int BLOCK = 2048;

  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  private ReduceKernels() {}

  private static VectorShuffle<Float> swap(int distance) {
    return VectorShuffle.fromOp(F, l -> (l ^ distance) % LANES);
  }

  /** {@code [rows, columns] -> [rows]}: {@code dst[r]} is the reduction of row r. */
  public static void rows(Reduction op, long dst, long a, int rows, int columns) {
    switch (op) {
      case SUM -> sumRows(dst, a, 4L * columns, rows, columns);
      case MAX, MIN -> maxRows(dst, a, 4L * columns, rows, columns, flip(op));
    }
  }

  /**
   * {@code [rows, columns] -> [columns]}: {@code acc[c]} is reduced with the elements of column c,
   * row by row.
   */
  public static void columns(Reduction op, long acc, long a, int rows, int columns) {
    switch (op) {
      case SUM -> sumColumns(acc, a, 4L * columns, rows, columns);
      case MAX, MIN -> maxColumns(acc, a, 4L * columns, rows, columns, flip(op));
    }
  }

  /**
   * The bits that change before and after a maximum: the smallest is minus the largest of the
   * negated, also of zeros.
   */
  private static int flip(Reduction op) {
    return op == Reduction.MAX ? 0 : 1 << 31;
  }

  private static float flipped(float x, int flip) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) ^ flip);
  }

  private static FloatVector flipped(FloatVector x, IntVector flip) {
    return x.reinterpretAsInts().lanewise(XOR, flip).reinterpretAsFloats();
  }

  private static void sumRows(long dst, long a, long stride, int rows, int columns) {
    int r = 0;
    if (columns >= WAYS) {
      long pad = Lanes.pad();
      for (; r < rows; r++) {
        putFloat(dst + 4L * r, sum(a + r * stride, columns, pad));
      }
      return;
    }
    for (; r + 4 <= rows; r += 4) {
      sumFourShort(dst + 4L * r, a + r * stride, stride, columns);
    }
    for (; r < rows; r++) {
      float sum = 0;
      for (int c = 0; c < columns; c++) {
        sum += getFloat(a + r * stride + 4L * c);
      }
      putFloat(dst + 4L * r, sum);
    }
  }

  /** Four rows at a time, as an addition has to wait for the one before it. */
  private static void sumFourShort(long dst, long a, long stride, int columns) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int c = 0; c < columns; c++) {
      long at = a + 4L * c;
      s0 += getFloat(at);
      s1 += getFloat(at + stride);
      s2 += getFloat(at + 2 * stride);
      s3 += getFloat(at + 3 * stride);
    }
    putFloat(dst, s0);
    putFloat(dst + 4, s1);
    putFloat(dst + 8, s2);
    putFloat(dst + 12, s3);
  }

  private static float sum(long a, int n, long pad) {
    if (n <= BLOCK) {
      return sumBlock(a, n, pad);
    }
    int left = Integer.highestOneBit((n - 1) / BLOCK) * BLOCK;
    return sum(a, left, pad) + sum(a + 4L * left, n - left, pad);
  }

  private static float sumBlock(long a, int n, long pad) {
    // Two vectors of partial sums at a time: one pass of 512-bit vectors, four of 128-bit ones.
    for (int way = 0; way < WAYS; way += 2 * LANES) {
      sumWays(pad + 4L * way, a + 4L * way, n - way);
    }
    for (int half = 16 / LANES; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        store(load(pad, i).add(load(pad, i + half)), pad, i);
      }
    }
    // Neighbours at a distance of 8, 4, 2, 1: the first lane gets the sum.
    FloatVector v = load(pad, 0);
    if (LANES >= 16) {
      v = v.add(v.rearrange(SWAP_8));
    }
    if (LANES >= 8) {
      v = v.add(v.rearrange(SWAP_4));
    }
    v = v.add(v.rearrange(SWAP_2));
    return v.add(v.rearrange(SWAP_1)).lane(0);
  }

  /** Partial sums of two vectors out of every 32 elements. */
  private static void sumWays(long dst, long a, int n) {
    // Not constants: a variable that is one of these first and a sum then would be kept on the
    // heap.
    FloatVector s0 = FloatVector.broadcast(F, 0f);
    FloatVector s1 = FloatVector.broadcast(F, 0f);
    int whole = n >= 2 * LANES ? (n - 2 * LANES) / WAYS + 1 : 0;
    for (int i = 0; i < whole; i++) {
      long at = (a & ADDRESS) + 4L * WAYS * i;
      s0 = s0.add(FloatVector.fromMemorySegment(F, ALL, at, ORDER));
      s1 = s1.add(FloatVector.fromMemorySegment(F, ALL, at + BYTES, ORDER));
    }
    int rest = n - whole * WAYS;
    if (rest > 0) {
      long at = a + 4L * WAYS * whole;
      s0 = s0.add(load(at, 0, Math.min(rest, LANES)));
      s1 = s1.add(load(at, 1, Math.clamp(rest - LANES, 0, LANES)));
    }
    store(s0, dst, 0);
    store(s1, dst, 1);
  }

  /** Largest of the flipped elements, flipped again. */
  private static void maxRows(long dst, long a, long stride, int rows, int columns, int flip) {
    int r = 0;
    if (columns >= LANES) {
      for (; r < rows; r++) {
        putFloat(dst + 4L * r, flipped(max(a + r * stride, columns, splat(flip)), flip));
      }
      return;
    }
    for (; r + 4 <= rows; r += 4) {
      maxFourShort(dst + 4L * r, a + r * stride, stride, columns, flip);
    }
    for (; r < rows; r++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < columns; c++) {
        max = Math.max(max, flipped(getFloat(a + r * stride + 4L * c), flip));
      }
      putFloat(dst + 4L * r, flipped(max, flip));
    }
  }

  private static void maxFourShort(long dst, long a, long stride, int columns, int flip) {
    float m0 = Float.NEGATIVE_INFINITY;
    float m1 = Float.NEGATIVE_INFINITY;
    float m2 = Float.NEGATIVE_INFINITY;
    float m3 = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < columns; c++) {
      long at = a + 4L * c;
      m0 = Math.max(m0, flipped(getFloat(at), flip));
      m1 = Math.max(m1, flipped(getFloat(at + stride), flip));
      m2 = Math.max(m2, flipped(getFloat(at + 2 * stride), flip));
      m3 = Math.max(m3, flipped(getFloat(at + 3 * stride), flip));
    }
    putFloat(dst, flipped(m0, flip));
    putFloat(dst + 4, flipped(m1, flip));
    putFloat(dst + 8, flipped(m2, flip));
    putFloat(dst + 12, flipped(m3, flip));
  }

  private static float max(long a, int n, IntVector flip) {
    FloatVector m0 = flipped(load(a, 0), flip);
    FloatVector m1 = m0;
    FloatVector m2 = m0;
    FloatVector m3 = m0;
    // Four at a time, as a maximum has to wait for the one before it.
    for (int i = 0; i < n / LANES / 4; i++) {
      long at = (a & ADDRESS) + 4L * BYTES * i;
      m0 = m0.max(flipped(FloatVector.fromMemorySegment(F, ALL, at, ORDER), flip));
      m1 = m1.max(flipped(FloatVector.fromMemorySegment(F, ALL, at + BYTES, ORDER), flip));
      m2 = m2.max(flipped(FloatVector.fromMemorySegment(F, ALL, at + 2L * BYTES, ORDER), flip));
      m3 = m3.max(flipped(FloatVector.fromMemorySegment(F, ALL, at + 3L * BYTES, ORDER), flip));
    }
    for (int i = n / LANES / 4 * 4; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      m0 = m0.max(flipped(FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER), flip));
    }
    // The last vector may overlap the one before it: a maximum does not mind.
    m1 = m1.max(flipped(load(a + 4L * (n - LANES), 0), flip));
    return m0.max(m1).max(m2.max(m3)).reduceLanes(MAX);
  }

  private static void sumColumns(long acc, long a, long stride, int rows, int columns) {
    int c = 0;
    for (; c + 2 * LANES <= columns; c += 2 * LANES) {
      FloatVector s0 = load(acc + 4L * c, 0);
      FloatVector s1 = load(acc + 4L * c, 1);
      for (int r = 0; r < rows; r++) {
        long row = a + r * stride + 4L * c & ADDRESS;
        s0 = s0.add(FloatVector.fromMemorySegment(F, ALL, row, ORDER));
        s1 = s1.add(FloatVector.fromMemorySegment(F, ALL, row + BYTES, ORDER));
      }
      store(s0, acc + 4L * c, 0);
      store(s1, acc + 4L * c, 1);
    }
    for (; c < columns; c += LANES) {
      int count = Math.min(LANES, columns - c);
      FloatVector sum = load(acc + 4L * c, 0, count);
      for (int r = 0; r < rows; r++) {
        sum = sum.add(load(a + r * stride + 4L * c, 0, count));
      }
      store(sum, acc + 4L * c, 0, count);
    }
  }

  private static void maxColumns(long acc, long a, long stride, int rows, int columns, int flip) {
    for (int c = 0; c < columns; c += LANES) {
      int count = Math.min(LANES, columns - c);
      maxColumn(acc + 4L * c, a + 4L * c, stride, rows, splat(flip), count);
    }
  }

  private static void maxColumn(
      long acc, long a, long stride, int rows, IntVector flip, int count) {
    FloatVector m0 = flipped(load(acc, 0, count), flip);
    FloatVector m1 = m0;
    FloatVector m2 = m0;
    for (int r = 0; r < rows / 3; r++) {
      long row = a + 3L * r * stride;
      m0 = m0.max(flipped(load(row, 0, count), flip));
      m1 = m1.max(flipped(load(row + stride, 0, count), flip));
      m2 = m2.max(flipped(load(row + 2 * stride, 0, count), flip));
    }
    for (int r = rows / 3 * 3; r < rows; r++) {
      m0 = m0.max(flipped(load(a + r * stride, 0, count), flip));
    }
    store(flipped(m0.max(m1).max(m2), flip), acc, 0, count);
  }

  /**
   * {@code [rows, columns] -> [rows]} of ints: where the largest element of each row is. Of equals
   * the first counts, and the first NaN is larger than all. Rows have at least one element.
   */
  public static void argMax(long dst, long a, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      long row = a + 4L * r * columns;
      int arg = columns >= 2 * LANES ? argLong(row, columns) : argShort(row, columns);
      putInt(dst + 4L * r, arg);
    }
  }

  private static int argShort(long a, int n) {
    float best = getFloat(a);
    int arg = 0;
    for (int i = 1; i < n; i++) {
      float x = getFloat(a + 4L * i);
      // Not (x <= best): a NaN wins, and afterwards nothing does.
      if (!(x <= best) && !Float.isNaN(best)) {
        best = x;
        arg = i;
      }
    }
    return arg;
  }

  private static int argLong(long a, int n) {
    long pad = Lanes.pad();
    argLanes(pad, a, n);
    float best = Float.NEGATIVE_INFINITY;
    int arg = Integer.MAX_VALUE;
    for (int l = 0; l < LANES; l++) {
      float x = getFloat(pad + 4L * l);
      int i = getInt(pad + 4L * (LANES + l));
      boolean equal = x == best || (Float.isNaN(x) && Float.isNaN(best));
      if (equal ? i < arg : !(x <= best) && !Float.isNaN(best)) {
        best = x;
        arg = i;
      }
    }
    for (int i = n - n % LANES; i < n; i++) {
      float x = getFloat(a + 4L * i);
      if (!(x <= best) && !Float.isNaN(best)) {
        best = x;
        arg = i;
      }
    }
    return arg;
  }

  /** The largest of every lane and where it is, to {@code dst}. */
  private static void argLanes(long dst, long a, int n) {
    FloatVector best = load(a, 0);
    IntVector at = splat(0).addIndex(1);
    IntVector arg = at;
    for (int i = 1; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      at = at.add(LANES);
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      VectorMask<Float> better = best.compare(EQ, best).andNot(x.compare(LE, best));
      best = best.blend(x, better);
      arg = arg.blend(at, better.cast(Lanes.I));
    }
    store(best, dst, 0);
    store(arg, dst, 1);
  }
}
