package shinso.nn.layer;

import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * Convolution in two parts, {@code [n, h, w, in] -> [n, oh, ow, out]}: of each channel on its own,
 * then of all channels at each pixel. It has {@code kh · kw · in + in · out} weights, where a
 * convolution has {@code kh · kw · in · out}.
 *
 * <p>Source: Sifre, "Rigid-motion scattering for image classification" (2014); Chollet, "Xception"
 * (2017).
 *
 * @param depthwise a convolution with as many groups as channels
 * @param pointwise a convolution with filters of one pixel
 */
public record SeparableConv2d(Conv2d depthwise, Conv2d pointwise) implements Layer {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the first has channels in common groups, or the second
   *     filters of more than one pixel
   */
  public SeparableConv2d {
    if (depthwise.weight().shape().dim(2) != 1) {
      throw new IllegalArgumentException(
          "separableConv2d: each channel is convolved on its own, not in " + depthwise);
    }
    if (pointwise.weight().shape().dim(0) != 1 || pointwise.weight().shape().dim(1) != 1) {
      throw new IllegalArgumentException(
          "separableConv2d: the second part has filters of one pixel, not " + pointwise);
    }
  }

  /**
   * Returns a layer with drawn filters and a bias of zeros behind the second part.
   *
   * @param in channels of the images
   * @param filters channels of the result
   * @param kernelH rows of a filter
   * @param kernelW columns of a filter
   * @param options stride, padding and dilation of the first part, bias of the second, and the
   *     distribution of all filters
   * @throws IllegalArgumentException if a number is below 1, or there are groups
   */
  public static SeparableConv2d of(
      int in, int filters, int kernelH, int kernelW, Conv2d.Options options, Rng rng) {
    if (options.spec().groups() != 1) {
      throw new IllegalArgumentException(
          "separableConv2d: channels are apart anyhow; leave out the groups, "
              + options.spec().groups());
    }
    Conv2d.Options pixel =
        new Conv2d.Options(
            Conv2d.Options.DEFAULT.spec(), false, options.hasBias(), options.initializer());
    return new SeparableConv2d(
        Conv2d.of(in, in, kernelH, kernelW, options.groups(in).noBias(), rng.split("depthwise")),
        Conv2d.of(in, filters, 1, 1, pixel, rng.split("pointwise")));
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    return pointwise.forward(depthwise.forward(x, pass), pass);
  }

  /** Returns both parts. */
  @Override
  public String toString() {
    return "SeparableConv2d(" + depthwise + ", " + pointwise + ")";
  }
}
