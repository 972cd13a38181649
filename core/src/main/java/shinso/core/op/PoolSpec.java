package shinso.core.op;

/**
 * How a pooling window moves over an image.
 *
 * @param height rows of the window, at least 1
 * @param width columns of the window, at least 1
 * @param strideH rows between neighbouring windows, at least 1
 * @param strideW columns between neighbouring windows, at least 1
 * @param padTop rows of padding above the image; a window never takes padding as a maximum
 * @param padBottom rows of padding below
 * @param padLeft columns of padding on the left
 * @param padRight columns of padding on the right
 */
public record PoolSpec(
    int height,
    int width,
    int strideH,
    int strideW,
    int padTop,
    int padBottom,
    int padLeft,
    int padRight) {

  /** Checks the values. */
  public PoolSpec {
    if (height < 1 || width < 1 || strideH < 1 || strideW < 1) {
      throw new IllegalArgumentException(
          "pooling: window and strides are at least 1: window %dx%d, strides %d, %d"
              .formatted(height, width, strideH, strideW));
    }
    if (padTop < 0
        || padLeft < 0
        || padBottom < 0
        || padRight < 0
        || Math.max(padTop, padBottom) >= height
        || Math.max(padLeft, padRight) >= width) {
      throw new IllegalArgumentException(
          "pooling: padding is not negative and smaller than the window %dx%d: %d, %d, %d, %d"
              .formatted(height, width, padTop, padBottom, padLeft, padRight));
    }
  }

  /** Returns square windows that touch without overlapping, unpadded. */
  public static PoolSpec of(int size) {
    return of(size, size);
  }

  /** Returns square windows with a stride, unpadded. */
  public static PoolSpec of(int size, int stride) {
    return new PoolSpec(size, size, stride, stride, 0, 0, 0, 0);
  }

  /**
   * Returns the output rows for an image of this height; not positive where the window doesn't fit.
   */
  public int outHeight(int imageHeight) {
    return Math.floorDiv(imageHeight + padTop + padBottom - height, strideH) + 1;
  }

  /**
   * Returns the output columns for an image of this width; not positive where the window doesn't
   * fit.
   */
  public int outWidth(int imageWidth) {
    return Math.floorDiv(imageWidth + padLeft + padRight - width, strideW) + 1;
  }
}
