package shinso.core.tensor;

/** Trigonometric and hyperbolic functions and their inverses. */
final class Trigonometry {
  /** Minimax coefficients of (atan t − t) / t³ in t² for |t| ≤ 7/16, from Sun's fdlibm. */
  private static final double[] ATAN = {
    -3.33333333333329318027e-01,
    1.99999999998764832476e-01,
    -1.42857142725034663711e-01,
    1.11111104054623557880e-01,
    -9.09088713343650656196e-02,
    7.69187620504482999495e-02,
    -6.66107313738753120669e-02,
    5.83357013379057348645e-02,
    -4.97687799461593236017e-02,
    3.65315727442169155270e-02,
    -1.62858201153657823623e-02
  };

  private static final double LN2 = Math.log(2);

  /** Beyond it 1 is nothing beside the square, in either type. */
  private static final double LARGE = 0x1p28;

  private Trigonometry() {}

  static Tensor tan(Tensor x) {
    return x.sin().div(x.cos());
  }

  static Tensor sinh(Tensor x) {
    return x.expm1().sub(x.neg().expm1()).mul(0.5);
  }

  static Tensor cosh(Tensor x) {
    return x.exp().add(x.neg().exp()).mul(0.5);
  }

  static Tensor asin(Tensor x) {
    return atan(x.div(x.rsub(1).mul(x.add(1)).sqrt()));
  }

  static Tensor acos(Tensor x) {
    return atan(x.rsub(1).div(x.add(1)).sqrt()).mul(2);
  }

  static Tensor atan(Tensor x) {
    Check.floating("atan", x.dtype());
    Tensor negative = x.less(0);
    Tensor size = Tensor.select(negative, x.neg(), x);
    Tensor outside = size.greater(1);
    Tensor inside =
        atanOfUnit(Tensor.select(outside, Tensor.select(outside, size, 1).reciprocal(), size));
    Tensor y = Tensor.select(outside, inside.rsub(Math.PI / 2), inside);
    return keepZero(x, Tensor.select(negative, y.neg(), y));
  }

  static Tensor atan2(Tensor y, Tensor x) {
    Check.floating("atan2", y.dtype());
    Tensor up = Tensor.select(isNegative(y), y.neg(), y);
    Tensor right = Tensor.select(isNegative(x), x.neg(), x);
    Tensor steep = up.greater(right);
    Tensor shorter = Tensor.select(steep, right, up);
    Tensor longer = Tensor.select(steep, up, right);
    Tensor quotient = shorter.div(Tensor.select(longer.notEqual(0), longer, 1));
    double infinity = Double.POSITIVE_INFINITY;
    Tensor infinite = shorter.equal(infinity).and(longer.equal(infinity));
    Tensor angle = atanOfUnit(Tensor.select(infinite, 1, quotient));
    angle = Tensor.select(steep, angle.rsub(Math.PI / 2), angle);
    angle = Tensor.select(isNegative(x), angle.rsub(Math.PI), angle);
    return Tensor.select(isNegative(y), angle.neg(), angle);
  }

  static Tensor asinh(Tensor x) {
    Check.floating("asinh", x.dtype());
    Tensor negative = x.less(0);
    Tensor size = Tensor.select(negative, x.neg(), x);
    Tensor large = size.greater(LARGE);
    Tensor small = Tensor.select(large.not(), size, 1);
    Tensor square = small.square();
    Tensor near = small.add(square.div(square.add(1).sqrt().add(1))).log1p();
    Tensor y = Tensor.select(large, Tensor.select(large, size, 1).log().add(LN2), near);
    return keepZero(x, Tensor.select(negative, y.neg(), y));
  }

  static Tensor acosh(Tensor x) {
    Check.floating("acosh", x.dtype());
    Tensor large = x.greater(LARGE);
    Tensor above = Tensor.select(large.not(), x, 2).sub(1);
    Tensor near = above.add(above.mul(above.add(2)).sqrt()).log1p();
    Tensor y = Tensor.select(large, Tensor.select(large, x, 1).log().add(LN2), near);
    return Tensor.select(x.less(1), Double.NaN, y);
  }

  static Tensor atanh(Tensor x) {
    return x.log1p().sub(x.neg().log1p()).mul(0.5);
  }

  /** The arc tangent of 0 ≤ x ≤ 1. */
  private static Tensor atanOfUnit(Tensor x) {
    Tensor upper = x.greater(Math.sqrt(2) - 1);
    Tensor t = Tensor.select(upper, x.sub(1).div(x.add(1)), x);
    Tensor z = t.square();
    Tensor y = t.add(t.mul(z).mul(Special.polynomial(z, ATAN)));
    return Tensor.select(upper, y.add(Math.PI / 4), y);
  }

  /** What an odd function with slope 1 at 0 gives, with the sign of a zero kept. */
  private static Tensor keepZero(Tensor x, Tensor y) {
    return Tensor.select(x.equal(0), x, y);
  }

  /** Whether a number has a minus sign, which a zero may have. */
  private static Tensor isNegative(Tensor x) {
    return Tensor.select(x.equal(0), x.reciprocal(), x).less(0);
  }
}
