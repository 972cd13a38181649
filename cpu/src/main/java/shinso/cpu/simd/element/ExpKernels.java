package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.CHUNK;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.ONE;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import shinso.cpu.simd.Lanes;

/**
 * The exponential and its kin, made of operations that IEEE 754 defines exactly.
 *
 * <p>{@code lanewise(EXP)} and its like call one library when compiled and another when
 * interpreted, and differ in the last bits. The elementary functions of this package use addition,
 * multiplication, fused multiply-add, division, comparison and integer operations only, so an
 * element's result does not depend on the compiler, on the vector width, or on its position. NaN,
 * infinities, signed zeros and, where results may be, subnormal numbers give what {@link Math}
 * gives.
 *
 * <p>Arguments are reduced as Cody and Waite do; the polynomials are minimax fits made for this
 * project. The stated errors are bounds of the largest error, found over all floats, in units in
 * the last place of the exact result.
 *
 * <p>A function is one pass over a chunk in the first-level cache, or a few: the compiler gives up
 * on a loop with more than about forty vector operations, and passes that functions share are
 * compiled once. Chunks are short, so that a pass is soon called often enough to be compiled.
 * Coefficients are constant vectors rather than broadcasts, which halves the time of a pass that is
 * not compiled yet. Every {@code n} here is a multiple of the vector length.
 */
final class ExpKernels {
  // Adding 1.5 * 2^23 rounds a float to an integer, which is then found in the low bits.
  private static final FloatVector ROUND = splat(0x1.8p23f);
  private static final IntVector ROUND_BITS = splat(0x4b400000);
  private static final IntVector ONE_BITS = splat(0x3f800000);
  private static final IntVector HALF_BITS = splat(0x3f000000);
  private static final IntVector SIGN = splat(0x80000000);

  private static final FloatVector LOG2_E = splat(ExpCode.LOG2_E);
  private static final FloatVector MINUS_LN2_HI = splat(ExpCode.MINUS_LN2_HI);
  private static final FloatVector MINUS_LN2_LO = splat(ExpCode.MINUS_LN2_LO);

  private static final FloatVector HALF = splat(0.5f);
  private static final FloatVector TWO = splat(2f);

  private static final FloatVector E3 = splat(ExpCode.E3);
  private static final FloatVector E4 = splat(ExpCode.E4);
  private static final FloatVector E5 = splat(ExpCode.E5);
  private static final FloatVector E6 = splat(ExpCode.E6);

  private static final FloatVector EXP_HIGH = splat(89f);
  private static final FloatVector EXP_LOW = splat(-104f);

  /** 2^k is a normal float for e^x with |x| up to here. */
  private static final float NORMAL_LIMIT = 87f;

  private ExpKernels() {}

  /** e^a; error at most 0.91 ulp. */
  static void exp(long dst, long a, int n) {
    for (int i = 0; i < n; i += CHUNK) {
      expChunk(dst + 4L * i, a + 4L * i, Math.min(CHUNK, n - i));
    }
  }

  private static void expChunk(long dst, long a, int n) {
    if (Lanes.magnitudesUpTo(NORMAL_LIMIT, a, n)) {
      expNormalPass(dst, a, n);
    } else {
      expPass(dst, a, n);
    }
  }

  private static void expNormalPass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector t = x.fma(LOG2_E, ROUND);
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(MINUS_LN2_LO, k.fma(MINUS_LN2_HI, x));
      FloatVector p = r.fma(E6, E5).fma(r, E4).fma(r, E3).fma(r, HALF).fma(r, ONE).fma(r, ONE);
      IntVector scale = t.reinterpretAsInts().lanewise(LSHL, 23).add(ONE_BITS);
      p.mul(scale.reinterpretAsFloats()).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  /** The same bits where results are normal floats, and every other case. */
  private static void expPass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      x = x.blend(EXP_HIGH, x.compare(GT, EXP_HIGH)).blend(EXP_LOW, x.compare(LT, EXP_LOW));
      FloatVector t = x.fma(LOG2_E, ROUND);
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(MINUS_LN2_LO, k.fma(MINUS_LN2_HI, x));
      FloatVector p = r.fma(E6, E5).fma(r, E4).fma(r, E3).fma(r, HALF).fma(r, ONE).fma(r, ONE);
      // The scale 2^k in two halves reaches subnormal and infinite results.
      IntVector j = t.reinterpretAsInts().sub(ROUND_BITS);
      IntVector half = j.lanewise(ASHR, 1);
      p = p.mul(half.lanewise(LSHL, 23).add(ONE_BITS).reinterpretAsFloats());
      p = p.mul(j.sub(half).lanewise(LSHL, 23).add(ONE_BITS).reinterpretAsFloats());
      p.intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  // e^r - 1 = r + r² (1/2 + M3 r + … + M7 r⁵) to 31 bits.
  private static final FloatVector M3 = splat(0x1.555554p-3f);
  private static final FloatVector M4 = splat(0x1.5554f8p-5f);
  private static final FloatVector M5 = splat(0x1.1112d4p-7f);
  private static final FloatVector M6 = splat(0x1.6d3a84p-10f);
  private static final FloatVector M7 = splat(0x1.9e7d0ap-13f);
  private static final FloatVector EXPM1_LOW = splat(-18f);
  private static final FloatVector IDENTITY = splat(0x1p-25f);

  /** e^a - 1, accurate near zero; error at most 1.44 ulp. */
  static void expm1(long dst, long a, int n) {
    for (int i = 0; i < n; i += CHUNK) {
      expm1Pass(dst + 4L * i, a + 4L * i, Math.min(CHUNK, n - i));
    }
  }

  private static void expm1Pass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector y = x.blend(EXP_HIGH, x.compare(GT, EXP_HIGH));
      y = y.blend(EXPM1_LOW, x.compare(LT, EXPM1_LOW));
      FloatVector t = y.fma(LOG2_E, ROUND);
      FloatVector k = t.sub(ROUND);
      FloatVector r = k.fma(MINUS_LN2_LO, k.fma(MINUS_LN2_HI, y));
      FloatVector q = r.fma(M7, M6).fma(r, M5).fma(r, M4).fma(r, M3).fma(r, HALF);
      q = q.fma(r.mul(r), r);
      // 2^k (q + 1) - 1 with half the scale from the start, as 2^128 is not a float.
      IntVector j = t.reinterpretAsInts().lanewise(LSHL, 23).add(HALF_BITS);
      FloatVector scale = j.reinterpretAsFloats();
      FloatVector result = scale.fma(q, scale.sub(HALF)).mul(TWO);
      result
          .blend(x, x.abs().compare(LT, IDENTITY))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void negativeMagnitudePass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .reinterpretAsInts()
          .or(SIGN)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  /** log(1 + e^a) as max(a, 0) + log(1 + e^-|a|); error at most 1.83 ulp. */
  static void softplus(long dst, long a, int n) {
    long e = Lanes.scratch(0);
    for (int i = 0; i < n; i += CHUNK) {
      int m = Math.min(CHUNK, n - i);
      negativeMagnitudePass(e, a + 4L * i, m);
      expChunk(e, e, m);
      LogKernels.log1p(e, e, m);
      softplusPass(dst + 4L * i, a + 4L * i, e, m);
    }
  }

  private static void softplusPass(long dst, long a, long e, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      x.blend(0f, x.compare(LT, 0f))
          .add(FloatVector.fromMemorySegment(F, ALL, (e & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  // log(1 - erf z) = z (C0 + C1 z + … + C6 z⁶) where that leaves erf z right to 30 bits, z in
  // [0.92, 4].
  private static final FloatVector C0 = splat(-0x1.20ef1cp0f);
  private static final FloatVector C1 = splat(-0x1.45328ap-1f);
  private static final FloatVector C2 = splat(-0x1.b3259cp-4f);
  private static final FloatVector C3 = splat(0x1.8551d2p-6f);
  private static final FloatVector C4 = splat(-0x1.dd6e38p-9f);
  private static final FloatVector C5 = splat(0x1.527e5ep-12f);
  private static final FloatVector C6 = splat(-0x1.78e136p-17f);
  private static final FloatVector ERF_ONE = splat(4f);

  // erf z = z + z (F0 + F1 z² + … + F6 z¹²) to 29 bits for z at most 1.
  private static final FloatVector F0 = splat(0x1.06eba8p-3f);
  private static final FloatVector F1 = splat(-0x1.81273ep-2f);
  private static final FloatVector F2 = splat(0x1.ce2ce6p-4f);
  private static final FloatVector F3 = splat(-0x1.b7f71ap-6f);
  private static final FloatVector F4 = splat(0x1.53f224p-8f);
  private static final FloatVector F5 = splat(-0x1.a3515ep-11f);
  private static final FloatVector F6 = splat(0x1.477200p-14f);

  /** Error function 2/√π ∫₀ᵃ e^(-t²) dt; error at most 1.1 ulp. */
  static void erf(long dst, long a, int n) {
    long e = Lanes.scratch(0);
    for (int i = 0; i < n; i += CHUNK) {
      int m = Math.min(CHUNK, n - i);
      logErfcPass(e, a + 4L * i, m);
      expChunk(e, e, m);
      erfPass(dst + 4L * i, a + 4L * i, e, m);
    }
  }

  private static void logErfcPass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector z = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER).abs();
      z = z.blend(ERF_ONE, z.compare(GT, ERF_ONE));
      FloatVector q = z.fma(C6, C5).fma(z, C4).fma(z, C3).fma(z, C2).fma(z, C1).fma(z, C0);
      q.mul(z).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void erfPass(long dst, long a, long e, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector z = x.abs();
      FloatVector s = z.mul(z);
      FloatVector p = s.fma(F6, F5).fma(s, F4).fma(s, F3).fma(s, F2).fma(s, F1).fma(s, F0);
      p = p.fma(z, z);
      p =
          ONE.sub(FloatVector.fromMemorySegment(F, ALL, (e & ADDRESS) + o, ORDER))
              .blend(p, z.compare(LT, ONE));
      p.reinterpretAsInts()
          .or(x.reinterpretAsInts().and(SIGN))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
