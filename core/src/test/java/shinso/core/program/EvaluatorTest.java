package shinso.core.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Executable;
import shinso.core.backend.NativeMemory;
import shinso.core.graph.GraphBuilder;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/** Lazy evaluation. */
final class EvaluatorTest {
  private static Executable program(Tensor t) {
    GraphBuilder builder = new GraphBuilder();
    return Evaluator.executable(builder.build(new int[] {builder.add(t)}));
  }

  @Test
  void graphsOfOneStructureShareProgram() {
    Executable first = program(Tensor.of(new float[] {1, 2}).mul(Tensor.scalar(7)).cos());
    assertSame(first, program(Tensor.of(new float[] {3, 4}).mul(Tensor.scalar(-1)).cos()));
    assertNotSame(first, program(Tensor.of(new float[] {3, 4, 5}).mul(Tensor.scalar(-1)).cos()));
    assertNotSame(first, program(Tensor.of(new double[] {3, 4}).mul(7).cos()));
    assertNotSame(first, program(Tensor.of(new float[] {3, 4}).mul(Tensor.scalar(-1)).sin()));
  }

  @Test
  void constantsArePartOfTheStructure() {
    Tensor x = Tensor.ones(2).evaluate();
    assertSame(program(x.mul(2)), program(x.mul(2)));
    assertNotSame(program(x.mul(2)), program(x.mul(3)));
  }

  /** Even more programs than are kept. */
  @Test
  void manyStructuresAreComputedRightly() {
    for (int round = 0; round < 2; round++) {
      for (int i = 1; i <= 600; i++) {
        assertEquals(3 * i, Tensor.of(new float[] {1, 2}).mul(i).sum().item());
      }
    }
  }

  @Test
  void onlyWhatIsAskedForIsRemembered() {
    Tensor x = Tensor.of(new float[] {2}).square();
    Tensor y = x.add(1);
    assertEquals(5, y.item());
    assertNull(TensorAccess.buffer(x));
    assertEquals(4, x.item());
  }

  @Test
  void placeholdersHaveNoValue() {
    Tensor x = TensorAccess.placeholder(Shape.of(2, 3), DType.F32);
    assertEquals(
        "the value of F32[2, 3] data is known only when the program runs;"
            + " return what you want to see as a metric of the step",
        assertThrows(IllegalStateException.class, () -> x.exp().toFloatArray()).getMessage());
  }

  @Test
  void aFailedEvaluationCanBeRepeated() {
    Tensor wrong = Tensor.of(new int[] {5}).oneHot(3);
    for (int i = 0; i < 2; i++) {
      assertThrows(IndexOutOfBoundsException.class, wrong::toFloatArray);
      assertNull(TensorAccess.buffer(wrong));
    }
  }

  @Test
  void threadsMayEvaluateTheSameTensors() {
    Tensor x = Tensor.iota(1000).cast(DType.F32).mul(0.5);
    List<Tensor> results = IntStream.range(0, 50).mapToObj(i -> x.add(i).sum()).toList();
    List<CompletableFuture<Double>> runs =
        IntStream.range(0, 200)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> results.get(i % 50).item()))
            .toList();
    for (int i = 0; i < 200; i++) {
      assertEquals(249_750 + 1000 * (i % 50), runs.get(i).join(), "evaluation " + i);
    }
  }

  @Test
  void aHundredThousandSmallEvaluationsNeedNoNativeMemory() {
    Tensor x = Tensor.ones(10).evaluate();
    x.add(1).toFloatArray();
    long before = NativeMemory.allocations();
    for (int i = 0; i < 100_000; i++) {
      x = x.add(1).evaluate();
    }
    assertEquals(100_001, x.toFloatArray()[3]);
    // Tests running at the same time, if any, are few; these would be a hundred thousand.
    assertTrue(NativeMemory.allocations() - before < 1000, "native blocks were allocated");
  }
}
