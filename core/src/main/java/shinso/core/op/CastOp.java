package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Conversion to another element type; to integers towards zero and saturating, NaN to 0, as Java's
 * cast.
 */
public record CastOp(DType to) implements Op {
  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.getFirst();
  }

  @Override
  public DType dtype(List<DType> inputs) {
    return to;
  }

  @Override
  public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
    DType from = inputs.getFirst().dtype();
    boolean smooth = from.isFloating() && to.isFloating();
    return new @Nullable Tensor[] {smooth ? g.cast(from) : null};
  }

  @Override
  public String label() {
    return "cast";
  }
}
