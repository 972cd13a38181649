package shinso.cpu.onednn;

/**
 * Function of one number {@code x}, with parameters {@code a} and {@code b}, that a post-operation
 * can apply.
 *
 * <p>With AVX2 or more, tanh, the logistic function, exp and swish are within 5 units in the last
 * place. {@link #SOFT_RELU} and {@link #ELU} compute {@code log(1 + …)} and {@code exp - 1}
 * literally, so their error is small absolutely (1e-6, 1e-7) but not relative to a small result.
 */
public enum Eltwise {
  /** {@code x > 0 ? x : a x}. */
  RELU(32),
  /** {@code tanh x}. */
  TANH(33),
  /** {@code x > 0 ? x : a (exp x - 1)}. */
  ELU(34),
  /** {@code x²}. */
  SQUARE(35),
  /** {@code |x|}. */
  ABS(36),
  /** {@code √x}. */
  SQRT(37),
  /** {@code a x + b}. */
  LINEAR(38),
  /** {@code log(1 + exp(a x)) / a}. */
  SOFT_RELU(39),
  /** {@code min(1, max(0, a x + b))}. */
  HARD_SIGMOID(40),
  /** {@code 1 / (1 + exp(-x))}. */
  LOGISTIC(41),
  /** {@code exp x}. */
  EXP(42),
  /** {@code x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))}. */
  GELU_TANH(43),
  /** {@code x / (1 + exp(-a x))}. */
  SWISH(44),
  /** {@code min(b, max(a, x))}. */
  CLIP(46),
  /** {@code x/2 (1 + erf(x/√2))}. */
  GELU_ERF(49),
  /** Nearest integer, ties to even. */
  ROUND(50),
  /** {@code x tanh(log(1 + exp x))}. */
  MISH(51),
  /** {@code x min(1, max(0, a x + b))}. */
  HARD_SWISH(52);

  final int code;

  Eltwise(int code) {
    this.code = code;
  }

  /**
   * This function with {@code a = b = 0}, for those that take no parameter and for {@link #RELU}.
   */
  public PostOp postOp() {
    return postOp(0, 0);
  }

  /** This function with parameters {@code a} and {@code b}. */
  public PostOp postOp(float a, float b) {
    return new PostOp.Elementwise(this, a, b);
  }
}
