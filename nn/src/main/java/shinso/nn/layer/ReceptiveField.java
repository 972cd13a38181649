package shinso.nn.layer;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.tensor.Shape;

/**
 * The part of an image that a unit of a layer sees: the one at row i and column j sees rows {@code
 * top + i · strideH} and so many from there on, and columns likewise. Parts of it may lie outside
 * of the image.
 *
 * @param top the first row that the first unit sees, negative if that is padding
 * @param left the first column that the first unit sees
 * @param height rows that a unit sees
 * @param width columns that a unit sees
 * @param strideH rows between what neighbours see
 * @param strideW columns between what neighbours see
 */
public record ReceptiveField(int top, int left, int height, int width, int strideH, int strideW) {
  private static final ReceptiveField PIXEL = new ReceptiveField(0, 0, 1, 1, 1, 1);

  /**
   * Returns what units of a network's layer see of its input.
   *
   * @throws IllegalArgumentException if the network has no such layer, or takes no images, or it is
   *     not known what a layer before it sees
   */
  public static ReceptiveField of(Network network, String layer) {
    if (!network.layers().containsKey(layer)) {
      throw new IllegalArgumentException(
          "receptive field: there is no layer '%s'; the layers are %s"
              .formatted(layer, network.layers().keySet()));
    }
    ReceptiveField field = PIXEL;
    Shape shape = Shape.of(1).concat(network.input());
    for (Map.Entry<String, Layer> e : network.layers().entrySet()) {
      field = through(e.getValue(), field, shape);
      if (field == null) {
        throw new IllegalArgumentException(
            "receptive field: it is not known what a unit sees through the layer '%s', %s"
                .formatted(e.getKey(), e.getValue()));
      }
      shape = e.getValue().outputShape(shape);
      if (e.getKey().equals(layer)) {
        break;
      }
    }
    return field;
  }

  /** Returns whether it is known what units of a network's layer see of its input. */
  public static boolean isKnown(Network network, String layer) {
    Shape shape = Shape.of(1).concat(network.input());
    for (Map.Entry<String, Layer> e : network.layers().entrySet()) {
      if (through(e.getValue(), PIXEL, shape) == null) {
        return false;
      }
      shape = e.getValue().outputShape(shape);
      if (e.getKey().equals(layer)) {
        return true;
      }
    }
    return false;
  }

  /** Returns what is seen through a further layer, or null if that is not known. */
  private static @Nullable ReceptiveField through(Layer layer, ReceptiveField f, Shape in) {
    return switch (layer) {
      case Conv2d c -> f.convolved(c, in);
      case SeparableConv2d s -> f.convolved(s.depthwise(), in);
      case MaxPool(PoolSpec spec) -> f.pooled(spec);
      case AveragePool(PoolSpec spec, _) -> f.pooled(spec);
      case LpPool(PoolSpec spec, _) -> f.pooled(spec);
      case ZeroPadded(int stride, _) -> f.window(1, 1, stride, stride, 0, 0);
      case LocalResponseNorm n when n.region() == LocalResponseNorm.Region.WITHIN_CHANNEL ->
          f.window(n.size(), n.size(), 1, 1, n.size() / 2, n.size() / 2);
      case Activation _, BatchNorm _, Dropout _, LocalResponseNorm _ -> f;
      case Prelu _, Maxout _, Standardization _ -> f;
      case Frozen frozen -> through(frozen.layer(), f, in);
      case Sequential s -> chain(s.layers(), f, in);
      case Network n -> chain(n.layers().values(), f, in);
      case Residual r -> {
        ReceptiveField y = through(r.layer(), f, in);
        ReceptiveField past = r.shortcut() == null ? f : through(r.shortcut(), f, in);
        yield y == null || past == null ? null : y.or(past);
      }
      default -> null;
    };
  }

  private static @Nullable ReceptiveField chain(
      Iterable<Layer> layers, ReceptiveField f, Shape in) {
    ReceptiveField field = f;
    Shape shape = in;
    for (Layer layer : layers) {
      field = through(layer, field, shape);
      if (field == null) {
        return null;
      }
      shape = layer.outputShape(shape);
    }
    return field;
  }

  private ReceptiveField convolved(Conv2d c, Shape in) {
    int kh = c.weight().shape().dim(0);
    int kw = c.weight().shape().dim(1);
    ConvSpec s = c.samePadding() ? c.spec().same(in.dim(1), in.dim(2), kh, kw) : c.spec();
    return window(
        (kh - 1) * s.dilationH() + 1,
        (kw - 1) * s.dilationW() + 1,
        s.strideH(),
        s.strideW(),
        s.padTop(),
        s.padLeft());
  }

  private ReceptiveField pooled(PoolSpec s) {
    return window(s.height(), s.width(), s.strideH(), s.strideW(), s.padTop(), s.padLeft());
  }

  private ReceptiveField window(int h, int w, int stepH, int stepW, int padTop, int padLeft) {
    return new ReceptiveField(
        top - padTop * strideH,
        left - padLeft * strideW,
        height + (h - 1) * strideH,
        width + (w - 1) * strideW,
        strideH * stepH,
        strideW * stepW);
  }

  /** Returns all that one of two fields of the same unit sees. */
  private ReceptiveField or(ReceptiveField b) {
    int first = Math.min(top, b.top);
    int start = Math.min(left, b.left);
    return new ReceptiveField(
        first,
        start,
        Math.max(top + height, b.top + b.height) - first,
        Math.max(left + width, b.left + b.width) - start,
        strideH,
        strideW);
  }
}
