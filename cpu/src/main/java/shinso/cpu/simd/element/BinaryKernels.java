package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.ONE;
import static shinso.cpu.simd.Lanes.ZERO;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import shinso.core.op.BinaryOp;
import shinso.cpu.simd.Lanes;

/**
 * Element-wise functions of two float operands, either of which may be a scalar.
 *
 * <p>Every operation rounds on its own; nothing contracts to a fused multiply-add. Comparisons give
 * 1 or 0.
 */
public final class BinaryKernels {
  private BinaryKernels() {}

  /**
   * {@code dst[i] = op(a[i], b[i])} for i below {@code n}; {@code dst} may be an operand, but must
   * not overlap one otherwise.
   */
  public static void apply(BinaryOp.Kind op, long dst, long a, long b, int n) {
    int rest = n % LANES;
    if (n > rest) {
      whole(op, dst, a, b, n - rest);
    }
    if (rest > 0) {
      long pad = Lanes.pad();
      store(load(a, n / LANES, rest), pad, 0);
      store(load(b, n / LANES, rest), pad, 1);
      whole(op, pad, pad, pad + Lanes.BYTES, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  /** {@code dst[i] = op(a[i], b)} for i below {@code n}; {@code dst} may be {@code a}. */
  public static void applyRight(BinaryOp.Kind op, long dst, long a, float b, int n) {
    int rest = n % LANES;
    if (n > rest) {
      wholeRight(op, dst, a, b, n - rest);
    }
    if (rest > 0) {
      long pad = Lanes.pad();
      store(load(a, n / LANES, rest), pad, 0);
      wholeRight(op, pad, pad, b, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  /** {@code dst[i] = op(a, b[i])} for i below {@code n}; {@code dst} may be {@code b}. */
  public static void applyLeft(BinaryOp.Kind op, long dst, float a, long b, int n) {
    int rest = n % LANES;
    if (n > rest) {
      wholeLeft(op, dst, a, b, n - rest);
    }
    if (rest > 0) {
      long pad = Lanes.pad();
      store(load(b, n / LANES, rest), pad, 0);
      wholeLeft(op, pad, a, pad, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  private static void whole(BinaryOp.Kind op, long dst, long a, long b, int n) {
    switch (op) {
      case ADD -> add(dst, a, b, n);
      case SUB -> sub(dst, a, b, n);
      case MUL -> mul(dst, a, b, n);
      case DIV -> div(dst, a, b, n);
      case MAXIMUM -> maximum(dst, a, b, n);
      case MINIMUM -> minimum(dst, a, b, n);
      case POW -> PowKernel.pow(dst, a, b, n);
      case LESS -> less(dst, a, b, n);
      case LESS_EQUAL -> lessEqual(dst, a, b, n);
      case EQUAL -> equal(dst, a, b, n);
      case NOT_EQUAL -> notEqual(dst, a, b, n);
    }
  }

  private static void wholeRight(BinaryOp.Kind op, long dst, long a, float b, int n) {
    switch (op) {
      case ADD -> addScalar(dst, a, b, n);
      case SUB -> addScalar(dst, a, -b, n);
      case MUL -> mulScalar(dst, a, b, n);
      case DIV -> divScalar(dst, a, b, n);
      case MAXIMUM -> maximumScalar(dst, a, b, n);
      case MINIMUM -> minimumScalar(dst, a, b, n);
      case POW -> powScalar(dst, a, b, n);
      case LESS -> lessScalar(dst, a, b, n);
      case LESS_EQUAL -> lessEqualScalar(dst, a, b, n);
      case EQUAL -> equalScalar(dst, a, b, n);
      case NOT_EQUAL -> notEqualScalar(dst, a, b, n);
    }
  }

  private static void wholeLeft(BinaryOp.Kind op, long dst, float a, long b, int n) {
    switch (op) {
      case ADD -> addScalar(dst, b, a, n);
      case SUB -> scalarSub(dst, a, b, n);
      case MUL -> mulScalar(dst, b, a, n);
      case DIV -> scalarDiv(dst, a, b, n);
      case MAXIMUM -> maximumScalar(dst, b, a, n);
      case MINIMUM -> minimumScalar(dst, b, a, n);
      case POW -> scalarPow(dst, a, b, n);
      case LESS -> greaterScalar(dst, b, a, n);
      case LESS_EQUAL -> greaterEqualScalar(dst, b, a, n);
      case EQUAL -> equalScalar(dst, b, a, n);
      case NOT_EQUAL -> notEqualScalar(dst, b, a, n);
    }
  }

  private static void add(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .add(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void sub(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .sub(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void mul(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .mul(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void div(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .div(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void maximum(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .max(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void minimum(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .min(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void less(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(LT, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void lessEqual(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(LE, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void equal(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(EQ, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void notEqual(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector y = FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(NE, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void addScalar(long dst, long a, float b, int n) {
    FloatVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .add(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void mulScalar(long dst, long a, float b, int n) {
    FloatVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .mul(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void divScalar(long dst, long a, float b, int n) {
    FloatVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .div(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void maximumScalar(long dst, long a, float b, int n) {
    FloatVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .max(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void minimumScalar(long dst, long a, float b, int n) {
    FloatVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .min(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void lessScalar(long dst, long a, float b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(LT, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void lessEqualScalar(long dst, long a, float b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(LE, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void equalScalar(long dst, long a, float b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(EQ, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void notEqualScalar(long dst, long a, float b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(NE, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void greaterScalar(long dst, long a, float b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(GT, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void greaterEqualScalar(long dst, long a, float b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      ZERO.blend(ONE, x.compare(GE, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void scalarSub(long dst, float a, long b, int n) {
    FloatVector s = splat(a);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      s.sub(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void scalarDiv(long dst, float a, long b, int n) {
    FloatVector s = splat(a);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      s.div(FloatVector.fromMemorySegment(F, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  // A scalar of a power is expanded: the chunk costs little next to the logarithm.

  private static void powScalar(long dst, long a, float b, int n) {
    long exponents = Lanes.scratch(3);
    fillChunk(exponents, b);
    for (int i = 0; i < n; i += Lanes.CHUNK) {
      PowKernel.pow(dst + 4L * i, a + 4L * i, exponents, Math.min(Lanes.CHUNK, n - i));
    }
  }

  private static void scalarPow(long dst, float a, long b, int n) {
    long bases = Lanes.scratch(3);
    fillChunk(bases, a);
    for (int i = 0; i < n; i += Lanes.CHUNK) {
      PowKernel.pow(dst + 4L * i, bases, b + 4L * i, Math.min(Lanes.CHUNK, n - i));
    }
  }

  private static void fillChunk(long dst, float value) {
    FloatVector v = splat(value);
    for (int i = 0; i < Lanes.CHUNK / LANES; i++) {
      long o = (long) BYTES * i;
      v.intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
