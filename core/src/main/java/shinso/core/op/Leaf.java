package shinso.core.op;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** A tensor without operands. */
public sealed interface Leaf extends Op {

  @Override
  default @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
    return new @Nullable Tensor[0];
  }

  /**
   * Numbers in memory: given by a caller, computed before, or a placeholder that a program fills
   * when it runs.
   */
  record Data(Shape to, DType type) implements Leaf {
    @Override
    public Shape shape(List<Shape> inputs) {
      return to;
    }

    @Override
    public DType dtype(List<DType> inputs) {
      return type;
    }

    @Override
    public String label() {
      return "data";
    }
  }

  /** A scalar that is part of a program's structure. */
  record Constant(double value, DType type) implements Leaf {
    @Override
    public Shape shape(List<Shape> inputs) {
      return Shape.SCALAR;
    }

    @Override
    public DType dtype(List<DType> inputs) {
      return type;
    }

    @Override
    public String label() {
      return "constant";
    }
  }

  /** The numbers 0, 1, … {@code length - 1} as I32. */
  record Iota(int length) implements Leaf {
    @Override
    public Shape shape(List<Shape> inputs) {
      return Shape.of(length);
    }

    @Override
    public DType dtype(List<DType> inputs) {
      return DType.I32;
    }

    @Override
    public String label() {
      return "iota";
    }
  }
}
