package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.CHUNK;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.I;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.ONE;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Native;

/** Sine and cosine; how they are made is told in {@link ExpKernels}. */
final class TrigKernels {
  // Adding 1.5 * 2^23 rounds a float to an integer, which is then found in the low bits.
  private static final FloatVector ROUND = splat(0x1.8p23f);
  private static final IntVector SIGN = splat(0x80000000);
  private static final FloatVector TWO_OVER_PI = splat(0x1.45f306p-1f);
  private static final FloatVector MINUS_HALF_PI_HI = splat(-0x1.921fb6p0f);
  private static final FloatVector MINUS_HALF_PI_MID = splat(0x1.777a5cp-25f);
  private static final FloatVector MINUS_HALF_PI_LO = splat(0x1.ee59dap-50f);
  private static final FloatVector HALF_PI = splat(0x1.921fb6p0f);
  private static final FloatVector MINUS_TWO = splat(-2f);
  private static final FloatVector QUARTER_TURNS = splat(0x1p-22f);

  // sin r = r + r³ (S0 + S1 r² + S2 r⁴) to 27 bits for |r| at most π/4.
  private static final FloatVector S0 = splat(-0x1.555546p-3f);
  private static final FloatVector S1 = splat(0x1.110776p-7f);
  private static final FloatVector S2 = splat(-0x1.9953p-13f);

  // cos r = 1 - r²/2 + r⁴ (C0 + C1 r² + C2 r⁴) to 33 bits.
  private static final FloatVector MINUS_HALF = splat(-0.5f);
  private static final FloatVector C0 = splat(0x1.55554ap-5f);
  private static final FloatVector C1 = splat(-0x1.6c0c2ap-10f);
  private static final FloatVector C2 = splat(0x1.99e904p-16f);

  /** Up to here the three-part reduction is good to the last bit. */
  private static final float LIMIT = 1e5f;

  private TrigKernels() {}

  /** Sine of radians; error at most 1.6 ulp. */
  static void sin(long dst, long a, int n) {
    trig(dst, a, 0, n);
  }

  /** Cosine of radians; error at most 1.6 ulp. */
  static void cos(long dst, long a, int n) {
    trig(dst, a, 1, n);
  }

  /** sin(a + quarter π/2), where quarter is 0 or 1. */
  private static void trig(long dst, long a, int quarter, int n) {
    for (int i = 0; i < n; i += CHUNK) {
      int m = Math.min(CHUNK, n - i);
      if (Lanes.magnitudesUpTo(LIMIT, a + 4L * i, m)) {
        pass(dst + 4L * i, a + 4L * i, quarter, m);
      } else {
        long r = Lanes.scratch(0);
        pass(r, a + 4L * i, quarter, m);
        huge(dst + 4L * i, a + 4L * i, r, quarter, m);
      }
    }
  }

  private static void pass(long dst, long a, int quarter, int n) {
    // The sine takes the sign of its argument.
    IntVector sign = SIGN.mul(1 - quarter);
    IntVector turn = splat(quarter);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector z = x.abs();
      FloatVector t = z.fma(TWO_OVER_PI, ROUND);
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(MINUS_HALF_PI_MID, k.fma(MINUS_HALF_PI_HI, z));
      r = k.fma(MINUS_HALF_PI_LO, r);
      FloatVector s = r.mul(r);
      FloatVector p = s.fma(S2, S1).fma(s, S0).fma(s.mul(r), r);
      FloatVector q = s.fma(C2, C1).fma(s, C0).fma(s, MINUS_HALF).fma(s, ONE);
      IntVector j = t.reinterpretAsInts().add(turn);
      p = p.blend(q, j.and(1).compare(NE, 0).cast(Lanes.F));
      IntVector flip = j.lanewise(LSHL, 30).and(SIGN);
      flip = flip.lanewise(XOR, x.reinterpretAsInts().and(sign));
      p.reinterpretAsInts().lanewise(XOR, flip).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  /**
   * Replaces the words of groups of 16 pairs by normal numbers, of which {@code logs} are the
   * logarithms of the first uniform numbers: √(-2 log) cos and sin of 2π times the second ones.
   */
  static void boxMuller(long words, long logs, int groups) {
    for (int i = 0; i < groups * (16 / LANES); i++) {
      long o = (long) BYTES * i;
      long at = RandomKernels.pair(words & ADDRESS, i);
      FloatVector radius =
          FloatVector.fromMemorySegment(F, ALL, (logs & ADDRESS) + o, ORDER).mul(MINUS_TWO).sqrt();
      // The angle in quarter turns is exact, and so is what is left of it.
      FloatVector angle =
          (FloatVector)
              IntVector.fromMemorySegment(I, ALL, at + 64, ORDER).lanewise(LSHR, 8).convert(I2F, 0);
      angle = angle.mul(QUARTER_TURNS);
      FloatVector t = angle.add(ROUND);
      FloatVector r = angle.sub(t.sub(ROUND)).mul(HALF_PI);
      FloatVector s = r.mul(r);
      FloatVector p = s.fma(S2, S1).fma(s, S0).fma(s.mul(r), r).mul(radius);
      FloatVector q = s.fma(C2, C1).fma(s, C0).fma(s, MINUS_HALF).fma(s, ONE).mul(radius);
      IntVector j = t.reinterpretAsInts();
      VectorMask<Float> odd = j.and(1).compare(NE, 0).cast(Lanes.F);
      IntVector flip = j.lanewise(LSHL, 30);
      IntVector sine = p.blend(q, odd).reinterpretAsInts();
      sine.lanewise(XOR, flip.and(SIGN)).intoMemorySegment(ALL, at + 64, ORDER);
      flip = flip.add(1 << 30).and(SIGN);
      IntVector cosine = q.blend(p, odd).reinterpretAsInts();
      cosine.lanewise(XOR, flip).intoMemorySegment(ALL, at, ORDER);
    }
  }

  /** Huge arguments are rare: one by one with StrictMath, which is specified to the bit. */
  private static void huge(long dst, long a, long r, int quarter, int n) {
    for (int i = 0; i < n; i++) {
      float x = Native.getFloat(a + 4L * i);
      float y = Native.getFloat(r + 4L * i);
      if (Math.abs(x) > LIMIT) {
        y = (float) (quarter == 0 ? StrictMath.sin(x) : StrictMath.cos(x));
      }
      Native.putFloat(dst + 4L * i, y);
    }
  }
}
