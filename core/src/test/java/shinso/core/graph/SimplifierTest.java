package shinso.core.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Buffer;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.Op;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** What disappears, what must stay, and that the numbers are the same. */
class SimplifierTest {
  private final Tensor x = Tensor.placeholder(Shape.of(2, 3), DType.F32);

  private static Graph simplified(Tensor... outputs) {
    return Simplifier.simplify(graph(outputs));
  }

  private static Graph graph(Tensor... outputs) {
    GraphBuilder builder = new GraphBuilder();
    return builder.build(Arrays.stream(outputs).mapToInt(builder::add).toArray());
  }

  private static List<Op> operations(Graph g) {
    return g.nodes().stream().map(Graph.Node::op).filter(o -> !(o instanceof Leaf)).toList();
  }

  private void disappears(Tensor y) {
    assertEquals(List.of(), operations(simplified(y)), y::toString);
  }

  @Test
  void neutralElementsDisappear() {
    disappears(x.mul(1));
    disappears(Tensor.full(Shape.of(2, 3), 1).mul(x));
    disappears(x.div(1));
    disappears(x.sub(0));
    disappears(x.add(-0.0));
    disappears(x.neg().neg());
    disappears(x.stopGradient());
  }

  @Test
  void movementsThatCancelDisappear() {
    disappears(x.transpose().transpose());
    disappears(x.reshape(6).reshape(3, 2).reshape(2, 3));
    disappears(x.unsqueeze(1).squeeze(1));
    disappears(x.pad(0, 0, 0, 5).slice(1, 0, 3));
  }

  @Test
  void addingZeroStaysSinceItChangesTheSignOfZero() {
    Graph g = simplified(x.add(0));
    assertTrue(operations(g).contains(new BinaryOp(BinaryOp.Kind.ADD)), g::toString);
    float[] in = {-0.0f, 0, 1, -1, Float.NaN, Float.NEGATIVE_INFINITY};
    Buffer out = Buffer.ofHeap(new float[6]);
    new ReferenceBackend().compile(g).run(new Buffer[] {Buffer.ofHeap(in)}, new Buffer[] {out});
    assertEquals(0, Float.floatToRawIntBits(out.toFloatArray()[0]));
  }

  @Test
  void constantsAreFoldedWithTheRoundingOfTheirType() {
    Tensor c = Tensor.full(Shape.of(2, 3), 0.1).add(0.2).mul(3);
    Graph g = simplified(x.mul(c));
    float expected = (0.1f + 0.2f) * 3f;
    List<Double> constants =
        g.nodes().stream()
            .filter(n -> n.op() instanceof Leaf.Constant)
            .map(n -> ((Leaf.Constant) n.op()).value())
            .toList();
    assertEquals(List.of((double) expected), constants);
  }

  @Test
  void productsTakeTransposesIn() {
    Graph g = simplified(x.transpose().matmul(x), x.matmul(x.transpose()));
    assertEquals(
        List.of(new ContractionOp.MatMul(true, false), new ContractionOp.MatMul(false, true)),
        operations(g));
  }

  @Test
  void equalNodesAreOneAndUnusedInputsStay() {
    Tensor unused = Tensor.placeholder(Shape.of(4), DType.F32);
    Graph g = simplified(x.exp().add(x.exp()), Tensor.select(Tensor.ones(4), x.sum(), unused));
    assertEquals(2, g.inputs().length, "an input that isn't read keeps its place");
    assertEquals(1, operations(g).stream().filter(o -> o.label().equals("exp")).count());
    assertTrue(operations(g).stream().noneMatch(o -> o.label().equals("select")));
  }
}
