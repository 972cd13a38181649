package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.fuse.Loop;
import shinso.cpu.run.CompiledGraph;
import shinso.cpu.run.Workers;

/** What must come out as one pass, and that it computes the same. */
class FusionTest {
  private static Tensor data(int... dims) {
    return Tensor.normal(Rng.of(dims.length + 7L * dims[0]), dims).evaluate();
  }

  private static Tensor input(int... dims) {
    return TensorAccess.placeholder(Shape.of(dims), DType.F32);
  }

  /** Compiles with the portable kernels, so that the test needs no library. */
  private static CompiledGraph compile(int[] donated, Tensor... outputs) {
    return (CompiledGraph)
        Planner.compile(graph(donated, outputs), Workers.of(2), null, Precision.F32);
  }

  private static Graph graph(int[] donated, Tensor... outputs) {
    GraphBuilder builder = new GraphBuilder();
    int[] numbers = new int[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      numbers[i] = builder.add(outputs[i]);
    }
    return donated.length == 0 ? builder.build(numbers) : builder.build(numbers, donated);
  }

  private static List<Loop> loops(CompiledGraph program) {
    List<Loop> loops = new ArrayList<>();
    program
        .kernels()
        .forEach(k -> {
          if (k instanceof Loop l) {
            loops.add(l);
          }
        });
    return loops;
  }

  @Test
  void adamIsOnePassInPlace() {
    Tensor p = input(300, 7);
    Tensor m = input(300, 7);
    Tensor v = input(300, 7);
    Tensor g = input(300, 7);
    Tensor m2 = m.mul(0.9).add(g.mul(0.1));
    Tensor v2 = v.mul(0.999).add(g.square().mul(0.001));
    Tensor p2 = p.sub(m2.mul(0.01).div(v2.sqrt().add(1e-8)));
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = {builder.add(p2), builder.add(m2), builder.add(v2)};
    int[] donated = {
      builder.leaves().indexOf(p), builder.leaves().indexOf(m), builder.leaves().indexOf(v)
    };
    CompiledGraph program =
        (CompiledGraph)
            Planner.compile(builder.build(outputs, donated), Workers.of(1), null, Precision.F32);
    assertEquals(1, program.kernels().size(), program.toString());
    for (int i = 0; i < 3; i++) {
      assertEquals(
          donated[i], program.inPlaceInput(i), "output " + i + " takes its parameter's memory");
    }
  }

  @Test
  void softmaxCrossEntropyWithItsGradientIsOnePass() {
    Tensor logits = input(64, 10);
    Tensor target = input(64, 10);
    Tensor loss = logits.logSumExp(-1).sub(logits.mul(target).sum(-1)).mean();
    Tensor g = Autodiff.gradient(loss, logits);
    CompiledGraph program = compile(new int[0], loss, g, g.sum(0));
    assertTrue(program.kernels().size() <= 2, "a pass, and one for scalars:\n" + program);
  }

  @Test
  void logSoftmaxWithItsGradientIsOnePass() {
    Tensor logits = input(64, 10);
    Tensor target = input(64, 10);
    Tensor loss = logits.logSoftmax(-1).mul(target).sum(-1).neg().mean();
    Tensor g = Autodiff.gradient(loss, logits);
    CompiledGraph program = compile(new int[0], loss, g, g.sum(0));
    assertTrue(program.kernels().size() <= 2, "a pass, and one for scalars:\n" + program);
  }

  @Test
  void lstmCellIsOnePass() {
    Tensor gates = input(32, 4 * 24);
    Tensor cell = input(32, 24);
    List<Tensor> parts = gates.split(-1, 24, 24, 24, 24);
    Tensor c =
        parts.get(1).sigmoid().mul(cell).add(parts.get(0).sigmoid().mul(parts.get(2).tanh()));
    Tensor h = parts.get(3).sigmoid().mul(c.tanh());
    assertEquals(1, compile(new int[0], c, h).kernels().size());
  }

  @Test
  void layerNormIsOnePass() {
    Tensor x = input(40, 96);
    Tensor y = x.sub(x.meanKeep(-1)).div(x.varianceKeep(-1).add(1e-5).sqrt());
    assertEquals(1, compile(new int[0], y).kernels().size());
  }

  @Test
  void aParameterThatIsReadLaterIsNotOverwrittenBefore() {
    Tensor p = input(50, 50);
    Tensor x = input(50, 50);
    Tensor updated = p.sub(0.5);
    // Reads the new value and the old one in another order than element by element.
    Tensor other = updated.matmul(p.transpose()).add(x);
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = {builder.add(updated), builder.add(other)};
    int[] donated = {builder.leaves().indexOf(p), -1};
    CompiledGraph program =
        (CompiledGraph)
            Planner.compile(builder.build(outputs, donated), Workers.of(1), null, Precision.F32);
    assertEquals(-1, program.inPlaceInput(0));
  }

  @Test
  void anUpdateWaitsForTheReadersOfTheOldValue() {
    Tensor p = input(50, 50);
    Tensor x = input(50, 50);
    Tensor updated = p.sub(0.5);
    Tensor y = x.matmul(p);
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = {builder.add(updated), builder.add(y)};
    int in = builder.leaves().indexOf(p);
    Graph graph = builder.build(outputs, new int[] {in, -1});
    CompiledGraph program =
        (CompiledGraph) Planner.compile(graph, Workers.of(1), null, Precision.F32);
    assertEquals(in, program.inPlaceInput(0));
    assertTrue(program.kernels().getLast() instanceof Loop, program.toString());

    Buffer[] arguments = new Buffer[2];
    Buffer[] expected = {Buffer.ofHeap(new float[2500]), Buffer.ofHeap(new float[2500])};
    Tensor a = data(50, 50);
    Tensor b = Tensor.uniform(Rng.of(3), 50, 50).evaluate();
    Buffer params = Buffer.allocateNative(DType.F32, 2500, "test");
    params.copyFrom(buffer(a));
    arguments[in] = params;
    arguments[1 - in] = buffer(b);
    new ReferenceBackend().compile(graph).run(arguments.clone(), expected);
    Buffer product = Buffer.ofHeap(new float[2500]);
    program.run(arguments, new Buffer[] {params, product});
    assertArrayEquals(expected[0].toFloatArray(), params.toFloatArray(), 1e-6f);
    assertArrayEquals(expected[1].toFloatArray(), product.toFloatArray(), 1e-4f);
  }

  private static Buffer buffer(Tensor t) {
    Buffer b = TensorAccess.buffer(t);
    if (b == null) {
      throw new IllegalStateException("not computed");
    }
    return b;
  }

  @Test
  void aChainOfTenThousandIsOnePass() {
    Tensor y = input(33);
    for (int i = 0; i < 10_000; i++) {
      y = y.mul(1.0001).add(1e-4);
    }
    CompiledGraph program = compile(new int[0], y);
    assertEquals(1, program.kernels().size());
    assertTrue(program.slabBytes() < 1 << 17, "links of a chain share registers");
  }

  @Test
  void theSlabIsShared() {
    Tensor x = input(64, 64);
    Tensor y = x;
    for (int i = 0; i < 20; i++) {
      y = y.matmul(x).tanh();
    }
    CompiledGraph program = compile(new int[0], y);
    assertTrue(
        program.slabBytes() < program.unsharedBytes() / 3,
        program.slabBytes() + " of " + program.unsharedBytes());
    assertEquals(20, loops(program).size());
  }
}
