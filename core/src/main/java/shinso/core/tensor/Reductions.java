package shinso.core.tensor;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/** What is composed of reductions and scans. */
final class Reductions {
  private Reductions() {}

  static Tensor meanKeep(Tensor x, int... axes) {
    Check.floating("mean", x.dtype());
    Tensor s = x.sumKeep(axes);
    return s.div((double) x.shape().size() / Math.max(1, s.shape().size()));
  }

  static Tensor varianceKeep(Tensor x, int[] axes, int correction) {
    Check.floating("variance", x.dtype());
    int n =
        Check.axes("variance", x.shape(), axes).stream()
            .mapToInt(x.shape()::dim)
            .reduce(1, Math::multiplyExact);
    Check.correction("variance", x.shape(), n, correction);
    // A mean far above the spread is rounded to more than its own distance from it. The variance of
    // what is left is the same, and so are the derivatives.
    Tensor rest = x.sub(x.meanKeep(axes).stopGradient());
    return rest.sub(rest.meanKeep(axes)).square().sumKeep(axes).div(n - correction);
  }

  static Tensor logSumExpKeep(Tensor x, int... axes) {
    if (Check.axes("logSumExp", x.shape(), axes).stream().anyMatch(a -> x.shape().dim(a) == 0)) {
      return x.exp().sumKeep(axes).log();
    }
    Tensor max = x.maxKeep(axes).stopGradient();
    // An infinite maximum would make ∞ − ∞.
    Tensor shift = Tensor.select(max.abs().less(Double.POSITIVE_INFINITY), max, 0);
    return x.sub(shift).exp().sumKeep(axes).log().add(shift);
  }

  static Tensor mod(Tensor a, Tensor b) {
    boolean floating = Check.sameType("mod", a.dtype(), b.dtype()).isFloating();
    Tensor quotient = a.div(b);
    Tensor whole = (floating ? quotient.floor() : quotient).stopGradient();
    Tensor rest = a.sub(whole.mul(b));
    // A quotient of integers is cut towards 0, and one of floats may be rounded up to a whole one.
    Tensor wrong = rest.sign().mul(b.sign()).less(0);
    return Tensor.select(wrong, rest.add(b), rest);
  }

  /**
   * log(eᵃ + eᵇ) from the larger one on: each branch is smooth, so that derivatives are right where
   * both are equal.
   */
  static Tensor logAddExp(Tensor a, Tensor b) {
    Check.floating("logAddExp", a.dtype());
    Tensor first = a.greaterEqual(b);
    Tensor high = Tensor.select(first, a, b);
    Tensor low = Tensor.select(first, b, a);
    Tensor infinite = high.abs().equal(Double.POSITIVE_INFINITY);
    // An infinite one would make ∞ − ∞.
    Tensor finite = Tensor.select(infinite, 0, high);
    return Tensor.select(infinite, a.maximum(b), finite.add(low.sub(finite).softplus()));
  }

  static Tensor softmax(Tensor x, int axis) {
    Tensor e = belowMaximum(x, axis).exp();
    return e.div(e.sumKeep(axis));
  }

  static Tensor logSoftmax(Tensor x, int axis) {
    // The maximum goes first: the logarithm of large elements' sum would lose the digits that the
    // difference is made of.
    Tensor below = belowMaximum(x, axis);
    return below.sub(below.exp().sumKeep(axis).log());
  }

  private static Tensor belowMaximum(Tensor x, int axis) {
    return x.shape().dim(axis) == 0 ? x : x.sub(x.maxKeep(axis).stopGradient());
  }

  static Tensor argmin(Tensor x, int axis) {
    // −1 − x, which reverses the order of all I32 numbers; −x overflows for one of them.
    return (x.dtype().isFloating() ? x.neg() : x.rsub(-1)).argmax(axis);
  }

  static Tensor drop(Tensor reduced, Shape shape, int... axes) {
    List<Integer> gone = Check.axes("reduction", shape, axes);
    int[] kept =
        IntStream.range(0, shape.rank()).filter(i -> !gone.contains(i)).map(shape::dim).toArray();
    return reduced.reshape(kept);
  }

  /** Halves are multiplied until one factor is left: the gradient has no division. */
  static Tensor prod(Tensor x, int... axes) {
    List<Integer> gone = Check.axes("prod", x.shape(), axes);
    IntStream all = IntStream.range(0, x.shape().rank());
    int[] kept = all.filter(i -> !gone.contains(i)).toArray();
    int[] order = IntStream.concat(IntStream.of(kept), gone.stream().mapToInt(i -> i)).toArray();
    int[] lengths = IntStream.of(kept).map(x.shape()::dim).toArray();
    int n = gone.stream().mapToInt(x.shape()::dim).reduce(1, Math::multiplyExact);
    Tensor factors = x.permute(order).reshape(Shape.of(lengths).concat(Shape.of(n)));
    if (n == 0) {
      return Tensor.constant(1, x.dtype()).broadcastTo(Shape.of(lengths));
    }
    while (n > 1) {
      int half = n / 2;
      Tensor product = factors.slice(-1, 0, half).mul(factors.slice(-1, half, 2 * half));
      factors =
          n % 2 == 0 ? product : Tensor.concat(-1, List.of(product, factors.slice(-1, n - 1, n)));
      n = factors.shape().dim(-1);
    }
    return factors.reshape(Shape.of(lengths));
  }

  static Tensor cumulativeMax(Tensor x, int axis) {
    double least = x.dtype().isFloating() ? Double.NEGATIVE_INFINITY : Integer.MIN_VALUE;
    return doubling(x, axis, least, Tensor::maximum);
  }

  static Tensor cumulativeProduct(Tensor x, int axis) {
    return doubling(x, axis, 1, Tensor::mul);
  }

  /** Each element with the 1, 2, 4, … before it, in log n passes. */
  private static Tensor doubling(
      Tensor x, int axis, double neutral, BinaryOperator<Tensor> combine) {
    int n = x.shape().dim(axis);
    Tensor y = x;
    for (int step = 1; step < n; step *= 2) {
      y = combine.apply(y, y.slice(axis, 0, n - step).pad(axis, step, 0, neutral));
    }
    return y;
  }
}
