package shinso.cpu.kernel;

import java.util.List;
import shinso.cpu.layout.Layout;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.Native;
import shinso.cpu.simd.element.MoveKernels;

/** Copies a strided view into another of the same lengths. */
final class StridedCopy {
  private final int[] dims;
  private final int[] from;
  private final int[] to;
  private final int longest;
  private final List<Blocks.Range> ranges;

  /** Elements that are worth a task. */
  static final int PIECE = 1 << 14;

  /**
   * Prepares a copy.
   *
   * @param to distances of neighbours in the target along each axis of the source, in elements
   */
  StridedCopy(Layout source, int[] to) {
    int rank = Math.max(1, source.rank());
    dims = new int[rank];
    from = new int[rank];
    this.to = new int[rank];
    dims[0] = 1;
    for (int i = 0; i < source.rank(); i++) {
      dims[i] = source.dim(i);
      from[i] = source.stride(i);
      this.to[i] = to[i];
    }
    int l = 0;
    for (int i = 1; i < rank; i++) {
      l = dims[i] > dims[l] ? i : l;
    }
    longest = l;
    ranges = Blocks.ranges(dims[l], Math.clamp(source.size() / PIECE, 1, 16), 1);
  }

  /** Copies all elements, cutting the longest axis if they are many. */
  void run(Workers workers, long target, long source) {
    if (ranges.size() == 1) {
      axis(0, target, source, ranges.getFirst());
    } else {
      workers.run(ranges.size(), (i, worker) -> axis(0, target, source, ranges.get(i)));
    }
  }

  private void axis(int axis, long target, long source, Blocks.Range cut) {
    int first = axis == longest ? cut.from() : 0;
    int count = axis == longest ? cut.count() : dims[axis];
    long t = target + 4L * first * to[axis];
    long s = source + 4L * first * from[axis];
    if (axis == dims.length - 1) {
      line(t, s, axis, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      axis(axis + 1, t + 4L * i * to[axis], s + 4L * i * from[axis], cut);
    }
  }

  private void line(long target, long source, int axis, int n) {
    if (to[axis] == 1 && from[axis] == 1) {
      MoveKernels.copy(target, source, n);
    } else {
      for (int i = 0; i < n; i++) {
        Native.putInt(target + 4L * i * to[axis], Native.getInt(source + 4L * i * from[axis]));
      }
    }
  }
}
