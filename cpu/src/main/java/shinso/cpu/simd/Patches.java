package shinso.cpu.simd;

import static shinso.cpu.simd.Lanes.ADDRESS;
import static shinso.cpu.simd.Lanes.BYTES;
import static shinso.cpu.simd.Lanes.F;
import static shinso.cpu.simd.Lanes.LANES;
import static shinso.cpu.simd.Lanes.load;
import static shinso.cpu.simd.Lanes.store;
import static shinso.cpu.simd.Native.ALL;
import static shinso.cpu.simd.Native.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * Patches of images: what lies under a filter, as the rows of a matrix ("im2col"), and the adjoint.
 *
 * <p>Row r of the matrix belongs to position r of the results, counted over all images. Only some
 * of the columns are made at a time, so that they stay in the cache.
 */
final class Patches {
  private final ConvShape shape;

  /** Address of the images, or of their gradient. */
  private final long images;

  /** Whether the elements of a patch's row that lie within the image are consecutive. */
  private final boolean consecutive;

  private final int rowLength;
  private final int outWidth;
  private final int positions;

  Patches(ConvShape shape, long images) {
    this.shape = shape;
    this.images = images;
    this.consecutive = shape.spec().groups() == 1 && shape.spec().dilationW() == 1;
    this.rowLength = shape.kernelW() * shape.groupChannels();
    this.outWidth = shape.outWidth();
    this.positions = shape.positions();
  }

  /**
   * Columns {@code from} to {@code to} of {@code count} rows from {@code row} on, to {@code dst}
   * {@code [count, to - from]}.
   */
  void read(long dst, int group, long row, int count, int from, int to) {
    for (int r = 0; r < count; r++) {
      visit(dst + 4L * r * (to - from), group, row + r, from, to, false);
    }
  }

  /** Adds the same columns, {@code [count, to - from]} at {@code src}, to the images. */
  void add(long src, int group, long row, int count, int from, int to) {
    for (int r = 0; r < count; r++) {
      visit(src + 4L * r * (to - from), group, row + r, from, to, true);
    }
  }

  private void visit(long patch, int group, long row, int from, int to, boolean add) {
    int position = (int) (row % positions);
    int top = position / outWidth * shape.spec().strideH() - shape.spec().padTop();
    int left = position % outWidth * shape.spec().strideW() - shape.spec().padLeft();
    int channels = shape.groupChannels();
    long image =
        images
            + 4
                * (row / positions * shape.height() * shape.width() * shape.channels()
                    + (long) group * channels);
    // Taps of a row within the image: lo to hi.
    int step = shape.spec().dilationW();
    int lo = Math.min(shape.kernelW(), Math.ceilDiv(Math.max(0, -left), step));
    int hi = Math.clamp(Math.ceilDiv(shape.width() - left, step), lo, shape.kernelW());
    for (int y = from / rowLength; y * rowLength < to; y++) {
      int start = y * rowLength;
      int line = top + y * shape.spec().dilationH();
      boolean inside = line >= 0 && line < shape.height();
      int low = inside ? start + lo * channels : start + rowLength;
      int high = inside ? start + hi * channels : start + rowLength;
      if (!add) {
        zero(patch, from, Math.max(from, start), Math.min(to, low));
        zero(patch, from, Math.max(from, high), Math.min(to, start + rowLength));
      }
      long pixel = image + 4L * shape.channels() * ((long) line * shape.width() + left);
      if (consecutive) {
        int a = Math.max(from, low);
        move(pixel + 4L * (a - start), patch + 4L * (a - from), Math.min(to, high) - a, add);
      } else {
        for (int x = lo; x < hi && inside; x++) {
          int tap = start + x * channels;
          int a = Math.max(from, tap);
          long at = pixel + 4L * (shape.channels() * x * step + a - tap);
          move(at, patch + 4L * (a - from), Math.min(to, tap + channels) - a, add);
        }
      }
    }
  }

  private static void zero(long patch, int from, int a, int b) {
    if (a < b) {
      MoveKernels.fill(patch + 4L * (a - from), 0, b - a);
    }
  }

  private static void move(long image, long patch, int n, boolean add) {
    if (n > 0) {
      if (add) {
        add(image, patch, n);
      } else {
        MoveKernels.copy(patch, image, n);
      }
    }
  }

  private static void add(long dst, long a, int n) {
    int rest = n % LANES;
    for (int i = 0; i < n / LANES; i++) {
      long o = (long) BYTES * i;
      FloatVector.fromMemorySegment(F, ALL, (dst & ADDRESS) + o, ORDER)
          .add(FloatVector.fromMemorySegment(F, ALL, (a & ADDRESS) + o, ORDER))
          .intoMemorySegment(ALL, (dst & ADDRESS) + o, ORDER);
    }
    if (rest > 0) {
      int i = n / LANES;
      store(load(dst, i, rest).add(load(a, i, rest)), dst, i, rest);
    }
  }
}
