package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
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

/** Logarithms; how they are made is told in {@link ExpKernels}. */
final class LogKernels {
  private static final IntVector SQRT_HALF_BITS = splat(0x3f3504f3);
  private static final FloatVector MINUS_ONE = splat(-1f);
  private static final FloatVector MINUS_HALF = splat(-0.5f);
  private static final FloatVector QUARTER = splat(0.25f);
  private static final FloatVector LN2 = splat(0x1.62e430p-1f);
  private static final FloatVector NAN = splat(Float.NaN);
  private static final FloatVector INFINITY = splat(Float.POSITIVE_INFINITY);
  private static final FloatVector MINUS_INFINITY = splat(Float.NEGATIVE_INFINITY);

  // log(1 + f) = f - f²/2 + f³ (L0 + L1 f + … + L8 f⁸) to 30 bits for 1 + f in [√½, √2].
  private static final FloatVector L0 = splat(0x1.555548p-2f);
  private static final FloatVector L1 = splat(-0x1.000006p-2f);
  private static final FloatVector L2 = splat(0x1.99a476p-3f);
  private static final FloatVector L3 = splat(-0x1.555c46p-3f);
  private static final FloatVector L4 = splat(0x1.233ba6p-3f);
  private static final FloatVector L5 = splat(-0x1.fc2870p-4f);
  private static final FloatVector L6 = splat(0x1.e6bf4ep-4f);
  private static final FloatVector L7 = splat(-0x1.de03cap-4f);
  private static final FloatVector L8 = splat(0x1.147776p-4f);

  private static final FloatVector MIN_NORMAL = splat(Float.MIN_NORMAL);
  private static final FloatVector NORMALIZE = splat(0x1p25f);
  private static final FloatVector NORMALIZED = splat(25f);
  private static final FloatVector IDENTITY = splat(0x1p-25f);
  private static final IntVector FOUR_BITS = splat(0x40800000);

  private LogKernels() {}

  /** Natural logarithm; error at most 0.92 ulp. */
  static void log(long dst, long a, int n) {
    for (int i = 0; i < n; i += CHUNK) {
      int m = Math.min(CHUNK, n - i);
      if (Lanes.positiveNormal(a + 4L * i, m)) {
        logNormalPass(dst + 4L * i, a + 4L * i, m);
      } else {
        logPass(dst + 4L * i, a + 4L * i, m);
      }
    }
  }

  private static void logNormalPass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector bits = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      // x = 2^k (1 + f).
      IntVector j = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
      FloatVector f = bits.sub(j.lanewise(LSHL, 23)).reinterpretAsFloats().sub(ONE);
      FloatVector k = (FloatVector) j.convert(I2F, 0);
      FloatVector p = f.fma(L8, L7).fma(f, L6).fma(f, L5).fma(f, L4).fma(f, L3).fma(f, L2);
      p = p.fma(f, L1).fma(f, L0).fma(f, MINUS_HALF).fma(f.mul(f), f);
      k.fma(LN2, p).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  /** The same bits for positive normal floats, and every other case. */
  private static void logPass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      VectorMask<Float> tiny = x.compare(LT, MIN_NORMAL);
      IntVector bits = x.blend(x.mul(NORMALIZE), tiny).reinterpretAsInts();
      IntVector j = bits.sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
      FloatVector f = bits.sub(j.lanewise(LSHL, 23)).reinterpretAsFloats().sub(ONE);
      FloatVector k = (FloatVector) j.convert(I2F, 0);
      k = k.blend(k.sub(NORMALIZED), tiny);
      FloatVector p = f.fma(L8, L7).fma(f, L6).fma(f, L5).fma(f, L4).fma(f, L3).fma(f, L2);
      p = p.fma(f, L1).fma(f, L0).fma(f, MINUS_HALF).fma(f.mul(f), f);
      p = x.blend(k.fma(LN2, p), x.compare(LT, INFINITY));
      p = p.blend(NAN, x.compare(LT, 0f));
      p.blend(MINUS_INFINITY, x.compare(EQ, 0f)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  /** log(1 + a), accurate near zero; error at most 1.43 ulp. */
  static void log1p(long dst, long a, int n) {
    for (int i = 0; i < n; i += CHUNK) {
      log1pPass(dst + 4L * i, a + 4L * i, Math.min(CHUNK, n - i));
    }
  }

  private static void log1pPass(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      IntVector j = x.add(ONE).reinterpretAsInts().sub(SQRT_HALF_BITS).lanewise(ASHR, 23);
      // f = 2^-k (1 + x) - 1 with one rounding; x in quarters, as 2^-128 is not a normal float.
      FloatVector scale = FOUR_BITS.sub(j.lanewise(LSHL, 23)).reinterpretAsFloats();
      FloatVector f = x.mul(QUARTER).fma(scale, scale.fma(QUARTER, MINUS_ONE));
      FloatVector k = (FloatVector) j.convert(I2F, 0);
      FloatVector p = f.fma(L8, L7).fma(f, L6).fma(f, L5).fma(f, L4).fma(f, L3).fma(f, L2);
      p = p.fma(f, L1).fma(f, L0).fma(f, MINUS_HALF).fma(f.mul(f), f);
      p = x.blend(k.fma(LN2, p), x.compare(LT, INFINITY));
      p = p.blend(x, x.abs().compare(LT, IDENTITY));
      p = p.blend(NAN, x.compare(LT, MINUS_ONE));
      p.blend(MINUS_INFINITY, x.compare(EQ, MINUS_ONE))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
