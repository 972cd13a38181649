package shinso.cpu.simd;

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
  int positions() {
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
  int patch() {
    return kernelH * kernelW * groupChannels();
  }

  /** Whether each channel has a filter of its own. */
  boolean isDepthwise() {
    return groupChannels() == 1 && groupFilters() == 1;
  }

  /** Whether the patches of consecutive positions are the image itself. */
  boolean isPointwise() {
    return kernelH == 1 && kernelW == 1 && spec.equals(ConvSpec.VALID);
  }
}
