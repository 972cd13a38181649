package shinso.core.op;

/**
 * How a 2-D convolution's filter moves over an image.
 *
 * @param strideH rows between neighbouring outputs, at least 1
 * @param strideW columns between neighbouring outputs, at least 1
 * @param padTop rows of zeros above the image
 * @param padBottom rows of zeros below
 * @param padLeft columns of zeros on the left
 * @param padRight columns of zeros on the right
 * @param dilationH rows between neighbouring filter taps, at least 1 (1 is a dense filter)
 * @param dilationW columns between neighbouring filter taps, at least 1
 * @param groups channels are split into this many groups that are convolved apart
 */
public record ConvSpec(
    int strideH,
    int strideW,
    int padTop,
    int padBottom,
    int padLeft,
    int padRight,
    int dilationH,
    int dilationW,
    int groups) {

  /** Stride 1, no padding, no dilation, one group. */
  public static final ConvSpec VALID = new ConvSpec(1, 1, 0, 0, 0, 0, 1, 1, 1);

  /** Checks the values. */
  public ConvSpec {
    if (strideH < 1 || strideW < 1 || dilationH < 1 || dilationW < 1 || groups < 1) {
      throw new IllegalArgumentException(
          "convolution: strides, dilations and groups are at least 1: strides %d, %d, dilations %d, %d, groups %d"
              .formatted(strideH, strideW, dilationH, dilationW, groups));
    }
    if (padTop < 0 || padBottom < 0 || padLeft < 0 || padRight < 0) {
      throw new IllegalArgumentException(
          "convolution: padding is not negative: %d, %d, %d, %d; slice the image to crop it"
              .formatted(padTop, padBottom, padLeft, padRight));
    }
  }

  /** Returns this with equal strides in both directions. */
  public ConvSpec withStride(int stride) {
    return withStride(stride, stride);
  }

  /** Returns this with other strides. */
  public ConvSpec withStride(int h, int w) {
    return new ConvSpec(h, w, padTop, padBottom, padLeft, padRight, dilationH, dilationW, groups);
  }

  /** Returns this with the same padding on all four sides. */
  public ConvSpec withPadding(int padding) {
    return withPadding(padding, padding, padding, padding);
  }

  /** Returns this with other paddings. */
  public ConvSpec withPadding(int top, int bottom, int left, int right) {
    return new ConvSpec(strideH, strideW, top, bottom, left, right, dilationH, dilationW, groups);
  }

  /** Returns this with equal dilations in both directions. */
  public ConvSpec withDilation(int dilation) {
    return new ConvSpec(
        strideH, strideW, padTop, padBottom, padLeft, padRight, dilation, dilation, groups);
  }

  /** Returns this with another number of groups. */
  public ConvSpec withGroups(int count) {
    return new ConvSpec(
        strideH, strideW, padTop, padBottom, padLeft, padRight, dilationH, dilationW, count);
  }

  /**
   * Returns this padded so that an output has {@code ceil(size / stride)} rows and columns; an odd
   * row or column of padding goes to the bottom and right.
   */
  public ConvSpec same(int height, int width, int kernelH, int kernelW) {
    int h = samePadding(height, kernelH, strideH, dilationH);
    int w = samePadding(width, kernelW, strideW, dilationW);
    return withPadding(h / 2, h - h / 2, w / 2, w - w / 2);
  }

  private static int samePadding(int size, int kernel, int stride, int dilation) {
    int covered = (Math.ceilDiv(size, stride) - 1) * stride + (kernel - 1) * dilation + 1;
    return Math.max(0, covered - size);
  }

  /**
   * Returns the output rows for an image of this height; not positive where the filter doesn't fit.
   */
  public int outHeight(int height, int kernelH) {
    return Math.floorDiv(height + padTop + padBottom - (kernelH - 1) * dilationH - 1, strideH) + 1;
  }

  /**
   * Returns the output columns for an image of this width; not positive where the filter doesn't
   * fit.
   */
  public int outWidth(int width, int kernelW) {
    return Math.floorDiv(width + padLeft + padRight - (kernelW - 1) * dilationW - 1, strideW) + 1;
  }
}
