package shinso.core.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import shinso.core.op.MovementOp;

/** What is composed of movements. */
final class Rearrangement {
  private Rearrangement() {}

  /** The shape in which a length of −1 is worked out. */
  static Shape open(Shape shape, int... dims) {
    int open = -1;
    int known = 1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= dims[i];
      }
    }
    if (open < 0) {
      return Shape.of(dims);
    }
    if (known == 0 || shape.size() % known != 0) {
      throw new IllegalArgumentException(
          "reshape: " + shape + " doesn't fit into " + Arrays.toString(dims));
    }
    int[] full = dims.clone();
    full[open] = shape.size() / known;
    return Shape.of(full);
  }

  static Tensor squeeze(Tensor x, int axis) {
    int a = x.shape().axis(axis);
    if (x.shape().dim(a) != 1) {
      throw new IllegalArgumentException(
          "squeeze: axis " + axis + " of " + x.shape() + " is not 1");
    }
    return x.reshape(without(x.shape(), a));
  }

  private static Shape without(Shape shape, int axis) {
    return shape.slice(0, axis).concat(shape.slice(axis + 1, shape.rank()));
  }

  static Tensor permute(Tensor x, int... order) {
    int rank = x.shape().rank();
    List<Integer> o =
        Arrays.stream(order).map(i -> i < 0 && i >= -rank ? i + rank : i).boxed().toList();
    return TensorAccess.apply(new MovementOp.Permute(o), x);
  }

  static Tensor swapAxes(Tensor x, int a, int b) {
    List<Integer> order = new ArrayList<>(Check.axes("swapAxes", x.shape()));
    Collections.swap(order, x.shape().axis(a), x.shape().axis(b));
    return TensorAccess.apply(new MovementOp.Permute(order), x);
  }

  static Tensor broadcastTo(Tensor x, Shape to) {
    Shape shape = x.shape();
    if (to.equals(shape)) {
      return x;
    }
    if (!shape.broadcastsTo(to)) {
      throw new IllegalArgumentException("broadcast: " + shape + " doesn't broadcast to " + to);
    }
    int[] aligned = new int[to.rank()];
    Arrays.fill(aligned, 1);
    System.arraycopy(shape.dims(), 0, aligned, to.rank() - shape.rank(), shape.rank());
    Tensor same = x.reshape(Shape.of(aligned));
    return same.shape().equals(to) ? same : TensorAccess.apply(new MovementOp.Broadcast(to), same);
  }

  static Tensor slice(Tensor x, int axis, int from, int to, int step) {
    Shape shape = x.shape();
    int a = shape.axis(axis);
    List<Integer> start = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
    List<Integer> stop = new ArrayList<>(Arrays.stream(shape.dims()).boxed().toList());
    List<Integer> steps = new ArrayList<>(Collections.nCopies(shape.rank(), 1));
    int[] range = Check.range("slice", shape, a, from, to, step);
    start.set(a, range[0]);
    stop.set(a, range[1]);
    steps.set(a, step);
    if (range[0] == 0 && range[1] == shape.dim(a) && step == 1) {
      return x;
    }
    return TensorAccess.apply(new MovementOp.Slice(start, stop, steps), x);
  }

  static Tensor at(Tensor x, int axis, int position) {
    int a = x.shape().axis(axis);
    int p = Check.position("at", x.shape(), a, position);
    return x.slice(a, p, p + 1).reshape(without(x.shape(), a));
  }

  static List<Tensor> split(Tensor x, int axis, int... lengths) {
    if (Arrays.stream(lengths).anyMatch(l -> l < 0)
        || Arrays.stream(lengths).asLongStream().sum() != x.shape().dim(axis)) {
      throw new IllegalArgumentException(
          "split: the lengths %s don't add up to axis %d of %s"
              .formatted(Arrays.toString(lengths), axis, x.shape()));
    }
    List<Tensor> parts = new ArrayList<>();
    int from = 0;
    for (int length : lengths) {
      parts.add(x.slice(axis, from, from + length));
      from += length;
    }
    return List.copyOf(parts);
  }

  static Tensor withSlice(Tensor x, int axis, int from, Tensor values) {
    Shape shape = x.shape();
    int a = shape.axis(axis);
    Check.sameType("withSlice", x.dtype(), values.dtype());
    if (values.shape().rank() != shape.rank()
        || !values.shape().with(a, 0).equals(shape.with(a, 0))) {
      throw new IllegalArgumentException(
          "withSlice: all but axis %d must be equal: %s and %s"
              .formatted(a, shape, values.shape()));
    }
    int start = from < 0 ? from + shape.dim(a) : from;
    int end = start + values.shape().dim(a);
    Check.range("withSlice", shape, a, from, end, 1);
    return Tensor.concat(a, List.of(x.slice(a, 0, start), values, x.slice(a, end, shape.dim(a))));
  }

  static Tensor pad(Tensor x, int axis, int before, int after, double value) {
    Check.representable("pad", value, x.dtype());
    if (before == 0 && after == 0) {
      return x;
    }
    List<Integer> zeros = Collections.nCopies(x.shape().rank(), 0);
    List<Integer> b = new ArrayList<>(zeros);
    List<Integer> e = new ArrayList<>(zeros);
    b.set(x.shape().axis(axis), before);
    e.set(x.shape().axis(axis), after);
    double rounded = x.dtype() == DType.F32 ? (float) value : value;
    return TensorAccess.apply(new MovementOp.Pad(b, e, zeros, rounded), x);
  }

  static Tensor concat(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("concat: there is nothing to join");
    }
    int a = parts.getFirst().shape().axis(axis);
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return TensorAccess.apply(new MovementOp.Concat(a), parts.toArray(Tensor[]::new));
  }

  static Tensor stack(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("stack: there is nothing to join");
    }
    Shape s = parts.getFirst().shape();
    int a = axis < 0 ? axis + s.rank() + 1 : axis;
    parts.forEach(p -> Check.sameShape("stack", s, p.shape()));
    return concat(a, parts.stream().map(p -> p.unsqueeze(a)).toList());
  }

  static Tensor tile(Tensor x, int axis, int times) {
    Shape shape = x.shape();
    int a = shape.axis(axis);
    return x.unsqueeze(a)
        .broadcastTo(shape.insert(a, times))
        .reshape(shape.with(a, shape.dim(a) * times));
  }

  static Tensor diagonal(Tensor x) {
    Shape shape = x.shape();
    Check.rankAtLeast("diagonal", shape, 2);
    int columns = shape.dim(-1);
    int n = Math.min(shape.dim(-2), columns);
    int end = n == 0 ? 0 : (n - 1) * (columns + 1) + 1;
    return x.flatten(-2).slice(-1, 0, end, columns + 1);
  }

  static Tensor diagonalMatrix(Tensor x) {
    Shape shape = x.shape();
    Check.rankAtLeast("diagonalMatrix", shape, 1);
    int n = shape.dim(-1);
    // Each element is followed by n zeros: in rows of n it moves on by one.
    Tensor spread = x.unsqueeze(-1).pad(-1, 0, n, 0).flatten(-2);
    return spread.slice(-1, 0, n * n).reshape(shape.concat(Shape.of(n)));
  }
}
