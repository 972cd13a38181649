package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.D;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.HALF;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import shinso.cpu.simd.Lanes;

/**
 * x^y as 2^(y log₂ x) in double; error at most 0.51 ulp. Special cases are those of IEEE 754: as
 * {@link Math#pow}, but 1 for a base of 1 whatever the exponent is, and for -1 and an infinite
 * exponent.
 *
 * <p>A float power needs its logarithm to some 33 bits, which double lanes give for less than pairs
 * of floats would. Bits depend on nothing but the operands, as in {@link ExpKernels}.
 */
final class PowKernel {
  private static final double ROUND = 0x1.8p52;
  private static final long ROUND_BITS = 0x4338000000000000L;
  private static final long ONE_BITS = 0x3ff0000000000000L;
  private static final long SQRT_HALF_BITS = 0x3fe6a09e667f3bcdL;

  private static final DoubleVector ONE = constant(1);

  // log₂ m = s (L0 + L1 s² + … + L5 s¹⁰) to 45 bits for s = (m - 1) / (m + 1), m in [√½, √2].
  private static final DoubleVector L0 = constant(0x1.71547652b8252p1);
  private static final DoubleVector L1 = constant(0x1.ec709dc53bdf0p-1);
  private static final DoubleVector L2 = constant(0x1.2776c2938dd52p-1);
  private static final DoubleVector L3 = constant(0x1.a61a2ea524822p-2);
  private static final DoubleVector L4 = constant(0x1.479559b71725bp-2);
  private static final DoubleVector L5 = constant(0x1.21b0ceff33402p-2);

  // 2^r = 1 + E1 r + … + E7 r⁷ to 34 bits for |r| at most 1/2.
  private static final DoubleVector E1 = constant(0x1.62e42ff0e3256p-1);
  private static final DoubleVector E2 = constant(0x1.ebfbe077b3092p-3);
  private static final DoubleVector E3 = constant(0x1.c6b08abc802d9p-5);
  private static final DoubleVector E4 = constant(0x1.3b29f37970463p-7);
  private static final DoubleVector E5 = constant(0x1.5d8a8a6b8f56bp-10);
  private static final DoubleVector E6 = constant(0x1.445c9ea70a9dcp-13);
  private static final DoubleVector E7 = constant(0x1.fde05c55d6eacp-17);

  private PowKernel() {}

  /** {@code dst[i] = x[i] ^ y[i]}; {@code n} is a multiple of the vector length. */
  static void pow(long dst, long x, long y, int n) {
    long power = Lanes.scratch(0);
    long log = Lanes.scratch(1);
    for (int i = 0; i < n; i += Lanes.CHUNK) {
      int m = Math.min(Lanes.CHUNK, n - i);
      log2Pass(log, x + 4L * i, m);
      exp2Pass(power, y + 4L * i, log, m);
      signPass(dst + 4L * i, x + 4L * i, y + 4L * i, power, m);
    }
  }

  private static DoubleVector constant(double value) {
    return DoubleVector.broadcast(D, value);
  }

  private static DoubleVector widened(long base, int i) {
    FloatVector v = FloatVector.fromMemorySegment(HALF, ALL, base + 2L * LANES * i, ORDER);
    return (DoubleVector) v.convertShape(F2D, D, 0);
  }

  /** log₂ |x| of floats to doubles. */
  private static void log2Pass(long dst, long x, int n) {
    for (int i = 0; i < n / (LANES / 2); i++) {
      DoubleVector z = widened(x, i).abs();
      LongVector bits = z.reinterpretAsLongs();
      // z = 2^e m with m in [√½, √2]; e is biased.
      LongVector e = bits.add(ONE_BITS - SQRT_HALF_BITS).lanewise(LSHR, 52);
      DoubleVector m = bits.add(ONE_BITS).sub(e.lanewise(LSHL, 52)).reinterpretAsDoubles();
      DoubleVector s = m.sub(ONE).div(m.add(ONE));
      DoubleVector q = s.mul(s);
      DoubleVector p = q.fma(L5, L4).fma(q, L3).fma(q, L2).fma(q, L1).fma(q, L0);
      // A long becomes a double by its place in the mantissa.
      DoubleVector k = e.add(ROUND_BITS - 1023).reinterpretAsDoubles().sub(ROUND);
      p = z.blend(p.fma(s, k), z.compare(LT, Double.POSITIVE_INFINITY));
      p = p.blend(Double.NEGATIVE_INFINITY, z.compare(EQ, 0));
      p.intoMemorySegment(ALL, dst + 4L * LANES * i, ORDER);
    }
  }

  /** 2^(y log) of floats y and doubles log, rounded to floats. */
  private static void exp2Pass(long dst, long y, long log, int n) {
    for (int i = 0; i < n / (LANES / 2); i++) {
      DoubleVector x = DoubleVector.fromMemorySegment(D, ALL, log + 4L * LANES * i, ORDER);
      x = x.mul(widened(y, i));
      // Behind these bounds the float is infinite or zero anyway.
      x = x.blend(300, x.compare(GT, 300)).blend(-300, x.compare(LT, -300));
      DoubleVector t = x.add(ROUND);
      DoubleVector r = x.sub(t.sub(ROUND));
      DoubleVector p = r.fma(E7, E6).fma(r, E5).fma(r, E4).fma(r, E3).fma(r, E2);
      p = p.fma(r, E1).fma(r, ONE);
      LongVector scale = t.reinterpretAsLongs().lanewise(LSHL, 52).add(ONE_BITS);
      FloatVector v = (FloatVector) p.mul(scale.reinterpretAsDoubles()).convertShape(D2F, HALF, 0);
      v.intoMemorySegment(ALL, dst + 2L * LANES * i, ORDER);
    }
  }

  /** Signs and undefined powers of negative bases, and what is 1 whatever the other operand is. */
  private static void signPass(long dst, long x, long y, long power, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector base = FloatVector.fromMemorySegment(F, ALL, (x & ADDRESS) + o, ORDER);
      FloatVector exponent = FloatVector.fromMemorySegment(F, ALL, (y & ADDRESS) + o, ORDER);
      FloatVector z = exponent.abs();
      // From 2^23 on every float is an integer, from 2^24 on an even one.
      FloatVector h = z.mul(0.5f);
      VectorMask<Float> fraction = z.add(0x1p23f).sub(0x1p23f).compare(NE, z);
      VectorMask<Float> whole = fraction.not().or(z.compare(GE, 0x1p23f));
      VectorMask<Float> odd = h.add(0x1p23f).sub(0x1p23f).compare(NE, h);
      odd = odd.and(whole).and(z.compare(LT, 0x1p24f));
      // By the sign bit, as powers of -0 count as well.
      VectorMask<Float> minus = base.reinterpretAsInts().compare(LT, 0).cast(F);
      FloatVector p = FloatVector.fromMemorySegment(F, ALL, (power & ADDRESS) + o, ORDER);
      p = p.blend(p.neg(), odd.and(minus));
      VectorMask<Float> undefined = base.compare(LT, 0f).andNot(whole);
      undefined = undefined.and(base.compare(GT, Float.NEGATIVE_INFINITY));
      p = p.blend(Float.NaN, undefined);
      VectorMask<Float> one =
          base.abs().compare(EQ, 1f).and(z.compare(EQ, Float.POSITIVE_INFINITY));
      one = one.or(base.compare(EQ, 1f)).or(exponent.compare(EQ, 0f));
      p.blend(Lanes.splat(1f), one).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
