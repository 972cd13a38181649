package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2S;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.I;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Native;

/**
 * Rounding of floats to bfloat16, the upper half of their bits: to the nearest, of two equally near
 * ones to that whose last bit is 0; beyond the largest to infinity. NaN stays NaN, of the same
 * sign.
 */
public final class HalfKernels {
  /** As many 16-bit lanes as a vector of floats has. */
  private static final VectorSpecies<Short> S =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Lanes.bits() / 2));

  private static final int QUIET = 0x40;
  private static final int INFINITY = 0x7f800000;

  private HalfKernels() {}

  /** {@code dst[i] = round(a[i])}, two bytes an element. */
  public static void round(long dst, long a, int n) {
    int whole = n - n % LANES;
    roundVectors(dst, a, whole);
    for (int i = whole; i < n; i++) {
      ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, dst + 2L * i, round(Native.getInt(a + 4L * i)));
    }
  }

  private static void roundVectors(long dst, long a, int n) {
    for (int i = 0; i < n; i += LANES) {
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + 4L * i, ORDER);
      IntVector upper = x.lanewise(LSHR, 16);
      IntVector rounded = x.add(upper.and(1)).add(0x7fff).lanewise(LSHR, 16);
      VectorMask<Integer> nan = x.and(Integer.MAX_VALUE).compare(GT, INFINITY);
      ShortVector half = (ShortVector) rounded.blend(upper.or(QUIET), nan).convertShape(I2S, S, 0);
      half.intoMemorySegment(ALL, (dst & ADDRESS) + 2L * i, ORDER);
    }
  }

  private static short round(int x) {
    boolean nan = (x & Integer.MAX_VALUE) > INFINITY;
    int upper = x >>> 16;
    return (short) (nan ? upper | QUIET : (x + 0x7fff + (upper & 1)) >>> 16);
  }
}
