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
 * Convolution of sequences with filters: {@code [n, t, in] -> [n, ot, out]}. A sequence is an image
 * with one row: of strides, paddings and dilations those of columns count.
 *
 * @param weight the filters, {@code [k, in / groups, out]}
 * @param bias {@code [out]}, or null
 * @param spec stride, padding, dilation and groups; with {@code (k − 1) · dilation} on the left and
 *     nothing on the right no output sees a later input
 * @param samePadding whether sequences are padded, in place of the padding of {@code spec}, so that
 *     {@code ot = ceil(t / stride)}
 */
public record Conv1d(Param weight, @Nullable Param bias, ConvSpec spec, boolean samePadding)
    implements Layer {
  /**
   * Checks the shapes.
   *
   * @throws IllegalArgumentException if filters and bias don't have the shapes above or the outputs
   *     don't divide into the groups
   */
  public Conv1d {
    Shape w = weight.shape();
    if (w.rank() != 3 || (bias != null && !bias.shape().equals(Shape.of(w.dim(2))))) {
      throw new IllegalArgumentException(
          "conv1d: filters [k, in / groups, out] and bias [out], not %s and %s"
              .formatted(w, bias == null ? "none" : bias.shape()));
    }
    if (w.dim(2) % spec.groups() != 0) {
      throw new IllegalArgumentException(
          "conv1d: %d filters don't divide into %d groups".formatted(w.dim(2), spec.groups()));
    }
  }

  /**
   * Returns a layer with drawn filters and a bias of zeros.
   *
   * @param in features of a step
   * @param filters features of a step of the result
   * @param kernel steps of a filter
   * @param options stride, padding, dilation, groups, bias and the distribution of the filters,
   *     He's normal one by default
   * @throws IllegalArgumentException if a number is below 1 or features don't divide into groups
   */
  public static Conv1d of(int in, int filters, int kernel, Conv2d.Options options, Rng rng) {
    Conv2d.requireSizes("conv1d", in, filters, 1, kernel, options);
    int groups = options.spec().groups();
    Initializer given = options.initializer();
    Initializer init = given == null ? Initializer.heNormal() : given;
    Fans fans = new Fans(kernel * (in / groups), kernel * (filters / groups));
    Param weight = Param.of(init.draw(Shape.of(kernel, in / groups, filters), fans, rng));
    Param bias = options.hasBias() ? Param.of(Tensor.zeros(filters)) : null;
    return new Conv1d(weight, bias, options.spec(), options.samePadding());
  }

  @Override
  public Tensor forward(Tensor x, Pass pass) {
    Check.rank("conv1d", x.shape(), 3, "[batch, time, features]");
    ConvSpec padded = samePadding ? spec.same(1, x.shape().dim(1), 1, weight.shape().dim(0)) : spec;
    Tensor y = x.conv1d(weight.value(), padded); // [n, ot, out]
    return bias == null ? y : y.add(bias.value());
  }

  /** Returns features and size, and what else is not the usual. */
  @Override
  public String toString() {
    Shape w = weight.shape();
    ConvSpec columns =
        new ConvSpec(
            spec.strideW(),
            spec.strideW(),
            0,
            0,
            spec.padLeft(),
            spec.padRight(),
            spec.dilationW(),
            spec.dilationW(),
            spec.groups());
    return Conv2d.describe(
        "Conv1d(%d → %d, %d".formatted(w.dim(1) * spec.groups(), w.dim(2), w.dim(0)),
        columns,
        samePadding,
        bias != null);
  }
}
