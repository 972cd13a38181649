package shinso.cpu.simd.convolution;

import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;

import jdk.incubator.vector.FloatVector;
import shinso.core.op.ConvSpec;

/**
 * Depthwise convolution, one filter a channel, and its gradients; vectors run over channels.
 *
 * <p>As matrix products these would be thousands with a single column. A result is the sum of its
 * taps in row-major order by fused multiply-add, then the bias is added. The gradient of an image
 * adds rounded products in order of positions and taps. The gradient of a filter adds, in order of
 * images and of rows of results, the sum over a row by fused multiply-add.
 */
public final class DepthwiseKernels {
  private DepthwiseKernels() {}

  /**
   * Convolution of the images {@code from} up to {@code to}: {@code y = x * w + bias}.
   *
   * @param bias address of a float a filter, or 0
   */
  public static void forward(ConvShape s, long y, long x, long w, long bias, int from, int to) {
    long pixel = 4L * s.channels();
    Axis v = vertical(s);
    Axis h = horizontal(s);
    long out = y + pixel * s.positions() * from;
    for (int n = from; n < to; n++) {
      for (int i = 0; i < s.outHeight(); i++) {
        for (int j = 0; j < s.outWidth(); j++, out += pixel) {
          long at = x + corner(s, v, h, n, i, j);
          long taps = w + pixel * (v.first(i) * s.kernelW() + h.first(j));
          for (int c = 0; c < s.channels(); c += LANES) {
            int count = Math.min(LANES, s.channels() - c);
            long start = bias == 0 ? 0 : bias + 4L * c;
            int rows = v.count(i);
            sum(out + 4L * c, at + 4L * c, taps + 4L * c, start, s, rows, h.count(j), count);
          }
        }
      }
    }
  }

  private static void sum(
      long y, long x, long w, long bias, ConvShape s, int rows, int columns, int count) {
    long pixel = 4L * s.channels();
    long row = pixel * s.width() * s.spec().dilationH();
    long step = pixel * s.spec().dilationW();
    FloatVector sum = splat(0f);
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        FloatVector a = load(x + r * row + q * step, 0, count);
        sum = a.fma(load(w + pixel * (r * s.kernelW() + q), 0, count), sum);
      }
    }
    if (bias != 0) {
      sum = sum.add(load(bias, 0, count));
    }
    store(sum, y, 0, count);
  }

  private static Axis vertical(ConvShape s) {
    ConvSpec spec = s.spec();
    return new Axis(s.kernelH(), s.height(), spec.strideH(), spec.padTop(), spec.dilationH());
  }

  private static Axis horizontal(ConvShape s) {
    ConvSpec spec = s.spec();
    return new Axis(s.kernelW(), s.width(), spec.strideW(), spec.padLeft(), spec.dilationW());
  }

  /** Bytes from the first image to the first pixel within it of window (i, j) of image n. */
  private static long corner(ConvShape s, Axis v, Axis h, int n, int i, int j) {
    long row = (long) n * s.height() + v.position(i, v.first(i));
    return 4L * s.channels() * (row * s.width() + h.position(j, h.first(j)));
  }

  /** Adds to {@code dx}, which holds zeros. */
  public static void backwardData(ConvShape s, long dx, long dy, long w, int from, int to) {
    long pixel = 4L * s.channels();
    Axis v = vertical(s);
    Axis h = horizontal(s);
    long in = dy + pixel * s.positions() * from;
    for (int n = from; n < to; n++) {
      for (int i = 0; i < s.outHeight(); i++) {
        for (int j = 0; j < s.outWidth(); j++, in += pixel) {
          long at = dx + corner(s, v, h, n, i, j);
          long taps = w + pixel * (v.first(i) * s.kernelW() + h.first(j));
          for (int c = 0; c < s.channels(); c += LANES) {
            int count = Math.min(LANES, s.channels() - c);
            spread(at + 4L * c, in + 4L * c, taps + 4L * c, s, v.count(i), h.count(j), count);
          }
        }
      }
    }
  }

  private static void spread(
      long dx, long dy, long w, ConvShape s, int rows, int columns, int count) {
    long pixel = 4L * s.channels();
    long row = pixel * s.width() * s.spec().dilationH();
    long step = pixel * s.spec().dilationW();
    FloatVector g = load(dy, 0, count);
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        long at = dx + r * row + q * step;
        FloatVector product = g.mul(load(w + pixel * (r * s.kernelW() + q), 0, count));
        store(load(at, 0, count).add(product), at, 0, count);
      }
    }
  }

  /** Adds to {@code dw}. */
  public static void backwardWeights(ConvShape s, long dw, long x, long dy, int from, int to) {
    long pixel = 4L * s.channels();
    Axis v = vertical(s);
    Axis h = horizontal(s);
    for (int n = from; n < to; n++) {
      for (int i = 0; i < s.outHeight(); i++) {
        long in = dy + pixel * ((long) n * s.outHeight() + i) * s.outWidth();
        for (int ky = v.first(i); ky < v.first(i) + v.count(i); ky++) {
          long line = x + pixel * ((long) n * s.height() + v.position(i, ky)) * s.width();
          for (int kx = 0; kx < s.kernelW(); kx++) {
            // The results whose tap lies within the image.
            int left = h.position(0, kx);
            int low = Math.clamp(Math.ceilDiv(-left, h.stride()), 0, s.outWidth());
            int high = Math.clamp(Math.ceilDiv(s.width() - left, h.stride()), low, s.outWidth());
            long a = line + pixel * h.position(low, kx);
            long g = in + pixel * low;
            long out = dw + pixel * (ky * s.kernelW() + kx);
            row(out, a, g, pixel * h.stride(), s.channels(), high - low);
          }
        }
      }
    }
  }

  private static void row(long dw, long x, long dy, long xStep, int channels, int n) {
    for (int c = 0; c < channels; c += LANES) {
      int count = Math.min(LANES, channels - c);
      rowOfLanes(dw + 4L * c, x + 4L * c, dy + 4L * c, xStep, 4L * channels, n, count);
    }
  }

  private static void rowOfLanes(
      long dw, long x, long dy, long xStep, long dyStep, int n, int count) {
    FloatVector sum = splat(0f);
    for (int j = 0; j < n; j++) {
      sum = load(x + xStep * j, 0, count).fma(load(dy + dyStep * j, 0, count), sum);
    }
    store(load(dw, 0, count).add(sum), dw, 0, count);
  }

  /** One axis of the windows: which taps of window i lie within the image. */
  private record Axis(int kernel, int size, int stride, int padding, int dilation) {
    /** Where tap k of window i is in the image, or outside of it. */
    int position(int i, int k) {
      return i * stride - padding + k * dilation;
    }

    int first(int i) {
      return Math.clamp(Math.ceilDiv(-position(i, 0), dilation), 0, kernel);
    }

    int count(int i) {
      int end = Math.clamp(Math.ceilDiv(size - position(i, 0), dilation), 0, kernel);
      return Math.max(0, end - first(i));
    }
  }
}
