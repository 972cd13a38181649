package shinso.nn.layer;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Initializer;

/**
 * A fixed function of each element, or of each row for softmax: {@code [*] -> [*]}.
 *
 * @param kind which function
 * @param a the function's number, for those that have one
 */
public record Activation(Kind kind, double a) implements Layer {
  /** The functions. */
  public enum Kind {
    /** x. */
    IDENTITY,
    /** 1 for x ≥ 0, else 0, after McCulloch and Pitts; the derivative is 0. */
    STEP,
    /** max(x, 0), with the derivative 0 at 0. */
    RELU,
    /** max(x, 0) + a min(x, 0), with the derivative a at 0. */
    LEAKY_RELU,
    /** x for x &gt; 0, else a (eˣ − 1), with the derivative a at 0: Clevert et al. (2016). */
    ELU,
    /** tanh x. */
    TANH,
    /** 1 / (1 + e⁻ˣ). */
    SIGMOID,
    /** log(1 + eˣ). */
    SOFTPLUS,
    /** x Φ(x) with the normal distribution function, exactly: Hendrycks and Gimpel (2016). */
    GELU,
    /** x sigmoid(x), also called swish: Hendrycks and Gimpel (2016), section 4. */
    SILU,
    /** eˣ / Σ eˣ over the last axis. */
    SOFTMAX;

    private boolean hasNumber() {
      return this == LEAKY_RELU || this == ELU;
    }

    /** The name as in code, such as {@code leakyRelu}. */
    private String label() {
      String lower = name().toLowerCase(Locale.ROOT);
      int bar = lower.indexOf('_');
      return bar < 0
          ? lower
          : lower.substring(0, bar)
              + Character.toUpperCase(lower.charAt(bar + 1))
              + lower.substring(bar + 2);
    }
  }

  /** x. */
  public static final Activation IDENTITY = new Activation(Kind.IDENTITY, 0);

  /** 1 for x ≥ 0, else 0. */
  public static final Activation STEP = new Activation(Kind.STEP, 0);

  /** max(x, 0). */
  public static final Activation RELU = new Activation(Kind.RELU, 0);

  /** tanh x. */
  public static final Activation TANH = new Activation(Kind.TANH, 0);

  /** 1 / (1 + e⁻ˣ). */
  public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0);

  /** log(1 + eˣ). */
  public static final Activation SOFTPLUS = new Activation(Kind.SOFTPLUS, 0);

  /** x Φ(x). */
  public static final Activation GELU = new Activation(Kind.GELU, 0);

  /** x sigmoid(x). */
  public static final Activation SILU = new Activation(Kind.SILU, 0);

  /** eˣ / Σ eˣ over the last axis. */
  public static final Activation SOFTMAX = new Activation(Kind.SOFTMAX, 0);

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public Activation {
    if (!Double.isFinite(a)) {
      throw new IllegalArgumentException("%s: %s is not finite".formatted(kind.label(), a));
    }
  }

  /** max(x, 0) + slope · min(x, 0); Maas et al. (2013) use the slope 0.01. */
  public static Activation leakyRelu(double slope) {
    return new Activation(Kind.LEAKY_RELU, slope);
  }

  /** x for x &gt; 0, else a (eˣ − 1); the usual a is 1. */
  public static Activation elu(double a) {
    return new Activation(Kind.ELU, a);
  }

  /**
   * Returns the activation with a name as {@link #toString} gives it, such as {@code relu} or
   * {@code leakyRelu(0.1)}.
   *
   * @throws IllegalArgumentException if there is none, or its number is missing or too much
   */
  public static Activation parse(String text) {
    String s = text.strip();
    int open = s.indexOf('(');
    String name = open < 0 ? s : s.substring(0, open);
    for (Kind kind : Kind.values()) {
      if (kind.label().equalsIgnoreCase(name) && kind.hasNumber() == (open >= 0)) {
        return new Activation(kind, open < 0 ? 0 : number(text, s.substring(open + 1)));
      }
    }
    throw new IllegalArgumentException(
        "there is no activation '%s'; choose %s"
            .formatted(
                text,
                Arrays.stream(Kind.values())
                    .map(k -> k.hasNumber() ? k.label() + "(a)" : k.label())
                    .collect(Collectors.joining(", "))));
  }

  private static double number(String text, String rest) {
    try {
      if (rest.endsWith(")")) {
        return Double.parseDouble(rest.substring(0, rest.length() - 1));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("no number in the activation '" + text + "'", e);
    }
    throw new IllegalArgumentException("the activation '" + text + "' has no closing bracket");
  }

  /** Returns the function's value. */
  public Tensor apply(Tensor x) {
    return switch (kind) {
      case IDENTITY -> x;
      case STEP -> x.greaterEqual(0);
      case RELU -> x.relu();
      case LEAKY_RELU -> Tensor.select(x.greater(0), x, x.mul(a));
      // Held at 0 above: the exponential that isn't selected would overflow in the gradient.
      case ELU -> {
        Tensor positive = x.greater(0);
        yield Tensor.select(positive, x, Tensor.select(positive, 0, x).expm1().mul(a));
      }
      case TANH -> x.tanh();
      case SIGMOID -> x.sigmoid();
      case SOFTPLUS -> x.softplus();
      case GELU -> x.mul(x.mul(Math.sqrt(0.5)).erf().add(1)).mul(0.5);
      case SILU -> x.mul(x.sigmoid());
      case SOFTMAX -> x.softmax(-1);
    };
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return apply(x);
  }

  /**
   * Returns how to initialise the weights before this function so that signals keep their variance:
   * He for rectifiers and their like, Glorot for the others.
   */
  public Initializer initializer() {
    return switch (kind) {
      case RELU, GELU, SILU, SOFTPLUS, ELU -> Initializer.heNormal();
      case LEAKY_RELU -> Initializer.heNormal(a);
      case IDENTITY, STEP, TANH, SIGMOID, SOFTMAX -> Initializer.glorotUniform();
    };
  }

  /** Returns the name, with the number in brackets where there is one. */
  @Override
  public String toString() {
    return kind.hasNumber() ? kind.label() + "(" + a + ")" : kind.label();
  }
}
