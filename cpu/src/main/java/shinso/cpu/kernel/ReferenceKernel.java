package shinso.cpu.kernel;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.op.Leaf;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.cpu.layout.Layout;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Underflow;
import shinso.cpu.simd.Native;

/**
 * An operation with F64 operands or results, for which there are no vector kernels: the reference
 * interpreter computes it, on one thread. What else is in the program stays as fast as it is.
 */
public final class ReferenceKernel extends Simple {
  private final Executable operation;
  private final List<Operand> in;
  private final Operand result;
  private final Buffer[] arguments;
  private final Buffer[] computed;

  /**
   * Creates a kernel.
   *
   * @param node the operation
   * @param operands the nodes that it reads
   * @param in how they lie in memory
   * @param result which lies without gaps
   */
  public ReferenceKernel(
      Graph.Node node, List<Graph.Node> operands, List<Operand> in, Operand result) {
    super(node.op().label() + " " + node.dtype() + " by the reference interpreter");
    int n = operands.size();
    List<Graph.Node> nodes = new ArrayList<>();
    for (Graph.Node o : operands) {
      Leaf.Data data = new Leaf.Data(o.shape(), o.dtype());
      nodes.add(new Graph.Node(data, List.of(), o.shape(), o.dtype()));
    }
    List<Integer> numbers = IntStream.range(0, n).boxed().toList();
    nodes.add(new Graph.Node(node.op(), numbers, node.shape(), node.dtype()));
    this.operation =
        new ReferenceBackend().compile(new Graph(nodes, new int[] {n}, new int[] {-1}));
    this.in = in;
    this.result = result;
    this.arguments = in.stream().map(o -> heap(o.dtype(), o.size())).toArray(Buffer[]::new);
    this.computed = new Buffer[] {heap(result.dtype(), result.size())};
  }

  private static Buffer heap(DType type, int count) {
    return switch (type) {
      case F32 -> Buffer.ofHeap(new float[count]);
      case F64 -> Buffer.ofHeap(new double[count]);
      case I32 -> Buffer.ofHeap(new int[count]);
    };
  }

  @Override
  public void run(Frame f) {
    Underflow.keep();
    try {
      for (int i = 0; i < arguments.length; i++) {
        read(in.get(i), f, arguments[i]);
      }
      operation.run(arguments, computed);
    } finally {
      Underflow.flush();
    }
    MemorySegment values = computed[0].segment();
    MemorySegment.copy(values, 0, Native.ALL, result.address(f), values.byteSize());
  }

  private static void read(Operand operand, Frame f, Buffer to) {
    Layout l = operand.layout();
    long address = operand.address(f);
    int bytes = operand.bytes();
    if (l.isContiguous()) {
      MemorySegment.copy(Native.ALL, address, to.segment(), 0, (long) to.count() * bytes);
      return;
    }
    int[] index = new int[l.rank()];
    long at = address;
    for (int i = 0; i < to.count(); i++) {
      to.set(
          i,
          switch (operand.dtype()) {
            case F32 -> Native.getFloat(at);
            case F64 -> Native.getDouble(at);
            case I32 -> Native.getInt(at);
          });
      for (int axis = index.length - 1; axis >= 0; axis--) {
        at += (long) bytes * l.stride(axis);
        if (++index[axis] < l.dim(axis)) {
          break;
        }
        at -= (long) bytes * l.dim(axis) * l.stride(axis);
        index[axis] = 0;
      }
    }
  }
}
