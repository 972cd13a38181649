package shinso.cpu.simd;

/** Element-wise functions of one operand. */
public enum Unary {
  /** a itself. */
  COPY,
  /** -a. */
  NEG,
  /** |a|. */
  ABS,
  /** -1, 0 (of the same sign) or 1; NaN of NaN. */
  SIGN,
  /** 1 / a. */
  RECIPROCAL,
  /** √a. */
  SQRT,
  /** e^a. */
  EXP,
  /** e^a - 1. */
  EXPM1,
  /** Natural logarithm. */
  LOG,
  /** log(1 + a). */
  LOG1P,
  /** Sine of radians. */
  SIN,
  /** Cosine of radians. */
  COS,
  /** Hyperbolic tangent. */
  TANH,
  /** 1 / (1 + e^-a). */
  SIGMOID,
  /** log(1 + e^a). */
  SOFTPLUS,
  /** Error function. */
  ERF,
  /** Largest integer that is not larger. */
  FLOOR,
  /** Nearest integer, ties to even. */
  ROUND,
  /** 1 where a is zero, else 0. */
  LOGICAL_NOT,
  /** The larger of a and 0; NaN of NaN. */
  RELU
}
