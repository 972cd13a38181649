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
    /** a + b; integers wrap around. */
    ADD,
    /** a − b; integers wrap around. */
    SUB,
    /** a · b; integers wrap around. */
    MUL,
    /** a / b; integers truncate, and division by zero gives zero. */
    DIV,
    /**
     * The larger; NaN if either is, and 0 is larger than −0. Each gets half of a tie's gradient.
     */
    MAXIMUM,
    /** The smaller; NaN if either is, −0 is smaller than 0. Each gets half of a tie's gradient. */
    MINIMUM,
    /**
     * aᵇ as IEEE 754 has it: a⁰ and 1ᵇ are 1 even of NaN, and so is −1 to the power of ±∞; floating
     * point only. The derivative by b counts as 0 where a ≤ 0.
     */
    POW,
    /** a &lt; b; 0 if either is NaN. */
    LESS,
    /** a ≤ b; 0 if either is NaN. */
    LESS_EQUAL,
    /** a = b; 0 if either is NaN. */
    EQUAL,
    /** a ≠ b; 1 if either is NaN. */
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
      case MAXIMUM -> pair(unlessBeaten(a.less(b), a, b, g), unlessBeaten(b.less(a), a, b, g));
      case MINIMUM -> pair(unlessBeaten(b.less(a), a, b, g), unlessBeaten(a.less(b), a, b, g));
      case POW -> {
        // Where 0·a^(−1) and log 0 would give NaN, here or in a derivative of this, other numbers
        // are put in.
        Tensor power = Tensor.select(a.abs().greaterEqual(1e-12), b, 1);
        Tensor da = b.mul(a.pow(Tensor.select(b.equal(0), power, b).sub(1)));
        Tensor none = a.lessEqual(0);
        Tensor db = Tensor.select(none, 0, y.mul(Tensor.select(none, 1, a).log()));
        yield pair(g.mul(da), g.mul(db));
      }
      case LESS, LESS_EQUAL, EQUAL, NOT_EQUAL -> new @Nullable Tensor[2];
    };
  }

  /** The gradient of an operand: none where the other one was taken, half where they are equal. */
  private static Tensor unlessBeaten(Tensor beaten, Tensor a, Tensor b, Tensor g) {
    return Tensor.select(beaten, 0, Tensor.select(a.equal(b), g.mul(0.5), g));
  }

  private static @Nullable Tensor[] pair(Tensor da, Tensor db) {
    return new @Nullable Tensor[] {da, db};
  }

  @Override
  public String label() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
