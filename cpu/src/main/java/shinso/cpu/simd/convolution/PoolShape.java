package shinso.cpu.simd.convolution;

import shinso.core.op.PoolSpec;
import shinso.cpu.simd.Lanes;

/**
 * The sizes of a pooling: images {@code [n, height, width, channels]}.
 *
 * @param spec how the window moves
 * @param height rows of an image
 * @param width columns of an image
 * @param channels channels of an image and of its windows
 */
public record PoolShape(PoolSpec spec, int height, int width, int channels) {

  /** Rows of windows. */
  public int outHeight() {
    return spec.outHeight(height);
  }

  /** Columns of windows. */
  public int outWidth() {
    return spec.outWidth(width);
  }

  /** Whether windows of 2x2 lie side by side, and whole vectors in a pixel. */
  boolean isQuartering() {
    return spec.equals(PoolSpec.of(2)) && channels % Lanes.LANES == 0;
  }

  private int top(int i) {
    return Math.max(0, i * spec.strideH() - spec.padTop());
  }

  private int left(int j) {
    return Math.max(0, j * spec.strideW() - spec.padLeft());
  }

  /** Rows of the image in a window of row i. */
  int rows(int i) {
    return Math.min(height, i * spec.strideH() - spec.padTop() + spec.height()) - top(i);
  }

  /** Columns of the image in a window of column j. */
  int columns(int j) {
    return Math.min(width, j * spec.strideW() - spec.padLeft() + spec.width()) - left(j);
  }

  /** Elements by which the sum of window (i, j) is divided for its mean. */
  int size(int i, int j, boolean countPadding) {
    return countPadding ? spec.height() * spec.width() : rows(i) * columns(j);
  }

  /** Bytes from the first image to the first pixel of window (i, j) of image n. */
  long corner(int n, int i, int j) {
    return 4L * channels * (((long) n * height + top(i)) * width + left(j));
  }

  /** Bytes from the first window to window (i, j) of image n. */
  long window(int n, int i, int j) {
    return 4L * channels * (((long) n * outHeight() + i) * outWidth() + j);
  }

  /** Bytes from one pixel to that below. */
  long row() {
    return 4L * channels * width;
  }

  /** Bytes from one pixel to the next. */
  long pixel() {
    return 4L * channels;
  }
}
