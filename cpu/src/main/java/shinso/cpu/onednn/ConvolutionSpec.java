package shinso.cpu.onednn;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Two-dimensional convolution (cross-correlation) or one of its two gradients, over images {@code
 * [batch, height, width, channel]} and weights {@code [kernelHeight, kernelWidth, inChannels /
 * groups, outChannels]}, all without gaps.
 *
 * <p>{@code y[b, i, j, o] = bias[o] + Σ x[b, i·stride + u·dilation - padBefore, …, c] w[u, v, c,
 * o]}, where {@code c} runs over the channels of {@code o}'s group; outside the image {@code x} is
 * zero.
 *
 * <p>Arguments of the call:
 *
 * <ul>
 *   <li>{@link Direction#FORWARD}: x, w, y, the bias if there is one, then the tensors of the
 *       post-operations;
 *   <li>{@link Direction#BACKWARD_DATA}: gradient of y, w, gradient of x;
 *   <li>{@link Direction#BACKWARD_WEIGHTS}: x, gradient of y, gradient of w, gradient of the bias
 *       if there is one.
 * </ul>
 *
 * @param input element type of the two operands that are read
 * @param output element type of the result; a bias and its gradient are always {@link DataType#F32}
 * @param packed weights, or their gradient, are in the format the primitive prefers, see {@link
 *     Primitive#format}
 */
public record ConvolutionSpec(
    Direction direction,
    long batch,
    Axis height,
    Axis width,
    long inChannels,
    long outChannels,
    long groups,
    DataType input,
    DataType output,
    boolean bias,
    boolean packed,
    List<PostOp> postOps)
    implements Spec {

  /** What is computed. */
  public enum Direction {
    /** The convolution itself. */
    FORWARD,
    /** Gradient of the images. */
    BACKWARD_DATA,
    /** Gradient of the weights, and of the bias. */
    BACKWARD_WEIGHTS
  }

  /**
   * One spatial dimension.
   *
   * @param size of the image
   * @param kernel number of taps
   * @param stride distance of neighbouring outputs in the image
   * @param dilation distance of neighbouring taps in the image; 1 is dense
   * @param padBefore zeros in front of the image
   * @param padAfter zeros behind the image
   */
  public record Axis(
      long size, long kernel, long stride, long dilation, long padBefore, long padAfter) {
    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if a padding is negative, another number isn't positive, or
     *     the kernel's extent is larger than the padded image
     */
    public Axis {
      Requirements.positive("convolution: image size", size);
      Requirements.positive("convolution: kernel size", kernel);
      Requirements.positive("convolution: stride", stride);
      Requirements.positive("convolution: dilation", dilation);
      if (padBefore < 0 || padAfter < 0) {
        throw new IllegalArgumentException(
            "convolution: padding must not be negative, but is " + padBefore + ", " + padAfter);
      }
      if ((kernel - 1) * dilation + 1 > size + padBefore + padAfter) {
        throw new IllegalArgumentException(
            "convolution: a kernel of "
                + kernel
                + " with dilation "
                + dilation
                + " doesn't fit an image of "
                + size
                + " with padding "
                + padBefore
                + ", "
                + padAfter);
      }
    }

    /** Dense axis with stride 1 and no padding. */
    public static Axis of(long size, long kernel) {
      return new Axis(size, kernel, 1, 1, 0, 0);
    }

    /** Size of the result, {@code ⌊(size + padding - (kernel - 1) dilation - 1) / stride⌋ + 1}. */
    public long outSize() {
      return (size + padBefore + padAfter - (kernel - 1) * dilation - 1) / stride + 1;
    }

    /** Where a tap of output {@code i} lies in the image, or −1 in the padding. */
    long source(long i, long tap) {
      long at = i * stride - padBefore + tap * dilation;
      return at < size ? Math.max(at, -1) : -1;
    }

    /** Whether some output sees the image by this tap. */
    boolean sees(long tap) {
      for (long i = 0; i < outSize(); i++) {
        if (source(i, tap) >= 0) {
          return true;
        }
      }
      return false;
    }

    /** Whether some output sees the image, or all see padding only. */
    boolean seesImage() {
      return LongStream.range(0, kernel).anyMatch(this::sees);
    }
  }

  /**
   * Checks the sizes and what the direction allows.
   *
   * @throws IllegalArgumentException if a size isn't positive, the groups don't divide the
   *     channels, a gradient is given post-operations, or the gradient of the images a bias
   */
  public ConvolutionSpec {
    Requirements.positive("convolution: batch", batch);
    Requirements.positive("convolution: input channels", inChannels);
    Requirements.positive("convolution: output channels", outChannels);
    Requirements.positive("convolution: groups", groups);
    if (inChannels % groups != 0 || outChannels % groups != 0) {
      throw new IllegalArgumentException(
          "convolution: "
              + groups
              + " groups don't divide "
              + inChannels
              + " and "
              + outChannels
              + " channels");
    }
    postOps = List.copyOf(postOps);
    if (direction != Direction.FORWARD && !postOps.isEmpty()) {
      throw new IllegalArgumentException(
          "convolution: a gradient takes no post-operations, but got " + postOps);
    }
    if (direction == Direction.BACKWARD_DATA && bias) {
      throw new IllegalArgumentException("convolution: the gradient of the images has no bias");
    }
    Requirements.ranks("convolution", postOps, 4);
  }

  /** Float convolution without groups, bias and post-operations. */
  public static ConvolutionSpec of(
      Direction direction, long batch, Axis height, Axis width, long inChannels, long outChannels) {
    return new ConvolutionSpec(
        direction,
        batch,
        height,
        width,
        inChannels,
        outChannels,
        1,
        DataType.F32,
        DataType.F32,
        false,
        false,
        List.of());
  }

  /** The same with this number of groups. */
  public ConvolutionSpec groups(long count) {
    return new ConvolutionSpec(
        direction,
        batch,
        height,
        width,
        inChannels,
        outChannels,
        count,
        input,
        output,
        bias,
        packed,
        postOps);
  }

  /** The same with these element types. */
  public ConvolutionSpec types(DataType read, DataType written) {
    return new ConvolutionSpec(
        direction,
        batch,
        height,
        width,
        inChannels,
        outChannels,
        groups,
        read,
        written,
        bias,
        packed,
        postOps);
  }

  /** The same with a bias, or its gradient. */
  public ConvolutionSpec withBias() {
    return new ConvolutionSpec(
        direction,
        batch,
        height,
        width,
        inChannels,
        outChannels,
        groups,
        input,
        output,
        true,
        packed,
        postOps);
  }

  /** The same with the weights, or their gradient, in the primitive's own format. */
  public ConvolutionSpec withPackedWeights() {
    return new ConvolutionSpec(
        direction,
        batch,
        height,
        width,
        inChannels,
        outChannels,
        groups,
        input,
        output,
        bias,
        true,
        postOps);
  }

  /** The same with one more post-operation. */
  public ConvolutionSpec then(PostOp postOp) {
    return new ConvolutionSpec(
        direction,
        batch,
        height,
        width,
        inChannels,
        outChannels,
        groups,
        input,
        output,
        bias,
        packed,
        Requirements.appended(postOps, postOp));
  }
}
