package shinso.core.op;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A pure function of a random key, an I32 tensor {@code [2]}, and of the position in the result.
 */
public sealed interface RandomOp extends Op {

  /** The child key with an index: {@code [2] -> [2]}. */
  record Split(int index) implements RandomOp {
    @Override
    public Shape shape(List<Shape> inputs) {
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
      return "split";
    }
  }

  /**
   * Independent draws of a fixed distribution, laid out as {@link shinso.core.random.Threefry}
   * says.
   */
  record Draw(Kind kind, Shape to, DType type) implements RandomOp {
    /** The distributions. */
    public enum Kind {
      /** Uniform in [0, 1), multiples of 2⁻²⁴. */
      UNIFORM,
      /** Standard normal. */
      NORMAL
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return to;
    }

    @Override
    public DType dtype(List<DType> inputs) {
      Check.floating(label(), type);
      return type;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[1];
    }

    @Override
    public String label() {
      return kind.name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Gamma draws with unit scale from a key and shape parameters of the result's shape, by {@link
   * shinso.core.random.Threefry#gamma}; a shape parameter that is not positive gives NaN.
   */
  record Gamma() implements RandomOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.get(1);
    }

    @Override
    public DType dtype(List<DType> inputs) {
      Check.floating(label(), inputs.get(1));
      return inputs.get(1);
    }

    /** The derivative of the quantile function at the draw: see {@link GammaDerivative}. */
    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {null, g.mul(GammaDerivative.of(inputs.get(1), y))};
    }

    @Override
    public String label() {
      return "gamma";
    }
  }
}
