package shinso.core.tensor;

import java.util.Arrays;

/**
 * The logarithm of the gamma function and its derivative.
 *
 * <p>Below 8 the argument is brought to 2 + y with |y| ≤ ½ by Γ(x + 1) = x Γ(x), where log Γ(2 + y)
 * = (1 − γ) y + Σₖ (−1)ᵏ (ζ(k) − 1) yᵏ / k, whose value is accurate also where it is close to 0;
 * above, Stirling's series is used, and for negative ones Γ(x) Γ(1 − x) = π / sin πx. Formulas:
 * Abramowitz and Stegun, 6.1.15, 6.1.17, 6.1.33, 6.1.41, 6.3.18.
 */
final class Special {
  /** From here on Stirling's series is used. */
  private static final double STIRLING = 8;

  /** B₂ₖ / (2k (2k − 1)), of the series of log Γ in 1 / x². */
  private static final double[] LOG_GAMMA_SERIES = {
    1.0 / 12,
    -1.0 / 360,
    1.0 / 1260,
    -1.0 / 1680,
    1.0 / 1188,
    -691.0 / 360360,
    1.0 / 156,
    -3617.0 / 122400
  };

  /** −B₂ₖ / 2k, of the series of its derivative in 1 / x². */
  private static final double[] DIGAMMA_SERIES = {
    -1.0 / 12, 1.0 / 120, -1.0 / 252, 1.0 / 240, -1.0 / 132, 691.0 / 32760, -1.0 / 12, 3617.0 / 8160
  };

  /** The terms of log Γ(2 + y) / y: each is about a quarter of the one before. */
  private static final double[] NEAR_TWO = new double[30];

  /** The terms of its derivative. */
  private static final double[] NEAR_TWO_DERIVATIVE = new double[NEAR_TWO.length];

  /** So many terms are enough for F32. */
  private static final int FEW = 16;

  private static final double EULER = 0.57721566490153286;

  static {
    NEAR_TWO[0] = 1 - EULER;
    NEAR_TWO_DERIVATIVE[0] = 1 - EULER;
    for (int i = 1; i < NEAR_TWO.length; i++) {
      double term = (i % 2 == 1 ? 1 : -1) * zetaMinusOne(i + 1);
      NEAR_TWO[i] = term / (i + 1);
      NEAR_TWO_DERIVATIVE[i] = term;
    }
  }

  private Special() {}

  /** ζ(k) − 1 by the sum of the first terms and Euler–Maclaurin's formula for the rest. */
  private static double zetaMinusOne(int k) {
    int n = 20;
    double rest = Math.pow(n, 1 - k) / (k - 1) + 0.5 * Math.pow(n, -k);
    double derivative = k * Math.pow(n, -k - 1);
    rest += derivative / 12;
    derivative *= (k + 1.0) * (k + 2.0) / (n * n);
    rest -= derivative / 720;
    derivative *= (k + 3.0) * (k + 4.0) / (n * n);
    rest += derivative / 30240;
    double sum = rest;
    for (int i = n - 1; i >= 2; i--) {
      sum += Math.pow(i, -k);
    }
    return sum;
  }

  /** Σᵢ coefficientᵢ xⁱ. */
  static Tensor polynomial(Tensor x, double... coefficients) {
    Tensor y = x.mul(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i > 0; i--) {
      y = y.add(coefficients[i]).mul(x);
    }
    return y.add(coefficients[0]);
  }

  private static Tensor series(Tensor y, double[] terms) {
    return polynomial(y, y.dtype() == DType.F32 ? Arrays.copyOf(terms, FEW) : terms);
  }

  static Tensor lgamma(Tensor x) {
    Check.floating("lgamma", x.dtype());
    Tensor negative = x.less(0);
    Tensor y = logGammaOfPositive(Tensor.select(negative, x.rsub(1), x));
    Tensor sine = Tensor.select(negative, x.sub(x.round()), 0.5).mul(Math.PI).sin().abs();
    Tensor reflected = sine.log().rsub(Math.log(Math.PI)).sub(y);
    return atPoles(x, Double.POSITIVE_INFINITY, Tensor.select(negative, reflected, y));
  }

  static Tensor digamma(Tensor x) {
    Check.floating("digamma", x.dtype());
    Tensor negative = x.less(0);
    Tensor y = digammaOfPositive(Tensor.select(negative, x.rsub(1), x));
    Tensor angle = Tensor.select(negative, x.sub(x.round()), 0.5).mul(Math.PI);
    Tensor reflected = y.sub(angle.cos().div(angle.sin()).mul(Math.PI));
    return atPoles(x, Double.NaN, Tensor.select(negative, reflected, y));
  }

  /** What a function is at 0, −1, −2, … */
  private static Tensor atPoles(Tensor x, double there, Tensor elsewhere) {
    return Tensor.select(x.lessEqual(0).and(x.equal(x.floor())), there, elsewhere);
  }

  private static Tensor logGammaOfPositive(Tensor x) {
    Tensor small = x.less(STIRLING);
    Tensor low = Tensor.select(small, x, 3);
    Tensor steps = low.sub(1.5).floor();
    Tensor y = low.sub(steps.add(2));
    Tensor product = Tensor.select(steps.less(-1), low.add(1), 1);
    product = product.mul(Tensor.select(steps.less(0), low, 1));
    for (int i = 1; i < STIRLING - 1; i++) {
      product = product.mul(Tensor.select(steps.greaterEqual(i), low.sub(i), 1));
    }
    Tensor log = product.log();
    Tensor near = y.mul(series(y, NEAR_TWO)).add(Tensor.select(steps.less(0), log.neg(), log));
    Tensor high = Tensor.select(small.not(), x, STIRLING);
    Tensor far =
        high.sub(0.5)
            .mul(high.log().sub(1))
            .add(0.5 * Math.log(2 * Math.PI) - 0.5)
            .add(polynomial(high.square().reciprocal(), LOG_GAMMA_SERIES).div(high));
    return Tensor.select(small, near, far);
  }

  private static Tensor digammaOfPositive(Tensor x) {
    Tensor small = x.less(STIRLING);
    Tensor low = Tensor.select(small, x, 3);
    Tensor steps = low.sub(1.5).floor();
    Tensor y = low.sub(steps.add(2));
    Tensor near = series(y, NEAR_TWO_DERIVATIVE);
    for (int i = 1; i < STIRLING - 1; i++) {
      near = near.add(unless(steps.less(i), low.sub(i)));
    }
    near = near.sub(unless(steps.greaterEqual(-1), low.add(1)));
    near = near.sub(unless(steps.greaterEqual(0), low));
    Tensor high = Tensor.select(small.not(), x, STIRLING);
    return Tensor.select(small, near, high.log().sub(aboveDigamma(high)));
  }

  /** 1 / x, and 0 where a condition holds. */
  private static Tensor unless(Tensor condition, Tensor x) {
    return Tensor.select(condition, Double.POSITIVE_INFINITY, x).reciprocal();
  }

  /** log x − ψ(x) for x ≥ 8. */
  private static Tensor aboveDigamma(Tensor x) {
    Tensor inverse = x.reciprocal();
    Tensor square = inverse.square();
    return inverse.mul(0.5).sub(square.mul(polynomial(square, DIGAMMA_SERIES)));
  }
}
