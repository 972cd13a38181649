package shinso.cpu.onednn;

/** Function of the value {@code x} computed so far and an element {@code y} of another tensor. */
public enum Binary {
  /** {@code x + y}. */
  ADD,
  /** {@code x y}. */
  MUL,
  /** The larger one. */
  MAX,
  /** The smaller one. */
  MIN,
  /** {@code x / y}. */
  DIV,
  /** {@code x - y}. */
  SUB,
  /** {@code x >= y ? 1 : 0}. */
  GE,
  /** {@code x > y ? 1 : 0}. */
  GT,
  /** {@code x <= y ? 1 : 0}. */
  LE,
  /** {@code x < y ? 1 : 0}. */
  LT,
  /** {@code x == y ? 1 : 0}. */
  EQ,
  /** {@code x != y ? 1 : 0}. */
  NE;

  /** oneDNN numbers these in this order from 0x1fff0. */
  int code() {
    return 0x1fff0 + ordinal();
  }

  /**
   * This function with the tensor {@code operand}, whose address joins the arguments of the call.
   */
  public PostOp postOp(Layout operand) {
    return new PostOp.WithTensor(this, operand);
  }
}
