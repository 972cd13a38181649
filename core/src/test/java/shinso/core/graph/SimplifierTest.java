package shinso.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Buffer;
import shinso.core.op.BinaryOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.PoolSpec;
import shinso.core.op.WindowOp;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** What disappears, what must stay, and that the numbers are the same. */
class SimplifierTest {
  private final Tensor x = TensorAccess.placeholder(Shape.of(2, 3), DType.F32);

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
  void powersThatAreOneDisappear() {
    for (Tensor y : List.of(x.pow(0), x.pow(-0.0), x.fullLike(1).pow(x))) {
      Graph g = simplified(y);
      assertTrue(operations(g).stream().noneMatch(o -> o instanceof BinaryOp), g::toString);
      float[] in = {Float.NaN, Float.POSITIVE_INFINITY, 0, -1, 2, Float.NEGATIVE_INFINITY};
      float[] out = new float[6];
      new ReferenceBackend()
          .compile(g)
          .run(new Buffer[] {Buffer.ofHeap(in)}, new Buffer[] {Buffer.ofHeap(out)});
      assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1}, out);
    }
    assertEquals(
        1, operations(simplified(x.pow(1))).stream().filter(o -> o instanceof BinaryOp).count());
  }

  @Test
  void aRectifierIsAMaximumWhoseGradientDiffers() {
    assertEquals(simplified(x.maximum(0)), simplified(x.relu()));
  }

  /** A double that no float is would be equal to nothing. */
  @Test
  void whatPaddingShowsHasTheDigitsOfItsType() {
    Tensor padded =
        TensorAccess.apply(new MovementOp.Pad(List.of(0, 2), List.of(0, 0), List.of(0, 0), 0.1), x);
    Graph g = simplified(padded.slice(1, 0, 2).equal(0.1));
    float[] out = new float[4];
    new ReferenceBackend()
        .compile(g)
        .run(new Buffer[] {Buffer.ofHeap(new float[6])}, new Buffer[] {Buffer.ofHeap(out)});
    assertArrayEquals(new float[] {1, 1, 1, 1}, out);
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
    Tensor unused = TensorAccess.placeholder(Shape.of(4), DType.F32);
    Graph g = simplified(x.exp().add(x.exp()), Tensor.select(Tensor.ones(4), x.sum(), unused));
    assertEquals(2, g.inputs().length, "an input that isn't read keeps its place");
    assertEquals(1, operations(g).stream().filter(o -> o.label().equals("exp")).count());
    assertTrue(operations(g).stream().noneMatch(o -> o.label().equals("select")));
  }

  @Test
  void theMaskOfARectifierBehindMaxPoolingIsTakenBeforeTheScatter() {
    Tensor images = TensorAccess.placeholder(Shape.of(2, 5, 4, 3), DType.F32);
    Tensor g = TensorAccess.placeholder(Shape.of(2, 3, 3, 3), DType.F32);
    PoolSpec overlapping = new PoolSpec(3, 2, 1, 1, 0, 0, 0, 0);
    Tensor y = images.maximum(0);
    Tensor dx =
        Tensor.select(
            y.greater(0), TensorAccess.apply(new WindowOp.MaxPoolScatter(overlapping), y, g), 0);
    Graph before = graph(dx);
    Graph after = Simplifier.simplify(before);
    Op last = after.node(after.outputs()[0]).op();
    assertEquals(new WindowOp.MaxPoolScatter(overlapping), last, after::toString);
    // Few different numbers, so that there are ties, zeros and windows without a positive one.
    Random random = new Random(5);
    float[] x = new float[2 * 5 * 4 * 3];
    for (int i = 0; i < x.length; i++) {
      x[i] = i == 7 ? Float.NaN : random.nextInt(5) - 3;
    }
    float[] v = new float[2 * 3 * 3 * 3];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) random.nextGaussian();
    }
    v[3] = Float.NaN;
    v[4] = Float.NEGATIVE_INFINITY;
    assertArrayEquals(run(before, x, v), run(after, x, v));
  }

  @Test
  void theSumOfWhatMaxPoolingScattersIsTheSumOfWhatIsScattered() {
    Tensor images = TensorAccess.placeholder(Shape.of(2, 4, 4, 3), DType.F32);
    Tensor g = TensorAccess.placeholder(Shape.of(2, 2, 2, 3), DType.F32);
    Tensor scattered = TensorAccess.apply(new WindowOp.MaxPoolScatter(PoolSpec.of(2)), images, g);
    Graph sums = simplified(scattered.sum(0, 1, 2));
    assertTrue(operations(sums).stream().noneMatch(o -> o instanceof WindowOp), sums::toString);
    Graph rows = simplified(scattered.sum(1));
    assertTrue(operations(rows).stream().anyMatch(o -> o instanceof WindowOp), rows::toString);
    float[] x = new float[2 * 4 * 4 * 3];
    float[] v = new float[2 * 2 * 2 * 3];
    float[] expected = new float[3];
    for (int i = 0; i < v.length; i++) {
      v[i] = i * i % 7;
      expected[i % 3] += v[i];
    }
    assertArrayEquals(expected, run(sums, x, v));
    assertArrayEquals(expected, run(graph(scattered.sum(0, 1, 2)), x, v));
  }

  private static float[] run(Graph g, float[] x, float[] v) {
    Buffer[] in = new Buffer[g.inputs().length];
    for (int i = 0; i < in.length; i++) {
      int size = g.node(g.inputs()[i]).shape().size();
      in[i] = Buffer.ofHeap(size == x.length ? x : v);
    }
    Buffer out = Buffer.ofHeap(new float[g.node(g.outputs()[0]).shape().size()]);
    new ReferenceBackend().compile(g).run(in, new Buffer[] {out});
    return out.toFloatArray();
  }

  @Test
  void rowsOfALargeProductAreProductsOfTheirOwn() {
    Tensor a = TensorAccess.placeholder(Shape.of(1024, 3), DType.F32);
    Tensor w = TensorAccess.placeholder(Shape.of(3, 256), DType.F32);
    Tensor b = TensorAccess.placeholder(Shape.of(256), DType.F32);
    Tensor all = a.matmul(w).add(b);
    Tensor[] parts = {all.slice(0, 0, 512).tanh(), all.slice(0, 512, 1024).exp()};
    assertEquals(List.of(512, 512), rowsOfProducts(simplified(parts)));
    // What is also needed as a whole, or is seen twice, is computed once.
    assertEquals(List.of(1024), rowsOfProducts(simplified(parts[0], parts[1], all.sum())));
    assertEquals(
        List.of(1024), rowsOfProducts(simplified(parts[0], parts[1], all.slice(0, 1, 901).exp())));
    assertEquals(List.of(1024), rowsOfProducts(simplified(parts[0], all.slice(1, 0, 128).exp())));
    // A small one stays together.
    Tensor small = a.slice(0, 0, 64).matmul(w);
    assertEquals(
        List.of(64),
        rowsOfProducts(simplified(small.slice(0, 0, 32).exp(), small.slice(0, 32, 64).tanh())));
  }

  private static List<Integer> rowsOfProducts(Graph g) {
    return g.nodes().stream()
        .filter(n -> n.op() instanceof ContractionOp.MatMul)
        .map(n -> n.shape().dim(0))
        .toList();
  }
}
