package shinso.core.op;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * A reduction over some axes, which stay with length 1.
 *
 * @param axes ascending and without repetition
 */
public record ReduceOp(Kind kind, List<Integer> axes) implements Op {
  /** How elements are combined. */
  public enum Kind {
    /** Sum; 0 of nothing. Integers wrap around. */
    SUM,
    /** Largest; NaN if one is, refused of nothing. Equal largest elements share the gradient. */
    MAX,
    /** Smallest; NaN if one is, refused of nothing. Equal smallest elements share the gradient. */
    MIN,
    /** Position of the first largest element, or of the first NaN, along a single axis, as I32. */
    ARGMAX
  }

  /** Keeps a copy of the axes. */
  public ReduceOp {
    axes = List.copyOf(axes);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    int[] dims = inputs.getFirst().dims();
    for (int axis : axes) {
      if (kind != Kind.SUM && dims[axis] == 0) {
        throw new IllegalArgumentException(
            label() + ": axis " + axis + " of " + inputs.getFirst() + " is empty");
      }
      dims[axis] = 1;
    }
    if (kind == Kind.ARGMAX && axes.size() != 1) {
      throw new IllegalArgumentException(
          "argmax: takes a single axis, not " + axes + "; reshape to [-1] for all");
    }
    return Shape.of(dims);
  }

  @Override
  public DType dtype(List<DType> inputs) {
    return kind == Kind.ARGMAX ? DType.I32 : inputs.getFirst();
  }

  @Override
  public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
    Tensor x = inputs.getFirst();
    @Nullable Tensor dx =
        switch (kind) {
          case SUM -> g.broadcastTo(x.shape());
          case MAX, MIN -> {
            Tensor hit = x.equal(y);
            Tensor ties = TensorAccess.apply(new ReduceOp(Kind.SUM, axes), hit);
            yield hit.mul(g.div(ties));
          }
          case ARGMAX -> null;
        };
    return new @Nullable Tensor[] {dx};
  }

  @Override
  public String label() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Checks that axes are inside a rank; used by tensors before they build this. */
  public static ReduceOp of(Kind kind, Shape shape, int... axes) {
    return new ReduceOp(kind, Check.axes(kind.name().toLowerCase(Locale.ROOT), shape, axes));
  }
}
