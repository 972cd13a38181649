package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** An operation on the windows of images {@code [n, h, w, c]}. */
public sealed interface WindowOp extends Op {

  @Override
  default DType dtype(List<DType> inputs) {
    DType type = inputs.getFirst();
    inputs.forEach(t -> Check.sameType(label(), type, t));
    Check.floating(label(), type);
    return type;
  }

  /** The largest element of each window; NaN counts as larger than everything. */
  record MaxPool(PoolSpec spec) implements WindowOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      return Check.pooling(label(), inputs.getFirst(), spec);
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {
        TensorAccess.apply(new MaxPoolScatter(spec), inputs.getFirst(), g)
      };
    }

    @Override
    public String label() {
      return "maxPool";
    }
  }

  /**
   * From images x and {@code [n, oh, ow, c]} values: zeros of the shape of x, to which each value
   * is added where its window of x has its first maximum (in row-major order).
   */
  record MaxPoolScatter(PoolSpec spec) implements WindowOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Check.adjoint(label(), Check.pooling(label(), inputs.get(0), spec), inputs.get(1));
      return inputs.getFirst();
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {
        null, TensorAccess.apply(new MaxPoolGather(spec), inputs.getFirst(), g)
      };
    }

    @Override
    public String label() {
      return "maxPoolScatter";
    }
  }

  /**
   * From images x and v of one shape: for each window the element of v where x has its first
   * maximum.
   */
  record MaxPoolGather(PoolSpec spec) implements WindowOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Check.sameShape(label(), inputs.get(0), inputs.get(1));
      return Check.pooling(label(), inputs.getFirst(), spec);
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {
        null, TensorAccess.apply(new MaxPoolScatter(spec), inputs.getFirst(), g)
      };
    }

    @Override
    public String label() {
      return "maxPoolGather";
    }
  }

  /**
   * The mean of each window.
   *
   * @param countPadding whether padding counts as zeros of the window, or the mean is over the
   *     image's elements alone
   */
  record AveragePool(PoolSpec spec, boolean countPadding) implements WindowOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      return Check.pooling(label(), inputs.getFirst(), spec);
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      Shape x = inputs.getFirst().shape();
      return new @Nullable Tensor[] {
        TensorAccess.apply(new AveragePoolBackward(spec, countPadding, x.dim(1), x.dim(2)), g)
      };
    }

    @Override
    public String label() {
      return "averagePool";
    }
  }

  /** The adjoint of {@link AveragePool}: {@code [n, oh, ow, c] -> [n, height, width, c]}. */
  record AveragePoolBackward(PoolSpec spec, boolean countPadding, int height, int width)
      implements WindowOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Shape g = inputs.getFirst();
      Check.rank(label(), g, 4, "[batch, height, width, channels]");
      Shape x = Shape.of(g.dim(0), height, width, g.dim(3));
      Check.adjoint(label(), Check.pooling(label(), x, spec), g);
      return x;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {TensorAccess.apply(new AveragePool(spec, countPadding), g)};
    }

    @Override
    public String label() {
      return "averagePoolBackward";
    }
  }
}
