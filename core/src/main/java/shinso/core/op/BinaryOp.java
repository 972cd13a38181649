package shinso.core.op;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A function of two elements of the same type. Operands have equal shapes; {@link Tensor}
 * broadcasts them before.
 */
public record BinaryOp(Kind kind) implements Op {
  /** The functions. Comparisons give 1 or 0 in the operands' type; all but POW also take I32. */
  public enum Kind {
    /** a + b. */
    ADD,
    /** a − b. */
    SUB,
    /** a · b. */
    MUL,
    /** a / b; integers truncate, and division by zero gives zero. */
    DIV,
    /** The larger; NaN if either is. At a tie the gradient goes to b. */
    MAXIMUM,
    /** The smaller; NaN if either is. At a tie the gradient goes to b. */
    MINIMUM,
    /** aᵇ, with the special cases of {@link Math#pow}; floating point only. */
    POW,
    /** a < b. */
    LESS,
    /** a ≤ b. */
    LESS_EQUAL,
    /** a = b. */
    EQUAL,
    /** a ≠ b. */
    NOT_EQUAL
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return Check.sameShape(label(), inputs.get(0), inputs.get(1));
  }

  @Override
  public DType dtype(List<DType> inputs) {
    DType type = Check.sameType(label(), inputs.get(0), inputs.get(1));
    if (kind == Kind.POW) {
      Check.floating(label(), type);
    }
    return type;
  }

  @Override
  public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    return switch (kind) {
      case ADD -> pair(g, g);
      case SUB -> pair(g, g.neg());
      case MUL -> pair(g.mul(b), g.mul(a));
      case DIV -> {
        Tensor da = g.div(b);
        yield pair(da, da.mul(y).neg());
      }
      // The result is compared, not a: then a rectifier's input need not be kept for the backward
      // pass.
      case MAXIMUM -> pair(Tensor.select(y.greater(b), g, 0), Tensor.select(y.greater(b), 0, g));
      case MINIMUM -> pair(Tensor.select(y.less(b), g, 0), Tensor.select(y.less(b), 0, g));
      case POW -> {
        // Where 0·a^(−1) and log 0 would give NaN, here or in a derivative of this, other numbers
        // are put in.
        Tensor exponent = Tensor.select(b.equal(0), Tensor.select(a.abs().less(1e-30), 1, b), b);
        Tensor da = b.mul(a.pow(exponent.sub(1)));
        Tensor positive = a.greater(0);
        Tensor db = Tensor.select(positive, y.mul(Tensor.select(positive, a, 1).log()), 0);
        yield pair(g.mul(da), g.mul(db));
      }
      case LESS, LESS_EQUAL, EQUAL, NOT_EQUAL -> new @Nullable Tensor[2];
    };
  }

  private static @Nullable Tensor[] pair(Tensor da, Tensor db) {
    return new @Nullable Tensor[] {da, db};
  }

  @Override
  public String label() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
