package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Workers;

/** Which joins copy nothing, and that the numbers are the same whether they do or not. */
class PlacementsTest {
  private static Tensor data(int seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).evaluate();
  }

  /**
   * Runs on the backend and on the reference, compares, and returns how many kernels copy parts.
   */
  private static long copies(Tensor... outputs) {
    GraphBuilder builder = new GraphBuilder();
    int[] numbers = new int[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      numbers[i] = builder.add(outputs[i]);
    }
    Graph graph = builder.build(numbers);
    Buffer[] in = builder.leaves().stream().map(TensorAccess::buffer).toArray(Buffer[]::new);
    CompiledGraph program =
        (CompiledGraph) Planner.compile(graph, Workers.of(2), null, Precision.F32);
    Buffer[] expected = room(outputs);
    Buffer[] actual = room(outputs);
    new ReferenceBackend().compile(graph).run(in, expected);
    program.run(in, actual);
    for (int i = 0; i < outputs.length; i++) {
      assertArrayEquals(
          expected[i].toFloatArray(), actual[i].toFloatArray(), 2e-5f, program.toString());
    }
    return program.kernels().stream().filter(k -> k.label().startsWith("concat")).count();
  }

  private static Buffer[] room(Tensor[] outputs) {
    Buffer[] room = new Buffer[outputs.length];
    for (int i = 0; i < room.length; i++) {
      room[i] = Buffer.ofHeap(new float[outputs[i].shape().size()]);
    }
    return room;
  }

  @Test
  void partsAlongTheFirstAxisAreWrittenInPlace() {
    Tensor w = data(1, 5, 5);
    List<Tensor> states = new ArrayList<>();
    Tensor h = data(2, 3, 5);
    for (int t = 0; t < 4; t++) {
      h = h.matmul(w).tanh();
      states.add(h);
    }
    Tensor all = Tensor.concat(0, states);
    assertEquals(0, copies(all.matmul(w).relu(), h.sum()));
  }

  @Test
  void partsAlongTheLastAxisAreWrittenInPlaceByFusedPasses() {
    Tensor x = data(3, 6, 7);
    Tensor parts = Tensor.concat(1, List.of(x.exp(), x.sigmoid(), x.mul(2)));
    assertEquals(0, copies(parts.matmul(data(4, 21, 3))));
  }

  @Test
  void joinsOfJoinsAreWrittenInPlace() {
    List<Tensor> steps = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      Tensor x = data(5 + t, 4, 5);
      steps.add(Tensor.concat(1, List.of(x.exp(), x.tanh(), x.square())));
    }
    Tensor w = data(9, 15, 2);
    Tensor each = steps.get(1).matmul(w);
    assertEquals(0, copies(Tensor.concat(0, steps).matmul(w), each));
  }

  @Test
  void stackedValuesAreWrittenInPlace() {
    Tensor x = data(10, 4, 5);
    Tensor stacked = Tensor.concat(0, List.of(x.exp().unsqueeze(0), x.tanh().unsqueeze(0)));
    assertEquals(0, copies(stacked.matmul(data(11, 2, 5, 3))));
  }

  @Test
  void partsThatAreReadElsewhereAreReadWhereTheyLie() {
    Tensor x = data(12, 6, 8);
    Tensor a = x.exp();
    Tensor b = x.tanh();
    Tensor joined = Tensor.concat(1, List.of(a, b)).matmul(data(13, 16, 4));
    Tensor again =
        a.matmul(data(14, 8, 8)).add(b).add(a.reshape(8, 6).matmul(data(15, 6, 6)).sum());
    Tensor across = b.transpose().matmul(a).slice(0, 1, 5);
    copies(joined, again, across, b.sum(0), a.sum(1), a.permute(1, 0).exp());
  }

  @Test
  void whatIsNoValueOfItsOwnIsCopied() {
    Tensor x = data(16, 4, 6);
    Tensor y = x.exp();
    assertEquals(1, copies(Tensor.concat(0, List.of(x, x)).matmul(data(17, 6, 2))));
    // The same value twice lies at the first place and is copied to the second.
    assertEquals(1, copies(Tensor.concat(1, List.of(y, y)).matmul(data(18, 12, 2))));
    assertEquals(
        1, copies(Tensor.concat(0, List.of(y.transpose(), y.transpose())).matmul(data(19, 4, 2))));
    copies(Tensor.concat(0, List.of(y.slice(0, 0, 2), y, y)).matmul(data(20, 6, 2)), y);
  }

  @Test
  void aValueOfTwoJoinsLiesInOne() {
    Tensor x = data(21, 4, 6);
    Tensor a = x.exp();
    Tensor b = x.square();
    Tensor wide = Tensor.concat(1, List.of(a, b)).matmul(data(22, 12, 2));
    Tensor tall = Tensor.concat(0, List.of(b, a)).matmul(data(23, 6, 2));
    assertEquals(1, copies(wide, tall));
  }
}
