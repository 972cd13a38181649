package shinso.cpu.simd.element;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.CHUNK;
import static shinso.cpu.simd.Lanes.D;
import static shinso.cpu.simd.Lanes.HALF;
import static shinso.cpu.simd.Lanes.I;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;
import static shinso.cpu.simd.Native.getFloat;
import static shinso.cpu.simd.Native.getInt;
import static shinso.cpu.simd.Native.putFloat;
import static shinso.cpu.simd.Native.putInt;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import shinso.core.random.Threefry;
import shinso.cpu.simd.Lanes;

/**
 * Gamma draws by rejection, as {@link Threefry#gamma} defines them: an attempt for many elements at
 * a time, then the next one for those that are left.
 *
 * <p>Acceptance must be decided as the definition does. Everything is computed in double, with
 * errors below 10⁻¹²; where that leaves a decision open, once in 10⁹ draws, the definition itself
 * is asked.
 */
public final class GammaKernels {
  /** Elements that go through an attempt together. */
  static final int BLOCK = CHUNK;

  // Scratch memory: arrays of ints, then of doubles.
  private static final int INTS = 4 * BLOCK;
  private static final int DOUBLES = 8 * BLOCK;
  private static final int KEY0 = 0;
  private static final int KEY1 = INTS;
  private static final int KEY2 = 2 * INTS;
  private static final int WORD0 = 3 * INTS;
  private static final int WORD1 = 4 * INTS;
  private static final int INDEX = 5 * INTS;
  private static final int SHAPE = 6 * INTS;
  private static final int SCALE = SHAPE + DOUBLES;
  private static final int POWER = SHAPE + 2 * DOUBLES;
  private static final int NORMAL = SHAPE + 3 * DOUBLES;
  private static final int CUBE_ROOT = SHAPE + 4 * DOUBLES;
  private static final int LOG_CUBE_ROOT = SHAPE + 5 * DOUBLES;
  private static final int LOG_UNIFORM = SHAPE + 6 * DOUBLES;

  /** Bytes of scratch memory, 64-byte aligned. */
  public static final int SCRATCH_BYTES = SHAPE + 7 * DOUBLES;

  private static final int PARITY = 0x1bd11bda;
  private static final VectorSpecies<Integer> HALF_INTS = HALF.withLanes(int.class);
  private static final IntVector LANE = Lanes.splat(0).addIndex(1);
  private static final int DOUBLE_LANES = D.length();

  // Adding 1.5 * 2^52 rounds a double to an integer, which is then found in the low bits.
  static final double ROUND = 0x1.8p52;
  private static final long ROUND_BITS = 0x4338000000000000L;
  static final long ONE_BITS = 0x3ff0000000000000L;
  static final long SQRT_HALF_BITS = 0x3fe6a09e667f3bcdL;
  static final double LN_2 = 0x1.62e42fefa39efp-1;

  // Series of the cosine, of the sine over its argument, both in its square, and of eˣ: enough for
  // an eighth of a turn and half of log 2. The highest power is the first.
  static final double[] COS = {
    -1 / 87178291200.0, 1 / 479001600.0, -1 / 3628800.0, 1 / 40320.0, -1 / 720.0, 1 / 24.0, -0.5, 1
  };
  static final double[] SIN = {
    1 / 6227020800.0, -1 / 39916800.0, 1 / 362880.0, -1 / 5040.0, 1 / 120.0, -1 / 6.0, 1
  };
  static final double[] EXP = {
    1 / 39916800.0,
    1 / 3628800.0,
    1 / 362880.0,
    1 / 40320.0,
    1 / 5040.0,
    1 / 720.0,
    1 / 120.0,
    1 / 24.0,
    1 / 6.0,
    0.5,
    1,
    1
  };

  private static final DoubleVector ONE = splat(1);

  // Status of an attempt.
  private static final double OPEN = -1;
  private static final double REJECTED = 0;
  private static final double ACCEPTED = 1;

  private GammaKernels() {}

  private static DoubleVector splat(double value) {
    return DoubleVector.broadcast(D, value);
  }

  /**
   * Draws elements.
   *
   * @param alpha address of their shape parameters
   * @param first number of the first of them
   * @param n how many, at most {@link #BLOCK}
   * @param scratch address of {@link #SCRATCH_BYTES} bytes
   */
  public static void gamma(
      long dst, long alpha, int key0, int key1, int first, int n, long scratch) {
    MoveKernels.fill(scratch + KEY0, key0, BLOCK);
    MoveKernels.fill(scratch + KEY1, key1, BLOCK);
    keyPass(scratch, n);
    elementPass(scratch, first, n);
    threefry(scratch, n);
    MoveKernels.copy(scratch + KEY0, scratch + WORD0, BLOCK);
    MoveKernels.copy(scratch + KEY1, scratch + WORD1, BLOCK);
    keyPass(scratch, n);
    boolean small = parameters(scratch, alpha, n);
    if (small) {
      counterPass(scratch, 2, n);
      threefry(scratch, n);
      uniformPass(scratch + LOG_UNIFORM, scratch + WORD0, n);
      logPass(scratch + LOG_UNIFORM, scratch + LOG_UNIFORM, n);
      powerPass(scratch + POWER, scratch + LOG_UNIFORM, n);
    }
    int left = n;
    for (int attempt = 0; left > 0; attempt++) {
      attempt(scratch, Threefry.GROUP / 2 * attempt, left);
      left = collect(scratch, dst, alpha, key0, key1, first, small, left);
    }
  }

  private static void attempt(long s, int counter, int n) {
    counterPass(s, counter, n);
    threefry(s, n);
    openUniformPass(s + NORMAL, s + WORD0, n);
    logPass(s + NORMAL, s + NORMAL, n);
    boxMullerPass(s + NORMAL, s + WORD1, n);
    counterPass(s, counter + 1, n);
    threefry(s, n);
    uniformPass(s + LOG_UNIFORM, s + WORD0, n);
    logPass(s + LOG_UNIFORM, s + LOG_UNIFORM, n);
    cubeRootPass(s, n);
    logPass(s + LOG_CUBE_ROOT, s + LOG_CUBE_ROOT, n);
    decidePass(s, n);
  }

  /** Stores what was accepted, moves what wasn't to the front, and returns how many that are. */
  private static int collect(
      long s, long dst, long alpha, int key0, int key1, int first, boolean small, int n) {
    int left = 0;
    for (int i = 0; i < n; i++) {
      int index = getInt(s + INDEX + 4L * i);
      double status = getDouble(s + LOG_UNIFORM, i);
      if (status == ACCEPTED) {
        double y = getDouble(s + NORMAL, i);
        putFloat(dst + 4L * index, (float) (small ? y * getDouble(s + POWER, index) : y));
      } else if (status == OPEN) {
        double a = getFloat(alpha + 4L * index);
        putFloat(dst + 4L * index, (float) Threefry.gamma(key0, key1, first + index, a));
      } else {
        putInt(s + INDEX + 4L * left, index);
        putInt(s + KEY0 + 4L * left, getInt(s + KEY0 + 4L * i));
        putInt(s + KEY1 + 4L * left, getInt(s + KEY1 + 4L * i));
        putInt(s + KEY2 + 4L * left, getInt(s + KEY2 + 4L * i));
        putDouble(s + SHAPE, left, getDouble(s + SHAPE, i));
        putDouble(s + SCALE, left, getDouble(s + SCALE, i));
        left++;
      }
    }
    return left;
  }

  private static double getDouble(long base, int i) {
    return ALL.get(JAVA_DOUBLE_UNALIGNED, base + 8L * i);
  }

  private static void putDouble(long base, int i, double value) {
    ALL.set(JAVA_DOUBLE_UNALIGNED, base + 8L * i, value);
  }

  /** Fills the arrays that don't change; returns whether a shape parameter is below 1. */
  private static boolean parameters(long s, long alpha, int n) {
    boolean small = false;
    for (int i = 0; i < n; i++) {
      double a = getFloat(alpha + 4L * i);
      small |= a < 1;
      putInt(s + INDEX + 4L * i, i);
      // The exponent, until it is replaced by the power.
      putDouble(s + POWER, i, a);
      // What is not positive stays undecided.
      putDouble(s + SHAPE, i, a > 0 ? (a < 1 ? a + 1 : a) - 1.0 / 3 : Double.NaN);
    }
    scalePass(s, n);
    return small;
  }

  // ---- random words, of a key for each element

  private static void threefry(long s, int n) {
    fourRoundsPass(s, KEY1, KEY2, 1, n);
    nextRoundsPass(s, KEY2, KEY0, 2, n);
    fourRoundsPass(s, KEY0, KEY1, 3, n);
    nextRoundsPass(s, KEY1, KEY2, 4, n);
    fourRoundsPass(s, KEY2, KEY0, 5, n);
  }

  private static void keyPass(long s, int n) {
    for (int i = 0; i < Math.ceilDiv(n, LANES); i++) {
      long at = (s & ADDRESS) + (long) BYTES * i;
      IntVector key0 = IntVector.fromMemorySegment(I, ALL, at + KEY0, ORDER);
      IntVector key1 = IntVector.fromMemorySegment(I, ALL, at + KEY1, ORDER);
      key0.lanewise(XOR, key1).lanewise(XOR, PARITY).intoMemorySegment(ALL, at + KEY2, ORDER);
    }
  }

  private static void elementPass(long s, int first, int n) {
    for (int i = 0; i < Math.ceilDiv(n, LANES); i++) {
      long at = (s & ADDRESS) + (long) BYTES * i;
      IntVector key0 = IntVector.fromMemorySegment(I, ALL, at + KEY0, ORDER);
      IntVector key1 = IntVector.fromMemorySegment(I, ALL, at + KEY1, ORDER);
      key0.add(LANE.add(first + LANES * i)).intoMemorySegment(ALL, at + WORD0, ORDER);
      key1.add(Threefry.GAMMA_DOMAIN).intoMemorySegment(ALL, at + WORD1, ORDER);
    }
  }

  private static void counterPass(long s, int counter, int n) {
    for (int i = 0; i < Math.ceilDiv(n, LANES); i++) {
      long at = (s & ADDRESS) + (long) BYTES * i;
      IntVector key0 = IntVector.fromMemorySegment(I, ALL, at + KEY0, ORDER);
      IntVector key1 = IntVector.fromMemorySegment(I, ALL, at + KEY1, ORDER);
      key0.add(counter).intoMemorySegment(ALL, at + WORD0, ORDER);
      key1.intoMemorySegment(ALL, at + WORD1, ORDER);
    }
  }

  private static void fourRoundsPass(long s, int add0, int add1, int injection, int n) {
    for (int i = 0; i < Math.ceilDiv(n, LANES); i++) {
      long at = (s & ADDRESS) + (long) BYTES * i;
      IntVector x1 = IntVector.fromMemorySegment(I, ALL, at + WORD1, ORDER);
      IntVector x0 = IntVector.fromMemorySegment(I, ALL, at + WORD0, ORDER).add(x1);
      x1 = x1.lanewise(ROL, 13).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 15).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 26).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 6).lanewise(XOR, x0);
      x0.add(IntVector.fromMemorySegment(I, ALL, at + add0, ORDER))
          .intoMemorySegment(ALL, at + WORD0, ORDER);
      x1.add(IntVector.fromMemorySegment(I, ALL, at + add1, ORDER).add(injection))
          .intoMemorySegment(ALL, at + WORD1, ORDER);
    }
  }

  private static void nextRoundsPass(long s, int add0, int add1, int injection, int n) {
    for (int i = 0; i < Math.ceilDiv(n, LANES); i++) {
      long at = (s & ADDRESS) + (long) BYTES * i;
      IntVector x1 = IntVector.fromMemorySegment(I, ALL, at + WORD1, ORDER);
      IntVector x0 = IntVector.fromMemorySegment(I, ALL, at + WORD0, ORDER).add(x1);
      x1 = x1.lanewise(ROL, 17).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 29).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 16).lanewise(XOR, x0);
      x0 = x0.add(x1);
      x1 = x1.lanewise(ROL, 24).lanewise(XOR, x0);
      x0.add(IntVector.fromMemorySegment(I, ALL, at + add0, ORDER))
          .intoMemorySegment(ALL, at + WORD0, ORDER);
      x1.add(IntVector.fromMemorySegment(I, ALL, at + add1, ORDER).add(injection))
          .intoMemorySegment(ALL, at + WORD1, ORDER);
    }
  }

  // ---- numbers in double

  private static DoubleVector load(long base, int i) {
    return DoubleVector.fromMemorySegment(D, ALL, (base & ADDRESS) + 8L * DOUBLE_LANES * i, ORDER);
  }

  private static void store(DoubleVector x, long base, int i) {
    x.intoMemorySegment(ALL, (base & ADDRESS) + 8L * DOUBLE_LANES * i, ORDER);
  }

  private static FloatVector upperBits(long words, int i, int shift) {
    return (FloatVector)
        IntVector.fromMemorySegment(
                HALF_INTS, ALL, (words & ADDRESS) + 4L * DOUBLE_LANES * i, ORDER)
            .lanewise(LSHR, shift)
            .convertShape(I2F, HALF, 0);
  }

  private static void uniformPass(long dst, long words, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      FloatVector u = upperBits(words, i, 8).mul(0x1p-24f);
      store((DoubleVector) u.convertShape(F2D, D, 0), dst, i);
    }
  }

  private static void openUniformPass(long dst, long words, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      FloatVector u = upperBits(words, i, 1).mul(0x1p-31f).add(0x1p-32f);
      store((DoubleVector) u.convertShape(F2D, D, 0), dst, i);
    }
  }

  /** Logarithms of normal numbers; −709 of zero. */
  private static void logPass(long dst, long a, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      LongVector bits = load(a, i).reinterpretAsLongs();
      // 2^e m with m in [√½, √2]; e is biased.
      LongVector e = bits.add(ONE_BITS - SQRT_HALF_BITS).lanewise(LSHR, 52);
      DoubleVector m = bits.add(ONE_BITS).sub(e.lanewise(LSHL, 52)).reinterpretAsDoubles();
      DoubleVector k = e.add(ROUND_BITS - 1023).reinterpretAsDoubles().sub(ROUND);
      // log m = 2 artanh s, whose series is cut after s¹⁷.
      DoubleVector s = m.sub(ONE).div(m.add(ONE));
      DoubleVector q = s.mul(s);
      DoubleVector p = q.mul(1.0 / 17).add(1.0 / 15).fma(q, splat(1.0 / 13));
      p = p.fma(q, splat(1.0 / 11)).fma(q, splat(1.0 / 9)).fma(q, splat(1.0 / 7));
      p = p.fma(q, splat(1.0 / 5)).fma(q, splat(1.0 / 3)).fma(q, ONE);
      store(k.fma(splat(LN_2), p.mul(s.add(s))), dst, i);
    }
  }

  /** From log u, in place, and the second words: √(−2 log u) cos 2πv. */
  private static void boxMullerPass(long logs, long words, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      FloatVector quarters = upperBits(words, i, 8).mul(0x1p-22f);
      DoubleVector v = (DoubleVector) quarters.convertShape(F2D, D, 0);
      DoubleVector t = v.add(ROUND);
      LongVector turns = t.reinterpretAsLongs();
      DoubleVector r = v.sub(t.sub(ROUND)).mul(Math.PI / 2);
      DoubleVector q = r.mul(r);
      DoubleVector cos = q.mul(COS[0]).add(COS[1]).fma(q, splat(COS[2])).fma(q, splat(COS[3]));
      cos = cos.fma(q, splat(COS[4])).fma(q, splat(COS[5])).fma(q, splat(COS[6])).fma(q, ONE);
      DoubleVector sin = q.mul(SIN[0]).add(SIN[1]).fma(q, splat(SIN[2])).fma(q, splat(SIN[3]));
      sin = sin.fma(q, splat(SIN[4])).fma(q, splat(SIN[5])).fma(q, ONE).mul(r);
      VectorMask<Double> odd = turns.lanewise(AND, 1).compare(NE, 0).cast(D);
      // One and two quarter turns change the sign.
      LongVector sign = turns.add(1).lanewise(AND, 2).lanewise(LSHL, 62);
      LongVector y = cos.blend(sin, odd).reinterpretAsLongs().lanewise(XOR, sign);
      DoubleVector radius = load(logs, i).mul(-2.0).sqrt();
      store(y.reinterpretAsDoubles().mul(radius), logs, i);
    }
  }

  private static void scalePass(long s, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      store(ONE.div(load(s + SHAPE, i).mul(9.0).sqrt()), s + SCALE, i);
    }
  }

  private static void cubeRootPass(long s, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      DoubleVector v = load(s + SCALE, i).mul(load(s + NORMAL, i)).add(ONE);
      store(v, s + CUBE_ROOT, i);
      store(v.max(1e-12), s + LOG_CUBE_ROOT, i);
    }
  }

  /** The statuses replace the uniform numbers, and what is drawn if accepted the normal ones. */
  private static void decidePass(long s, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      DoubleVector d = load(s + SHAPE, i);
      DoubleVector x = load(s + NORMAL, i);
      DoubleVector v = load(s + CUBE_ROOT, i);
      DoubleVector cube = v.mul(v).mul(v);
      DoubleVector logCube = load(s + LOG_CUBE_ROOT, i).mul(3.0);
      DoubleVector right = ONE.sub(cube).add(logCube).mul(d).add(x.mul(0.5).mul(x));
      DoubleVector over = load(s + LOG_UNIFORM, i).sub(right);
      DoubleVector error = d.mul(1e-13).add(1e-9);
      VectorMask<Double> positive = v.compare(GT, 1e-9);
      VectorMask<Double> rejected = over.compare(GT, error).and(positive);
      rejected = rejected.or(v.compare(LT, -1e-9));
      VectorMask<Double> accepted = over.compare(LT, error.neg()).and(positive);
      store(
          splat(OPEN).blend(splat(REJECTED), rejected).blend(splat(ACCEPTED), accepted),
          s + LOG_UNIFORM,
          i);
      store(d.mul(cube), s + NORMAL, i);
    }
  }

  /** u^(1/α) of α, in place, and log u; 1 where α is not below 1. */
  private static void powerPass(long alpha, long logs, int n) {
    for (int i = 0; i < Math.ceilDiv(n, DOUBLE_LANES); i++) {
      DoubleVector a = load(alpha, i);
      // Below this bound the draw is zero anyway.
      DoubleVector x = load(logs, i).div(a).max(-690.0);
      DoubleVector t = x.mul(1 / LN_2).add(ROUND);
      DoubleVector r = t.sub(ROUND).fma(splat(-LN_2), x);
      DoubleVector p = r.mul(EXP[0]).add(EXP[1]).fma(r, splat(EXP[2])).fma(r, splat(EXP[3]));
      p = p.fma(r, splat(EXP[4])).fma(r, splat(EXP[5])).fma(r, splat(EXP[6]));
      p = p.fma(r, splat(EXP[7])).fma(r, splat(EXP[8])).fma(r, splat(EXP[9]));
      p = p.fma(r, ONE).fma(r, ONE);
      LongVector scale = t.reinterpretAsLongs().lanewise(LSHL, 52).add(ONE_BITS);
      DoubleVector power = p.mul(scale.reinterpretAsDoubles());
      store(ONE.blend(power, a.compare(LT, 1.0)), alpha, i);
    }
  }
}
