package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A primitive operation. Equal records compute the same function, which is how compiled programs
 * are found again.
 */
public sealed interface Op
    permits UnaryOp,
        BinaryOp,
        SelectOp,
        CastOp,
        ReduceOp,
        MovementOp,
        ContractionOp,
        WindowOp,
        IndexOp,
        ScanOp,
        RandomOp,
        Leaf {

  /**
   * Returns the shape of the result.
   *
   * @throws IllegalArgumentException if the operands' shapes don't fit, saying how to make them fit
   */
  Shape shape(List<Shape> inputs);

  /**
   * Returns the element type of the result.
   *
   * @throws IllegalArgumentException if the operands' types don't fit
   */
  DType dtype(List<DType> inputs);

  /**
   * Returns the vector–Jacobian products: for each input the derivative of {@code sum(upstream *
   * output)} by it.
   *
   * @param output the result of this operation on the inputs
   * @param upstream of the shape of the output
   * @return one entry an input, null where the derivative is zero everywhere it exists
   */
  @Nullable Tensor[] gradient(Tensor output, List<Tensor> inputs, Tensor upstream);

  /** Returns a short name for messages and profiles, such as {@code matmul}. */
  String label();
}
