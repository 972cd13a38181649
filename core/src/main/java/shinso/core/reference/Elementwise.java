package shinso.core.reference;

import shinso.core.op.BinaryOp;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;

/** Functions of one element, of two and of three. */
final class Elementwise {
  private Elementwise() {}

  static double[] unary(UnaryOp.Kind kind, boolean integer, double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = integer ? unary(kind, (int) x[i]) : unary(kind, x[i]);
    }
    return y;
  }

  private static double unary(UnaryOp.Kind kind, double x) {
    return switch (kind) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case RELU -> Math.max(x, 0);
      case NOT -> x == 0 ? 1 : 0;
      case STOP_GRADIENT -> x;
      case RECIPROCAL -> 1 / x;
      case SQRT -> Math.sqrt(x);
      case EXP -> Math.exp(x);
      case EXPM1 -> Math.expm1(x);
      case LOG -> Math.log(x);
      case LOG1P -> Math.log1p(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case ERF -> erf(x);
      case FLOOR -> Math.floor(x);
      case ROUND -> Math.rint(x);
    };
  }

  private static int unary(UnaryOp.Kind kind, int x) {
    return switch (kind) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Integer.signum(x);
      case RELU -> Math.max(x, 0);
      case NOT -> x == 0 ? 1 : 0;
      case STOP_GRADIENT -> x;
      case RECIPROCAL,
          SQRT,
          EXP,
          EXPM1,
          LOG,
          LOG1P,
          SIN,
          COS,
          TANH,
          SIGMOID,
          SOFTPLUS,
          ERF,
          FLOOR,
          ROUND ->
          throw new IllegalStateException(kind + " of integers");
    };
  }

  /**
   * The error function to about 2⁻⁵².
   *
   * @see <a href="https://dlmf.nist.gov/7">NIST Digital Library of Mathematical Functions, 7.6.2
   *     and 7.9.1</a>
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (Double.isNaN(x) || x == 0) {
      return x;
    }
    if (a >= 6) {
      return Math.signum(x);
    }
    double scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
    if (a < 2) {
      // Σ 2ⁿ x²ⁿ⁺¹ / (1·3···(2n+1)): all terms have one sign, so nothing cancels.
      double sum = 0;
      double term = x;
      for (int n = 1; sum + term != sum; n++) {
        sum += term;
        term *= 2 * x * x / (2 * n + 1);
      }
      return 2 * scale * sum;
    }
    // The complement is small here, so 80 levels of its continued fraction are more than enough.
    double fraction = a;
    for (int n = 80; n > 0; n--) {
      fraction = a + n / 2.0 / fraction;
    }
    return Math.copySign(1 - scale / fraction, x);
  }

  static double[] binary(BinaryOp.Kind kind, boolean integer, double[] a, double[] b) {
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = integer ? binary(kind, (int) a[i], (int) b[i]) : binary(kind, a[i], b[i]);
    }
    return y;
  }

  private static double binary(BinaryOp.Kind kind, double a, double b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case POW -> pow(a, b);
      case LESS -> a < b ? 1 : 0;
      case LESS_EQUAL -> a <= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      case NOT_EQUAL -> a != b ? 1 : 0;
    };
  }

  /** As C's function: 1 to any power is 1, and so is −1 to an infinite one. */
  private static double pow(double a, double b) {
    return a == 1 || (a == -1 && Double.isInfinite(b)) ? 1 : Math.pow(a, b);
  }

  private static int binary(BinaryOp.Kind kind, int a, int b) {
    return switch (kind) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> b == 0 ? 0 : a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
      case POW -> throw new IllegalStateException("POW of integers");
      case LESS -> a < b ? 1 : 0;
      case LESS_EQUAL -> a <= b ? 1 : 0;
      case EQUAL -> a == b ? 1 : 0;
      case NOT_EQUAL -> a != b ? 1 : 0;
    };
  }

  static double[] select(double[] condition, double[] a, double[] b) {
    double[] y = new double[a.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = condition[i] != 0 ? a[i] : b[i];
    }
    return y;
  }

  static double[] cast(DType to, double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = to == DType.I32 ? (int) x[i] : x[i];
    }
    return y;
  }
}
