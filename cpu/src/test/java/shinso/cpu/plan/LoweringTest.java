package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.Tensor;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Workers;

/** Products that are computed in another way than they are written: the numbers are the same. */
class LoweringTest {
  private static Tensor data(int seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).evaluate();
  }

  private static CompiledGraph check(Tensor y) {
    GraphBuilder builder = new GraphBuilder();
    Graph graph = builder.build(new int[] {builder.add(y)});
    Buffer[] in = builder.leaves().stream().map(Tensor::buffer).toArray(Buffer[]::new);
    Buffer expected = Buffer.ofHeap(new float[y.shape().size()]);
    new ReferenceBackend().compile(graph).run(in, new Buffer[] {expected});
    OneDnn oneDnn = OneDnn.load() instanceof OneDnn.Loaded.Ready ready ? ready.oneDnn() : null;
    float[] first = {};
    CompiledGraph program = null;
    for (int threads = 1; threads <= 3; threads++) {
      program = (CompiledGraph) Planner.compile(graph, Workers.of(threads), oneDnn, Precision.F32);
      Buffer out = Buffer.ofHeap(new float[y.shape().size()]);
      program.run(in, new Buffer[] {out});
      if (threads == 1) {
        first = out.toFloatArray();
        assertArrayEquals(expected.toFloatArray(), first, 2e-4f, program.toString());
      }
      assertArrayEquals(first, out.toFloatArray(), "threads: " + threads);
    }
    if (program == null) {
      throw new AssertionError("nothing was compiled");
    }
    return program;
  }

  @Test
  void aMatrixThatManyProductsReadTransposedIsTransposedOnce() {
    Tensor w = data(1, 20, 30);
    Tensor h = data(2, 7, 30);
    List<Tensor> all = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      Tensor g = h.matmul(w.transpose()); // [7, 20]
      all.add(g);
      h = Tensor.concat(1, List.of(g, data(3 + t, 7, 10))).tanh();
    }
    CompiledGraph program = check(Tensor.concat(0, all));
    long copies =
        program.kernels().stream().filter(k -> k.label().startsWith("fused 600 ")).count();
    assertEquals(1, copies, program.toString());
  }

  @ParameterizedTest(name = "[{0}, {1}] transposed by [{0}, {2}]")
  @CsvSource({"8, 31, 32", "13, 100, 37", "32, 784, 100", "32, 5, 129", "7, 40, 40", "33, 64, 64"})
  void sumsOfAFewOuterProducts(int positions, int rows, int columns) {
    Tensor x = data(4, positions, rows);
    Tensor g = data(5, positions, columns);
    check(x.transpose().matmul(g));
    // A part of larger matrices, which doesn't begin at their first element.
    Tensor wide = data(6, positions + 3, columns).slice(0, 3, positions + 3);
    check(x.transpose().matmul(wide));
  }
}
