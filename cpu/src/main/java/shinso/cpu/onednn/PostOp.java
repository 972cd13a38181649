package shinso.cpu.onednn;

/**
 * What happens to each result element {@code x} (after the bias was added) before it is stored;
 * post-operations apply in the order they were given.
 *
 * <p>Tensors of post-operations have the rank of the result, {@code [batch…, m, n]} or {@code
 * [batch, height, width, channel]}; a stride of zero broadcasts along that dimension.
 */
public sealed interface PostOp {

  /** {@code x + old}, where {@code old} is what the result memory held before: accumulation. */
  record Sum() implements PostOp {}

  /** {@code function(x; a, b)}. */
  record Elementwise(Eltwise function, float a, float b) implements PostOp {}

  /** {@code function(x, operand)}. */
  record WithTensor(BinaryPostOp function, StridedLayout operand) implements PostOp {}

  /**
   * {@code condition ≠ 0 ? x : other}; the condition is {@link DataType#S8} and isn't broadcast.
   *
   * <p>Two addresses join the arguments of the call: {@code other}, then {@code condition}.
   */
  record Select(StridedLayout other, StridedLayout condition) implements PostOp {}
}
