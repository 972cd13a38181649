package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * {@code condition != 0 ? a : b} for each element; all three of one shape, the condition of any
 * type.
 */
public record SelectOp() implements Op {
  @Override
  public Shape shape(List<Shape> inputs) {
    Check.sameShape(label(), inputs.get(0), inputs.get(1));
    return Check.sameShape(label(), inputs.get(1), inputs.get(2));
  }

  @Override
  public DType dtype(List<DType> inputs) {
    return Check.sameType(label(), inputs.get(1), inputs.get(2));
  }

  @Override
  public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
    Tensor condition = inputs.getFirst();
    return new @Nullable Tensor[] {
      null, Tensor.select(condition, g, 0), Tensor.select(condition, 0, g)
    };
  }

  @Override
  public String label() {
    return "select";
  }
}
