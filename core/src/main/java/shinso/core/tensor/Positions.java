package shinso.core.tensor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is composed of operations on positions. */
final class Positions {
  private Positions() {}

  static Tensor takeAlong(Tensor x, int axis, Tensor indices) {
    Shape shape = x.shape();
    int a = shape.axis(axis);
    Check.indices("takeAlong", indices.dtype());
    if (indices.shape().rank() != shape.rank()) {
      throw new IllegalArgumentException(
          "takeAlong: the indices %s must have the rank of the tensor %s"
              .formatted(indices.shape(), shape));
    }
    if (!indices.shape().with(a, 1).equals(shape.with(a, 1))) {
      throw new IllegalArgumentException(
          "takeAlong: all but axis %d must be equal: the tensor %s and the indices %s"
              .formatted(a, shape, indices.shape()));
    }
    int n = shape.dim(a);
    return takeKnown(x, a, fromStart(indices, n), isOutside(indices, n));
  }

  private static Tensor isOutside(Tensor indices, int n) {
    return indices.less(-n).or(indices.greaterEqual(n));
  }

  private static Tensor fromStart(Tensor indices, int n) {
    return Tensor.select(indices.less(0), indices.add(n), indices);
  }

  /** Takes elements along an axis; what is outside must not hit another row. */
  private static Tensor takeKnown(Tensor x, int a, Tensor indices, @Nullable Tensor outside) {
    Tensor flat = flat(x.shape(), a, indices, outside);
    return x.reshape(x.shape().size()).gather(0, flat);
  }

  /** Where elements of a shape lie, of which the position along one axis is given. */
  private static Tensor flat(Shape shape, int a, Tensor indices, @Nullable Tensor outside) {
    Tensor flat = indices.mul(shape.strides()[a]);
    for (int i = 0; i < shape.rank(); i++) {
      if (i != a) {
        flat = flat.add(Tensor.iota(indices.shape(), i).mul(shape.strides()[i]));
      }
    }
    return outside == null ? flat : Tensor.select(outside, Integer.MIN_VALUE, flat);
  }

  static Tensor sort(Tensor x, boolean descending) {
    return takeKnown(x, x.shape().axis(-1), x.argsort(descending), null);
  }

  static Tensor.TopK topK(Tensor x, int k) {
    if (k < 0 || k > x.shape().dim(-1)) {
      throw new IllegalArgumentException("topK: k = " + k + " is not in 0 to " + x.shape().dim(-1));
    }
    Tensor indices = x.argsort(true).slice(-1, 0, k);
    return new Tensor.TopK(takeKnown(x, x.shape().axis(-1), indices, null), indices);
  }

  static Tensor scatter(Tensor x, int axis, Tensor indices, Tensor values) {
    Shape shape = x.shape();
    int a = shape.axis(axis);
    int n = shape.dim(a);
    Check.sameType("scatter", x.dtype(), values.dtype());
    Shape expected =
        shape.slice(0, a).concat(indices.shape()).concat(shape.slice(a + 1, shape.rank()));
    if (!values.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "scatter: the values have the shape %s, not %s, for positions %s on axis %d of %s"
              .formatted(values.shape(), expected, indices.shape(), a, shape));
    }
    int[] column = new int[shape.rank() - a];
    java.util.Arrays.fill(column, 1);
    column[0] = n;
    Tensor hit = occupied(indices, n).reshape(column);
    return Tensor.select(hit, values.scatterAdd(a, indices, n), x);
  }

  /** How often each of n positions is named. */
  private static Tensor occupied(Tensor indices, int n) {
    Tensor ones = Tensor.constant(1, DType.I32).broadcastTo(indices.shape());
    return ones.scatterAdd(0, indices, n);
  }

  /**
   * Sorts the values at each position by two stable sorts, and keeps the last of each: a number of
   * steps that doesn't depend on how many values share a position.
   */
  static Tensor scatterMax(Tensor x, int axis, Tensor indices, int size) {
    int rank = x.shape().rank() - indices.shape().rank() + 1;
    int a = axis < 0 ? axis + rank : axis;
    Check.indices("scatterMax", indices.dtype());
    Check.scatter("scatterMax", x.shape(), indices.shape(), a);
    int end = a + indices.shape().rank();
    int count = indices.shape().size();
    Shape before = x.shape().slice(0, a);
    Shape after = x.shape().slice(end, x.shape().rank());
    Shape rows = Shape.of(before.size(), after.size());
    // [before, after, count]
    Tensor values = x.reshape(before.size(), count, after.size()).transpose();
    Tensor at =
        Tensor.select(isOutside(indices, size), Integer.MIN_VALUE, fromStart(indices, size))
            .reshape(count);

    Tensor byValue = values.argsort(false);
    Tensor order = takeKnown(byValue, 2, at.gather(0, byValue).argsort(false), null);
    Tensor sorted = takeKnown(values, 2, order, null);
    Tensor positions = at.gather(0, order);
    Tensor last = isLastOfItsKind(positions);
    Tensor row = Tensor.iota(rows.concat(Shape.of(count)), 0).mul(after.size());
    row = row.add(Tensor.iota(rows.concat(Shape.of(count)), 1)).mul(size);
    Tensor flat = Tensor.select(positions.less(0), Integer.MIN_VALUE, row.add(positions));
    Tensor largest =
        Tensor.select(last, sorted, sorted.zerosLike())
            .scatterAdd(0, flat, rows.size() * size)
            .reshape(before.size(), after.size(), size);
    double least = x.dtype().isFloating() ? Double.NEGATIVE_INFINITY : Integer.MIN_VALUE;
    return Tensor.select(occupied(indices, size), largest, least)
        .transpose()
        .reshape(before.concat(Shape.of(size)).concat(after));
  }

  /** Whether the next element of the last axis is another one. */
  private static Tensor isLastOfItsKind(Tensor sorted) {
    int n = sorted.shape().dim(-1);
    if (n == 0) {
      return sorted;
    }
    Tensor next = sorted.slice(-1, 1, n).notEqual(sorted.slice(-1, 0, n - 1));
    return Tensor.concat(-1, List.of(next, sorted.slice(-1, 0, 1).fullLike(1)));
  }
}
