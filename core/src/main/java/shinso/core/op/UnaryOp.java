package shinso.core.op;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** A function of one element. */
public record UnaryOp(Kind kind) implements Op {
  /** The functions; those marked integer also take I32. */
  public enum Kind {
    /** −x, integer. */
    NEG(true),
    /** |x|, integer; the derivative at 0 is 0. */
    ABS(true),
    /** −1, 0 of the sign of x, or 1; NaN for NaN. Integer. */
    SIGN(true),
    /**
     * max(x, 0), NaN for NaN, integer; the derivative at 0 is 0, where that of a maximum is ½.
     * Simplified to a maximum in programs.
     */
    RELU(true),
    /** 1 where x is 0, else 0; integer. */
    NOT(true),
    /** x, through which no gradient flows; integer. */
    STOP_GRADIENT(true),
    /** 1 / x. */
    RECIPROCAL(false),
    /** √x; the derivative at 0 is ∞. */
    SQRT(false),
    /** eˣ. */
    EXP(false),
    /** eˣ − 1, accurate near 0. */
    EXPM1(false),
    /** Natural logarithm. */
    LOG(false),
    /** log(1 + x), accurate near 0. */
    LOG1P(false),
    /** Sine of radians. */
    SIN(false),
    /** Cosine of radians. */
    COS(false),
    /** Hyperbolic tangent. */
    TANH(false),
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID(false),
    /** log(1 + eˣ). */
    SOFTPLUS(false),
    /** The error function 2/√π ∫₀ˣ exp(−t²) dt. */
    ERF(false),
    /** The largest integer not above x. */
    FLOOR(false),
    /** The nearest integer, halves to the even one. */
    ROUND(false);

    private final boolean integer;

    Kind(boolean integer) {
      this.integer = integer;
    }
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    return inputs.getFirst();
  }

  @Override
  public DType dtype(List<DType> inputs) {
    if (!kind.integer) {
      Check.floating(label(), inputs.getFirst());
    }
    return inputs.getFirst();
  }

  @Override
  public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
    Tensor x = inputs.getFirst();
    @Nullable Tensor dx =
        switch (kind) {
          case NEG -> g.neg();
          case ABS -> g.mul(x.sign());
          // Of the result, so that the operand need not be kept for the backward pass.
          case RELU -> Tensor.select(y.greater(0), g, 0);
          case RECIPROCAL -> g.mul(y.square()).neg();
          case SQRT -> g.mul(0.5).div(y);
          case EXP -> g.mul(y);
          case EXPM1 -> g.mul(y.add(1));
          case LOG -> g.div(x);
          case LOG1P -> g.div(x.add(1));
          case SIN -> g.mul(x.cos());
          case COS -> g.mul(x.sin()).neg();
          case TANH -> g.mul(y.square().rsub(1));
          case SIGMOID -> g.mul(y.mul(y.rsub(1)));
          case SOFTPLUS -> g.mul(x.sigmoid());
          case ERF -> g.mul(x.square().neg().exp().mul(2 / Math.sqrt(Math.PI)));
          case SIGN, NOT, FLOOR, ROUND, STOP_GRADIENT -> null;
        };
    return new @Nullable Tensor[] {dx};
  }

  @Override
  public String label() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
