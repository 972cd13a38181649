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
 * Convolution of images with filters: {@code [n, h, w, in] -> [n, oh, ow, out]}.
 *
 * @param weight the filters, {@code [kh, kw, in / groups, out]}
 * @param bias {@code [out]}, or null
 * @param spec stride, padding, dilation and groups
 * @param samePadding whether images are padded, in place of the padding of {@code spec}, so that
 *     {@code oh = ceil(h / stride)}
 */
public record Conv2d(Param weight, @Nullable Param bias, ConvSpec spec, boolean samePadding)
    implements Layer {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if filters and bias don't have the shapes above or the outputs
   *     don't divide into the groups
   */
  public Conv2d {
    Shape w = weight.shape();
    if (w.rank() != 4 || (bias != null && !bias.shape().equals(Shape.of(w.dim(3))))) {
      throw new IllegalArgumentException(
          "conv2d: filters [kh, kw, in / groups, out] and bias [out], not %s and %s"
              .formatted(w, bias == null ? "none" : bias.shape()));
    }
    if (w.dim(3) % spec.groups() != 0) {
      throw new IllegalArgumentException(
          "conv2d: %d filters don't divide into %d groups".formatted(w.dim(3), spec.groups()));
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
  public static Conv2d of(int in, int filters, int kernelH, int kernelW, Options options, Rng rng) {
    requireSizes("conv2d", in, filters, kernelH, kernelW, options);
    int groups = options.spec.groups();
    Shape shape = Shape.of(kernelH, kernelW, in / groups, filters);
    Initializer given = options.initializer;
    Initializer init = given == null ? Initializer.heNormal() : given;
    Param weight = Param.of(init.draw(shape, Fans.of(shape, groups), rng));
    Param bias = options.hasBias ? Param.of(Tensor.zeros(filters)) : null;
    return new Conv2d(weight, bias, options.spec, options.samePadding);
  }

  /** Requires positive sizes and channels that divide into groups. */
  static void requireSizes(
      String layer, int in, int filters, int kernelH, int kernelW, Options options) {
    if (in < 1 || filters < 1 || kernelH < 1 || kernelW < 1) {
      throw new IllegalArgumentException(
          "%s: channels, filters and their size are at least 1, not %d, %d and %dx%d"
              .formatted(layer, in, filters, kernelH, kernelW));
    }
    int groups = options.spec.groups();
    if (in % groups != 0 || filters % groups != 0) {
      throw new IllegalArgumentException(
          "%s: %d channels and %d filters don't divide into %d groups"
              .formatted(layer, in, filters, groups));
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Check.rank("conv2d", x.shape(), 4, "[batch, height, width, channels]");
    Shape k = weight.shape();
    ConvSpec padded =
        samePadding ? spec.same(x.shape().dim(1), x.shape().dim(2), k.dim(0), k.dim(1)) : spec;
    Tensor y = x.conv2d(weight.value(), padded); // [n, oh, ow, out]
    return bias == null ? y : y.add(bias.value());
  }

  /** Returns channels and size, and what else is not the usual. */
  @Override
  public String toString() {
    Shape w = weight.shape();
    return describe(
        "Conv2d(%d → %d, %dx%d".formatted(w.dim(2) * spec.groups(), w.dim(3), w.dim(0), w.dim(1)),
        spec,
        samePadding,
        bias != null);
  }

  /** Adds to a text what is not the usual of a convolution. */
  static String describe(String sizes, ConvSpec spec, boolean samePadding, boolean hasBias) {
    StringBuilder s = new StringBuilder(sizes);
    option(s, "stride", spec.strideH(), spec.strideW());
    option(s, "dilation", spec.dilationH(), spec.dilationW());
    if (samePadding) {
      s.append(", same");
    } else if (spec.padTop() + spec.padBottom() + spec.padLeft() + spec.padRight() > 0) {
      s.append(", padding ").append(spec.padTop()).append(' ').append(spec.padBottom());
      s.append(' ').append(spec.padLeft()).append(' ').append(spec.padRight());
    }
    if (spec.groups() > 1) {
      s.append(", ").append(spec.groups()).append(" groups");
    }
    return s.append(hasBias ? ")" : ", no bias)").toString();
  }

  private static void option(StringBuilder s, String name, int h, int w) {
    if (h != 1 || w != 1) {
      s.append(", ").append(name).append(' ').append(h == w ? "" + h : h + "x" + w);
    }
  }

  /**
   * How a convolution is made. Each method returns changed options.
   *
   * @param spec stride, padding, dilation and groups
   * @param samePadding whether images are padded so that stride 1 keeps their size
   * @param hasBias whether a bias is added
   * @param initializer of the filters; null for the one that suits the activation that follows
   */
  public record Options(
      ConvSpec spec, boolean samePadding, boolean hasBias, @Nullable Initializer initializer) {
    /** Stride 1, no padding, a bias, and filters that suit the activation that follows. */
    public static final Options DEFAULT = new Options(ConvSpec.VALID, false, true, null);

    /** Returns this with steps of so many rows and columns. */
    public Options stride(int stride) {
      return with(spec.withStride(stride));
    }

    /** Returns this with steps of so many rows and columns. */
    public Options stride(int h, int w) {
      return with(spec.withStride(h, w));
    }

    /** Returns this padded so that {@code ceil(size / stride)} rows and columns come out. */
    public Options same() {
      return new Options(spec.withPadding(0), true, hasBias, initializer);
    }

    /** Returns this with so many rows and columns of zeros on each side. */
    public Options padding(int padding) {
      return padding(padding, padding, padding, padding);
    }

    /** Returns this with so many rows and columns of zeros on the four sides. */
    public Options padding(int top, int bottom, int left, int right) {
      return new Options(spec.withPadding(top, bottom, left, right), false, hasBias, initializer);
    }

    /** Returns this with filter taps so many pixels apart. */
    public Options dilation(int dilation) {
      return with(spec.withDilation(dilation));
    }

    /** Returns this with channels and filters in so many groups that are convolved apart. */
    public Options groups(int groups) {
      return with(spec.withGroups(groups));
    }

    /** Returns this without bias. */
    public Options noBias() {
      return new Options(spec, samePadding, false, initializer);
    }

    /** Returns this with another distribution of initial filters. */
    public Options init(Initializer init) {
      return new Options(spec, samePadding, hasBias, init);
    }

    private Options with(ConvSpec changed) {
      return new Options(changed, samePadding, hasBias, initializer);
    }
  }
}
