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
import shinso.core.random.Rng;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.Tensor;
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
    Buffer[] in = builder.leaves().stream().map(Tensor::buffer).toArray(Buffer[]::new);
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
}
