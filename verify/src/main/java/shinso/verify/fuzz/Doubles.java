package shinso.verify.fuzz;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.op.Leaf;
import shinso.core.op.Op;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Values in double by the reference interpreter, one operation at a time. */
final class Doubles {
  private static final ReferenceBackend REFERENCE = new ReferenceBackend();

  /** More nodes than a program of this size has are refused. */
  private final int limit;

  private final IdentityHashMap<Tensor, double[]> known = new IdentityHashMap<>();

  Doubles(int limit) {
    this.limit = limit;
  }

  /** An operation and the shapes around it, ready to be computed many times. */
  static final class Node {
    private final Executable executable;
    private final int count;

    Node(Op op, DType type, Shape shape, List<Shape> operands) {
      List<Graph.Node> nodes = new ArrayList<>();
      List<Integer> numbers = new ArrayList<>();
      for (Shape s : operands) {
        numbers.add(nodes.size());
        nodes.add(new Graph.Node(new Leaf.Data(s, DType.F64), List.of(), s, DType.F64));
      }
      DType wide = type == DType.F32 ? DType.F64 : type;
      nodes.add(new Graph.Node(op, numbers, shape, wide));
      count = shape.size();
      Graph graph = new Graph(nodes, new int[] {numbers.size()}, new int[] {-1});
      executable = REFERENCE.compile(graph);
    }

    double[] run(List<double[]> in) {
      double[] y = new double[count];
      Buffer[] inputs = in.stream().map(Buffer::ofHeap).toArray(Buffer[]::new);
      executable.run(inputs, new Buffer[] {Buffer.ofHeap(y)});
      return y;
    }
  }

  int size() {
    return known.size();
  }

  /** Whether a value needs no more new operations than there is room for. */
  boolean hasRoomFor(Tensor t) {
    IdentityHashMap<Tensor, Boolean> seen = new IdentityHashMap<>();
    Deque<Tensor> open = new ArrayDeque<>(List.of(t));
    while (!open.isEmpty() && known.size() + seen.size() <= limit) {
      Tensor next = open.pop();
      if (!known.containsKey(next) && seen.put(next, true) == null) {
        next.inputs().forEach(open::push);
      }
    }
    return known.size() + seen.size() <= limit;
  }

  /** Returns the values of a tensor. */
  double[] of(Tensor result) {
    Deque<Tensor> open = new ArrayDeque<>(List.of(result));
    while (!open.isEmpty()) {
      Tensor t = open.peek();
      if (known.containsKey(t)) {
        open.pop();
        continue;
      }
      boolean ready = true;
      for (Tensor in : t.inputs()) {
        if (!known.containsKey(in)) {
          open.push(in);
          ready = false;
        }
      }
      if (ready) {
        open.pop();
        known.put(t, compute(t));
      }
    }
    return Objects.requireNonNull(known.get(result));
  }

  private double[] compute(Tensor t) {
    Buffer b = TensorAccess.buffer(t);
    if (b != null) {
      return b.toDoubleArray();
    }
    List<Shape> shapes = t.inputs().stream().map(Tensor::shape).toList();
    List<double[]> in = t.inputs().stream().map(i -> Objects.requireNonNull(known.get(i))).toList();
    return new Node(t.op(), t.dtype(), t.shape(), shapes).run(in);
  }
}
