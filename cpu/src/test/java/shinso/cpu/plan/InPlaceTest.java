package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.ConvSpec;
import shinso.core.random.Rng;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Workers;

/** Results that are written over operands: what takes less memory must not change a value. */
class InPlaceTest {
  private static final int ROWS = 48;
  private static final int COLUMNS = 32;

  private static Tensor data(int seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).evaluate();
  }

  private static @Nullable OneDnn oneDnn() {
    return OneDnn.load() instanceof OneDnn.Loaded.Ready ready ? ready.oneDnn() : null;
  }

  /** Runs a program with the portable kernels and with oneDNN, and compares with the reference. */
  private static CompiledGraph check(String what, double tolerance, Tensor... outputs) {
    GraphBuilder builder = new GraphBuilder();
    int[] numbers = new int[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      numbers[i] = builder.add(outputs[i]);
    }
    Graph graph = builder.build(numbers);
    Buffer[] in = builder.leaves().stream().map(TensorAccess::buffer).toArray(Buffer[]::new);
    Buffer[] expected = room(outputs);
    new ReferenceBackend().compile(graph).run(in, expected);
    for (OneDnn library : new @Nullable OneDnn[] {oneDnn(), null}) {
      float[][] first = new float[outputs.length][];
      for (int threads = 1; threads <= 3; threads++) {
        CompiledGraph program =
            (CompiledGraph) Planner.compile(graph, Workers.of(threads), library, Precision.F32);
        Buffer[] out = room(outputs);
        // The second run finds the memory as the first one left it.
        program.run(in, out);
        program.run(in, out);
        for (int i = 0; i < out.length; i++) {
          float[] values = out[i].toFloatArray();
          first[i] = threads == 1 ? values : first[i];
          String message = what + ", output " + i + ", threads " + threads + "\n" + program;
          assertArrayEquals(expected[i].toFloatArray(), values, (float) tolerance, message);
          assertArrayEquals(first[i], values, message);
        }
      }
    }
    return (CompiledGraph) Planner.compile(graph, Workers.of(2), null, Precision.F32);
  }

  private static Buffer[] room(Tensor[] outputs) {
    Buffer[] room = new Buffer[outputs.length];
    for (int i = 0; i < room.length; i++) {
      room[i] = Buffer.ofHeap(new float[outputs[i].shape().size()]);
    }
    return room;
  }

  @Test
  void aPassWritesOverWhatItReadsLast() {
    Tensor w = data(1, COLUMNS, COLUMNS);
    Tensor y = data(2, ROWS, COLUMNS).matmul(w).tanh().matmul(w);
    CompiledGraph program = check("tanh between products", 1e-4, y);
    assertEquals(4L * ROWS * COLUMNS, program.unsharedBytes(), program::toString);
  }

  @Test
  void anOperandThatIsReadAgainAfterTheResultIsKept() {
    Tensor w = data(1, COLUMNS, COLUMNS);
    Tensor u = data(2, ROWS, COLUMNS).mul(0.1).evaluate().matmul(w);
    // The exponential isn't part of generated code: what needs it reads the operand after the sum,
    // which comes last in the graph, has been written.
    Tensor behind = u.mul(0.5).exp().mul(u);
    CompiledGraph program = check("read again", 1e-3, behind.matmul(w), u.add(1).matmul(w));
    assertEquals(3L * 4 * ROWS * COLUMNS, program.unsharedBytes(), program::toString);
  }

  @Test
  void anOperandOfALaterKernelIsKept() {
    Tensor w = data(1, COLUMNS, COLUMNS);
    Tensor u = data(2, ROWS, COLUMNS).matmul(w);
    Tensor v = u.tanh();
    check("read later", 1e-3, v.matmul(w).add(u.matmul(w)));
    check("an output", 1e-3, v.matmul(w), u);
    check("across", 1e-3, v.add(u.reshape(COLUMNS, ROWS).transpose()).matmul(w));
  }

  @Test
  void partsOfAJoinTakeThePlaceOfOperands() {
    Tensor w = data(1, COLUMNS, COLUMNS);
    Tensor a = data(2, ROWS, COLUMNS).sigmoid();
    Tensor x = data(3, ROWS, COLUMNS);
    Tensor gate = a.matmul(w).tanh();
    Tensor other = x.matmul(w).sigmoid();
    Tensor joined =
        Tensor.concat(1, List.of(gate.mul(other), gate.sub(other))).matmul(data(4, 64, 8));
    check("parts", 1e-3, joined);
  }

  @ParameterizedTest(name = "{0} x {1} x {2}")
  @CsvSource({
    "48, 32, 16",
    "128, 128, 512",
    "32, 784, 100",
    "1, 300, 40",
    "40, 300, 1",
    "16, 2100, 30"
  })
  void aProductIsAddedToAnotherInItsMemory(int m, int k, int n) {
    Tensor w = data(1, k, n);
    Tensor v = data(5, 8, n);
    Tensor first = data(2, m, 8).matmul(v).add(data(6, n));
    Tensor sum = first.add(data(3, m, k).matmul(w));
    CompiledGraph program = check("sum", 2e-3, sum.tanh());
    check("sum behind a product", 2e-3, data(3, m, k).matmul(w).add(first).relu());
    if (m > 1 && n > 1) {
      assertEquals(3, program.kernels().size(), () -> "two products and a pass:\n" + program);
    }
    // What is needed elsewhere isn't added to.
    check("both", 2e-3, sum.tanh(), first.mul(2));
    check("twice", 2e-3, first.add(first).tanh());
  }

  @Test
  void threeProductsAreAddedUp() {
    Tensor w = data(1, COLUMNS, COLUMNS);
    Tensor a = data(2, ROWS, COLUMNS).matmul(w);
    Tensor b = data(3, ROWS, COLUMNS).matmul(w);
    Tensor c = data(4, ROWS, COLUMNS).matmul(w);
    check("left", 1e-3, a.add(b).add(c).tanh());
    check("right", 1e-3, a.add(b.add(c)).tanh());
  }

  @Test
  void passesThatReadTheSameBecomeOne() {
    Tensor w = data(1, COLUMNS, COLUMNS);
    Tensor u = data(2, ROWS, COLUMNS).matmul(w);
    CompiledGraph program =
        check("siblings", 1e-3, u.mul(2).add(1).matmul(w), u.mul(u).sub(3).matmul(w));
    assertEquals(4, program.kernels().size(), program::toString);
  }

  /** Random programs: each value is made of earlier ones, and the last ones are looked at. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void randomProgramsKeepTheirValues(int seed) {
    Random random = new Random(seed);
    Tensor w = data(seed, COLUMNS, COLUMNS).mul(0.1).evaluate();
    List<Tensor> values = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      values.add(data(seed + 100 * i, ROWS, COLUMNS));
    }
    for (int i = 0; i < 40; i++) {
      Tensor a = values.get(values.size() - 1 - random.nextInt(3));
      Tensor b = values.get(values.size() - 1 - random.nextInt(Math.min(12, values.size())));
      values.add(
          switch (random.nextInt(10)) {
            case 0 -> a.tanh().add(b.mul(0.5));
            case 1 -> a.mul(b).tanh();
            case 2 -> a.sub(b).sigmoid();
            case 3, 4 -> a.matmul(w);
            case 5 -> a.matmul(w).add(b.matmul(w)).tanh();
            case 6 ->
                Tensor.concat(1, List.of(a.mul(0.5), b.sigmoid()))
                    .tanh()
                    .slice(1, 16, 16 + COLUMNS);
            case 7 -> a.maximum(b.mul(0.3)).mul(0.9);
            case 8 -> a.sub(a.meanKeep(-1)).add(b.meanKeep(0));
            default -> Tensor.concat(0, List.of(a, b.tanh())).slice(0, 24, 24 + ROWS).mul(0.8);
          });
    }
    int n = values.size();
    CompiledGraph program =
        check("seed " + seed, 1e-3, values.get(n - 1), values.get(n - 3), values.get(n / 2));
    assertTrue(program.kernels().size() > 1, program::toString);
  }

  /** A part of a concatenation is still read when a pass has read the concatenation. */
  @Test
  void aJoinIsKeptAsLongAsItsParts() {
    Tensor a = data(1, ROWS, COLUMNS).abs().add(0.5).evaluate();
    Tensor d = data(2, ROWS, 3);
    Tensor k = data(3, ROWS, COLUMNS + 3);
    Tensor w = data(4, COLUMNS + 3, COLUMNS);
    Tensor x = a.sqrt();
    Tensor joined = Tensor.concat(1, List.of(x, d));
    check("slice", 1e-4, joined.mul(k).slice(1, 0, COLUMNS).add(x.mul(x)));
    check("product", 1e-3, joined.mul(k).matmul(w).add(x));
    check("tanh", 1e-3, joined.tanh().matmul(w).add(x.exp()));
    check("scan", 1e-3, joined.exp().cumulativeSum(1).slice(1, 0, COLUMNS).add(x));
    check("flip", 1e-3, joined.mul(k).flip(1).slice(1, 3, COLUMNS + 3).add(x));
    Tensor twice = Tensor.concat(0, List.of(joined, joined.sigmoid()));
    check("join of joins", 1e-3, twice.tanh().matmul(w), x.matmul(data(5, COLUMNS, 4)));
  }

  /** What lies in a value moves with it, also to a place with gaps between rows. */
  @Test
  void partsFollowTheJoinThatTheyLieIn() {
    Tensor a = data(1, 2, 16).neg();
    Tensor s = Tensor.concat(0, List.of(a, data(2, 1, 16))).add(data(3, 3, 16));
    Tensor z = Tensor.concat(1, List.of(s, data(4, 3, 16)));
    check("parts", 1e-4, z.matmul(data(5, 32, 1).mul(2)));
  }

  /** Where a product has one row, what is added to it can be a bias of either. */
  @Test
  void sumsOfProductsOfOneRow() {
    Tensor x = data(1, 1, 5);
    Tensor h = data(2, 1, 4);
    Tensor w = data(3, 5, 4);
    Tensor u = data(4, 4, 4);
    Tensor c = data(5, 4);
    check("x W + h U", 1e-4, x.matmul(w).add(h.matmul(u)));
    check("tanh(x W + h U + c)", 1e-4, x.matmul(w).add(h.matmul(u)).add(c).tanh());
    check("tanh(x W + c + h U)", 1e-4, x.matmul(w).add(c).add(h.matmul(u)).tanh());
    check("relu", 1e-4, x.matmul(w).add(h.matmul(u.transpose()).add(c)).relu());
    check("three", 1e-4, x.matmul(w).add(h.matmul(u)).add(h.matmul(u.mul(2))).relu());
    Tensor images = data(6, 1, 1, 2, 1);
    Tensor maps = images.conv2d(data(7, 1, 2, 1, 7), ConvSpec.VALID.withStride(2, 1)).reshape(1, 7);
    Tensor product = data(8, 1, 1).matmul(data(9, 1, 7));
    check("convolution", 1e-4, maps.add(data(10, 1, 7)).add(data(11, 1, 7)).add(product));
  }

  /** Two passes that could be one if nothing else lay between them. */
  @Test
  void passesThatNeedEachOtherStayApart() {
    Tensor s = data(1, 3).sigmoid();
    Tensor t = data(2).tanh();
    Tensor first = s.square().sumKeep(0).div(data(3, 1)).reshape().add(t);
    Tensor a = s.mul(data(4, 3));
    Tensor u = a.add(a).mul(data(5, 3));
    Tensor b = t.square().rsub(1).mul(data(6));
    Tensor v = b.add(b).reshape(1).div(data(7, 1)).broadcastTo(Shape.of(3));
    check("circle", 1e-4, first, u.add(data(8, 3).mul(v)));
  }

  /** An input that is read as one value a row can't be overwritten element by element. */
  @Test
  void aDonatedInputIsOverwrittenOnlyWhereItIsReadElementByElement() {
    Tensor p = data(1, 4, 4);
    Tensor row = p.reshape(16).slice(0, 0, 4).reshape(4, 1);
    GraphBuilder builder = new GraphBuilder();
    int output = builder.add(p.mul(row).add(1));
    Graph plain = builder.build(new int[] {output});
    Graph graph = new Graph(plain.nodes(), plain.outputs(), new int[] {0});
    float[] values = p.toFloatArray();
    float[] expected = new float[16];
    for (int i = 0; i < 16; i++) {
      expected[i] = values[i] * values[i / 4] + 1;
    }
    CompiledGraph program =
        (CompiledGraph) Planner.compile(graph, Workers.of(1), null, Precision.F32);
    Buffer out = Buffer.ofHeap(new float[16]);
    program.run(new Buffer[] {Buffer.ofHeap(values)}, new Buffer[] {out});
    assertArrayEquals(expected, out.toFloatArray());
    assertEquals(-1, program.inPlaceInput(0));
  }

  /** F64 has no kernels of its own; what surrounds it does. */
  @Test
  void doublesAreComputedAmongFloats() {
    Tensor x = data(1, ROWS, COLUMNS);
    Tensor wide = x.tanh().cast(DType.F64).add(1e-12).sub(1).transpose();
    Tensor narrow = wide.square().sum(0).cast(DType.F32);
    Tensor joined = Tensor.concat(0, List.of(narrow, wide.sum(1).cast(DType.F32))).tanh();
    CompiledGraph program = check("types", 1e-4, joined, wide.less(0).cast(DType.F32));
    assertTrue(program.toString().contains("fused"), program::toString);
    double small = Tensor.of(new float[] {1}, 1).tanh().cast(DType.F64).mul(1e-300).item();
    assertEquals(Math.tanh(1) * 1e-300, small, 1e-307);
  }
}
