package shinso.core.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Buffer;
import shinso.core.op.BinaryOp;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Slices reach through other operations, and the bits stay the same. */
class SlicesTest {
  private final Tensor x = TensorAccess.placeholder(Shape.of(4, 6), DType.F32);
  private final Tensor y = TensorAccess.placeholder(Shape.of(4, 6), DType.F32);
  private final Tensor w = TensorAccess.placeholder(Shape.of(6, 5), DType.F32);
  private final Tensor cube = TensorAccess.placeholder(Shape.of(3, 4, 5), DType.F32);

  private static Graph graph(Tensor... outputs) {
    GraphBuilder builder = new GraphBuilder();
    return builder.build(Arrays.stream(outputs).mapToInt(builder::add).toArray());
  }

  /** The simplified graph, having compared its numbers with those of the graph as written. */
  private static Graph simplified(Tensor... outputs) {
    Graph before = graph(outputs);
    Graph after = Simplifier.simplify(before);
    assertArrayEquals(run(before), run(after), after::toString);
    return after;
  }

  private static int[] run(Graph g) {
    Random random = new Random(3);
    double[] specials = {0.0, -0.0, Double.NaN, 1, -1};
    Buffer[] in = new Buffer[g.inputs().length];
    for (int i = 0; i < in.length; i++) {
      float[] values = new float[g.node(g.inputs()[i]).shape().size()];
      for (int j = 0; j < values.length; j++) {
        values[j] =
            random.nextInt(4) == 0
                ? (float) specials[random.nextInt(5)]
                : (float) random.nextGaussian();
      }
      in[i] = Buffer.ofHeap(values);
    }
    Buffer[] out =
        IntStream.of(g.outputs())
            .mapToObj(o -> Buffer.ofHeap(new float[g.node(o).shape().size()]))
            .toArray(Buffer[]::new);
    new ReferenceBackend().compile(g).run(in, out);
    return Arrays.stream(out)
        .flatMapToInt(b -> {
          float[] f = b.toFloatArray();
          return IntStream.range(0, f.length).map(i -> Float.floatToIntBits(f[i]));
        })
        .toArray();
  }

  private static boolean has(Graph g, Predicate<Op> op) {
    return g.nodes().stream().map(Graph.Node::op).anyMatch(op);
  }

  private static long count(Graph g, Class<? extends Op> type) {
    return g.nodes().stream().map(Graph.Node::op).filter(type::isInstance).count();
  }

  private static Tensor sliced(
      Tensor t, List<Integer> start, List<Integer> stop, List<Integer> step) {
    return TensorAccess.apply(new MovementOp.Slice(start, stop, step), t);
  }

  @Test
  void aSliceOfASliceIsOne() {
    Graph g = simplified(x.slice(1, 1, 6, 2).slice(1, 1, 3).slice(0, 1, 3));
    assertEquals(1, count(g, MovementOp.Slice.class));
    Graph twice =
        simplified(
            sliced(cube, List.of(1, 0, 1), List.of(3, 4, 5), List.of(1, 3, 2))
                .slice(2, 0, 2, 2)
                .slice(1, 1, 2));
    assertEquals(1, count(twice, MovementOp.Slice.class));
    simplified(x.slice(0, 1, 4).slice(0, 2, 2), x.slice(0, 4, 4).slice(1, 1, 2));
  }

  @Test
  void aSliceOfAConcatenationReadsThePart() {
    Tensor joined = Tensor.concat(0, List.of(x, y, x));
    Graph g = simplified(joined.slice(0, 5, 8), joined.slice(0, 4, 8), joined.slice(0, 8, 8));
    assertFalse(has(g, MovementOp.Concat.class::isInstance), g::toString);
    Graph across = simplified(joined.slice(0, 3, 6));
    assertTrue(has(across, MovementOp.Concat.class::isInstance), across::toString);
  }

  @Test
  void aSliceOfPaddingIsTheOperandOrTheFilling() {
    Tensor padded = x.pad(1, 2, 3, -0.0);
    Graph g = simplified(padded.slice(1, 3, 8), padded.slice(1, 0, 2), padded.slice(1, 8, 10));
    assertFalse(has(g, MovementOp.Pad.class::isInstance), g::toString);
    Graph across = simplified(padded.slice(1, 1, 4));
    assertTrue(has(across, MovementOp.Pad.class::isInstance), across::toString);
    // Where a piece lies beside another one, adding it changes nothing.
    Graph sum = simplified(x.pad(1, 0, 6, -0.0).add(y.pad(1, 6, 0, -0.0)).slice(1, 0, 6));
    assertFalse(has(sum, BinaryOp.class::isInstance), sum::toString);
  }

  @Test
  void aSliceReachesThroughPermutationsReshapesAndBroadcasts() {
    Graph g = simplified(cube.permute(2, 0, 1).slice(0, 1, 3).slice(2, 0, 2));
    Op last = g.node(g.outputs()[0]).op();
    assertTrue(last instanceof MovementOp.Permute, g::toString);
    Graph rows = simplified(cube.reshape(12, 5).slice(0, 4, 8));
    assertEquals(Shape.of(1, 4, 5), rows.node(rows.node(rows.outputs()[0]).operand(0)).shape());
    Graph steps = simplified(cube.reshape(12, 5).reshape(6, 2, 5).slice(0, 2, 4));
    assertEquals(1, count(steps, MovementOp.Slice.class));
    simplified(cube.reshape(12, 5).slice(0, 3, 8), cube.reshape(15, 4).slice(0, 5, 10));
    Graph repeated = simplified(x.unsqueeze(1).broadcastTo(Shape.of(4, 7, 6)).slice(1, 2, 4));
    assertFalse(has(repeated, MovementOp.Slice.class::isInstance), repeated::toString);
    simplified(x.unsqueeze(1).broadcastTo(Shape.of(4, 7, 6)).slice(2, 2, 4).slice(0, 0, 4, 3));
  }

  @Test
  void exchangingAxesOfLengthOneIsAReshape() {
    Graph g = simplified(x.unsqueeze(1).permute(1, 0, 2), x.unsqueeze(2).permute(0, 2, 1));
    assertFalse(has(g, MovementOp.Permute.class::isInstance), g::toString);
    assertTrue(has(simplified(x.unsqueeze(1).permute(2, 1, 0)), o -> o.label().equals("permute")));
  }

  @Test
  void gatesAreComputedOneByOne() {
    Tensor sum = x.add(y).add(w.slice(1, 0, 1).reshape(1, 6));
    Graph g =
        simplified(
            sum.slice(1, 0, 2).sigmoid().mul(sum.slice(1, 2, 4).tanh()), sum.slice(1, 4, 6).exp());
    assertTrue(
        g.nodes().stream()
            .filter(n -> n.op() instanceof BinaryOp)
            .allMatch(n -> n.shape().equals(Shape.of(4, 2))),
        g::toString);
  }

  @Test
  void whatIsNeededAsAWholeOrTwiceIsComputedOnce() {
    Tensor sum = x.add(y);
    Graph whole = simplified(sum.slice(1, 0, 2), sum);
    assertEquals(1, count(whole, BinaryOp.class), whole::toString);
    Graph overlapping = simplified(sum.slice(1, 0, 5), sum.slice(1, 1, 6));
    assertEquals(1, count(overlapping, BinaryOp.class), overlapping::toString);
    // A bias is added by the product itself.
    Tensor affine = x.matmul(w).add(y.slice(0, 0, 1).slice(1, 0, 5));
    Graph product = simplified(affine.slice(1, 0, 2), affine.slice(1, 2, 5));
    assertEquals(1, count(product, BinaryOp.class), product::toString);
  }

  @Test
  void productsAreNotCutSinceTheirBitsDependOnTheirSize() {
    Graph g = simplified(x.matmul(w).slice(1, 1, 3));
    assertTrue(g.node(g.outputs()[0]).op() instanceof MovementOp.Slice, g::toString);
  }

  @Test
  void neighboursInAConcatenationAreASliceOfIt() {
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      parts.add(x.mul(i + 2));
    }
    Tensor all = Tensor.concat(0, parts);
    Graph g = simplified(all, Tensor.concat(0, parts.subList(1, 5)).exp());
    assertEquals(1, count(g, MovementOp.Concat.class), g::toString);
    Graph apart = simplified(all, Tensor.concat(0, List.of(parts.get(0), parts.get(2))).exp());
    assertEquals(2, count(apart, MovementOp.Concat.class), apart::toString);
    Graph other = simplified(all, Tensor.concat(1, parts.subList(1, 5)).exp());
    assertEquals(2, count(other, MovementOp.Concat.class), other::toString);
    Graph few = simplified(all, Tensor.concat(0, parts.subList(1, 3)).exp());
    assertEquals(2, count(few, MovementOp.Concat.class), few::toString);
  }

  @Test
  void slicesThatAreJoinedAreASliceOfWhatIsJoined() {
    Tensor a = x.exp();
    Tensor b = y.exp();
    Graph g =
        simplified(
            Tensor.concat(0, List.of(a.slice(1, 0, 4), b.slice(1, 0, 4))).sin(),
            Tensor.concat(0, List.of(a.slice(1, 2, 6), b.slice(1, 2, 6))).cos());
    assertEquals(1, count(g, MovementOp.Concat.class), g::toString);
    Graph narrow = simplified(Tensor.concat(0, List.of(a.slice(1, 0, 2), b.slice(1, 0, 2))).sin());
    assertEquals(Shape.of(8, 2), narrow.node(narrow.outputs()[0]).shape());
    assertFalse(
        narrow.nodes().stream().anyMatch(n -> n.shape().equals(Shape.of(8, 6))), narrow::toString);
    simplified(
        Tensor.concat(0, List.of(a.slice(1, 0, 4), b.slice(1, 1, 5))),
        Tensor.concat(1, List.of(a.slice(1, 0, 4), b.slice(1, 0, 4))));
  }

  /** A slice by steps of an axis of length 1 keeps its length, but not that of what is joined. */
  @Test
  void slicesByStepsAlongTheAxisOfAConcatenationStaySlices() {
    Tensor one = x.slice(1, 0, 1).exp();
    Tensor part = one.slice(1, 0, 1, 2);
    Graph g = simplified(Tensor.concat(1, List.of(part, part, part)).sin());
    assertEquals(Shape.of(4, 3), g.node(g.outputs()[0]).shape());
  }

  @Test
  void longChainsDontOverflowTheStack() {
    Tensor sum = x;
    Tensor joined = x;
    for (int i = 0; i < 10_000; i++) {
      sum = sum.add(y);
      joined = Tensor.concat(0, List.of(joined, y));
    }
    Simplifier.simplify(graph(sum.slice(1, 0, 3), joined.slice(0, 0, 2)));
  }
}
