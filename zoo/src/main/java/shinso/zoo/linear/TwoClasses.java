package shinso.zoo.linear;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * A problem with two classes of points in the plane, equally frequent.
 *
 * @param name what is special about it
 * @param zero gives points of class 0
 * @param one gives points of class 1
 */
record TwoClasses(String name, Cloud zero, Cloud one) {
  private static final Cloud TILTED = Cloud.normal(-1, 0, 1, 0.6, 0.8);

  /**
   * Two Gaussians of one covariance at the Mahalanobis distance Δ = 2.0156: the least error that is
   * possible is Φ(−Δ/2) = 15.68 %.
   */
  static final TwoClasses ONE_COVARIANCE =
      new TwoClasses("one covariance", TILTED, Cloud.normal(1, 1, 1, 0.6, 0.8));

  /** A small Gaussian within a large one. */
  static final TwoClasses TWO_COVARIANCES =
      new TwoClasses(
          "two covariances",
          Cloud.normal(0, 0, 0.6, 0.2, 0.6),
          Cloud.normal(0.8, 0.5, 2.2, -0.8, 1.6));

  /** A tenth of class 1 lies far off, on its right side: easy, but no Gaussian. */
  static final TwoClasses OUTLIERS =
      new TwoClasses(
          "outliers",
          TILTED,
          Cloud.normal(1.5, 0.5, 0.6, 0.2, 0.6).with(Cloud.normal(7, -4, 0.3, 0, 0.3)));

  /** Draws points {@code [n, 2]}. */
  interface Cloud {
    Tensor draw(int n, Rng rng);

    /** A Gaussian around (x, y) with the covariance L Lᵀ, L = (a 0; b c). */
    static Cloud normal(double x, double y, double a, double b, double c) {
      Tensor l = Tensor.of(new double[] {a, 0, b, c}, 2, 2).cast(DType.F32);
      Tensor mean = Tensor.of(new double[] {x, y}, 2).cast(DType.F32);
      return (n, rng) -> Tensor.normal(rng, n, 2).matmul(l.transpose()).add(mean);
    }

    /** Nine points of this for each of another. */
    default Cloud with(Cloud tenth) {
      return (n, rng) ->
          Tensor.concat(
              0, List.of(draw(n - n / 10, rng.split(0)), tenth.draw(n / 10, rng.split(1))));
    }
  }

  /** Returns n points of class 0, then n of class 1: {@code [2n, 2]}. */
  Tensor points(int n, Rng rng) {
    return Tensor.concat(0, List.of(zero.draw(n, rng.split(0)), one.draw(n, rng.split(1))))
        .evaluate();
  }

  /** Returns the labels of {@link #points}: {@code [2n]}. */
  static Tensor labels(int n) {
    return Tensor.iota(2 * n).greaterEqual(n).cast(DType.I32).evaluate();
  }
}
