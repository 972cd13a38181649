package shinso.core.tensor;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;

/**
 * The shape and type checks of all operations. Every method throws {@link IllegalArgumentException}
 * with a message that names the operation, the values and, where one can be guessed, the way out.
 */
public final class Check {
  private Check() {}

  /** Returns the common shape of two operands that must have the same. */
  public static Shape sameShape(String op, Shape a, Shape b) {
    if (!a.equals(b)) {
      throw fail("%s: shapes differ: %s and %s", op, a, b);
    }
    return a;
  }

  /** Returns the common type of two operands that must have the same. */
  public static DType sameType(String op, DType a, DType b) {
    if (a != b) {
      throw fail("%s: element types differ: %s and %s; use cast", op, a, b);
    }
    return a;
  }

  /** Requires a floating-point type. */
  public static void floating(String op, DType type) {
    if (!type.isFloating()) {
      throw fail("%s: takes floating-point numbers, not %s; use cast", op, type);
    }
  }

  /** Requires I32. */
  public static void indices(String op, DType type) {
    if (type != DType.I32) {
      throw fail("%s: indices are I32, not %s; use cast", op, type);
    }
  }

  /** Requires an exact rank; {@code layout} names the axes. */
  public static void rank(String op, Shape shape, int rank, String layout) {
    if (shape.rank() != rank) {
      throw fail("%s: the operand is %s, but has the shape %s", op, layout, shape);
    }
  }

  /** Requires a least rank. */
  public static void rankAtLeast(String op, Shape shape, int rank) {
    if (shape.rank() < rank) {
      throw fail("%s: the operand has at least %d axes, but the shape is %s", op, rank, shape);
    }
  }

  /** Requires equal numbers of elements. */
  public static void sameSize(Shape from, Shape to) {
    if (from.size() != to.size()) {
      throw fail("reshape: %s has %d elements, %s has %d", from, from.size(), to, to.size());
    }
  }

  /** Returns the shape to which two operands broadcast by NumPy's rule. */
  public static Shape broadcast(String op, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      int da = i < rank - a.rank() ? 1 : a.dim(i - (rank - a.rank()));
      int db = i < rank - b.rank() ? 1 : b.dim(i - (rank - b.rank()));
      if (da != db && da != 1 && db != 1) {
        throw fail(
            "%s: shapes don't broadcast: %s and %s (axis %d is %d and %d)", op, a, b, i, da, db);
      }
      dims[i] = da == 1 ? db : da;
    }
    return Shape.of(dims);
  }

  /** Returns the axes counted from the front, ascending; no axes means all. */
  public static List<Integer> axes(String op, Shape shape, int... axes) {
    if (axes.length == 0) {
      return java.util.stream.IntStream.range(0, shape.rank()).boxed().toList();
    }
    List<Integer> result = Arrays.stream(axes).map(shape::axis).sorted().boxed().toList();
    if (new HashSet<>(result).size() != result.size()) {
      throw fail("%s: an axis is named twice: %s", op, Arrays.toString(axes));
    }
    return result;
  }

  /** Requires an order of all axes. */
  public static void permutation(Shape shape, List<Integer> order) {
    List<Integer> sorted = order.stream().sorted().toList();
    if (!sorted.equals(axes("permute", shape))) {
      throw fail("permute: %s is not an order of the axes of %s", order, shape);
    }
  }

  /**
   * Returns a position of an axis counted from the start, of one that may be counted from the end
   * (−1 is the last).
   */
  public static int position(String op, Shape x, int axis, int position) {
    int p = position < 0 ? position + x.dim(axis) : position;
    if (p < 0 || p >= x.dim(axis)) {
      throw fail("%s: position %d is not inside axis %d of %s", op, position, axis, x);
    }
    return p;
  }

  /**
   * Returns the bounds of a range of an axis counted from the start, of such that may be counted
   * from the end.
   */
  public static int[] range(String op, Shape x, int axis, int from, int to, int step) {
    int dim = x.dim(axis);
    int start = from < 0 ? from + dim : from;
    int stop = to < 0 ? to + dim : to;
    if (start < 0 || stop > dim || start > stop || step < 1) {
      throw fail("%s: %d to %d by %d is not inside axis %d of %s", op, from, to, step, axis, x);
    }
    return new int[] {start, stop};
  }

  /** Requires that a number is one of a type. */
  public static void representable(String op, double value, DType type) {
    if (type == DType.I32 && value != (int) value) {
      throw fail("%s: %s is not an I32; cast the tensor to F32", op, value);
    }
  }

  /** Requires a correction that leaves a variance of n elements something to be divided by. */
  public static void correction(String op, Shape x, int n, int correction) {
    if (correction != 0 && correction != 1) {
      throw fail("%s: the correction is 0 or 1, not %d", op, correction);
    }
    if (correction == 1 && n < 2) {
      throw fail("%s: %d element(s) of %s have no variance with correction 1; use 0", op, n, x);
    }
  }

  /** Requires that updates have the shape of the indices in the place of a result's axis. */
  public static void scatter(String op, Shape updates, Shape indices, int axis) {
    int end = axis + indices.rank();
    if (axis < 0 || end > updates.rank() || !updates.slice(axis, end).equals(indices)) {
      throw fail(
          "%s: the updates %s must have the shape of the indices %s from axis %d on",
          op, updates, indices, axis);
    }
  }

  /** Requires a slice inside the shape. */
  public static void slice(Shape x, List<Integer> start, List<Integer> stop, List<Integer> step) {
    perAxis("slice", x, start, stop, step);
    for (int i = 0; i < x.rank(); i++) {
      if (start.get(i) < 0
          || stop.get(i) > x.dim(i)
          || start.get(i) > stop.get(i)
          || step.get(i) < 1) {
        throw fail(
            "slice: %d to %d by %d is not inside axis %d of %s",
            start.get(i), stop.get(i), step.get(i), i, x);
      }
    }
  }

  /** Requires paddings of at least 0, one an axis. */
  public static void pad(
      Shape x, List<Integer> before, List<Integer> after, List<Integer> interior) {
    perAxis("pad", x, before, after, interior);
    for (int i = 0; i < x.rank(); i++) {
      if (before.get(i) < 0 || after.get(i) < 0 || interior.get(i) < 0) {
        throw fail(
            "pad: padding is not negative: %d, %d, interior %d for axis %d; slice to crop",
            before.get(i), after.get(i), interior.get(i), i);
      }
    }
  }

  @SafeVarargs
  private static void perAxis(String op, Shape x, List<Integer>... lists) {
    for (List<Integer> list : lists) {
      if (list.size() != x.rank()) {
        throw fail("%s: one number an axis is needed: %s for %s", op, list, x);
      }
    }
  }

  /** Returns the shape of operands joined along an axis. */
  public static Shape concat(int axis, List<Shape> inputs) {
    Shape first = inputs.getFirst();
    int length = 0;
    for (Shape s : inputs) {
      if (s.rank() != first.rank() || !s.with(axis, 0).equals(first.with(axis, 0))) {
        throw fail("concat: all but axis %d must be equal: %s and %s", axis, first, s);
      }
      length += s.dim(axis);
    }
    return first.with(axis, length);
  }

  /** Requires that matrices, or vectors that aren't transposed, have a product. */
  public static void innerDimension(Shape a, Shape b, boolean transposeA, boolean transposeB) {
    boolean isVector = b.rank() == 1;
    int k = a.dim(transposeA ? -2 : -1);
    int inner = b.dim(transposeB || isVector ? -1 : -2);
    int n = b.dim(transposeB ? -2 : -1);
    if (k != inner) {
      throw fail(
          "matmul: inner dimensions differ: %s%s x %s%s%s",
          a,
          transposeA ? "ᵀ" : "",
          b,
          transposeB ? "ᵀ" : "",
          k == n ? "; transpose the right operand?" : "");
    }
  }

  /** Returns the shape of a batched matrix product. */
  public static Shape matmul(Shape a, Shape b, boolean transposeA, boolean transposeB) {
    rankAtLeast("matmul", a, 2);
    rankAtLeast("matmul", b, 2);
    innerDimension(a, b, transposeA, transposeB);
    int m = a.dim(transposeA ? -1 : -2);
    int n = b.dim(transposeB ? -2 : -1);
    Shape batch = a.slice(0, a.rank() - 2);
    if (!batch.equals(b.slice(0, b.rank() - 2))) {
      throw fail("matmul: batch dimensions differ: %s x %s", a, b);
    }
    return batch.concat(Shape.of(m, n));
  }

  /** Returns the shape of a 2-D convolution of images with filters. */
  public static Shape convolution(Shape x, Shape w, ConvSpec spec) {
    rank("conv2d", x, 4, "[batch, height, width, channels]");
    rank("conv2d", w, 4, "[kernelHeight, kernelWidth, channels / groups, filters]");
    channels("conv2d", "images", x, w, spec.groups());
    int h = spec.outHeight(x.dim(1), w.dim(0));
    int v = spec.outWidth(x.dim(2), w.dim(1));
    fit("conv2d", "images", x, w, spec, Math.min(h, v));
    return Shape.of(x.dim(0), h, v, w.dim(3));
  }

  /** Requires filters {@code [*, channels / groups, filters]} for what has channels last. */
  static void channels(String op, String what, Shape x, Shape w, int groups) {
    if (x.dim(-1) != w.dim(-2) * groups) {
      throw fail(
          "%s: the %s %s have %d channels, but the filters %s in %d group(s) take %d",
          op, what, x, x.dim(-1), w, groups, w.dim(-2) * groups);
    }
    if (w.dim(-1) % groups != 0) {
      throw fail("%s: %d filters don't divide into %d groups", op, w.dim(-1), groups);
    }
  }

  /** Requires that filters have elements and at least one place; {@code places} along an axis. */
  static void fit(String op, String what, Shape x, Shape w, ConvSpec spec, int places) {
    if (places < 1 || w.slice(0, w.rank() - 2).size() < 1) {
      throw fail(
          "%s: the filters %s don't fit into the %s %s with %s; pad them", op, w, what, x, spec);
    }
  }

  /** Returns the shape of pooled images. */
  public static Shape pooling(String op, Shape x, PoolSpec spec) {
    rank(op, x, 4, "[batch, height, width, channels]");
    int h = spec.outHeight(x.dim(1));
    int w = spec.outWidth(x.dim(2));
    if (h < 1 || w < 1 || x.dim(1) < 1 || x.dim(2) < 1) {
      throw fail(
          "%s: the window %dx%d doesn't fit into the images %s",
          op, spec.height(), spec.width(), x);
    }
    return Shape.of(x.dim(0), h, w, x.dim(3));
  }

  /** Requires that an operand has the shape that the forward operation gives. */
  public static void adjoint(String op, Shape expected, Shape actual) {
    if (!expected.equals(actual)) {
      throw fail(
          "%s: the operand must have the forward result's shape %s, not %s", op, expected, actual);
    }
  }

  private static IllegalArgumentException fail(String format, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, format, values));
  }
}
