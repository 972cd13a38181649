package shinso.cpu.fuse;

import shinso.cpu.layout.Layout;
import shinso.cpu.simd.Native;
import shinso.cpu.simd.element.MoveKernels;

/** Copies a range of the elements of a strided view to or from consecutive memory. */
public final class StridedTile {
  private final int[] dims;
  private final int[] strides;

  /** Creates a copier for a layout, whose offset is left to the address. */
  public StridedTile(Layout layout) {
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
    move(false, target, source, start, n, index);
  }

  /**
   * Replaces elements {@code start} to {@code start + n} of the view.
   *
   * @param target address of the view's first element
   * @param source address of the new values
   * @param index room for one number an axis
   */
  void write(long target, long source, int start, int n, int[] index) {
    move(true, source, target, start, n, index);
  }

  /** Moves elements between consecutive memory and a view. */
  private void move(boolean write, long dense, long view, int start, int n, int[] index) {
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
    long out = dense;
    int left = n;
    while (left > 0) {
      int run = Math.min(left, inner - index[last]);
      if (write) {
        write(view + 4 * position, stride, out, run);
      } else {
        read(out, view + 4 * position, stride, run);
      }
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

  private static void read(long target, long source, int stride, int n) {
    switch (stride) {
      case 0 -> MoveKernels.fill(target, Native.getInt(source), n);
      case 1 -> MoveKernels.copy(target, source, n);
      default -> MoveKernels.gather(target, source, stride, n);
    }
  }

  private static void write(long target, int stride, long source, int n) {
    if (stride == 1) {
      MoveKernels.copy(target, source, n);
    } else {
      for (int i = 0; i < n; i++) {
        Native.putInt(target + 4L * stride * i, Native.getInt(source + 4L * i));
      }
    }
  }

  /**
   * Returns the length of rows whose elements are neighbours, or 0 if it isn't a matrix of such.
   */
  public int rowLength() {
    return dims.length == 2 && strides[1] == 1 ? dims[1] : 0;
  }

  /** Returns the elements from a row to the next. */
  public int pitch() {
    return strides[0];
  }

  int rank() {
    return dims.length;
  }
}
