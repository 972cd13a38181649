package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Workers;

/** Products of a transposed matrix of few rows, which have a kernel of their own. */
class OuterProductTest {
  private static Tensor data(int seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).evaluate();
  }

  private static void check(Tensor y) {
    GraphBuilder builder = new GraphBuilder();
    Graph graph = builder.build(new int[] {builder.add(y)});
    Buffer[] in = builder.leaves().stream().map(TensorAccess::buffer).toArray(Buffer[]::new);
    Buffer expected = Buffer.ofHeap(new float[y.shape().size()]);
    new ReferenceBackend().compile(graph).run(in, new Buffer[] {expected});
    OneDnn oneDnn = OneDnn.load() instanceof OneDnn.Loaded.Ready ready ? ready.oneDnn() : null;
    float[] first = {};
    for (int threads = 1; threads <= 3; threads++) {
      CompiledGraph program =
          (CompiledGraph) Planner.compile(graph, Workers.of(threads), oneDnn, Precision.F32);
      Buffer out = Buffer.ofHeap(new float[y.shape().size()]);
      program.run(in, new Buffer[] {out});
      if (threads == 1) {
        first = out.toFloatArray();
        assertArrayEquals(expected.toFloatArray(), first, 2e-4f, program.toString());
      }
      assertArrayEquals(first, out.toFloatArray(), "threads: " + threads);
    }
  }

  @ParameterizedTest(name = "[{0}, {1}] transposed by [{0}, {2}]")
  @CsvSource({
    "8, 64, 16",
    "8, 65, 17",
    "8, 64, 15",
    "7, 64, 40",
    "13, 100, 37",
    "16, 63, 64",
    "31, 131, 129",
    "32, 784, 100",
    "32, 1001, 112",
    "32, 64, 1000",
    "32, 5, 129",
    "33, 64, 64",
    "48, 200, 80",
    "49, 200, 80",
    "32, 1024, 1024"
  })
  void sumsOfAFewOuterProducts(int positions, int rows, int columns) {
    Tensor x = data(4, positions, rows);
    Tensor g = data(5, positions, columns);
    check(x.transpose().matmul(g));
    // A part of larger matrices, which doesn't begin at their first element.
    Tensor wide = data(6, positions + 3, columns).slice(0, 3, positions + 3);
    check(x.transpose().matmul(wide));
    // Rows with gaps between them.
    Tensor left = data(7, positions, rows + 5).slice(1, 3, rows + 3);
    Tensor right = data(8, positions, columns + 9).slice(1, 2, columns + 2);
    check(left.transpose().matmul(right));
  }
}
