package shinso.core.op;

/**
 * How a 3-D convolution's filter or a 3-D window moves along the depth of a volume.
 *
 * @param stride slices between neighbouring outputs, at least 1
 * @param padFront slices of padding before the first
 * @param padBack slices of padding behind the last
 * @param dilation slices between neighbouring taps, at least 1
 */
public record DepthSpec(int stride, int padFront, int padBack, int dilation) {
  /** Stride 1, no padding, no dilation. */
  public static final DepthSpec VALID = new DepthSpec(1, 0, 0, 1);

  /** Checks the values. */
  public DepthSpec {
    if (stride < 1 || dilation < 1 || padFront < 0 || padBack < 0) {
      throw new IllegalArgumentException(
          "depth: stride and dilation are at least 1, padding at least 0: stride %d, dilation %d, padding %d, %d"
              .formatted(stride, dilation, padFront, padBack));
    }
  }

  /** Returns this with another stride. */
  public DepthSpec withStride(int slices) {
    return new DepthSpec(slices, padFront, padBack, dilation);
  }

  /** Returns this with the same padding at both ends. */
  public DepthSpec withPadding(int slices) {
    return new DepthSpec(stride, slices, slices, dilation);
  }

  /** Returns this with another dilation. */
  public DepthSpec withDilation(int slices) {
    return new DepthSpec(stride, padFront, padBack, slices);
  }

  /**
   * Returns the output slices for a volume of this depth; not positive where the filter doesn't
   * fit.
   */
  public int outDepth(int depth, int kernel) {
    return Math.floorDiv(depth + padFront + padBack - (kernel - 1) * dilation - 1, stride) + 1;
  }
}
