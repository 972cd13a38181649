package shinso.cpu.simd.convolution;

import shinso.core.op.ConvSpec;

/**
 * The sizes of a convolution: images {@code [n, height, width, channels]}, filters {@code [kernelH,
 * kernelW, channels / groups, filters]}.
 *
 * @param spec how the filter moves
 * @param height rows of an image
 * @param width columns of an image
 * @param channels channels of an image, a multiple of the groups
 * @param kernelH rows of a filter
 * @param kernelW columns of a filter
 * @param filters channels of the result, a multiple of the groups
 */
public record ConvShape(
    ConvSpec spec, int height, int width, int channels, int kernelH, int kernelW, int filters) {

  /** Rows of a result. */
  public int outHeight() {
    return spec.outHeight(height, kernelH);
  }

  /** Columns of a result. */
  public int outWidth() {
    return spec.outWidth(width, kernelW);
  }

  /** Positions of a result: rows of the matrix product that the convolution of an image is. */
  public int positions() {
    return outHeight() * outWidth();
  }

  /** Channels of a group. */
  int groupChannels() {
    return channels / spec.groups();
  }

  /** Filters of a group. */
  int groupFilters() {
    return filters / spec.groups();
  }

  /** Elements of an image under a filter of a group, in order of row, column, channel. */
  public int patch() {
    return kernelH * kernelW * groupChannels();
  }

  /** Whether each channel has a filter of its own. */
  public boolean isDepthwise() {
    return groupChannels() == 1 && groupFilters() == 1;
  }

  /** Whether some position has a tap in the image, or all see padding only. */
  public boolean seesImage() {
    return vertical().seesImage() && horizontal().seesImage();
  }

  /** How rows of images and of results belong together. */
  Axis vertical() {
    return new Axis(kernelH, height, outHeight(), spec.strideH(), spec.padTop(), spec.dilationH());
  }

  /** How columns of images and of results belong together. */
  Axis horizontal() {
    return new Axis(kernelW, width, outWidth(), spec.strideW(), spec.padLeft(), spec.dilationW());
  }

  /**
   * One axis.
   *
   * @param size of the images
   * @param outSize of the results
   */
  record Axis(int kernel, int size, int outSize, int stride, int padding, int dilation) {
    /** Where tap {@code tap} of position {@code i} lies in the image, or −1 outside. */
    int source(int i, int tap) {
      int at = i * stride - padding + tap * dilation;
      return at < size ? Math.max(at, -1) : -1;
    }

    /** The position whose tap {@code tap} lies at {@code i} in the image, or −1. */
    int target(int i, int tap) {
      int at = i + padding - tap * dilation;
      return at >= 0 && at % stride == 0 && at / stride < outSize ? at / stride : -1;
    }

    boolean seesImage() {
      for (int tap = 0; tap < kernel; tap++) {
        if (low(tap) < high(tap)) {
          return true;
        }
      }
      return false;
    }

    /** The first position whose tap lies in the image. */
    int low(int tap) {
      return Math.clamp(Math.ceilDiv(padding - tap * dilation, stride), 0, outSize);
    }

    /** The position behind the last one whose tap lies in the image. */
    int high(int tap) {
      int end = Math.ceilDiv(size + padding - tap * dilation, stride);
      return Math.clamp(end, low(tap), outSize);
    }
  }
}
