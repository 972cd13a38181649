package shinso.core.tensor;

import org.jspecify.annotations.Nullable;
import shinso.core.backend.Buffer;
import shinso.core.op.Op;

/**
 * The engine's door to tensors: what operations, programs and backends need, and nobody who writes
 * models.
 */
public final class TensorAccess {
  private TensorAccess() {}

  /** Returns the result of an operation; the operation checks the operands. */
  public static Tensor apply(Op op, Tensor... inputs) {
    return Tensor.apply(op, inputs);
  }

  /** Returns a leaf with the values of a buffer, which nobody changes any more. */
  public static Tensor ofBuffer(Shape shape, Buffer buffer) {
    return Tensor.ofBuffer(shape, buffer);
  }

  /** Returns a leaf without values, for which a program takes an argument. */
  public static Tensor placeholder(Shape shape, DType dtype) {
    return Tensor.placeholder(shape, dtype);
  }

  /** Returns a tensor's element type, shape and operation for messages, computing nothing. */
  public static String label(Tensor tensor) {
    return TensorText.label(tensor);
  }

  /** Returns a tensor's values if they are known already. */
  public static @Nullable Buffer buffer(Tensor tensor) {
    return tensor.buffer();
  }

  /** Lets a tensor remember its computed values. */
  public static void remember(Tensor tensor, Buffer values) {
    tensor.remember(values);
  }
}
