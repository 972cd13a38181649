package shinso.zoo.directed;

import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A grid of N x N Gaussian filters on an image of B rows and A columns, for reading and for writing
 * (Gregor et al., "DRAW: a recurrent neural network for image generation", 2015, section 3.2).
 *
 * <pre>
 * g_X = (A + 1) / 2 (g̃_X + 1),  g_Y = (B + 1) / 2 (g̃_Y + 1)       (22, 23)
 * δ = (max(A, B) − 1) / (N − 1) δ̃                                 (24)
 * μ_Xⁱ = g_X + (i − N / 2 − 0.5) δ,  μ_Yʲ likewise                 (19, 20)
 * F_X[i, a] = exp(−(a − μ_Xⁱ)² / 2σ²) / Z_X,  F_Y[j, b] likewise   (25, 26)
 * </pre>
 *
 * <p>i and j count from 1 to N, a and b from 1 to A and B; Z makes every filter sum to 1.
 *
 * @param x F_X, {@code [n, N, A]}
 * @param y F_Y, {@code [n, N, B]}
 * @param intensity γ, {@code [n, 1, 1]}
 */
record FilterBanks(Tensor x, Tensor y, Tensor intensity) {
  /** How many numbers place a grid. */
  static final int PARAMETERS = 5;

  /**
   * Returns the filters of a batch of grids.
   *
   * @param parameters g̃_X, g̃_Y, log σ², log δ̃ and log γ, {@code [n, 5]}
   * @param size N, at least 2
   * @param rows B
   * @param columns A
   */
  static FilterBanks of(Tensor parameters, int size, int rows, int columns) {
    Check.rank("filter banks", parameters.shape(), 2, "[n, 5]");
    Tensor centreX = parameters.slice(1, 0, 1).add(1).mul((columns + 1) / 2.0); // [n, 1]
    Tensor centreY = parameters.slice(1, 1, 2).add(1).mul((rows + 1) / 2.0);
    Tensor variance = parameters.slice(1, 2, 3).exp();
    double widest = (Math.max(rows, columns) - 1.0) / (size - 1);
    Tensor stride = parameters.slice(1, 3, 4).exp().mul(widest);
    Tensor gamma = parameters.slice(1, 4, 5).exp().unsqueeze(2);
    return new FilterBanks(
        filters(centreX, stride, variance, size, columns),
        filters(centreY, stride, variance, size, rows),
        gamma);
  }

  /** Returns the filters along an axis: {@code [n, N, length]}. */
  private static Tensor filters(
      Tensor centre, Tensor stride, Tensor variance, int size, int length) {
    Tensor i = Tensor.iota(size).cast(centre.dtype()).add(1 - size / 2.0 - 0.5); // [N]
    Tensor mean = centre.add(stride.mul(i)).unsqueeze(2); // [n, N, 1]
    Tensor a = Tensor.iota(length).cast(centre.dtype()).add(1); // [length]
    return a.sub(mean).square().div(variance.mul(-2).unsqueeze(2)).softmax(2);
  }

  /** Returns γ F_Y x F_Xᵀ, what is seen of images: {@code [n, B, A] -> [n, N, N]} (27). */
  Tensor read(Tensor image) {
    return y.matmul(image).matmul(x.swapAxes(1, 2)).mul(intensity);
  }

  /** Returns 1/γ F_Yᵀ w F_X, patches put onto images: {@code [n, N, N] -> [n, B, A]} (29). */
  Tensor write(Tensor patch) {
    return y.swapAxes(1, 2).matmul(patch).matmul(x).div(intensity);
  }

  /** Returns the numbers of grids, examples and filters. */
  @Override
  public String toString() {
    Shape s = x.shape();
    return "FilterBanks(%d x %d on %d x %d)"
        .formatted(s.dim(1), s.dim(1), y.shape().dim(2), s.dim(2));
  }
}
