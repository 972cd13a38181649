package shinso.cpu.simd;

/** Element-wise functions of two operands. */
public enum BinaryFunction {
  /** a + b. */
  ADD,
  /** a - b. */
  SUB,
  /** a b. */
  MUL,
  /** a / b; of ints truncated, and 0 where b is 0. */
  DIV,
  /** The larger; NaN if either is, and 0 is larger than -0. */
  MAXIMUM,
  /** The smaller; NaN if either is, and -0 is smaller than 0. */
  MINIMUM,
  /** a^b, as IEEE 754 has it: 1^b and a^0 are 1 even of NaN; floats only. */
  POW,
  /** 1 where a &lt; b, else 0. */
  LESS,
  /** 1 where a ≤ b, else 0. */
  LESS_EQUAL,
  /** 1 where a = b, else 0. */
  EQUAL,
  /** 1 where a ≠ b, else 0. */
  NOT_EQUAL
}
