package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.List;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.layout.Layout;

/**
 * A contraction or pooling with its operands, as a kernel gets it.
 *
 * @param in the operands
 * @param bias whether a vector is added to the result's last axis
 * @param relu whether the maximum with 0 is taken then
 * @param adds whether the result is added to what is there
 * @param half whether the operands lie in memory as bfloat16
 */
record Case(Op op, List<Input> in, boolean bias, boolean relu, boolean adds, boolean half) {

  /** A view of a value that lies in memory without gaps. */
  record Input(Shape base, List<MovementOp> moves) {
    static Input dense(int... dims) {
      return new Input(Shape.of(dims), List.of());
    }

    /** How the value is looked at, or null if strides can't express it. */
    @SuppressWarnings("NullAway")
    Layout layout() {
      Layout l = Layout.dense(base);
      for (MovementOp m : moves) {
        l = l == null ? null : l.apply(m);
      }
      return l;
    }

    Shape shape() {
      Shape s = base;
      for (MovementOp m : moves) {
        s = m.shape(List.of(s));
      }
      return s;
    }

    Tensor of(float[] values) {
      Tensor t = Tensor.of(values, base.dims());
      for (MovementOp m : moves) {
        t = TensorAccess.apply(m, t);
      }
      return t;
    }
  }

  Shape result() {
    return op.shape(in.stream().map(Input::shape).toList());
  }

  int columns() {
    return result().dim(-1);
  }

  /** What the reference says of these operands, a bias and a result so far. */
  float[] expected(List<float[]> operands, float[] vector, float[] start) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      tensors.add(in.get(i).of(operands.get(i)));
    }
    Tensor y = TensorAccess.apply(op, tensors.toArray(Tensor[]::new));
    y = bias ? y.add(Tensor.of(vector, columns())) : y;
    y = relu ? y.relu() : y;
    y = adds ? y.add(Tensor.of(start, result().dims())) : y;
    GraphBuilder builder = new GraphBuilder();
    Graph graph = builder.build(new int[] {builder.add(y)});
    Buffer[] inputs = builder.leaves().stream().map(TensorAccess::buffer).toArray(Buffer[]::new);
    Buffer output = Buffer.ofHeap(new float[result().size()]);
    new ReferenceBackend().compile(graph).run(inputs, new Buffer[] {output});
    return output.toFloatArray();
  }
}
