package shinso.core.tensor;

import java.util.ArrayList;
import java.util.List;
import shinso.core.op.ConvSpec;
import shinso.core.op.DepthSpec;
import shinso.core.op.PoolSpec;
import shinso.core.op.WindowOp;

/** Convolutions and windows of sequences and volumes, and dilated windows, by those of images. */
final class Spatial {
  private static final String SEQUENCES = "[batch, time, channels]";
  private static final String VOLUMES = "[batch, depth, height, width, channels]";

  /** The largest pixel number that is a float. */
  private static final int COUNTED = 1 << 24;

  private Spatial() {}

  // ---- sequences: images with one row

  static Tensor conv1d(Tensor x, Tensor filters, ConvSpec spec) {
    Check.rank("conv1d", x.shape(), 3, SEQUENCES);
    Shape w = filters.shape();
    Check.rank("conv1d", w, 3, "[kernel, channels / groups, filters]");
    Check.channels("conv1d", "sequences", x.shape(), w, spec.groups());
    int out = spec.outWidth(x.shape().dim(1), w.dim(0));
    Check.fit("conv1d", "sequences", x.shape(), w, spec, out);
    ConvSpec row =
        new ConvSpec(
            1,
            spec.strideW(),
            0,
            0,
            spec.padLeft(),
            spec.padRight(),
            1,
            spec.dilationW(),
            spec.groups());
    return x.unsqueeze(1).conv2d(filters.unsqueeze(0), row).squeeze(1);
  }

  static Tensor maxPool1d(Tensor x, PoolSpec spec) {
    checkSequences("maxPool1d", x.shape(), spec);
    return x.unsqueeze(1).maxPool(row(spec)).squeeze(1);
  }

  static Tensor averagePool1d(Tensor x, PoolSpec spec, boolean countPadding) {
    checkSequences("averagePool1d", x.shape(), spec);
    return x.unsqueeze(1).averagePool(row(spec), countPadding).squeeze(1);
  }

  private static void checkSequences(String op, Shape x, PoolSpec spec) {
    Check.rank(op, x, 3, SEQUENCES);
    if (x.dim(1) < 1 || spec.outWidth(x.dim(1)) < 1) {
      throw new IllegalArgumentException(
          "%s: the window of %d doesn't fit into the sequences %s".formatted(op, spec.width(), x));
    }
  }

  private static PoolSpec row(PoolSpec spec) {
    return new PoolSpec(1, spec.width(), 1, spec.strideW(), 0, 0, spec.padLeft(), spec.padRight());
  }

  // ---- volumes: slices are images

  static Tensor conv3d(Tensor x, Tensor filters, DepthSpec depth, ConvSpec spec) {
    Check.rank("conv3d", x.shape(), 5, VOLUMES);
    Check.rank(
        "conv3d",
        filters.shape(),
        5,
        "[kernelDepth, kernelHeight, kernelWidth, channels / groups, filters]");
    Shape w = filters.shape();
    int taps = w.dim(0);
    Check.channels("conv3d", "volumes", x.shape(), w, spec.groups());
    int out = outDepth("conv3d", x.shape(), depth, taps);
    int height = spec.outHeight(x.shape().dim(2), w.dim(1));
    int width = spec.outWidth(x.shape().dim(3), w.dim(2));
    Check.fit("conv3d", "volumes", x.shape(), w, spec, Math.min(height, width));
    Tensor padded = x.pad(1, depth.padFront(), depth.padBack(), 0);
    Tensor y = null;
    for (int i = 0; i < taps; i++) {
      Tensor slices = tap(padded, 1, i, depth.dilation(), depth.stride(), out);
      Tensor part = images(slices).conv2d(filters.at(0, i), spec);
      y = y == null ? part : y.add(part);
    }
    if (y == null) {
      throw new IllegalStateException("there is a slice of filters");
    }
    return volumes(y, x.shape().dim(0), out);
  }

  static Tensor maxPool3d(Tensor x, int window, DepthSpec depth, PoolSpec spec) {
    int out = pooled("maxPool3d", x, window, depth, spec);
    Tensor planes = volumes(images(x).maxPool(spec), x.shape().dim(0), x.shape().dim(1));
    Tensor rows = planes.flatten(2).unsqueeze(3); // [n, d, h w c, 1]
    PoolSpec column = column(window, depth);
    return rows.maxPool(column).reshape(planes.shape().with(1, out));
  }

  static Tensor averagePool3d(
      Tensor x, int window, DepthSpec depth, PoolSpec spec, boolean countPadding) {
    int out = pooled("averagePool3d", x, window, depth, spec);
    Tensor planes =
        volumes(images(x).averagePool(spec, countPadding), x.shape().dim(0), x.shape().dim(1));
    Tensor rows = planes.flatten(2).unsqueeze(3);
    PoolSpec column = column(window, depth);
    return rows.averagePool(column, countPadding).reshape(planes.shape().with(1, out));
  }

  private static int pooled(String op, Tensor x, int window, DepthSpec depth, PoolSpec spec) {
    Check.rank(op, x.shape(), 5, VOLUMES);
    if (depth.dilation() != 1) {
      throw new IllegalArgumentException(
          op + ": windows have no dilation along the depth, not " + depth.dilation());
    }
    Shape s = x.shape();
    if (s.dim(2) < 1
        || s.dim(3) < 1
        || spec.outHeight(s.dim(2)) < 1
        || spec.outWidth(s.dim(3)) < 1) {
      throw new IllegalArgumentException(
          "%s: the window %dx%dx%d doesn't fit into the volumes %s"
              .formatted(op, window, spec.height(), spec.width(), s));
    }
    return outDepth(op, s, depth, window);
  }

  private static int outDepth(String op, Shape x, DepthSpec depth, int taps) {
    int out = depth.outDepth(x.dim(1), taps);
    if (out < 1) {
      throw new IllegalArgumentException(
          "%s: %d slices don't fit into the depth of %s with %s".formatted(op, taps, x, depth));
    }
    return out;
  }

  private static PoolSpec column(int window, DepthSpec depth) {
    return new PoolSpec(window, 1, depth.stride(), 1, depth.padFront(), depth.padBack(), 0, 0);
  }

  private static Tensor images(Tensor volumes) {
    Shape s = volumes.shape();
    return volumes.reshape(s.dim(0) * s.dim(1), s.dim(2), s.dim(3), s.dim(4));
  }

  private static Tensor volumes(Tensor images, int batch, int depth) {
    Shape s = images.shape();
    return images.reshape(batch, depth, s.dim(1), s.dim(2), s.dim(3));
  }

  // ---- windows

  static Tensor maxPoolPositions(Tensor x, PoolSpec spec) {
    Check.pooling("maxPoolPositions", x.shape(), spec);
    Check.floating("maxPoolPositions", x.dtype());
    int h = x.shape().dim(1);
    int w = x.shape().dim(2);
    if ((long) h * w > COUNTED) {
      throw new IllegalArgumentException(
          "maxPoolPositions: images of more than 2^24 pixels: " + x.shape() + "; cut them");
    }
    Tensor pixels = Tensor.iota(h * w).cast(x.dtype()).reshape(1, h, w, 1).broadcastTo(x.shape());
    return TensorAccess.apply(new WindowOp.MaxPoolGather(spec), x, pixels).cast(DType.I32);
  }

  static Tensor maxPool(Tensor x, PoolSpec spec, int dilationH, int dilationW) {
    List<Tensor> taps = taps("maxPool", x, spec, dilationH, dilationW, Double.NEGATIVE_INFINITY);
    Tensor y = taps.getFirst();
    for (Tensor tap : taps.subList(1, taps.size())) {
      // The first of equal ones, and NaN before all.
      y = Tensor.select(tap.greater(y).or(tap.notEqual(tap)), tap, y);
    }
    return y;
  }

  static Tensor averagePool(
      Tensor x, PoolSpec spec, int dilationH, int dilationW, boolean countPadding) {
    Tensor sum = sum(taps("averagePool", x, spec, dilationH, dilationW, 0));
    if (countPadding) {
      return sum.div((double) spec.height() * spec.width());
    }
    Tensor one = Tensor.constant(1, x.dtype()).broadcastTo(x.shape().with(0, 1).with(3, 1));
    return sum.div(sum(taps("averagePool", one, spec, dilationH, dilationW, 0)));
  }

  static Tensor lpPool(Tensor x, PoolSpec spec, double p) {
    Check.pooling("lpPool", x.shape(), spec);
    Check.floating("lpPool", x.dtype());
    if (!(p >= 1)) {
      throw new IllegalArgumentException("lpPool: P is at least 1, not " + p);
    }
    Tensor size = x.abs();
    if (p == Double.POSITIVE_INFINITY) {
      return size.maxPool(spec);
    }
    if (p == 1) {
      return size.averagePool(spec, false);
    }
    List<Tensor> taps = taps("lpPool", size, spec, 1, 1, 0);
    // Powers of the parts of the largest, so that none overflows and not all underflow; what comes
    // out doesn't depend on it. Where all is 0, the root would have no derivative.
    Tensor largest = taps.stream().reduce(Tensor::maximum).orElseThrow().stopGradient();
    Tensor nothing = largest.equal(0);
    Tensor scale = Tensor.select(nothing.or(largest.equal(Double.POSITIVE_INFINITY)), 1, largest);
    Tensor powers = sum(taps.stream().map(t -> t.div(scale).pow(p)).toList());
    Tensor one = Tensor.constant(1, x.dtype()).broadcastTo(x.shape().with(0, 1).with(3, 1));
    Tensor mean = powers.div(sum(taps("lpPool", one, spec, 1, 1, 0)));
    Tensor root = Tensor.select(nothing, 1, mean).pow(1 / p);
    return Tensor.select(nothing, 0, scale.mul(root));
  }

  static Tensor unpool(Tensor values, Tensor switches, int height, int width) {
    Check.rank("unpool", values.shape(), 4, "[batch, height, width, channels]");
    Check.floating("unpool", values.dtype());
    Check.indices("unpool", switches.dtype());
    Check.sameShape("unpool", values.shape(), switches.shape());
    Shape s = values.shape();
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "unpool: images have at least 1 row and column, not %dx%d".formatted(height, width));
    }
    Shape images = Shape.of(s.dim(0), height, width, s.dim(3));
    Tensor flat =
        Tensor.iota(s, 0)
            .mul(height * width * s.dim(3))
            .add(switches.mul(s.dim(3)))
            .add(Tensor.iota(s, 3));
    // A position outside of its image must not hit another one.
    Tensor outside = switches.less(0).or(switches.greaterEqual(height * width));
    Tensor checked = Tensor.select(outside, Integer.MIN_VALUE, flat).reshape(s.size());
    return values.reshape(s.size()).scatterAdd(0, checked, images.size()).reshape(images);
  }

  private static Tensor sum(List<Tensor> taps) {
    return taps.stream().reduce(Tensor::add).orElseThrow();
  }

  /** What the windows of all outputs have at each place, row by row. */
  private static List<Tensor> taps(
      String op, Tensor x, PoolSpec spec, int dilationH, int dilationW, double padding) {
    Check.rank(op, x.shape(), 4, "[batch, height, width, channels]");
    Check.floating(op, x.dtype());
    // A convolution's shape, of which rows and columns are those of windows.
    ConvSpec places =
        new ConvSpec(
            spec.strideH(),
            spec.strideW(),
            spec.padTop(),
            spec.padBottom(),
            spec.padLeft(),
            spec.padRight(),
            dilationH,
            dilationW,
            1);
    int h = places.outHeight(x.shape().dim(1), spec.height());
    int w = places.outWidth(x.shape().dim(2), spec.width());
    if (h < 1 || w < 1 || x.shape().dim(1) < 1 || x.shape().dim(2) < 1) {
      throw new IllegalArgumentException(
          "%s: the window %dx%d with dilations %d, %d doesn't fit into the images %s"
              .formatted(op, spec.height(), spec.width(), dilationH, dilationW, x.shape()));
    }
    Tensor padded =
        x.pad(1, spec.padTop(), spec.padBottom(), padding)
            .pad(2, spec.padLeft(), spec.padRight(), padding);
    List<Tensor> taps = new ArrayList<>();
    for (int i = 0; i < spec.height(); i++) {
      Tensor rows = tap(padded, 1, i, dilationH, spec.strideH(), h);
      for (int j = 0; j < spec.width(); j++) {
        taps.add(tap(rows, 2, j, dilationW, spec.strideW(), w));
      }
    }
    return taps;
  }

  /** The elements of an axis that one tap of a moving filter meets. */
  private static Tensor tap(Tensor x, int axis, int tap, int dilation, int stride, int count) {
    int from = tap * dilation;
    return x.slice(axis, from, from + (count - 1) * stride + 1, stride);
  }
}
