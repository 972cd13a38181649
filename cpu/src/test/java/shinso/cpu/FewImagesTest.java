package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.backend.Buffer;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.op.ConvSpec;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Convolutions of one or two images, whose rows and filters are shared between threads. */
class FewImagesTest {
  private static Tensor normal(int seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).evaluate();
  }

  private static List<Tensor> wanted(int images) {
    Tensor x = normal(1, images, 40, 41, 32);
    Tensor w = normal(2, 3, 3, 32, 64).mul(0.05).evaluate();
    Tensor b = normal(3, 64);
    Tensor y = x.conv2d(w, ConvSpec.VALID.withPadding(1)).add(b).relu();
    Tensor loss = y.mul(normal(4, images, 40, 41, 64)).sum();
    return List.of(
        y, Autodiff.gradient(loss, x), Autodiff.gradient(loss, w), Autodiff.gradient(loss, b));
  }

  private static List<float[]> run(CpuBackend backend, List<Tensor> wanted) {
    GraphBuilder builder = new GraphBuilder();
    Graph graph = builder.build(wanted.stream().mapToInt(builder::add).toArray());
    Buffer[] inputs = builder.leaves().stream().map(Tensor::buffer).toArray(Buffer[]::new);
    Buffer[] outputs =
        wanted.stream()
            .map(t -> Buffer.allocate(t.dtype(), t.shape().size(), "test"))
            .toArray(Buffer[]::new);
    backend.compile(graph).run(inputs, outputs);
    return Arrays.stream(outputs).map(Buffer::toFloatArray).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void sameForAnyNumberOfThreadsAndWithoutOneDnn(int images) {
    List<Tensor> wanted = wanted(images);
    List<float[]> expected = run(new CpuBackend(1, true), wanted);
    for (int threads = 2; threads <= 3; threads++) {
      List<float[]> got = run(new CpuBackend(threads, true), wanted);
      for (int i = 0; i < got.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i), 0, threads + " threads, result " + i);
      }
    }
    List<float[]> portable = run(new CpuBackend(2, false), wanted);
    for (int i = 0; i < portable.size(); i++) {
      assertArrayEquals(expected.get(i), portable.get(i), 1e-3f, "result " + i);
    }
  }
}
