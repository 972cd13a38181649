package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2I;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.I;
import static shinso.cpu.simd.Lanes.INT_ZERO;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.Native;

/**
 * Element-wise functions of 32-bit ints, and conversions from and to floats.
 *
 * <p>Sums and products wrap around. Comparisons give the ints 1 and 0.
 */
public final class IntKernels {
  private IntKernels() {}

  /**
   * {@code dst[i] = op(a[i])} for i below {@code n}; {@code dst} may be {@code a}.
   *
   * @throws IllegalArgumentException if the operation is not one of STOP_GRADIENT, NEG, ABS, SIGN
   *     and NOT
   */
  public static void apply(UnaryOp.Kind op, long dst, long a, int n) {
    int rest = n % LANES;
    if (n > rest) {
      whole(op, dst, a, n - rest);
    }
    if (rest > 0) {
      long pad = Lanes.pad();
      store(load(a, n / LANES, rest), pad, 0);
      whole(op, pad, pad, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  /**
   * {@code dst[i] = op(a[i], b[i])} for i below {@code n}; {@code dst} may be an operand, but must
   * not overlap one otherwise.
   *
   * @throws IllegalArgumentException if the operation is POW
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

  /**
   * {@code dst[i] = op(a[i], b)} for i below {@code n}; {@code dst} may be {@code a}.
   *
   * @throws IllegalArgumentException if the operation is POW
   */
  public static void applyRight(BinaryOp.Kind op, long dst, long a, int b, int n) {
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

  /**
   * {@code dst[i] = op(a, b[i])} for i below {@code n}; {@code dst} may be {@code b}.
   *
   * @throws IllegalArgumentException if the operation is POW
   */
  public static void applyLeft(BinaryOp.Kind op, long dst, int a, long b, int n) {
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

  /** {@code dst[i] = (float) a[i]}, ints to floats; {@code dst} may be {@code a}. */
  public static void toFloat(long dst, long a, int n) {
    int rest = n % LANES;
    wholeToFloat(dst, a, n - rest);
    if (rest > 0) {
      long pad = Lanes.pad();
      store(load(a, n / LANES, rest), pad, 0);
      wholeToFloat(pad, pad, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  /**
   * {@code dst[i] = (int) a[i]}, floats to ints, truncated and saturating as Java's cast; {@code
   * dst} may be {@code a}.
   */
  public static void fromFloat(long dst, long a, int n) {
    int rest = n % LANES;
    wholeFromFloat(dst, a, n - rest);
    if (rest > 0) {
      long pad = Lanes.pad();
      store(load(a, n / LANES, rest), pad, 0);
      wholeFromFloat(pad, pad, LANES);
      store(load(pad, 0), dst, n / LANES, rest);
    }
  }

  /** {@code dst[i] = start + i * step}, wrapping around. */
  public static void iota(long dst, int start, int step, int n) {
    int rest = n % LANES;
    wholeIota(dst, start, step, n - rest);
    for (int i = n - rest; i < n; i++) {
      Native.putInt(dst + 4L * i, start + i * step);
    }
  }

  private static void whole(UnaryOp.Kind op, long dst, long a, int n) {
    switch (op) {
      case STOP_GRADIENT -> copy(dst, a, n);
      case NEG -> neg(dst, a, n);
      case ABS -> abs(dst, a, n);
      case SIGN -> sign(dst, a, n);
      case NOT -> logicalNot(dst, a, n);
      default -> throw new IllegalArgumentException(op + " is not defined for ints");
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
      case POW -> throw noPower();
      case LESS -> less(dst, a, b, n);
      case LESS_EQUAL -> lessEqual(dst, a, b, n);
      case EQUAL -> equal(dst, a, b, n);
      case NOT_EQUAL -> notEqual(dst, a, b, n);
    }
  }

  private static void wholeRight(BinaryOp.Kind op, long dst, long a, int b, int n) {
    switch (op) {
      case ADD -> addScalar(dst, a, b, n);
      case SUB -> addScalar(dst, a, -b, n);
      case MUL -> mulScalar(dst, a, b, n);
      case DIV -> divScalar(dst, a, b, n);
      case MAXIMUM -> maximumScalar(dst, a, b, n);
      case MINIMUM -> minimumScalar(dst, a, b, n);
      case POW -> throw noPower();
      case LESS -> lessScalar(dst, a, b, n);
      case LESS_EQUAL -> lessEqualScalar(dst, a, b, n);
      case EQUAL -> equalScalar(dst, a, b, n);
      case NOT_EQUAL -> notEqualScalar(dst, a, b, n);
    }
  }

  private static void wholeLeft(BinaryOp.Kind op, long dst, int a, long b, int n) {
    switch (op) {
      case ADD -> addScalar(dst, b, a, n);
      case SUB -> scalarSub(dst, a, b, n);
      case MUL -> mulScalar(dst, b, a, n);
      case DIV -> scalarDiv(dst, a, b, n);
      case MAXIMUM -> maximumScalar(dst, b, a, n);
      case MINIMUM -> minimumScalar(dst, b, a, n);
      case POW -> throw noPower();
      case LESS -> greaterScalar(dst, b, a, n);
      case LESS_EQUAL -> greaterEqualScalar(dst, b, a, n);
      case EQUAL -> equalScalar(dst, b, a, n);
      case NOT_EQUAL -> notEqualScalar(dst, b, a, n);
    }
  }

  private static IllegalArgumentException noPower() {
    return new IllegalArgumentException("POW is not defined for ints; convert to floats first");
  }

  /** Truncated quotient, and 0 where the divisor is 0. No processor divides ints by vectors. */
  private static int quotient(int a, int b) {
    return b == 0 ? 0 : a / b;
  }

  private static void copy(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void neg(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .neg()
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void abs(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .abs()
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void sign(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector v = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      INT_ZERO
          .blend(1, v.compare(GT, 0))
          .blend(-1, v.compare(LT, 0))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void logicalNot(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      INT_ZERO
          .blend(1, IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER).compare(EQ, 0))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void add(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .add(IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void sub(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .sub(IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void mul(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .mul(IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void div(long dst, long a, long b, int n) {
    for (int i = 0; i < n; i++) {
      Native.putInt(dst + 4L * i, quotient(Native.getInt(a + 4L * i), Native.getInt(b + 4L * i)));
    }
  }

  private static void maximum(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .max(IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void minimum(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .min(IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void less(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      IntVector y = IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(LT, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void lessEqual(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      IntVector y = IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(LE, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void equal(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      IntVector y = IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(EQ, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void notEqual(long dst, long a, long b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      IntVector y = IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(NE, y)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void addScalar(long dst, long a, int b, int n) {
    IntVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .add(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void mulScalar(long dst, long a, int b, int n) {
    IntVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .mul(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void divScalar(long dst, long a, int b, int n) {
    for (int i = 0; i < n; i++) {
      Native.putInt(dst + 4L * i, quotient(Native.getInt(a + 4L * i), b));
    }
  }

  private static void maximumScalar(long dst, long a, int b, int n) {
    IntVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .max(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void minimumScalar(long dst, long a, int b, int n) {
    IntVector s = splat(b);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER)
          .min(s)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void lessScalar(long dst, long a, int b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(LT, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void lessEqualScalar(long dst, long a, int b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(LE, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void equalScalar(long dst, long a, int b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(EQ, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void notEqualScalar(long dst, long a, int b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(NE, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void greaterScalar(long dst, long a, int b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(GT, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void greaterEqualScalar(long dst, long a, int b, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      IntVector x = IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER);
      INT_ZERO.blend(1, x.compare(GE, b)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void scalarSub(long dst, int a, long b, int n) {
    IntVector s = splat(a);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      s.sub(IntVector.fromMemorySegment(I, ALL, (b & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void scalarDiv(long dst, int a, long b, int n) {
    for (int i = 0; i < n; i++) {
      Native.putInt(dst + 4L * i, quotient(a, Native.getInt(b + 4L * i)));
    }
  }

  private static void wholeToFloat(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      ((FloatVector) IntVector.fromMemorySegment(I, ALL, (a & ADDRESS) + o, ORDER).convert(I2F, 0))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void wholeFromFloat(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      ((IntVector) FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER).convert(F2I, 0))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void wholeIota(long dst, int start, int step, int n) {
    IntVector lanes = splat(0).addIndex(1).mul(step);
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      lanes.add(start + i * LANES * step).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
