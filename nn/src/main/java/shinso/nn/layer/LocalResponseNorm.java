package shinso.nn.layer;

import shinso.core.op.PoolSpec;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/**
 * Local response normalisation, {@code [*, c] -> [*, c]}: a unit is damped by the activity of its
 * neighbours,
 *
 * <pre>
 * bⁱ = aⁱ / (k + α Σⱼ (aʲ)²)^β,
 * </pre>
 *
 * where j goes over the n channels around i, as far as there are such, at the same position; or,
 * for images {@code [b, h, w, c]}, over the n × n positions around i of the same channel.
 *
 * <p>Source: Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional
 * neural networks" (2012), section 3.3. Where α is divided by the number of neighbours, as in
 * cuda-convnet, Caffe and PyTorch, give this α divided by n, or by n².
 *
 * @param region which units are neighbours
 * @param size n, odd
 * @param k &gt; 0
 * @param alpha α ≥ 0
 * @param beta β ≥ 0
 */
public record LocalResponseNorm(Region region, int size, double k, double alpha, double beta)
    implements Layer {
  /** Which units are neighbours. */
  public enum Region {
    /** The channels around one, at the same position. */
    ACROSS_CHANNELS,
    /** The positions around one, of the same channel. */
    WITHIN_CHANNEL
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public LocalResponseNorm {
    if (size < 1 || size % 2 == 0) {
      throw new IllegalArgumentException(
          "localResponseNorm: the number of neighbours is odd, a unit in their middle, not "
              + size);
    }
    if (!(k > 0 && alpha >= 0 && beta >= 0)) {
      throw new IllegalArgumentException(
          "localResponseNorm: k > 0, α ≥ 0 and β ≥ 0, not %s, %s and %s".formatted(k, alpha, beta));
    }
  }

  /** Returns the layer of the paper: 5 channels, k = 2, α = 10⁻⁴, β = 0.75. */
  public static LocalResponseNorm of() {
    return of(5, 2, 1e-4, 0.75);
  }

  /** Returns a layer over neighbouring channels. */
  public static LocalResponseNorm of(int size, double k, double alpha, double beta) {
    return new LocalResponseNorm(Region.ACROSS_CHANNELS, size, k, alpha, beta);
  }

  @Override
  public Tensor forward(Tensor a, Pass pass) {
    Tensor squares = a.square();
    Tensor sum = region == Region.ACROSS_CHANNELS ? overChannels(squares) : overPlaces(squares);
    return a.mul(sum.mul(alpha).add(k).pow(-beta));
  }

  /** A product with a band of ones: faster than adding up n shifted copies. */
  private Tensor overChannels(Tensor squares) {
    Check.rankAtLeast("localResponseNorm", squares.shape(), 2);
    int c = squares.shape().dim(-1);
    int reach = size / 2;
    Tensor band = Tensor.lowerTriangle(c, c, reach).mul(Tensor.upperTriangle(c, c, -reach));
    return squares.matmul(band.cast(squares.dtype()));
  }

  private Tensor overPlaces(Tensor squares) {
    Check.rank("localResponseNorm", squares.shape(), 4, "[batch, height, width, channels]");
    int reach = size / 2;
    PoolSpec around = new PoolSpec(size, size, 1, 1, reach, reach, reach, reach);
    return squares.averagePool(around, true).mul((double) size * size);
  }

  /** Returns the name and the numbers. */
  @Override
  public String toString() {
    String where = region == Region.ACROSS_CHANNELS ? " channels" : "x" + size + " positions";
    return "LocalResponseNorm(%d%s, k %s, α %s, β %s)".formatted(size, where, k, alpha, beta);
  }
}
