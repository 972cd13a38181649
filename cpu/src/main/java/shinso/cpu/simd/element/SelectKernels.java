package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.NE;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.I;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import shinso.cpu.simd.Lanes;

/** Element-wise choice between two operands of 32-bit elements, floats or ints alike. */
public final class SelectKernels {
  private SelectKernels() {}

  /**
   * {@code dst[i] = condition[i] != 0 ? a[i] : b[i]} for a float condition, of which NaN chooses
   * {@code a} and -0 chooses {@code b}; {@code dst} may be an operand, but must not overlap one
   * otherwise.
   */
  public static void select(long dst, long condition, long a, long b, int n) {
    int rest = n % LANES;
    whole(dst, condition, a, b, n - rest);
    if (rest > 0) {
      long pad = padded(condition, a, b, n / LANES, rest);
      whole(pad, pad, pad + BYTES, pad + 2L * BYTES, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  /** As {@link #select}, for a condition of ints. */
  public static void selectInt(long dst, long condition, long a, long b, int n) {
    int rest = n % LANES;
    wholeInt(dst, condition, a, b, n - rest);
    if (rest > 0) {
      long pad = padded(condition, a, b, n / LANES, rest);
      wholeInt(pad, pad, pad + BYTES, pad + 2L * BYTES, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  private static long padded(long condition, long a, long b, int i, int count) {
    long pad = Lanes.pad();
    store(load(condition, i, count), pad, 0);
    store(load(a, i, count), pad, 1);
    store(load(b, i, count), pad, 2);
    return pad;
  }

  private static void whole(long dst, long condition, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER)
          .blend(
              FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER),
              FloatVector.fromMemorySegment(F, ALL, (condition & ADDRESS) + o, ORDER)
                  .compare(NE, 0f))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void wholeInt(long dst, long condition, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER)
          .blend(
              IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER),
              IntVector.fromMemorySegment(I, ALL, (condition & ADDRESS) + o, ORDER).compare(NE, 0))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
