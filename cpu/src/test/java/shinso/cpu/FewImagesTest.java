package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.cpu.Programs.count;
import static shinso.cpu.Programs.normal;
import static shinso.cpu.Programs.run;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.Tensor;

/** Convolutions of one or two images, whose rows and filters are shared between threads. */
class FewImagesTest {
  private static List<Tensor> wanted(int images) {
    Tensor x = normal(1, images, 40, 41, 32);
    Tensor w = normal(2, 5, 5, 32, 64).mul(0.05).evaluate();
    Tensor b = normal(3, 64);
    Tensor y = x.conv2d(w, ConvSpec.VALID.withPadding(2)).add(b).relu();
    Tensor loss = y.mul(normal(4, images, 40, 41, 64)).sum();
    return List.of(
        y, Autodiff.gradient(loss, x), Autodiff.gradient(loss, w), Autodiff.gradient(loss, b));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void sameForAnyNumberOfThreadsAndWithoutOneDnn(int images) {
    List<Tensor> wanted = wanted(images);
    assertEquals(3, count(Programs.compile(new CpuBackend(1, true), wanted), "direct"));
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
