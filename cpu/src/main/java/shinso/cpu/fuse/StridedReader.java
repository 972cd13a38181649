package shinso.cpu.fuse;

import shinso.cpu.layout.Layout;
import shinso.cpu.simd.MoveKernels;
import shinso.cpu.simd.Native;

/** Reads a range of the elements of a strided view into consecutive memory. */
public final class StridedReader {
  private final int[] dims;
  private final int[] strides;

  /** Creates a reader of a layout, whose offset is left to the address. */
  public StridedReader(Layout layout) {
    Layout c = layout.collapsed();
    int rank = Math.max(1, c.rank());
    dims = new int[rank];
    strides = new int[rank];
    dims[0] = 1;
    for (int i = 0; i < c.rank(); i++) {
      dims[i] = c.dim(i);
      strides[i] = c.stride(i);
    }
  }

  /**
   * Copies elements {@code start} to {@code start + n} of the view.
   *
   * @param target address of the result
   * @param source address of the view's first element
   * @param index room for one number an axis
   */
  void read(long target, long source, int start, int n, int[] index) {
    int last = dims.length - 1;
    int rest = start;
    long position = 0;
    for (int i = last; i >= 0; i--) {
      index[i] = rest % dims[i];
      rest /= dims[i];
      position += (long) index[i] * strides[i];
    }
    int inner = dims[last];
    int stride = strides[last];
    long out = target;
    int left = n;
    while (left > 0) {
      int run = Math.min(left, inner - index[last]);
      copy(out, source + 4 * position, stride, run);
      out += 4L * run;
      left -= run;
      position -= (long) index[last] * stride;
      index[last] = 0;
      for (int i = last - 1; i >= 0; i--) {
        position += strides[i];
        if (++index[i] < dims[i]) {
          break;
        }
        position -= (long) index[i] * strides[i];
        index[i] = 0;
      }
    }
  }

  private static void copy(long target, long source, int stride, int n) {
    switch (stride) {
      case 0 -> MoveKernels.fill(target, Native.getInt(source), n);
      case 1 -> MoveKernels.copy(target, source, n);
      default -> MoveKernels.gather(target, source, stride, n);
    }
  }

  int rank() {
    return dims.length;
  }
}
