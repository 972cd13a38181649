package shinso.cpu.onednn;

/** Element type of an operand. */
public enum DataType {
  /** IEEE 754 single precision. */
  F32(3, 4),
  /** The upper half of a single: 8 exponent bits, 8 significant bits. */
  BF16(2, 2),
  /** Signed byte; only as the condition of {@link PostOp.Select}. */
  S8(5, 1);

  final int code;
  private final int bytes;

  DataType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
