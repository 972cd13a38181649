package shinso.nn.layer;

import org.jspecify.annotations.Nullable;
import shinso.core.op.ConvSpec;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Check;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.init.Fans;
import shinso.nn.init.Initializer;

/**
 * Transposed convolution, {@code [n, h, w, in] -> [n, oh, ow, out]}: every pixel paints its filter
 * into a larger image. Without the bias it is the adjoint of the {@link Conv2d} with these filters.
 *
 * <p>Without padding {@code oh = (h − 1) · stride + (kh − 1) · dilation + 1}; padding is what is
 * cut off from that on the four sides.
 *
 * <p>Source: Zeiler, Krishnan, Taylor and Fergus, "Deconvolutional networks" (2010); Dumoulin and
 * Visin, "A guide to convolution arithmetic for deep learning" (2016), chapter 4.
 *
 * @param weight the filters, {@code [kh, kw, out / groups, in]}
 * @param bias {@code [out]}, or null
 * @param spec stride, padding, dilation and groups
 * @param samePadding whether so much is cut off, in place of the padding of {@code spec}, that
 *     {@code oh = h · stride}
 */
public record ConvTranspose2d(
    Param weight, @Nullable Param bias, ConvSpec spec, boolean samePadding) implements Layer {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if filters and bias don't have the shapes above or the inputs
   *     don't divide into the groups
   */
  public ConvTranspose2d {
    Shape w = weight.shape();
    if (w.rank() != 4
        || (bias != null && !bias.shape().equals(Shape.of(w.dim(2) * spec.groups())))) {
      throw new IllegalArgumentException(
          "convTranspose2d: filters [kh, kw, out / groups, in] and bias [out], not %s and %s"
              .formatted(w, bias == null ? "none" : bias.shape()));
    }
    if (w.dim(3) % spec.groups() != 0) {
      throw new IllegalArgumentException(
          "convTranspose2d: %d channels don't divide into %d groups"
              .formatted(w.dim(3), spec.groups()));
    }
  }

  /**
   * Returns a layer with drawn filters and a bias of zeros.
   *
   * @param in channels of the images
   * @param filters channels of the result
   * @param kernelH rows of a filter
   * @param kernelW columns of a filter
   * @param options stride, padding, dilation, groups, bias and the distribution of the filters,
   *     He's normal one by default
   * @throws IllegalArgumentException if a number is below 1 or channels don't divide into groups
   */
  public static ConvTranspose2d of(
      int in, int filters, int kernelH, int kernelW, Conv2d.Options options, Rng rng) {
    Conv2d.requireSizes("convTranspose2d", in, filters, kernelH, kernelW, options);
    ConvSpec spec = options.spec();
    Shape shape = Shape.of(kernelH, kernelW, filters / spec.groups(), in);
    Initializer given = options.initializer();
    Initializer init = given == null ? Initializer.heNormal() : given;
    // Of the pixels under a filter's extent one in a stride's step has a value.
    int painted = Math.max(1, kernelH * kernelW / (spec.strideH() * spec.strideW()));
    Fans fans =
        new Fans(painted * (in / spec.groups()), kernelH * kernelW * (filters / spec.groups()));
    Param bias = options.hasBias() ? Param.of(Tensor.zeros(filters)) : null;
    return new ConvTranspose2d(
        Param.of(init.draw(shape, fans, rng)), bias, spec, options.samePadding());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Check.rank("convTranspose2d", x.shape(), 4, "[batch, height, width, channels]");
    Shape k = weight.shape();
    int h = x.shape().dim(1);
    int w = x.shape().dim(2);
    Tensor y;
    if (samePadding) {
      int height = h * spec.strideH();
      int width = w * spec.strideW();
      ConvSpec cut = spec.same(height, width, k.dim(0), k.dim(1));
      y = x.convTranspose2d(weight.value(), cut, height, width);
    } else {
      int height =
          painted(h, spec.strideH(), spec.dilationH(), k.dim(0)) - spec.padTop() - spec.padBottom();
      int width =
          painted(w, spec.strideW(), spec.dilationW(), k.dim(1)) - spec.padLeft() - spec.padRight();
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "convTranspose2d: padding cuts off all that comes of " + x.shape());
      }
      y = x.convTranspose2d(weight.value(), spec, height, width); // [n, oh, ow, out]
    }
    return bias == null ? y : y.add(bias.value());
  }

  private static int painted(int size, int stride, int dilation, int kernel) {
    return (size - 1) * stride + (kernel - 1) * dilation + 1;
  }

  /** Returns channels and size, and what else is not the usual. */
  @Override
  public String toString() {
    Shape w = weight.shape();
    return Conv2d.describe(
        "ConvTranspose2d(%d → %d, %dx%d"
            .formatted(w.dim(3), w.dim(2) * spec.groups(), w.dim(0), w.dim(1)),
        spec,
        samePadding,
        bias != null);
  }
}
