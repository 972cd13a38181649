package shinso.cpu.simd;

import static jdk.incubator.vector.VectorOperators.NE;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.loadInt;
import static shinso.cpu.simd.Lanes.store;

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
      store(load(b, i).blend(load(a, i), load(condition, i).compare(NE, 0f)), dst, i);
    }
  }

  private static void wholeInt(long dst, long condition, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      store(loadInt(b, i).blend(loadInt(a, i), loadInt(condition, i).compare(NE, 0)), dst, i);
    }
  }
}
