package shinso.cpu.simd.convolution;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LE;
import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.ZERO;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.splat;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import shinso.cpu.simd.Lanes;
import shinso.cpu.simd.element.MoveKernels;

/**
 * Maxima and means of windows of images {@code [n, height, width, channels]}, and their adjoints.
 *
 * <p>Windows are {@code [n, outHeight, outWidth, channels]}. Addresses are those of image 0; a call
 * handles the images {@code from} up to {@code to}. A window's maximum is the first in row-major
 * order of which no other is larger, a NaN being larger than all; padding is never a maximum. Sums
 * are made in row-major order, of windows and of a window's elements. Vectors run over channels.
 */
public final class PoolKernels {
  private PoolKernels() {}

  /** {@code y}: the maximum of each window of {@code x}. */
  public static void max(PoolShape s, long y, long x, int from, int to) {
    if (s.isQuartering()) {
      for (int n = from; n < to; n++) {
        for (int i = 0; i < s.outHeight(); i++) {
          for (int c = 0; c < s.channels(); c += LANES) {
            long at = x + s.corner(n, i, 0) + 4L * c;
            maxOfFour(y + s.window(n, i, 0) + 4L * c, at, s.row(), s.pixel(), s.outWidth());
          }
        }
      }
      return;
    }
    for (int n = from; n < to; n++) {
      for (int i = 0; i < s.outHeight(); i++) {
        for (int j = 0; j < s.outWidth(); j++) {
          long corner = x + s.corner(n, i, j);
          long out = y + s.window(n, i, j);
          for (int c = 0; c < s.channels(); c += LANES) {
            int count = Math.min(LANES, s.channels() - c);
            max(out + 4L * c, corner + 4L * c, s.row(), s.rows(i), s.columns(j), s.pixel(), count);
          }
        }
      }
    }
  }

  private static void max(long y, long x, long row, int rows, int columns, long pixel, int count) {
    FloatVector best = load(x, 0, count);
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        FloatVector v = load(x + r * row + q * pixel, 0, count);
        best = best.blend(v, better(v, best));
      }
    }
    store(best, y, 0, count);
  }

  /** A vector of channels of {@code n} windows of 2x2 next to each other. */
  private static void maxOfFour(long y, long x, long row, long pixel, int n) {
    for (int j = 0; j < n; j++) {
      long above = x + 2 * pixel * j;
      long below = above + row;
      FloatVector best = FloatVector.fromMemorySegment(F, ALL, above & ADDRESS, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, above + pixel & ADDRESS, ORDER);
      best = best.blend(v, best.compare(EQ, best).andNot(v.compare(LE, best)));
      v = FloatVector.fromMemorySegment(F, ALL, below & ADDRESS, ORDER);
      best = best.blend(v, best.compare(EQ, best).andNot(v.compare(LE, best)));
      v = FloatVector.fromMemorySegment(F, ALL, below + pixel & ADDRESS, ORDER);
      best = best.blend(v, best.compare(EQ, best).andNot(v.compare(LE, best)));
      best.intoMemorySegment(ALL, y + pixel * j & ADDRESS, ORDER);
    }
  }

  /** Where v is larger than the best so far: not (v &lt;= best), unless that is NaN already. */
  private static VectorMask<Float> better(FloatVector v, FloatVector best) {
    return best.compare(EQ, best).andNot(v.compare(LE, best));
  }

  /** {@code y}: for each window the element of {@code v} where {@code x} has its maximum. */
  public static void maxGather(PoolShape s, long y, long x, long v, int from, int to) {
    for (int n = from; n < to; n++) {
      for (int i = 0; i < s.outHeight(); i++) {
        for (int j = 0; j < s.outWidth(); j++) {
          long corner = s.corner(n, i, j);
          long out = y + s.window(n, i, j);
          for (int c = 0; c < s.channels(); c += LANES) {
            int count = Math.min(LANES, s.channels() - c);
            long at = corner + 4L * c;
            gather(
                out + 4L * c, x + at, v + at, s.row(), s.rows(i), s.columns(j), s.pixel(), count);
          }
        }
      }
    }
  }

  private static void gather(
      long y, long x, long v, long row, int rows, int columns, long pixel, int count) {
    FloatVector best = load(x, 0, count);
    FloatVector chosen = load(v, 0, count);
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        long at = r * row + q * pixel;
        FloatVector next = load(x + at, 0, count);
        VectorMask<Float> better = better(next, best);
        best = best.blend(next, better);
        chosen = chosen.blend(load(v + at, 0, count), better);
      }
    }
    store(chosen, y, 0, count);
  }

  /**
   * {@code dx}: zeros of the shape of {@code x}, to which the elements of {@code dy}, one a window,
   * are added where {@code x} has the window's maximum.
   */
  public static void maxScatter(PoolShape s, long dx, long x, long dy, int from, int to) {
    if (s.isQuartering()) {
      for (int n = from; n < to; n++) {
        scatterToFour(s, dx, x, dy, n);
      }
      return;
    }
    for (int n = from; n < to; n++) {
      clear(s, dx, n);
      for (int i = 0; i < s.outHeight(); i++) {
        for (int j = 0; j < s.outWidth(); j++) {
          long corner = s.corner(n, i, j);
          long in = dy + s.window(n, i, j);
          for (int c = 0; c < s.channels(); c += LANES) {
            int count = Math.min(LANES, s.channels() - c);
            long at = corner + 4L * c;
            scatter(
                dx + at, x + at, in + 4L * c, s.row(), s.rows(i), s.columns(j), s.pixel(), count);
          }
        }
      }
    }
  }

  private static void scatter(
      long dx, long x, long dy, long row, int rows, int columns, long pixel, int count) {
    FloatVector best = load(x, 0, count);
    IntVector arg = splat(0);
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        FloatVector next = load(x + r * row + q * pixel, 0, count);
        VectorMask<Float> better = better(next, best);
        best = best.blend(next, better);
        arg = arg.blend(r * columns + q, better.cast(Lanes.I));
      }
    }
    FloatVector g = load(dy, 0, count);
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        long at = dx + r * row + q * pixel;
        VectorMask<Float> here = arg.compare(EQ, r * columns + q).cast(Lanes.F);
        store(load(at, 0, count).add(ZERO.blend(g, here)), at, 0, count);
      }
    }
  }

  /** An image of windows of 2x2 that don't overlap: each element is written once. */
  private static void scatterToFour(PoolShape s, long dx, long x, long dy, int n) {
    int covered = 2 * s.outWidth();
    for (int i = 0; i < s.outHeight(); i++) {
      long corner = s.corner(n, i, 0);
      for (int c = 0; c < s.channels(); c += LANES) {
        long at = corner + 4L * c;
        long in = dy + s.window(n, i, 0) + 4L * c;
        scatterToFour(dx + at, x + at, in, s.row(), s.pixel(), s.outWidth());
      }
      if (covered < s.width()) {
        MoveKernels.fill(dx + corner + s.pixel() * covered, 0, s.channels());
        MoveKernels.fill(dx + corner + s.row() + s.pixel() * covered, 0, s.channels());
      }
    }
    if (2 * s.outHeight() < s.height()) {
      long last = s.corner(n, s.outHeight(), 0);
      MoveKernels.fill(dx + last, 0, s.width() * s.channels());
    }
  }

  /** A vector of channels of {@code n} windows of 2x2 next to each other. */
  private static void scatterToFour(long dx, long x, long dy, long row, long pixel, int n) {
    for (int j = 0; j < n; j++) {
      long a = 2 * pixel * j;
      long b = a + pixel;
      long c = a + row;
      long d = b + row;
      FloatVector best = FloatVector.fromMemorySegment(F, ALL, x + a & ADDRESS, ORDER);
      FloatVector v = FloatVector.fromMemorySegment(F, ALL, x + b & ADDRESS, ORDER);
      VectorMask<Float> second = best.compare(EQ, best).andNot(v.compare(LE, best));
      best = best.blend(v, second);
      v = FloatVector.fromMemorySegment(F, ALL, x + c & ADDRESS, ORDER);
      VectorMask<Float> third = best.compare(EQ, best).andNot(v.compare(LE, best));
      best = best.blend(v, third);
      v = FloatVector.fromMemorySegment(F, ALL, x + d & ADDRESS, ORDER);
      VectorMask<Float> fourth = best.compare(EQ, best).andNot(v.compare(LE, best));
      // Like a sum that starts from 0: −0 becomes 0.
      FloatVector zero = FloatVector.zero(F);
      FloatVector g =
          FloatVector.fromMemorySegment(F, ALL, dy + pixel * j & ADDRESS, ORDER).add(zero);
      zero.blend(g, fourth).intoMemorySegment(ALL, dx + d & ADDRESS, ORDER);
      g = g.blend(zero, fourth);
      zero.blend(g, third).intoMemorySegment(ALL, dx + c & ADDRESS, ORDER);
      g = g.blend(zero, third);
      zero.blend(g, second).intoMemorySegment(ALL, dx + b & ADDRESS, ORDER);
      g.blend(zero, second).intoMemorySegment(ALL, dx + a & ADDRESS, ORDER);
    }
  }

  /**
   * {@code y}: the mean of each window of {@code x}.
   *
   * @param countPadding whether padding counts as zeros, or the mean is over the image alone
   */
  public static void average(PoolShape s, boolean countPadding, long y, long x, int from, int to) {
    for (int n = from; n < to; n++) {
      for (int i = 0; i < s.outHeight(); i++) {
        for (int j = 0; j < s.outWidth(); j++) {
          long corner = x + s.corner(n, i, j);
          long out = y + s.window(n, i, j);
          float size = s.size(i, j, countPadding);
          for (int c = 0; c < s.channels(); c += LANES) {
            int count = Math.min(LANES, s.channels() - c);
            long at = corner + 4L * c;
            mean(out + 4L * c, at, s.row(), s.rows(i), s.columns(j), s.pixel(), size, count);
          }
        }
      }
    }
  }

  private static void mean(
      long y, long x, long row, int rows, int columns, long pixel, float size, int count) {
    FloatVector sum = splat(0f);
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        sum = sum.add(load(x + r * row + q * pixel, 0, count));
      }
    }
    store(sum.div(splat(size)), y, 0, count);
  }

  /** {@code dx}: the adjoint of {@link #average}, each element of {@code dy} spread evenly. */
  public static void averageBackward(
      PoolShape s, boolean countPadding, long dx, long dy, int from, int to) {
    for (int n = from; n < to; n++) {
      clear(s, dx, n);
      for (int i = 0; i < s.outHeight(); i++) {
        for (int j = 0; j < s.outWidth(); j++) {
          long corner = dx + s.corner(n, i, j);
          long in = dy + s.window(n, i, j);
          float size = s.size(i, j, countPadding);
          for (int c = 0; c < s.channels(); c += LANES) {
            int count = Math.min(LANES, s.channels() - c);
            long at = corner + 4L * c;
            spread(at, in + 4L * c, s.row(), s.rows(i), s.columns(j), s.pixel(), size, count);
          }
        }
      }
    }
  }

  private static void spread(
      long dx, long dy, long row, int rows, int columns, long pixel, float size, int count) {
    FloatVector g = load(dy, 0, count).div(splat(size));
    for (int r = 0; r < rows; r++) {
      for (int q = 0; q < columns; q++) {
        long at = dx + r * row + q * pixel;
        store(load(at, 0, count).add(g), at, 0, count);
      }
    }
  }

  private static void clear(PoolShape s, long dx, int n) {
    long image = (long) s.height() * s.width() * s.channels();
    MoveKernels.fill(dx + 4 * image * n, 0, Math.toIntExact(image));
  }
}
