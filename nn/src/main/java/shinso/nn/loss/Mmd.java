package shinso.nn.loss;

import shinso.core.tensor.Tensor;

/**
 * Maximum mean discrepancy: how far apart the means of two distributions are in the space of
 * features of a kernel. With a Gaussian kernel it is 0 for equal distributions only.
 *
 * <pre>
 * MMD²(p, q) = E k(x, x′) − 2 E k(x, y) + E k(y, y′)        x, x′ ~ p,   y, y′ ~ q
 * </pre>
 *
 * <p>All estimates are of MMD² and have gradients. They are numbers without an axis; x is {@code
 * [m, *]} and y is {@code [n, *]}.
 *
 * <p>Source: Gretton, Borgwardt, Rasch, Schölkopf and Smola, "A kernel two-sample test" (2012).
 *
 * @param kernel k
 */
public record Mmd(Kernel kernel) {
  /**
   * Returns the estimate that takes all pairs, those of an example with itself among them (equation
   * 5). It is never negative, and too large by about E k(x, x) (1/m + 1/n).
   *
   * @throws IllegalArgumentException if there are no examples, or they have different sizes
   */
  public Tensor biased(Tensor x, Tensor y) {
    require("biased", x, y, 1);
    Tensor within = kernel.matrix(x, x).mean().add(kernel.matrix(y, y).mean());
    return within.sub(kernel.matrix(x, y).mean().mul(2));
  }

  /**
   * Returns the estimate without pairs of an example with itself, whose mean is right (equation 3).
   * It may be negative.
   *
   * @throws IllegalArgumentException if a set has less than two examples, or sizes differ
   */
  public Tensor unbiased(Tensor x, Tensor y) {
    require("unbiased", x, y, 2);
    return ofOthers(x).add(ofOthers(y)).sub(kernel.matrix(x, y).mean().mul(2));
  }

  /** Returns the mean of k over pairs of different examples. */
  private Tensor ofOthers(Tensor x) {
    int n = x.shape().dim(0);
    Tensor others = Tensor.eye(n).cast(x.dtype()).rsub(1); // [n, n]
    return kernel.matrix(x, x).mul(others).sum().mul(1.0 / n / (n - 1));
  }

  /**
   * Returns the mean of {@link #terms}, an estimate whose mean is right and whose cost grows with
   * the number of examples, not with its square: for batches that are too large for all pairs.
   *
   * @throws IllegalArgumentException as {@link #terms}
   */
  public Tensor linear(Tensor x, Tensor y) {
    return terms(x, y).mean();
  }

  /**
   * Returns the independent numbers of which the linear-time estimate is the mean (lemma 14): two
   * examples of each set give one.
   *
   * <pre>
   * hᵢ = k(x₂ᵢ₋₁, x₂ᵢ) + k(y₂ᵢ₋₁, y₂ᵢ) − k(x₂ᵢ₋₁, y₂ᵢ) − k(x₂ᵢ, y₂ᵢ₋₁)
   * </pre>
   *
   * @return {@code [⌊n / 2⌋]}
   * @throws IllegalArgumentException if the sets are not equally large, or have less than two
   *     examples
   */
  public Tensor terms(Tensor x, Tensor y) {
    require("linear", x, y, 2);
    int n = x.shape().dim(0);
    if (n != y.shape().dim(0)) {
      throw new IllegalArgumentException(
          "mmd: the linear-time estimate pairs examples off, and there are %d and %d; leave some out"
              .formatted(n, y.shape().dim(0)));
    }
    Tensor x1 = x.slice(0, 0, n / 2 * 2, 2);
    Tensor x2 = x.slice(0, 1, n / 2 * 2, 2);
    Tensor y1 = y.slice(0, 0, n / 2 * 2, 2);
    Tensor y2 = y.slice(0, 1, n / 2 * 2, 2);
    Tensor within = kernel.pairs(x1, x2).add(kernel.pairs(y1, y2));
    return within.sub(kernel.pairs(x1, y2)).sub(kernel.pairs(x2, y1));
  }

  private static void require(String estimate, Tensor x, Tensor y, int least) {
    for (Tensor set : new Tensor[] {x, y}) {
      if (set.shape().rank() < 2 || set.shape().dim(0) < least) {
        throw new IllegalArgumentException(
            "mmd: the %s estimate takes two sets [n, *] with n at least %d, not %s and %s"
                .formatted(estimate, least, x.shape(), y.shape()));
      }
    }
  }
}
