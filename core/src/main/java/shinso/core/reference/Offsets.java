package shinso.core.reference;

import shinso.core.tensor.Shape;

/** Where elements lie. */
final class Offsets {
  private Offsets() {}

  /**
   * Returns, for each element of a shape in row-major order, {@code start} + Σ position · stride
   * over the axes.
   */
  static int[] of(Shape shape, int start, int[] strides) {
    int[] offsets = {start};
    for (int axis = 0; axis < strides.length; axis++) {
      int length = shape.dim(axis);
      int[] longer = new int[Math.multiplyExact(offsets.length, length)];
      for (int i = 0; i < longer.length; i++) {
        longer[i] = offsets[i / length] + i % length * strides[axis];
      }
      offsets = longer;
    }
    return offsets;
  }

  /** Returns the elements before, along and after an axis. */
  static Split around(Shape shape, int axis) {
    return new Split(
        shape.slice(0, axis).size(), shape.dim(axis), shape.slice(axis + 1, shape.rank()).size());
  }

  /** A shape seen as {@code [outer, length, inner]}. */
  record Split(int outer, int length, int inner) {}
}
