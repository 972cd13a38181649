package shinso.core.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.op.MovementOp;
import shinso.core.tensor.Shape;

/** What a slice takes of a movement's result, found in the movement's operands. */
final class Slices {
  private Slices() {}

  /** What replaces a slice: a movement of a node, a node itself, or a number everywhere. */
  sealed interface Found {
    /** The slice of an operand, which is then moved, if there is anything to be done. */
    record Part(int node, MovementOp.Slice slice, @Nullable MovementOp then) implements Found {}

    /** A number everywhere. */
    record Filling(double value) implements Found {}
  }

  /** Returns what a slice of a node shows, or null if nothing simpler. */
  static @Nullable Found of(MovementOp.Slice s, Graph.Node n, List<Shape> operands) {
    return switch (n.op()) {
      case MovementOp.Slice inner -> new Found.Part(n.operand(0), both(inner, s), null);
      case MovementOp.Permute p -> new Found.Part(n.operand(0), permuted(s, p.order()), p);
      case MovementOp.Broadcast b -> ofBroadcast(s, n, operands.getFirst());
      case MovementOp.Reshape r -> ofReshape(s, n, operands.getFirst());
      case MovementOp.Concat c -> ofConcat(s, c.axis(), n, operands);
      case MovementOp.Pad p -> ofPad(s, p, n, operands.getFirst());
      default -> null;
    };
  }

  /** The slice of a slice. */
  private static MovementOp.Slice both(MovementOp.Slice inner, MovementOp.Slice outer) {
    List<Integer> start = new ArrayList<>();
    List<Integer> stop = new ArrayList<>();
    List<Integer> step = new ArrayList<>();
    for (int i = 0; i < inner.start().size(); i++) {
      int first = inner.start().get(i) + outer.start().get(i) * inner.step().get(i);
      int count = Math.ceilDiv(outer.stop().get(i) - outer.start().get(i), outer.step().get(i));
      int stride = inner.step().get(i) * outer.step().get(i);
      start.add(count == 0 ? inner.start().get(i) : first);
      stop.add(count == 0 ? inner.start().get(i) : first + (count - 1) * stride + 1);
      step.add(stride);
    }
    return new MovementOp.Slice(start, stop, step);
  }

  /** The slice before the axes are exchanged. */
  private static MovementOp.Slice permuted(MovementOp.Slice s, List<Integer> order) {
    Integer[] start = new Integer[order.size()];
    Integer[] stop = new Integer[start.length];
    Integer[] step = new Integer[start.length];
    for (int i = 0; i < start.length; i++) {
      start[order.get(i)] = s.start().get(i);
      stop[order.get(i)] = s.stop().get(i);
      step[order.get(i)] = s.step().get(i);
    }
    return new MovementOp.Slice(Arrays.asList(start), Arrays.asList(stop), Arrays.asList(step));
  }

  private static Found ofBroadcast(MovementOp.Slice s, Graph.Node n, Shape operand) {
    MovementOp.Slice inside = s;
    for (int i = 0; i < operand.rank(); i++) {
      if (operand.dim(i) == 1 && n.shape().dim(i) != 1) {
        inside = whole(inside, i);
      }
    }
    return new Found.Part(
        n.operand(0), inside, new MovementOp.Broadcast(s.shape(List.of(n.shape()))));
  }

  private static MovementOp.Slice whole(MovementOp.Slice s, int axis) {
    List<Integer> start = new ArrayList<>(s.start());
    List<Integer> stop = new ArrayList<>(s.stop());
    List<Integer> step = new ArrayList<>(s.step());
    start.set(axis, 0);
    stop.set(axis, 1);
    step.set(axis, 1);
    return new MovementOp.Slice(start, stop, step);
  }

  /**
   * A range of the first axis is one run of elements, which may be a range of another first axis.
   */
  private static @Nullable Found ofReshape(MovementOp.Slice s, Graph.Node n, Shape operand) {
    int rank = n.shape().rank();
    if (rank == 0 || operand.rank() == 0 || n.shape().size() == 0) {
      return null;
    }
    int from = s.start().getFirst();
    int to = s.stop().getFirst();
    if (!s.equals(range(n.shape(), 0, from, to))) {
      return null;
    }
    int run = n.shape().size() / n.shape().dim(0);
    int row = operand.size() / operand.dim(0);
    if (from * run % row != 0 || to * run % row != 0) {
      return null;
    }
    Shape sliced = n.shape().with(0, to - from);
    return new Found.Part(
        n.operand(0),
        range(operand, 0, from * run / row, to * run / row),
        new MovementOp.Reshape(sliced));
  }

  private static @Nullable Found ofConcat(
      MovementOp.Slice s, int axis, Graph.Node n, List<Shape> operands) {
    int from = 0;
    for (int i = 0; i < operands.size(); i++) {
      int to = from + operands.get(i).dim(axis);
      if (s.start().get(axis) >= from && s.stop().get(axis) <= to && from < to) {
        return new Found.Part(n.operand(i), moved(s, axis, from), null);
      }
      from = to;
    }
    return null;
  }

  private static @Nullable Found ofPad(
      MovementOp.Slice s, MovementOp.Pad p, Graph.Node n, Shape operand) {
    MovementOp.Slice inside = s;
    for (int i = 0; i < operand.rank(); i++) {
      int from = p.before().get(i);
      int to = n.shape().dim(i) - p.after().get(i);
      if (s.stop().get(i) <= from || s.start().get(i) >= to) {
        return new Found.Filling(p.value());
      }
      if (s.start().get(i) < from || s.stop().get(i) > to || p.interior().get(i) > 0) {
        return null;
      }
      inside = moved(inside, i, from);
    }
    return new Found.Part(n.operand(0), inside, null);
  }

  private static MovementOp.Slice moved(MovementOp.Slice s, int axis, int by) {
    List<Integer> start = new ArrayList<>(s.start());
    List<Integer> stop = new ArrayList<>(s.stop());
    start.set(axis, start.get(axis) - by);
    stop.set(axis, stop.get(axis) - by);
    return new MovementOp.Slice(start, stop, s.step());
  }

  /** Returns the slice of a whole axis from one position to another. */
  static MovementOp.Slice range(Shape shape, int axis, int from, int to) {
    List<Integer> start =
        new ArrayList<>(IntStream.range(0, shape.rank()).mapToObj(i -> 0).toList());
    List<Integer> stop = new ArrayList<>(Arrays.stream(shape.dims()).boxed().toList());
    start.set(axis, from);
    stop.set(axis, to);
    return new MovementOp.Slice(
        start, stop, IntStream.range(0, shape.rank()).mapToObj(i -> 1).toList());
  }
}
