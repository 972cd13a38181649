package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * An operation whose operands or results are positions (I32). Positions outside the axis are an
 * error when it runs. Those of {@link Gather} and {@link ScatterAdd} may be counted from the end:
 * −1 is the last one.
 */
public sealed interface IndexOp extends Op {

  /**
   * Takes slices of x along an axis: {@code [a.., n, b..]} with indices of shape {@code [i..]}
   * gives {@code [a.., i.., b..]}.
   */
  record Gather(int axis) implements IndexOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Shape x = inputs.get(0);
      return x.slice(0, axis).concat(inputs.get(1)).concat(x.slice(axis + 1, x.rank()));
    }

    @Override
    public DType dtype(List<DType> inputs) {
      Check.indices(label(), inputs.get(1));
      return inputs.getFirst();
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      int size = inputs.getFirst().shape().dim(axis);
      return new @Nullable Tensor[] {
        TensorAccess.apply(new ScatterAdd(axis, size), g, inputs.get(1)), null
      };
    }

    @Override
    public String label() {
      return "gather";
    }
  }

  /**
   * The adjoint of {@link Gather}: zeros {@code [a.., size, b..]} to which the slices of {@code
   * [a.., i.., b..]} are added at the positions given by indices {@code [i..]}, in row-major order.
   */
  record ScatterAdd(int axis, int size) implements IndexOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Shape u = inputs.get(0);
      Shape i = inputs.get(1);
      Check.scatter(label(), u, i, axis);
      return u.slice(0, axis).concat(Shape.of(size)).concat(u.slice(axis + i.rank(), u.rank()));
    }

    @Override
    public DType dtype(List<DType> inputs) {
      Check.indices(label(), inputs.get(1));
      return inputs.getFirst();
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {TensorAccess.apply(new Gather(axis), g, inputs.get(1)), null};
    }

    @Override
    public String label() {
      return "scatterAdd";
    }
  }

  /** One-hot coding of classes, none negative: {@code [i..] -> [i.., depth]} in F32 or F64. */
  record OneHot(int depth, DType type) implements IndexOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.getFirst().concat(Shape.of(depth));
    }

    @Override
    public DType dtype(List<DType> inputs) {
      Check.indices(label(), inputs.getFirst());
      return type;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[1];
    }

    @Override
    public String label() {
      return "oneHot";
    }
  }

  /**
   * Positions along the last axis that sort it; equal elements keep their order, NaN sorts as the
   * largest.
   */
  record ArgSort(boolean descending) implements IndexOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Check.rankAtLeast(label(), inputs.getFirst(), 1);
      return inputs.getFirst();
    }

    @Override
    public DType dtype(List<DType> inputs) {
      return DType.I32;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[1];
    }

    @Override
    public String label() {
      return "argSort";
    }
  }
}
