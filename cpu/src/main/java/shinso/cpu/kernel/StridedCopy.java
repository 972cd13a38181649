package shinso.cpu.kernel;

import shinso.cpu.layout.Layout;
import shinso.cpu.simd.MoveKernels;
import shinso.cpu.simd.Native;

/** Copies a strided view into another of the same lengths. */
final class StridedCopy {
  private final int[] dims;
  private final int[] from;
  private final int[] to;

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
  }

  /** Copies all elements. */
  void run(long target, long source) {
    axis(0, target, source);
  }

  private void axis(int axis, long target, long source) {
    if (axis == dims.length - 1) {
      line(target, source, axis);
      return;
    }
    for (int i = 0; i < dims[axis]; i++) {
      axis(axis + 1, target + 4L * i * to[axis], source + 4L * i * from[axis]);
    }
  }

  private void line(long target, long source, int axis) {
    int n = dims[axis];
    if (to[axis] == 1 && from[axis] == 1) {
      MoveKernels.copy(target, source, n);
    } else {
      for (int i = 0; i < n; i++) {
        Native.putInt(target + 4L * i * to[axis], Native.getInt(source + 4L * i * from[axis]));
      }
    }
  }
}
