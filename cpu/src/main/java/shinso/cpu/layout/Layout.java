package shinso.cpu.layout;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.MovementOp;
import shinso.core.tensor.Shape;

/**
 * Where the elements of a view lie: element {@code (i₀, i₁, …)} is at {@code offset + Σ iₖ strideₖ}
 * of the memory viewed. Immutable.
 */
public final class Layout {
  private final int[] dims;
  private final int[] strides;
  private final int offset;

  private Layout(int[] dims, int[] strides, int offset) {
    this.dims = dims;
    this.strides = strides;
    this.offset = offset;
  }

  /** Returns the row-major layout without gaps. */
  public static Layout dense(Shape shape) {
    return new Layout(shape.dims(), shape.strides(), 0);
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Returns the length of an axis. */
  public int dim(int axis) {
    return dims[axis];
  }

  /** Returns the distance of neighbours along an axis, in elements. */
  public int stride(int axis) {
    return strides[axis];
  }

  /** Returns the position of the first element. */
  public int offset() {
    return offset;
  }

  /** Returns the number of elements. */
  public int size() {
    return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
  }

  /** Returns the first elements along an axis, counted from the first one of all. */
  public Layout within(int axis, int length) {
    int[] d = dims.clone();
    d[axis] = length;
    return new Layout(d, strides, 0);
  }

  /** Returns the view of this view, or null for a reshape that strides can't express. */
  public @Nullable Layout apply(MovementOp op) {
    return switch (op) {
      case MovementOp.Reshape r -> reshape(r.to().dims());
      case MovementOp.Permute p -> permute(p.order());
      case MovementOp.Broadcast b -> broadcast(b.to());
      case MovementOp.Slice s -> slice(s);
      case MovementOp.Flip f -> flip(f.axes());
      case MovementOp.Pad p -> null;
      case MovementOp.Concat c -> null;
    };
  }

  private Layout permute(List<Integer> order) {
    int[] d = new int[dims.length];
    int[] s = new int[dims.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = dims[order.get(i)];
      s[i] = strides[order.get(i)];
    }
    return new Layout(d, s, offset);
  }

  private Layout broadcast(Shape to) {
    int[] s = strides.clone();
    for (int i = 0; i < s.length; i++) {
      if (dims[i] != to.dim(i)) {
        s[i] = 0;
      }
    }
    return new Layout(to.dims(), s, offset);
  }

  private Layout slice(MovementOp.Slice slice) {
    int[] d = new int[dims.length];
    int[] s = new int[dims.length];
    int o = offset;
    for (int i = 0; i < d.length; i++) {
      d[i] = Math.ceilDiv(slice.stop().get(i) - slice.start().get(i), slice.step().get(i));
      s[i] = strides[i] * slice.step().get(i);
      o += slice.start().get(i) * strides[i];
    }
    return new Layout(d, s, o);
  }

  private Layout flip(List<Integer> axes) {
    int[] s = strides.clone();
    int o = offset;
    for (int a : axes) {
      o += Math.max(0, dims[a] - 1) * s[a];
      s[a] = -s[a];
    }
    return new Layout(dims, s, o);
  }

  /** Splits and joins axes where the strides allow it, as NumPy does. */
  private @Nullable Layout reshape(int[] to) {
    Layout c = collapsed();
    int[] s = new int[to.length];
    int axis = 0;
    int left = c.dims.length == 0 ? 1 : c.dims[0];
    if (size() == 0) {
      return new Layout(to.clone(), new int[to.length], offset);
    }
    for (int i = 0; i < to.length; i++) {
      if (to[i] == 1) {
        continue;
      }
      while (left == 1 && axis + 1 < c.dims.length) {
        left = c.dims[++axis];
      }
      if (left % to[i] != 0) {
        return null;
      }
      left /= to[i];
      s[i] = c.strides[axis] * left;
    }
    return new Layout(to.clone(), s, offset);
  }

  /** Returns the same elements in the same order with as few axes as possible. */
  public Layout collapsed() {
    int[] d = new int[dims.length];
    int[] s = new int[dims.length];
    int n = 0;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 1) {
        continue;
      }
      if (n > 0 && s[n - 1] == strides[i] * dims[i]) {
        d[n - 1] *= dims[i];
        s[n - 1] = strides[i];
      } else {
        d[n] = dims[i];
        s[n++] = strides[i];
      }
    }
    return new Layout(Arrays.copyOf(d, n), Arrays.copyOf(s, n), offset);
  }

  /** Returns whether element i in row-major order lies at position i. */
  public boolean isDense() {
    return offset == 0 && isContiguous();
  }

  /** Returns whether the elements lie side by side in row-major order, wherever they begin. */
  public boolean isContiguous() {
    Layout c = collapsed();
    return c.dims.length == 0 || (c.dims.length == 1 && c.strides[0] == 1);
  }

  /** Returns whether there is a single element, repeated. */
  public boolean isScalar() {
    return collapsed().dims.length == 0 || Arrays.stream(collapsed().strides).allMatch(s -> s == 0);
  }

  /**
   * Returns whether the elements of a dense vector of {@code rows} are each repeated, the last axes
   * being a row.
   */
  public boolean isRowBroadcast(int rows) {
    Layout c = collapsed();
    return offset == 0
        && c.dims.length == 2
        && c.dims[0] == rows
        && c.strides[0] == 1
        && c.strides[1] == 0;
  }

  /** Returns whether a dense vector of {@code columns} is repeated row by row. */
  public boolean isColumnBroadcast(int columns) {
    Layout c = collapsed();
    return offset == 0
        && ((c.dims.length == 2 && c.dims[1] == columns && c.strides[0] == 0 && c.strides[1] == 1)
            || (c.dims.length == 1 && c.dims[0] == columns && c.strides[0] == 1));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Layout l
        && offset == l.offset
        && Arrays.equals(dims, l.dims)
        && Arrays.equals(strides, l.strides);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(dims) + Arrays.hashCode(strides);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims) + " strides " + Arrays.toString(strides) + " from " + offset;
  }
}
