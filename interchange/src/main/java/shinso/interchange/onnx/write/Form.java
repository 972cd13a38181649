package shinso.interchange.onnx.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;

/**
 * How the axes of a value lie in a file: axis {@code i} there is axis {@code order[i]} here.
 *
 * @param order a permutation of the axes
 */
record Form(List<Integer> order) {
  /** Images as ONNX has them: {@code [n, c, h, w]} for {@code [n, h, w, c]}. */
  static final Form CHANNELS_FIRST = new Form(List.of(0, 3, 1, 2));

  /** Sequences as ONNX has them: {@code [t, n, f]} for {@code [n, t, f]}. */
  static final Form TIME_FIRST = new Form(List.of(1, 0, 2));

  /** Keeps a copy. */
  Form {
    order = List.copyOf(order);
  }

  /** Returns the form in which nothing is moved. */
  static Form plain(int rank) {
    return new Form(IntStream.range(0, rank).boxed().toList());
  }

  /** Returns the form of features behind the batch, {@code [n, c, …]} for {@code [n, …, c]}. */
  static Form featuresSecond(int rank) {
    List<Integer> order = new ArrayList<>(List.of(0));
    if (rank > 1) {
      order.add(rank - 1);
    }
    IntStream.range(1, rank - 1).forEach(order::add);
    return new Form(order);
  }

  boolean isPlain() {
    return equals(plain(order.size()));
  }

  int rank() {
    return order.size();
  }

  /** Returns where an axis is in the file. */
  int position(int axis) {
    return order.indexOf(axis);
  }

  /** Returns the shape in the file. */
  Shape of(Shape shape) {
    return Shape.of(order.stream().map(shape::dim).toList());
  }

  /** Returns what the permutation of ONNX's Transpose is that makes another form of this one. */
  List<Integer> to(Form other) {
    return other.order.stream().map(this::position).toList();
  }

  /** Returns the form of a permuted value that lies where this one lies. */
  Form permuted(List<Integer> permutation) {
    return new Form(order.stream().map(permutation::indexOf).toList());
  }

  /** Returns whether axes that are longer than 1 lie in the order that they have here. */
  boolean keepsOrder(Shape shape) {
    List<Integer> longer = order.stream().filter(a -> shape.dim(a) != 1).toList();
    return longer.stream().sorted().toList().equals(longer);
  }
}
