package shinso.nn.layer;

import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * An identity that fits smaller images with more channels, {@code [n, h, w, in] -> [n, ceil(h /
 * stride), ceil(w / stride), channels]}: every stride-th pixel is taken and the further channels
 * are zeros. A shortcut without parameters for {@link Residual}.
 *
 * <p>Source: He et al., "Deep residual learning" (2016), section 3.3, option A.
 *
 * @param stride rows and columns between pixels that are taken, at least 1
 * @param channels of the result, at least as many as come in
 */
public record ZeroPadded(int stride, int channels) implements Layer {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public ZeroPadded {
    if (stride < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "zeroPadded: stride and channels are at least 1, not %d and %d"
              .formatted(stride, channels));
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Shape s = x.shape();
    Check.rank("zeroPadded", s, 4, "[batch, height, width, channels]");
    if (s.dim(3) > channels) {
      throw new IllegalArgumentException(
          "zeroPadded: %d channels don't go into %d".formatted(s.dim(3), channels));
    }
    return x.slice(1, 0, s.dim(1), stride)
        .slice(2, 0, s.dim(2), stride)
        .pad(3, 0, channels - s.dim(3), 0);
  }

  /** Returns the name and the numbers. */
  @Override
  public String toString() {
    return "ZeroPadded(%d channels, stride %d)".formatted(channels, stride);
  }
}
