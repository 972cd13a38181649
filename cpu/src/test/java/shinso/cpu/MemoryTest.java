package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.backend.NativeMemory;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Memory stays bounded however long a program runs and whatever it meets. */
final class MemoryTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void outputsThatAreFedBackDontPileUp() {
    Program p = Program.compile((Tensor x) -> Step.outputs(x.add(1)));
    Tensor x = Tensor.zeros(100, 784).evaluate();
    long before = NativeMemory.heldBytes();
    long most = 0;
    for (int i = 0; i < 4000; i++) {
      x = p.run(x).output(0);
      most = Math.max(most, NativeMemory.heldBytes());
    }
    assertEquals(4000, x.toFloatArray()[78_399]);
    assertTrue(most < 2 * before + 700 * MEGABYTE, "up to " + most + " from " + before);
  }

  /** Memory that is used again is nobody else's: also while the collector is at work. */
  @Test
  void reusedMemoryIsNotInUse() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int number = t;
      threads.add(
          CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 300; i++) {
              float value = 1000 * number + i;
              float[] expected = new float[10_000];
              Arrays.fill(expected, value + 1);
              Tensor x = Tensor.full(Shape.of(10_000), value).evaluate();
              assertArrayEquals(expected, x.add(1).toFloatArray());
              if (i % 20 == 0) {
                System.gc();
              }
            }
          }));
    }
    threads.forEach(CompletableFuture::join);
  }

  @Test
  void twoThousandShapesStayBounded() {
    Program p =
        Program.compile((Tensor x) -> {
          Tensor loss = x.mul(x.exp()).cumulativeSum(0).square().sum();
          return Step.outputs(Autodiff.gradient(loss, x));
        });
    long before = NativeMemory.heldBytes();
    long heapBefore = heap();
    long most = 0;
    for (int n = 1; n <= 2000; n++) {
      p.run(Tensor.zeros(n, 8));
      most = Math.max(most, NativeMemory.heldBytes());
    }
    // Memory of their own would be 200 MB and more.
    assertTrue(most < 2 * before + 100 * MEGABYTE, "up to " + most + " from " + before);
    long heap = heap() - heapBefore;
    assertTrue(heap < 256 * MEGABYTE, "heap " + heap);
    Reference.reachabilityFence(p);
  }

  private static long heap() {
    System.gc();
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }

  @Test
  void programsShareTheMemoryThatTheyWorkIn() {
    Program p =
        Program.compile((Tensor x) -> Step.outputs(x.matmul(x.transpose()).tanh().matmul(x).sum()));
    long before = NativeMemory.used();
    for (int i = 0; i < 20; i++) {
      p.run(Tensor.zeros(2000 + i, 4));
    }
    // 16 MB each, but for the code of products.
    assertTrue(NativeMemory.used() - before < 100 * MEGABYTE, "used " + NativeMemory.used());
  }

  @Test
  void aTraceIsNotKept() throws InterruptedException {
    List<WeakReference<Tensor>> traced = new ArrayList<>();
    Program p =
        Program.compile((Tensor x) -> {
          Tensor y = x.exp();
          traced.add(new WeakReference<>(y));
          return Step.outputs(y.sum()).metric("mean", y.mean());
        });
    p.run(Tensor.zeros(3));
    for (int i = 0; i < 100 && traced.getFirst().get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertNull(traced.getFirst().get());
    assertEquals(3, p.run(Tensor.zeros(3)).output(0).item());
    assertEquals(1, traced.size());
  }
}
