package shinso.cpu.simd.element;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static shinso.cpu.simd.HiddenCode.desc;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.Lanes;

/**
 * Functions made of the exponential of a number that is not positive: as code for vectors within a
 * tile program, so that they need no pass of their own, and of a single number. Both consist of the
 * same exactly defined operations, as {@link ExpKernels} says, and so give the same bits.
 */
public final class ExpCode {
  // Adding 1.5 * 2^23 rounds to an integer k. With 127 more, the low bits of the sum are 2^k when
  // shifted to the place of the exponent, and with another 64 they are 2^(k + 64).
  private static final float ROUND = 0x1.8p23f + 127;
  private static final float ROUND_UP = 0x1.8p23f + 127 + 64;
  private static final float DOWN = 0x1p-64f;

  static final float LOG2_E = 0x1.715476p0f;
  static final float MINUS_LN2_HI = -0x1.62e430p-1f;
  static final float MINUS_LN2_LO = 0x1.05c610p-29f;

  // e^r = 1 + r + r²/2 + r³ (E3 + E4 r + E5 r² + E6 r³) to 28 bits for |r| at most (ln 2)/2.
  static final float E3 = 0x1.555490p-3f;
  static final float E4 = 0x1.5554bep-5f;
  static final float E5 = 0x1.123afap-7f;
  static final float E6 = 0x1.6d7c9cp-10f;

  /** e^x is less than half of the smallest float below. */
  private static final float EXP_ZERO = -104f;

  // tanh z = z + z³ (T0 + T1 z² + … + T4 z⁸) to 29 bits for z at most 0.55.
  private static final float T0 = -0x1.55554ap-2f;
  private static final float T1 = 0x1.110cf0p-3f;
  private static final float T2 = -0x1.b91f22p-5f;
  private static final float T3 = 0x1.58ec9cp-6f;
  private static final float T4 = -0x1.995794p-8f;
  private static final float TANH_SMALL = 0.55f;

  /** tanh z rounds to 1 from half of its magnitude on. */
  private static final float TANH_ONE = -18f;

  private static final ClassDesc FLOATS = desc(FloatVector.class);
  private static final ClassDesc INTS = desc(IntVector.class);
  private static final ClassDesc VECTOR = desc(Vector.class);
  private static final ClassDesc MASK = desc(VectorMask.class);
  private static final ClassDesc OPERATORS = desc(VectorOperators.class);
  private static final ClassDesc BINARY = desc(VectorOperators.Binary.class);
  private static final ClassDesc COMPARISON = desc(VectorOperators.Comparison.class);
  private static final int SIGN = 1 << 31;

  private final CodeBuilder code;

  /** Puts a vector on the stack. */
  @FunctionalInterface
  private interface Value {
    void load();
  }

  private ExpCode(CodeBuilder code) {
    this.code = code;
  }

  /** How many vector operations a function takes that {@link #write} writes. */
  public static int cost(UnaryOp.Kind function) {
    return function == UnaryOp.Kind.TANH ? 30 : 24;
  }

  /** Whether {@link #write} writes a function. */
  public static boolean has(UnaryOp.Kind function) {
    return function == UnaryOp.Kind.SIGMOID || function == UnaryOp.Kind.TANH;
  }

  /**
   * Writes code that puts the function of the vector in a local variable on the stack.
   *
   * @throws IllegalArgumentException if there is no code for the function, see {@link #has}
   */
  public static void write(CodeBuilder code, UnaryOp.Kind function, int local) {
    ExpCode e = new ExpCode(code);
    Value a = () -> code.aload(local);
    switch (function) {
      case SIGMOID -> e.sigmoid(a).load();
      case TANH -> e.tanh(a).load();
      default -> throw new IllegalArgumentException("no code for " + function);
    }
  }

  /** 1 / (1 + e^-a); error at most 1.5 ulp. */
  public static float sigmoid(float a) {
    float x = -Math.abs(a);
    float t = Math.fma(x, LOG2_E, ROUND_UP);
    float v = mantissa(x, t - ROUND_UP) * power(t) * DOWN;
    v = x < EXP_ZERO ? 0 : v;
    float numerator = a < 0 ? v : 1;
    float q = numerator / (v + 1);
    // One step of Newton makes up for the rounding of 1 + v. The difference is exact, and of the
    // slope 1 / (1 + v) a few bits do.
    float rest = Math.fma(-q, v, numerator - q);
    return Math.fma(rest, Math.fma(v, -0.5f, 1), q);
  }

  private Value sigmoid(Value a) {
    Value x = floats(bits(a, "or", SIGN));
    Value t = fma(x, of(LOG2_E), of(ROUND_UP));
    Value v = mul(mul(mantissa(x, sub(t, of(ROUND_UP))), power(t)), of(DOWN));
    v = blend(v, of(0), less(x, of(EXP_ZERO)));
    Value numerator = blend(of(1), v, less(a, of(0)));
    Value q = call("div", numerator, add(v, of(1)));
    Value rest = fma(call("neg", q), v, sub(numerator, q));
    return fma(rest, fma(v, of(-0.5f), of(1)), q);
  }

  /**
   * Hyperbolic tangent, 1 - 2v / (1 + v) of v = e^(-2|a|) or a polynomial; error at most 1.5 ulp.
   */
  public static float tanh(float a) {
    float z = Math.abs(a);
    float x = z * -2;
    float t = Math.fma(x, LOG2_E, ROUND);
    float v = mantissa(x, t - ROUND) * power(t);
    v = x < TANH_ONE ? 0 : v;
    float large = 1 - (v + v) / (v + 1);
    float s = z * z;
    float p = Math.fma(Math.fma(Math.fma(Math.fma(s, T4, T3), s, T2), s, T1), s, T0);
    float small = Math.fma(p * s, z, z);
    return Math.copySign(z < TANH_SMALL ? small : large, a);
  }

  private Value tanh(Value a) {
    Value z = call("abs", a);
    Value x = mul(z, of(-2));
    Value t = fma(x, of(LOG2_E), of(ROUND));
    Value v = mul(mantissa(x, sub(t, of(ROUND))), power(t));
    v = blend(v, of(0), less(x, of(TANH_ONE)));
    Value large = sub(of(1), call("div", add(v, v), add(v, of(1))));
    Value s = mul(z, z);
    Value p = fma(fma(fma(fma(s, of(T4), of(T3)), s, of(T2)), s, of(T1)), s, of(T0));
    Value small = fma(mul(p, s), z, z);
    Value magnitude = blend(large, small, less(z, of(TANH_SMALL)));
    return floats(bits(magnitude, "or", bits(a, "and", SIGN)));
  }

  /** e^x / 2^k. */
  private static float mantissa(float x, float k) {
    float r = Math.fma(k, MINUS_LN2_LO, Math.fma(k, MINUS_LN2_HI, x));
    float p = Math.fma(Math.fma(Math.fma(r, E6, E5), r, E4), r, E3);
    return Math.fma(Math.fma(Math.fma(p, r, 0.5f), r, 1), r, 1);
  }

  private Value mantissa(Value x, Value k) {
    Value r = fma(k, of(MINUS_LN2_LO), fma(k, of(MINUS_LN2_HI), x));
    Value p = fma(fma(fma(r, of(E6), of(E5)), r, of(E4)), r, of(E3));
    return fma(fma(fma(p, r, of(0.5f)), r, of(1)), r, of(1));
  }

  /** The float whose exponent is in the low bits of {@code t}. */
  private static float power(float t) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
  }

  private Value power(Value t) {
    t.load();
    code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    code.getstatic(OPERATORS, "LSHL", BINARY).loadConstant(23);
    code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, CD_int));
    return floats(kept());
  }

  private Value fma(Value a, Value b, Value c) {
    return call("fma", a, b, c);
  }

  private Value add(Value a, Value b) {
    return call("add", a, b);
  }

  private Value sub(Value a, Value b) {
    return call("sub", a, b);
  }

  private Value mul(Value a, Value b) {
    return call("mul", a, b);
  }

  /** The method of this name of {@code a}, with the other vectors. */
  private Value call(String method, Value a, Value... others) {
    a.load();
    ClassDesc[] types = new ClassDesc[others.length];
    for (int i = 0; i < others.length; i++) {
      others[i].load();
      types[i] = VECTOR;
    }
    code.invokevirtual(FLOATS, method, MethodTypeDesc.of(FLOATS, types));
    return kept();
  }

  private Value less(Value a, Value b) {
    a.load();
    code.getstatic(OPERATORS, "LT", COMPARISON);
    b.load();
    code.invokevirtual(FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    return kept();
  }

  /** {@code b} where the mask is set, else {@code a}. */
  private Value blend(Value a, Value b, Value mask) {
    a.load();
    b.load();
    mask.load();
    code.invokevirtual(FLOATS, "blend", MethodTypeDesc.of(FLOATS, VECTOR, MASK));
    return kept();
  }

  /** The bits of a vector of floats, joined with the same bits for all lanes. */
  private Value bits(Value a, String method, int with) {
    a.load();
    code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    code.loadConstant(with).invokevirtual(INTS, method, MethodTypeDesc.of(INTS, CD_int));
    return kept();
  }

  /** The bits of a vector of floats, joined with a vector of integers. */
  private Value bits(Value a, String method, Value with) {
    a.load();
    code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    with.load();
    code.invokevirtual(INTS, method, MethodTypeDesc.of(INTS, VECTOR));
    return kept();
  }

  private Value floats(Value ints) {
    ints.load();
    code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
    return kept();
  }

  /** A constant, which the compiler keeps in a register. */
  private Value of(float constant) {
    return () ->
        code.getstatic(desc(Lanes.class), "F", desc(VectorSpecies.class))
            .loadConstant(constant)
            .invokestatic(
                FLOATS,
                "broadcast",
                MethodTypeDesc.of(FLOATS, desc(VectorSpecies.class), CD_float));
  }

  /** What is on the stack, in a variable of its own. */
  private Value kept() {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return () -> code.aload(local);
  }
}
