package shinso.cpu.simd.element;

import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.I;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;
import static shinso.cpu.simd.Native.getInt;
import static shinso.cpu.simd.Native.putInt;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import shinso.cpu.simd.Native;

/** Copies, fills, expansions and transpositions of 32-bit elements, floats or ints alike. */
public final class MoveKernels {
  /** Elements from which the library's copy beats a loop. */
  private static final int LARGE = 4096;

  private MoveKernels() {}

  /** Copies {@code n} elements; the ranges are the same or disjoint. */
  public static void copy(long dst, long a, int n) {
    if (n < LANES) {
      store(load(a, 0, n), dst, 0, n);
      return;
    }
    if (n >= LARGE) {
      MemorySegment.copy(Native.ALL, a, Native.ALL, dst, 4L * n);
      return;
    }
    int rest = n % LANES;
    copyWhole(dst, a, n - rest);
    if (rest > 0) {
      // The last vector begins where it is whole: faster than a mask, above all before it is
      // compiled.
      copyWhole(dst + 4L * (n - LANES), a + 4L * (n - LANES), LANES);
    }
  }

  private static void copyWhole(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  /** Sets {@code n} elements to the float {@code value}. */
  public static void fill(long dst, float value, int n) {
    fill(dst, Float.floatToRawIntBits(value), n);
  }

  /** Sets {@code n} elements to the int {@code value}. */
  public static void fill(long dst, int value, int n) {
    int rest = n % LANES;
    IntVector v = splat(value);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      v.intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
    if (rest > 0) {
      store(v.reinterpretAsFloats(), dst, n / LANES, rest);
    }
  }

  /** {@code dst[i] = a[i * stride]}: gathers a strided operand; the stride counts elements. */
  public static void gather(long dst, long a, long stride, int n) {
    if (stride == 1) {
      copy(dst, a, n);
    } else if (stride == 0) {
      fill(dst, n > 0 ? getInt(a) : 0, n);
    } else {
      for (int i = 0; i < n; i++) {
        putInt(dst + 4L * i, getInt(a + 4 * stride * i));
      }
    }
  }

  /** {@code [rows] -> [rows, columns]}: each element becomes a row of copies. */
  public static void expandColumns(long dst, long a, int rows, int columns) {
    // A short row is written as a whole vector, whose end the next row overwrites.
    int safe = columns < LANES && columns > 0 ? Math.max(0, rows - LANES / columns) : 0;
    expandShort(dst, a, safe, columns);
    for (int r = safe; r < rows; r++) {
      fill(dst + 4L * r * columns, getInt(a + 4L * r), columns);
    }
  }

  private static void expandShort(long dst, long a, int rows, int columns) {
    for (int r = 0; r < rows; r++) {
      long row = dst + 4L * r * columns & ADDRESS;
      IntVector.broadcast(I, getInt(a + 4L * r)).intoMemorySegment(ALL, row, ORDER);
    }
  }
}
