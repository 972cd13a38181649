package shinso.core.tensor;

import shinso.core.op.RandomOp;
import shinso.core.random.Rng;

/** Draws that are composed of others. */
final class Distributions {
  private Distributions() {}

  static Tensor draw(RandomOp.Draw.Kind kind, Rng rng, Shape shape, DType dtype) {
    return TensorAccess.apply(new RandomOp.Draw(kind, shape, dtype), rng.key());
  }

  static Tensor gumbel(Rng rng, Shape shape, DType dtype) {
    // From 1 − u, so that the long upper tail comes from the finely spaced small numbers; u = 0
    // would give an infinity.
    Tensor u = draw(RandomOp.Draw.Kind.UNIFORM, rng, shape, dtype).maximum(0x1p-25);
    return u.neg().log1p().neg().log().neg();
  }

  static Tensor beta(Tensor alpha, Tensor beta, Rng rng) {
    Shape shape = Check.broadcast("beta", alpha.shape(), beta.shape());
    Tensor a = logGamma(alpha.broadcastTo(shape), rng.split(0));
    return a.sub(logGamma(beta.broadcastTo(shape), rng.split(1))).sigmoid();
  }

  static Tensor dirichlet(Tensor alpha, Rng rng) {
    Check.rankAtLeast("dirichlet", alpha.shape(), 1);
    return logGamma(alpha, rng).softmax(-1);
  }

  static Tensor studentT(Tensor freedom, Rng rng) {
    Tensor half = freedom.mul(0.5);
    // √(ν / 2G) with G of the gamma distribution with shape ν / 2.
    Tensor scale = half.log().sub(logGamma(half, rng.split(0))).mul(0.5).exp();
    return freedom.normalLike(rng.split(1)).mul(scale);
  }

  /**
   * The logarithm of gamma draws, which stays finite where small parameters give draws that are too
   * small for a number: if G has the parameter α + 1 and U is uniform, G U^(1 / α) has α.
   */
  private static Tensor logGamma(Tensor alpha, Rng rng) {
    Tensor u = alpha.uniformLike(rng.split(1));
    Tensor positive = Tensor.select(alpha.greater(0), alpha, Double.NaN);
    return positive.add(1).gamma(rng.split(0)).log().add(u.neg().log1p().div(positive));
  }

  static Tensor bits(int n) {
    if (n < 0 || n > 26) {
      throw new IllegalArgumentException("bits: the number of columns is 0 to 26, not " + n);
    }
    int[] values = new int[n];
    for (int i = 0; i < n; i++) {
      values[i] = 1 << (n - 1 - i);
    }
    Tensor shifted = Tensor.iota(Shape.of(1 << n, n), 0).div(Tensor.of(values, n));
    return shifted.sub(shifted.div(2).mul(2)).cast(DType.F32);
  }
}
