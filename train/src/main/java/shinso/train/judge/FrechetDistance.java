package shinso.train.judge;

import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;

/**
 * The squared Fréchet distance of two normal distributions, which are fitted to features of examples
 * and of samples:
 *
 * <pre>
 * d² = |μ₁ − μ₂|² + tr(C₁ + C₂ − 2 (C₁ C₂)^½)
 * </pre>
 *
 * <p>It depends on the features, which are given with it, and on the number of examples: with few
 * of them it is too large, also between two halves of one data set.
 *
 * <p>Sources: Dowson and Landau, "The Fréchet distance between multivariate normal distributions"
 * (1982); Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter, "GANs trained by a two time-scale
 * update rule converge to a local Nash equilibrium" (2017), equation 6.
 */
public final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * Returns d² of the normal distributions that are fitted to two sets: {@code [m, d]} and {@code
   * [n, d]}. Covariances are divided by n − 1.
   *
   * @throws IllegalArgumentException if a set has less than two examples, or sizes differ
   */
  public static double of(Tensor x, Tensor y) {
    Fit a = Fit.of(x);
    Fit b = Fit.of(y);
    return between(a.mean, a.covariance, b.mean, b.covariance);
  }

  /**
   * Returns d² of N(μ₁, C₁) and N(μ₂, C₂).
   *
   * @param mean1 μ₁, {@code [d]}
   * @param covariance1 C₁, {@code [d, d]}, symmetric and positive semidefinite
   * @param mean2 μ₂, {@code [d]}
   * @param covariance2 C₂, {@code [d, d]}
   * @throws IllegalArgumentException if sizes differ or a covariance is not symmetric
   */
  public static double between(
      Tensor mean1, Tensor covariance1, Tensor mean2, Tensor covariance2) {
    int d = mean1.shape().size();
    Shape square = Shape.of(d, d);
    if (mean2.shape().size() != d
        || !covariance1.shape().equals(square)
        || !covariance2.shape().equals(square)) {
      throw new IllegalArgumentException(
          "fréchet distance: means [d] and covariances [d, d], not %s, %s and %s, %s"
              .formatted(
                  mean1.shape(), covariance1.shape(), mean2.shape(), covariance2.shape()));
    }
    Tensor c1 = covariance1.cast(DType.F64);
    Tensor c2 = covariance2.cast(DType.F64);
    // C₁ C₂ has the eigenvalues of C₁^½ C₂ C₁^½, which is symmetric.
    Tensor root = squareRoot(c1);
    Tensor product = root.matmul(c2).matmul(root);
    Tensor symmetric = product.add(product.transpose()).mul(0.5).evaluate();
    Tensor eigenvalues = LinearAlgebra.symmetricEigen(symmetric).values();
    double overlap = eigenvalues.maximum(0).sqrt().sum().item();
    Tensor apart = mean1.cast(DType.F64).sub(mean2.cast(DType.F64)).square().sum();
    return Math.max(0, apart.add(c1.trace()).add(c2.trace()).item() - 2 * overlap);
  }

  private static Tensor squareRoot(Tensor c) {
    LinearAlgebra.Eigen e = LinearAlgebra.symmetricEigen(c.evaluate());
    Tensor scaled = e.vectors().mul(e.values().maximum(0).sqrt()); // columns
    return scaled.matmul(e.vectors().transpose());
  }

  private record Fit(Tensor mean, Tensor covariance) {
    static Fit of(Tensor x) {
      if (x.shape().rank() != 2 || x.shape().dim(0) < 2) {
        throw new IllegalArgumentException(
            "fréchet distance: features [n, d] of at least two examples, not " + x.shape());
      }
      Tensor mean = x.mean(0).evaluate();
      Tensor centred = x.sub(mean);
      Tensor sums = centred.transpose().matmul(centred);
      return new Fit(mean, sums.mul(1.0 / (x.shape().dim(0) - 1)).evaluate());
    }
  }
}
