package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Cumulative sum along an axis.
 *
 * @param reverse whether it runs from the end to the start
 * @param exclusive whether an element itself is left out of its sum
 */
public record ScanOp(int axis, boolean reverse, boolean exclusive) implements Op {
  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.getFirst();
  }

  @Override
  public DType dtype(List<DType> inputs) {
    return inputs.getFirst();
  }

  @Override
  public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
    return new @Nullable Tensor[] {TensorAccess.apply(new ScanOp(axis, !reverse, exclusive), g)};
  }

  @Override
  public String label() {
    return "cumulativeSum";
  }
}
