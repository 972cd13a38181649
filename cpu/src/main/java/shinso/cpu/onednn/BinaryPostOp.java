package shinso.cpu.onednn;

/** Function of the value {@code x} computed so far and an element {@code y} of another tensor. */
public enum BinaryPostOp {
  /** {@code x + y}. */
  ADD(0x1fff0),
  /** {@code x y}. */
  MUL(0x1fff1),
  /** The larger one. */
  MAX(0x1fff2),
  /** The smaller one. */
  MIN(0x1fff3),
  /** {@code x / y}. */
  DIV(0x1fff4),
  /** {@code x - y}. */
  SUB(0x1fff5),
  /** {@code x >= y ? 1 : 0}. */
  GE(0x1fff6),
  /** {@code x > y ? 1 : 0}. */
  GT(0x1fff7),
  /** {@code x <= y ? 1 : 0}. */
  LE(0x1fff8),
  /** {@code x < y ? 1 : 0}. */
  LT(0x1fff9),
  /** {@code x == y ? 1 : 0}. */
  EQ(0x1fffa),
  /** {@code x != y ? 1 : 0}. */
  NE(0x1fffb);

  final int code;

  BinaryPostOp(int code) {
    this.code = code;
  }

  /**
   * This function with the tensor {@code operand}, whose address joins the arguments of the call.
   */
  public PostOp postOp(StridedLayout operand) {
    return new PostOp.WithTensor(this, operand);
  }
}
