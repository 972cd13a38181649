package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static shinso.cpu.Programs.count;
import static shinso.cpu.Programs.normal;
import static shinso.cpu.Programs.run;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.cpu.onednn.OneDnn;

/** Convolutions of 3x3 by minimal filtering, and their gradients. */
class WinogradTest {
  private static final String SHAPES =
      """
      # batch, height, width, channels, filters, top, bottom, left, right
        4, 16, 18,  16,  32, 0, 0, 0, 0
        5, 17, 15,  32,  16, 0, 0, 0, 0
        3, 20, 17,  48,  16, 1, 1, 1, 1
        7,  9, 13,  16,  64, 2, 1, 0, 3
       13,  3,  2,  16,  16, 4, 4, 4, 4
      201,  1,  1,  16,  16, 1, 1, 1, 1
        1, 40, 41,  16,  16, 1, 0, 0, 1
       16, 14, 14, 128, 144, 1, 1, 1, 1
      """;

  @BeforeAll
  static void needsOneDnn() {
    assumeTrue(OneDnn.load() instanceof OneDnn.Loaded.Ready);
  }

  /** Small whole numbers: the transforms halve twice at the most, so all sums are exact. */
  private static Tensor whole(int seed, int... dims) {
    float[] x = normal(seed, dims).toFloatArray();
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.clamp(Math.round(2 * x[i]), -4, 4);
    }
    return Tensor.of(x).reshape(Shape.of(dims)).evaluate();
  }

  private static List<Tensor> all(Tensor x, Tensor w, Tensor dy, ConvSpec spec) {
    Tensor y = x.conv2d(w, spec);
    Tensor loss = y.mul(dy).sum();
    return List.of(y, Autodiff.gradient(loss, x), Autodiff.gradient(loss, w));
  }

  private static Tensor wide(Tensor t) {
    return t.cast(DType.F64);
  }

  @ParameterizedTest
  @CsvSource(textBlock = SHAPES)
  void sumsOfWholeNumbersAreExact(
      int n, int h, int w, int channels, int filters, int top, int bottom, int left, int right) {
    ConvSpec spec = ConvSpec.VALID.withPadding(top, bottom, left, right);
    Tensor x = whole(1, n, h, w, channels);
    Tensor f = whole(2, 3, 3, channels, filters);
    Tensor dy = whole(3, n, spec.outHeight(h, 3), spec.outWidth(w, 3), filters);
    List<Tensor> wanted = all(x, f, dy, spec);
    assertEquals(3, count(Programs.compile(new CpuBackend(1, true), wanted), "winograd"));
    List<Tensor> exact = all(wide(x), wide(f), wide(dy), spec);
    for (int threads = 1; threads <= 3; threads++) {
      List<float[]> found = run(new CpuBackend(threads, true), wanted);
      for (int i = 0; i < found.size(); i++) {
        String what = "result " + i + ", threads " + threads;
        assertArrayEquals(exact.get(i).cast(DType.F32).toFloatArray(), found.get(i), 0, what);
      }
    }
  }

  /**
   * A product is of sums of four pixels and up to nine taps, and 16 of them make a pixel; parts
   * cancel, but the error stays within the bound that the table of operations has for plain sums.
   */
  @ParameterizedTest
  @CsvSource(textBlock = SHAPES)
  void sumsMeetTheBoundOfPlainOnes(
      int n, int h, int w, int channels, int filters, int top, int bottom, int left, int right) {
    ConvSpec spec = ConvSpec.VALID.withPadding(top, bottom, left, right);
    Tensor x = normal(4, n, h, w, channels);
    Tensor f = normal(5, 3, 3, channels, filters);
    Tensor dy = normal(6, n, spec.outHeight(h, 3), spec.outWidth(w, 3), filters);
    List<Tensor> exact = all(wide(x), wide(f), wide(dy), spec);
    List<Tensor> sizes = all(wide(x).abs(), wide(f).abs(), wide(dy).abs(), spec);
    List<Tensor> wanted = all(x, f, dy, spec);
    List<float[]> found = run(new CpuBackend(1, true), wanted);
    for (int threads = 2; threads <= 3; threads++) {
      List<float[]> again = run(new CpuBackend(threads, true), wanted);
      for (int i = 0; i < found.size(); i++) {
        assertArrayEquals(found.get(i), again.get(i), "result " + i + ", threads " + threads);
      }
    }
    for (int r = 0; r < found.size(); r++) {
      double[] e = exact.get(r).toDoubleArray();
      double[] s = sizes.get(r).toDoubleArray();
      float[] y = found.get(r);
      for (int i = 0; i < y.length; i++) {
        assertEquals(e[i], y[i], 1e-6 * s[i], "result " + r + ", element " + i);
      }
    }
  }

  @Test
  void biasAndRectifierAreThoseOfTheSum() {
    Tensor x = whole(1, 9, 13, 14, 16);
    Tensor f = whole(2, 3, 3, 16, 48);
    Tensor b = whole(3, 48);
    Tensor y = x.conv2d(f, ConvSpec.VALID.withPadding(1)).add(b);
    List<Tensor> wanted = List.of(y.relu());
    CpuBackend backend = new CpuBackend(2, true);
    assertEquals(1, Programs.compile(backend, wanted).kernels().size());
    Tensor exact =
        wide(x).conv2d(wide(f), ConvSpec.VALID.withPadding(1)).add(wide(b)).relu().cast(DType.F32);
    assertArrayEquals(exact.toFloatArray(), run(backend, wanted).getFirst(), 0);
  }

  @Test
  void nanIsNotRectified() {
    float[] pixels = normal(1, 4, 16, 16, 16).toFloatArray();
    pixels[((16 + 5) * 16 + 7) * 16 + 3] = Float.NaN;
    Tensor x = Tensor.of(pixels).reshape(4, 16, 16, 16).evaluate();
    Tensor y = x.conv2d(normal(2, 3, 3, 16, 16), ConvSpec.VALID.withPadding(1)).relu();
    float[] found = run(new CpuBackend(2, true), List.of(y)).getFirst();
    for (int i = 4; i <= 6; i++) {
      for (int j = 6; j <= 8; j++) {
        assertTrue(Float.isNaN(found[((16 + i) * 16 + j) * 16]), i + ", " + j);
      }
    }
  }

  @Test
  void fewTilesAreLeftToOneDnn() {
    Tensor y = normal(1, 1, 8, 8, 128).conv2d(normal(2, 3, 3, 128, 128), ConvSpec.VALID);
    assertEquals(0, count(Programs.compile(new CpuBackend(1, true), List.of(y)), "winograd"));
  }
}
