package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static shinso.cpu.Programs.compile;
import static shinso.cpu.Programs.count;
import static shinso.cpu.Programs.normal;
import static shinso.cpu.Programs.run;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.plan.Precision;
import shinso.cpu.run.CompiledGraph;

/** Contractions with operands that are rounded to bfloat16. */
class MixedPrecisionTest {
  private static boolean isPossible() {
    return OneDnn.load() instanceof OneDnn.Loaded.Ready ready && ready.oneDnn().hasBfloat16();
  }

  /** What rounding does, from its definition: eight bits of significand, ties to even. */
  private static Tensor rounded(Tensor t) {
    float[] x = t.toFloatArray();
    for (int i = 0; i < x.length; i++) {
      double unit = Math.ulp(x[i]) * 0x1p16;
      x[i] = (float) (Math.rint(x[i] / unit) * unit);
    }
    return Tensor.of(x).reshape(t.shape()).evaluate();
  }

  private static List<float[]> mixed(int threads, List<Tensor> wanted) {
    return run(new CpuBackend(threads, true, Precision.BF16), wanted);
  }

  /**
   * Compares with the same contractions of operands that were rounded before, in double. Products
   * of rounded numbers are exact, sums are off by a unit in the last place for each addition at
   * most.
   *
   * @param sizes for each result the same with absolute values
   */
  private static void check(
      List<Tensor> exact, List<Tensor> sizes, int terms, List<float[]> found) {
    for (int r = 0; r < found.size(); r++) {
      double[] e = exact.get(r).toDoubleArray();
      double[] s = sizes.get(r).toDoubleArray();
      float[] y = found.get(r);
      for (int i = 0; i < y.length; i++) {
        assertEquals(e[i], y[i], (terms + 1) * 0x1p-24 * s[i], "result " + r + ", element " + i);
      }
    }
  }

  private static Tensor wide(Tensor t) {
    return rounded(t).cast(DType.F64);
  }

  @Test
  void products() {
    assumeTrue(isPossible());
    Tensor a = normal(1, 150, 260);
    Tensor b = normal(2, 260, 170);
    Tensor c = normal(3, 150, 170);
    Tensor shared = normal(4, 2, 150, 260);
    List<Tensor> wanted =
        List.of(
            a.matmul(b),
            a.transpose().matmul(c),
            c.matmul(b.transpose()),
            // A slice, of which nothing else is rounded, and a batch.
            shared.slice(0, 1, 2).reshape(150, 260).matmul(b),
            shared.matmul(b),
            shared.transpose().matmul(c.reshape(1, 150, 170)));
    Tensor wa = wide(a);
    Tensor wb = wide(b);
    Tensor wc = wide(c);
    Tensor ws = wide(shared);
    List<Tensor> exact = products(wa, wb, wc, ws);
    List<Tensor> sizes = products(wa.abs(), wb.abs(), wc.abs(), ws.abs());
    List<float[]> found = mixed(2, wanted);
    check(exact, sizes, 260, found);
    for (int threads : new int[] {1, 3}) {
      List<float[]> again = mixed(threads, wanted);
      for (int i = 0; i < found.size(); i++) {
        assertArrayEquals(found.get(i), again.get(i), "result " + i + ", threads " + threads);
      }
    }
  }

  private static List<Tensor> products(Tensor a, Tensor b, Tensor c, Tensor shared) {
    return List.of(
        a.matmul(b),
        a.transpose().matmul(c),
        c.matmul(b.transpose()),
        shared.slice(0, 1, 2).reshape(150, 260).matmul(b),
        shared.matmul(b),
        shared.transpose().matmul(c.reshape(1, 150, 170)));
  }

  /** Many small images, and few large ones. */
  @ParameterizedTest
  @CsvSource({"18, 17, 15", "1, 64, 63"})
  void convolutionsAndTheirGradients(int batch, int height, int width) {
    assumeTrue(isPossible());
    Tensor x = normal(1, batch, height, width, 24);
    Tensor w = normal(2, 3, 3, 24, 40);
    Tensor dy = normal(3, batch, height, width, 40);
    List<Tensor> found = convolution(x, w, dy);
    CompiledGraph program = compile(new CpuBackend(2, true, Precision.BF16), found);
    assertEquals(3, count(program, "bf16 conv2d"));
    assertEquals(3, count(program, "round"));
    List<float[]> values = mixed(2, found);
    Tensor wx = wide(x);
    Tensor ww = wide(w);
    Tensor wdy = wide(dy);
    check(
        convolution(wx, ww, wdy), convolution(wx.abs(), ww.abs(), wdy.abs()), 18 * 17 * 15, values);
    for (int threads : new int[] {1, 3}) {
      List<float[]> again = mixed(threads, found);
      for (int i = 0; i < values.size(); i++) {
        assertArrayEquals(values.get(i), again.get(i), "result " + i + ", threads " + threads);
      }
    }
  }

  private static List<Tensor> convolution(Tensor x, Tensor w, Tensor dy) {
    Tensor y = x.conv2d(w, ConvSpec.VALID.withPadding(1));
    List<Tensor> gradients = Autodiff.gradients(y.mul(dy).sum(), List.of(x, w));
    return List.of(y, gradients.get(0), gradients.get(1));
  }

  @Test
  void aValueIsRoundedOnceAndStaysAsItIsForOthers() {
    assumeTrue(isPossible());
    Tensor x = normal(1, 256, 300);
    Tensor w = normal(2, 300, 256);
    Tensor v = normal(3, 256, 300);
    List<Tensor> wanted = List.of(x.matmul(w), v.matmul(w), x.transpose().matmul(v), x.sum(1));
    CompiledGraph program = compile(new CpuBackend(2, true, Precision.BF16), wanted);
    assertEquals(3, count(program, "round"));
    assertEquals(3, count(program, "matmul bf16"));
    assertArrayEquals(
        run(new CpuBackend(2, true), List.of(x.sum(1))).getFirst(), mixed(2, wanted).getLast());
  }

  @Test
  void aSliceThatLiesTogetherIsRoundedWhereItIs() {
    assumeTrue(isPossible());
    Tensor x = normal(1, 700, 300);
    Tensor w = normal(2, 300, 256);
    Tensor y = x.slice(0, 100, 356).matmul(w);
    CompiledGraph program = compile(new CpuBackend(2, true, Precision.BF16), List.of(y));
    assertEquals(3, program.kernels().size(), program::toString);
    float[] alone = mixed(2, List.of(x.slice(0, 100, 356).evaluate().matmul(w))).getFirst();
    assertArrayEquals(alone, mixed(2, List.of(y)).getFirst());
  }

  @Test
  void smallProductsStayAsTheyAre() {
    assumeTrue(isPossible());
    Tensor y = normal(1, 128, 512).matmul(normal(2, 512, 10));
    CompiledGraph program = compile(new CpuBackend(2, true, Precision.BF16), List.of(y));
    assertEquals(0, count(program, "round"));
    assertArrayEquals(
        run(new CpuBackend(2, true), List.of(y)).getFirst(), mixed(2, List.of(y)).getFirst());
  }

  @Test
  void withoutOneDnnItIsF32() {
    List<Tensor> y = List.of(normal(1, 256, 300).matmul(normal(2, 300, 256)));
    assertArrayEquals(
        run(new CpuBackend(2, false), y).getFirst(),
        run(new CpuBackend(2, false, Precision.BF16), y).getFirst());
  }

  @Test
  void namesOfPrecisions() {
    assertEquals(Precision.F32, Precision.named("f32"));
    assertEquals(Precision.BF16, Precision.named("bf16"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Precision.named("fp16"));
    assertEquals("shinso.precision is 'fp16'; use f32 or bf16, or leave it out", e.getMessage());
  }
}
