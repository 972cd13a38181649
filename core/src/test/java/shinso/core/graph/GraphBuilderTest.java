package shinso.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import shinso.core.op.Leaf;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Numbering of expressions. */
final class GraphBuilderTest {
  private static Graph graph(Tensor... results) {
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = new int[results.length];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = builder.add(results[i]);
    }
    return builder.build(outputs);
  }

  @Test
  void operandsComeFirstAndEqualNodesAreOne() {
    Tensor x = Tensor.of(new float[] {1, 2});
    Tensor y = Tensor.of(new float[] {3, 4});
    Graph g = graph(x.add(y).mul(x.add(y)));
    assertEquals(4, g.nodes().size());
    for (int i = 0; i < g.nodes().size(); i++) {
      int number = i;
      g.node(i).operands().forEach(o -> assertEquals(true, o < number));
    }
    assertArrayEquals(new int[] {0, 1}, g.inputs());
    assertArrayEquals(new int[] {3}, g.outputs());
    assertArrayEquals(new int[] {-1}, g.donated());
  }

  /** Two leaves may be given different numbers later, even if they are equal now. */
  @Test
  void leavesAreNeverMerged() {
    Graph g = graph(Tensor.of(new float[] {1}).add(Tensor.of(new float[] {1})));
    assertEquals(2, g.inputs().length);
  }

  @Test
  void knownValuesAreLeaves() {
    Tensor x = Tensor.of(new float[] {1, 2});
    Tensor y = x.exp();
    y.toFloatArray();
    GraphBuilder builder = new GraphBuilder();
    Graph g = builder.build(new int[] {builder.add(y.neg())});
    assertEquals(2, g.nodes().size());
    assertSame(y, builder.leaves().getFirst());
    assertEquals(new Leaf.Data(Shape.of(2), DType.F32), g.node(0).op());
  }

  @Test
  void equalStructuresAreEqual() {
    Graph a = graph(Tensor.of(new float[] {1, 2}).mul(2).sum());
    Graph b = graph(Tensor.of(new float[] {5, 6}).mul(2).sum());
    assertEquals(a, b);
    assertEquals(a.hashCode(), b.hashCode());
    assertNotEquals(a, graph(Tensor.of(new float[] {1, 2}).mul(3).sum()));
    assertNotEquals(a, graph(Tensor.of(new float[] {1, 2, 3}).mul(2).sum()));
    assertNotEquals(a, graph(Tensor.of(new double[] {1, 2}).mul(2).sum()));
    assertNotEquals(a, graph(Tensor.of(new float[] {1, 2}).add(2).sum()));
    assertNotEquals(
        graph(Tensor.of(new float[] {1}).mul(0.0)), graph(Tensor.of(new float[] {1}).mul(-0.0)));
  }

  @Test
  void donationsAndOutputsArePartOfTheGraph() {
    Tensor x = Tensor.of(new float[] {1, 2});
    Tensor y = x.neg();
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = {builder.add(y), builder.add(x)};
    Graph g = builder.build(outputs, new int[] {0, -1});
    assertEquals(g, builder.build(outputs, new int[] {0, -1}));
    assertNotEquals(g, builder.build(outputs));
    assertNotEquals(g, builder.build(new int[] {outputs[1], outputs[0]}, new int[] {0, -1}));
  }

  @Test
  void printsOneLineEachNode() {
    assertEquals(
        """
        %0: F32[2] = Data[to=[2], type=F32] []
        %1: F32[2] = UnaryOp[kind=EXP] [0]
        outputs [1]\
        """,
        graph(Tensor.of(new float[] {1, 2}).exp()).toString());
  }
}
