package shinso.core.op;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * An operation that only moves elements. The gradient of each is its adjoint, again made of
 * movements and sums.
 */
public sealed interface MovementOp extends Op {

  @Override
  default DType dtype(List<DType> inputs) {
    return inputs.getFirst();
  }

  /** The same elements in row-major order under another shape of the same size. */
  record Reshape(Shape to) implements MovementOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Check.sameSize(inputs.getFirst(), to);
      return to;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {g.reshape(inputs.getFirst().shape())};
    }

    @Override
    public String label() {
      return "reshape";
    }
  }

  /** Axis {@code i} of the result is axis {@code order[i]} of the operand. */
  record Permute(List<Integer> order) implements MovementOp {
    /** Keeps a copy. */
    public Permute {
      order = List.copyOf(order);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape x = inputs.getFirst();
      Check.permutation(x, order);
      return Shape.of(order.stream().map(x::dim).toList());
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      int[] inverse = new int[order.size()];
      for (int i = 0; i < inverse.length; i++) {
        inverse[order.get(i)] = i;
      }
      return new @Nullable Tensor[] {g.permute(inverse)};
    }

    @Override
    public String label() {
      return "permute";
    }
  }

  /** Repeats along axes of length 1; the operand has the rank of the result. */
  record Broadcast(Shape to) implements MovementOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      Shape from = inputs.getFirst();
      if (from.rank() != to.rank() || !from.broadcastsTo(to)) {
        throw new IllegalArgumentException("broadcast: " + from + " doesn't broadcast to " + to);
      }
      return to;
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      Shape from = inputs.getFirst().shape();
      int[] axes = IntStream.range(0, to.rank()).filter(i -> from.dim(i) != to.dim(i)).toArray();
      return new @Nullable Tensor[] {axes.length == 0 ? g : g.sumKeep(axes)};
    }

    @Override
    public String label() {
      return "broadcast";
    }
  }

  /**
   * Every {@code step}-th element from {@code start} (inclusive) to {@code stop} (exclusive), for
   * each axis.
   */
  record Slice(List<Integer> start, List<Integer> stop, List<Integer> step) implements MovementOp {
    /** Keeps copies. */
    public Slice {
      start = List.copyOf(start);
      stop = List.copyOf(stop);
      step = List.copyOf(step);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape x = inputs.getFirst();
      Check.slice(x, start, stop, step);
      int[] dims = new int[x.rank()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Math.ceilDiv(stop.get(i) - start.get(i), step.get(i));
      }
      return Shape.of(dims);
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      Shape x = inputs.getFirst().shape();
      List<Integer> after = new ArrayList<>();
      List<Integer> interior = new ArrayList<>();
      for (int i = 0; i < x.rank(); i++) {
        int taken = g.shape().dim(i);
        int spread = taken == 0 ? 0 : (taken - 1) * step.get(i) + 1;
        after.add(x.dim(i) - start.get(i) - spread);
        interior.add(step.get(i) - 1);
      }
      // Adding −0 changes nothing, adding +0 makes +0 of −0: so a sum of such gradients is simpler.
      return new @Nullable Tensor[] {TensorAccess.apply(new Pad(start, after, interior, -0.0), g)};
    }

    @Override
    public String label() {
      return "slice";
    }
  }

  /**
   * Surrounds the operand with a value, and puts {@code interior} copies of it between neighbours,
   * for each axis.
   */
  record Pad(List<Integer> before, List<Integer> after, List<Integer> interior, double value)
      implements MovementOp {
    /** Keeps copies. */
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
      interior = List.copyOf(interior);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Shape x = inputs.getFirst();
      Check.pad(x, before, after, interior);
      int[] dims = new int[x.rank()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] =
            before.get(i) + x.dim(i) + Math.max(0, x.dim(i) - 1) * interior.get(i) + after.get(i);
      }
      return Shape.of(dims);
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      List<Integer> stop = new ArrayList<>();
      List<Integer> step = new ArrayList<>();
      for (int i = 0; i < before.size(); i++) {
        stop.add(g.shape().dim(i) - after.get(i));
        step.add(interior.get(i) + 1);
      }
      return new @Nullable Tensor[] {TensorAccess.apply(new Slice(before, stop, step), g)};
    }

    @Override
    public String label() {
      return "pad";
    }
  }

  /** Joins operands along an axis; their other axes are equal. */
  record Concat(int axis) implements MovementOp {
    @Override
    public Shape shape(List<Shape> inputs) {
      return Check.concat(axis, inputs);
    }

    @Override
    public DType dtype(List<DType> inputs) {
      inputs.forEach(t -> Check.sameType(label(), inputs.getFirst(), t));
      return inputs.getFirst();
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      @Nullable Tensor[] gradients = new @Nullable Tensor[inputs.size()];
      int from = 0;
      for (int i = 0; i < gradients.length; i++) {
        int to = from + inputs.get(i).shape().dim(axis);
        gradients[i] = g.slice(axis, from, to);
        from = to;
      }
      return gradients;
    }

    @Override
    public String label() {
      return "concat";
    }
  }

  /** Reverses axes. */
  record Flip(List<Integer> axes) implements MovementOp {
    /** Keeps a copy. */
    public Flip {
      axes = List.copyOf(axes);
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputs.getFirst();
    }

    @Override
    public @Nullable Tensor[] gradient(Tensor y, List<Tensor> inputs, Tensor g) {
      return new @Nullable Tensor[] {TensorAccess.apply(this, g)};
    }

    @Override
    public String label() {
      return "flip";
    }
  }
}
