package shinso.core.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The lengths of a tensor's axes; {@code []} is a scalar. Immutable. */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /**
   * Returns the shape with these lengths.
   *
   * @throws IllegalArgumentException if a length is negative or there are more than 2³¹ − 1
   *     elements
   */
  public static Shape of(int... dims) {
    long size = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new IllegalArgumentException(
            "a shape has no negative lengths: " + Arrays.toString(dims));
      }
      size *= Math.max(d, 1);
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a tensor has at most 2147483647 elements, "
                + Arrays.toString(dims)
                + " has more; split it");
      }
    }
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** Returns the shape with these lengths. */
  public static Shape of(List<Integer> dims) {
    return of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Returns the length of an axis; −1 is the last one. */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /** Returns the lengths, as a copy. */
  public int[] dims() {
    return dims.clone();
  }

  /** Returns the number of elements. */
  public int size() {
    int size = 1;
    for (int d : dims) {
      size *= d;
    }
    return size;
  }

  /**
   * Returns the axis counted from the front, for one that may be counted from the end (−1 is the
   * last).
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  public int axis(int axis) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new IllegalArgumentException("there is no axis " + axis + " in the shape " + this);
    }
    return a;
  }

  /** Returns this shape with the length of one axis replaced. */
  public Shape with(int axis, int length) {
    int[] d = dims.clone();
    d[axis(axis)] = length;
    return of(d);
  }

  /**
   * Returns this shape with an axis inserted before position {@code axis}, which may be the rank or
   * −1 (at the end).
   */
  public Shape insert(int axis, int length) {
    int a = axis < 0 ? axis + dims.length + 1 : axis;
    if (a < 0 || a > dims.length) {
      throw new IllegalArgumentException(
          "an axis can't be inserted at " + axis + " in the shape " + this);
    }
    int[] d = new int[dims.length + 1];
    System.arraycopy(dims, 0, d, 0, a);
    d[a] = length;
    System.arraycopy(dims, a, d, a + 1, dims.length - a);
    return of(d);
  }

  /** Returns the axes {@code from} (inclusive) to {@code to} (exclusive) as a shape. */
  public Shape slice(int from, int to) {
    return of(Arrays.copyOfRange(dims, from, to));
  }

  /** Returns the axes of this shape followed by those of another. */
  public Shape concat(Shape other) {
    int[] d = Arrays.copyOf(dims, dims.length + other.dims.length);
    System.arraycopy(other.dims, 0, d, dims.length, other.dims.length);
    return of(d);
  }

  /** Returns the row-major strides in elements. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int s = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = s;
      s *= dims[i];
    }
    return strides;
  }

  /** Returns whether a tensor of this shape broadcasts to another by NumPy's rule. */
  public boolean broadcastsTo(Shape target) {
    int offset = target.rank() - rank();
    if (offset < 0) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != target.dims[i + offset] && dims[i] != 1) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Returns the lengths in brackets, such as {@code [8, 64]}. */
  @Override
  public String toString() {
    return Arrays.stream(dims)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
