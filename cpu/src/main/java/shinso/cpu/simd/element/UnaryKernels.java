package shinso.cpu.simd.element;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
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

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.tile.TileProgram;

/**
 * Element-wise functions of one float operand.
 *
 * <p>A kernel is one loop over whole vectors; the last few elements go through it as a padded
 * vector. So it compiles fast, and an element's bits do not depend on its position.
 */
public final class UnaryKernels {
  // From here on every float is an integer; adding it rounds smaller ones to an integer.
  private static final FloatVector INTEGERS = splat(0x1p23f);
  private static final IntVector SIGN = splat(0x80000000);

  private UnaryKernels() {}

  /**
   * {@code dst[i] = op(a[i])} for i below {@code n}; {@code dst} may be {@code a}, but must not
   * overlap it otherwise.
   *
   * @throws IllegalArgumentException for {@link UnaryOp.Kind#TANH} and {@link
   *     UnaryOp.Kind#SIGMOID}, which {@link TileProgram}s compute
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

  private static void whole(UnaryOp.Kind op, long dst, long a, int n) {
    switch (op) {
      case STOP_GRADIENT -> copy(dst, a, n);
      case NEG -> neg(dst, a, n);
      case ABS -> abs(dst, a, n);
      case SIGN -> sign(dst, a, n);
      case RECIPROCAL -> reciprocal(dst, a, n);
      case SQRT -> sqrt(dst, a, n);
      case EXP -> ExpKernels.exp(dst, a, n);
      case EXPM1 -> ExpKernels.expm1(dst, a, n);
      case LOG -> LogKernels.log(dst, a, n);
      case LOG1P -> LogKernels.log1p(dst, a, n);
      case SIN -> TrigKernels.sin(dst, a, n);
      case COS -> TrigKernels.cos(dst, a, n);
      case TANH, SIGMOID ->
          throw new IllegalArgumentException(op + " is a step of a tile program, no kernel");
      case SOFTPLUS -> ExpKernels.softplus(dst, a, n);
      case ERF -> ExpKernels.erf(dst, a, n);
      case FLOOR -> floor(dst, a, n);
      case ROUND -> round(dst, a, n);
      case NOT -> logicalNot(dst, a, n);
      case RELU -> relu(dst, a, n);
    }
  }

  /** Not a loop: this is as fast before the compiler has seen it, as where weights are made. */
  private static void copy(long dst, long a, int n) {
    MemorySegment.copy(ALL, a, ALL, dst, 4L * n);
  }

  private static void neg(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .neg()
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void abs(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .abs()
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void sign(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      x.blend(1f, x.compare(GT, 0f))
          .blend(-1f, x.compare(LT, 0f))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void reciprocal(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      ONE.div(FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void sqrt(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .sqrt()
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void floor(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector z = x.abs();
      IntVector magnitude = z.add(INTEGERS).sub(INTEGERS).reinterpretAsInts();
      FloatVector r = magnitude.or(x.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
      r = r.blend(r.sub(1f), r.compare(GT, x));
      x.blend(r, z.compare(LT, INTEGERS)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void round(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector x = FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER);
      FloatVector z = x.abs();
      IntVector magnitude = z.add(INTEGERS).sub(INTEGERS).reinterpretAsInts();
      FloatVector r = magnitude.or(x.reinterpretAsInts().and(SIGN)).reinterpretAsFloats();
      x.blend(r, z.compare(LT, INTEGERS)).intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void logicalNot(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      ZERO.blend(
              ONE, FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER).compare(EQ, 0f))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }

  private static void relu(long dst, long a, int n) {
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER)
          .max(ZERO)
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
  }
}
