package shinso.nn.loss;

import java.util.Arrays;
import java.util.List;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * A positive definite function of two examples, their inner product in a space of features that
 * nobody writes down. Examples of any shape are flattened.
 */
public sealed interface Kernel {
  /**
   * Returns k of all pairs: {@code [m, *]} and {@code [n, *]} give {@code [m, n]}.
   *
   * @throws IllegalArgumentException if examples have different sizes
   */
  Tensor matrix(Tensor x, Tensor y);

  /**
   * Returns k of examples at the same position: {@code [n, *]} twice gives {@code [n]}.
   *
   * @throws IllegalArgumentException if shapes differ
   */
  Tensor pairs(Tensor x, Tensor y);

  /** Returns the sum of Gaussian kernels of these bandwidths. */
  static Kernel gaussian(double... bandwidths) {
    return new Gaussian(Arrays.stream(bandwidths).boxed().toList());
  }

  /** Returns (xᵀy / d + 1)³, by which samples are judged in a space of d features. */
  static Kernel cubic() {
    return new Polynomial(3);
  }

  /**
   * A sum of Gaussian kernels, k(x, y) = Σᵢ exp(−|x − y|² / 2 σᵢ²), so that one of them feels each
   * distance.
   *
   * <p>Source: Li, Swersky and Zemel, "Generative moment matching networks" (2015).
   *
   * @param bandwidths the σᵢ
   */
  record Gaussian(List<Double> bandwidths) implements Kernel {
    /**
     * Keeps a copy.
     *
     * @throws IllegalArgumentException if there is none, or one is not positive
     */
    public Gaussian {
      bandwidths = List.copyOf(bandwidths);
      if (bandwidths.isEmpty() || bandwidths.stream().anyMatch(s -> !(s > 0))) {
        throw new IllegalArgumentException(
            "gaussian kernel: at least one bandwidth, all positive, not " + bandwidths);
      }
    }

    @Override
    public Tensor matrix(Tensor x, Tensor y) {
      Tensor a = flat(x);
      Tensor b = flat(y);
      Tensor cross = product(a, b);
      Tensor squares = a.square().sumKeep(1).add(b.square().sum(1)); // [m, n]
      // Rounding makes distances of near examples negative.
      return of(squares.sub(cross.mul(2)).maximum(0));
    }

    @Override
    public Tensor pairs(Tensor x, Tensor y) {
      return of(flat(x).sub(flat(y)).square().sum(1));
    }

    private Tensor of(Tensor squaredDistance) {
      return bandwidths.stream()
          .map(s -> squaredDistance.mul(-0.5 / (s * s)).exp())
          .reduce(Tensor::add)
          .orElseThrow();
    }
  }

  /**
   * k(x, y) = (xᵀy / d + 1)ⁿ for examples of d numbers.
   *
   * <p>Source: Bińkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs" (2018), with n = 3.
   *
   * @param degree n
   */
  record Polynomial(int degree) implements Kernel {
    /**
     * Checks the degree.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Polynomial {
      if (degree < 1) {
        throw new IllegalArgumentException("polynomial kernel: the degree is at least 1");
      }
    }

    @Override
    public Tensor matrix(Tensor x, Tensor y) {
      return of(product(flat(x), flat(y)), flat(x).shape().dim(1));
    }

    @Override
    public Tensor pairs(Tensor x, Tensor y) {
      return of(flat(x).mul(flat(y)).sum(1), flat(x).shape().dim(1));
    }

    private Tensor of(Tensor product, int d) {
      Tensor base = product.mul(1.0 / d).add(1);
      Tensor power = base;
      for (int i = 1; i < degree; i++) {
        power = power.mul(base);
      }
      return power;
    }
  }

  private static Tensor flat(Tensor x) {
    return x.shape().rank() == 2 ? x : x.flatten(1);
  }

  private static Tensor product(Tensor a, Tensor b) {
    Shape left = a.shape();
    Shape right = b.shape();
    Check.rank("kernel", left, 2, "[n, features]");
    if (left.dim(1) != right.dim(1)) {
      throw new IllegalArgumentException(
          "kernel: examples of %d and of %d numbers".formatted(left.dim(1), right.dim(1)));
    }
    return a.matmul(b.transpose());
  }
}
