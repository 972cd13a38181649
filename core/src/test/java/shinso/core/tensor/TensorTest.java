package shinso.core.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.op.ConvSpec;

/** Creating, broadcasting and reading tensors. */
final class TensorTest {
  @Test
  void arraysAreCopiedUnlessOwned() {
    float[] values = {1, 2};
    Tensor copy = Tensor.of(values);
    Tensor owner = Tensor.owning(values, Shape.of(2));
    values[0] = 9;
    assertArrayEquals(new float[] {1, 2}, copy.toFloatArray());
    assertArrayEquals(new float[] {9, 2}, owner.toFloatArray());
    copy.toFloatArray()[0] = 7;
    assertArrayEquals(new float[] {1, 2}, copy.toFloatArray());
  }

  @Test
  void typesFollowTheArray() {
    assertEquals(DType.F32, Tensor.of(new float[1]).dtype());
    assertEquals(DType.F64, Tensor.of(new double[1]).dtype());
    assertEquals(DType.I32, Tensor.of(new int[1]).dtype());
    assertEquals(DType.F64, DType.parse("f64"));
  }

  /** As in NumPy: aligned at the end, lengths of 1 are repeated. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 3     | 3     | 2 3",
        "2 3     | 2 1   | 2 3",
        "        | 4     | 4",
        "5 1 4   | 3 1   | 5 3 4",
        "1       | 0     | 0",
        "8 1 6 1 | 7 1 5 | 8 7 6 5",
        "1 1     | 1     | 1 1"
      })
  void broadcasting(String a, String b, String expected) {
    Tensor x = Tensor.full(shape(a), 2);
    Tensor y = Tensor.full(shape(b), 3);
    Tensor sum = x.add(y);
    assertEquals(shape(expected), sum.shape());
    assertEquals(shape(expected), y.add(x).shape());
    assertEquals(5.0 * sum.shape().size(), sum.sum().item());
  }

  private static Shape shape(String dims) {
    String text = dims == null ? "" : dims.strip();
    return text.isEmpty()
        ? Shape.SCALAR
        : Shape.of(List.of(text.split(" ")).stream().map(Integer::valueOf).toList());
  }

  @Test
  void broadcastsPutValuesWhereTheyBelong() {
    Tensor column = Tensor.of(new float[] {10, 20}, 2, 1);
    Tensor row = Tensor.of(new float[] {1, 2, 3});
    assertArrayEquals(new float[] {11, 12, 13, 21, 22, 23}, column.add(row).toFloatArray());
    assertArrayEquals(new float[] {9, 8, 7, 19, 18, 17}, column.sub(row).toFloatArray());
  }

  @Test
  void nothingIsComputedBeforeItIsAskedFor() {
    Tensor x = Tensor.of(new float[] {1, 2}).mul(3);
    assertNull(TensorAccess.buffer(x));
    assertEquals("F32[2] mul", TensorAccess.label(x));
    assertNull(TensorAccess.buffer(x));
    assertArrayEquals(new float[] {3, 6}, x.toFloatArray());
    assertTrue(TensorAccess.buffer(x) != null);
    assertSame(TensorAccess.buffer(x), TensorAccess.buffer(x.evaluate()));
    assertFalse(x.isConcrete());
    assertTrue(x.evaluate().isConcrete());
  }

  @Test
  void evaluatingTogetherGivesAllValues() {
    Tensor x = Tensor.of(new float[] {1, 2}).mul(3);
    Tensor y = x.add(1);
    List<Tensor> values = Tensor.evaluate(List.of(y, x, y));
    assertArrayEquals(new float[] {4, 7}, values.get(0).toFloatArray());
    assertArrayEquals(new float[] {3, 6}, values.get(1).toFloatArray());
    assertArrayEquals(new float[] {4, 7}, values.get(2).toFloatArray());
    assertTrue(values.get(0).inputs().isEmpty());
  }

  @Test
  void scalarsAndItems() {
    assertEquals(2.5, Tensor.scalar(2.5).item());
    assertEquals(Shape.SCALAR, Tensor.scalar(1).shape());
    assertEquals(7, Tensor.of(new int[] {7}, 1, 1).item());
    assertEquals((double) 0.1f, Tensor.constant(0.1, DType.F32).item());
    assertEquals(0.1, Tensor.constant(0.1, DType.F64).item());
  }

  @Test
  void masks() {
    assertArrayEquals(new float[] {1, 0, 0, 1}, Tensor.eye(2).toFloatArray());
    assertArrayEquals(new float[] {1, 0, 0, 1, 1, 0}, Tensor.lowerTriangle(2, 3, 0).toFloatArray());
    assertArrayEquals(new float[] {1, 1, 0, 1, 1, 1}, Tensor.lowerTriangle(2, 3, 1).toFloatArray());
    assertArrayEquals(new float[] {0, 1, 1, 0, 0, 1}, Tensor.upperTriangle(2, 3, 1).toFloatArray());
    assertArrayEquals(new int[] {0, 0, 1, 1}, Tensor.iota(Shape.of(2, 2), 0).toIntArray());
    assertArrayEquals(new int[] {0, 1, 0, 1}, Tensor.iota(Shape.of(2, 2), -1).toIntArray());
  }

  @Test
  void tilingRepeatsTheWhole() {
    assertArrayEquals(new int[] {0, 1, 0, 1, 0, 1}, Tensor.iota(2).tile(0, 3).toIntArray());
    assertEquals(Shape.of(0), Tensor.iota(2).tile(0, 0).shape());
  }

  @Test
  void matmulOfVectorsBatchesAndNothing() {
    Tensor v = Tensor.of(new float[] {1, 2});
    Tensor m = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    assertEquals(5, v.matmul(v).item());
    assertArrayEquals(new float[] {7, 10}, v.matmul(m).toFloatArray());
    assertArrayEquals(new float[] {5, 11}, m.matmul(v).toFloatArray());
    assertEquals(Shape.of(3, 2), Tensor.ones(3, 2, 2).matmul(v).shape());
    assertEquals(Shape.of(3, 2), v.matmul(Tensor.ones(3, 2, 2)).shape());
    assertEquals(
        Shape.of(5, 3, 4, 6), Tensor.ones(3, 4, 2).matmul(Tensor.ones(5, 1, 2, 6)).shape());
    assertArrayEquals(
        new float[12], Tensor.zeros(2, 3, 0).matmul(Tensor.zeros(0, 2)).toFloatArray());
  }

  @Test
  void takingOutsideOfAnAxisIsAnErrorThoughTheRowExists() {
    Tensor x = Tensor.iota(6).reshape(3, 2);
    assertArrayEquals(
        new int[] {1, 2, 5}, x.takeAlong(1, Tensor.of(new int[] {1, 0, 1}, 3, 1)).toIntArray());
    assertArrayEquals(
        new int[] {1, 2, 4}, x.takeAlong(1, Tensor.of(new int[] {-1, -2, 0}, 3, 1)).toIntArray());
    for (int wrong : new int[] {2, -3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      Tensor taken = x.takeAlong(1, Tensor.of(new int[] {1, wrong, 1}, 3, 1));
      assertEquals(
          "gather: index -2147483648 at position 1 is outside -6 to 5",
          assertThrows(IndexOutOfBoundsException.class, taken::toIntArray).getMessage());
    }
  }

  @Test
  void logarithmsOfSumsAreStable() {
    double inf = Double.POSITIVE_INFINITY;
    Tensor x = Tensor.of(new double[] {1000, 1000, -inf, -inf, -inf, 5, inf, 0}, 4, 2);
    assertArrayEquals(
        new double[] {1000 + Math.log(2), -inf, 5, inf}, x.logSumExp(1).toDoubleArray(), 1e-12);
    assertArrayEquals(new double[] {0.5, 0.5}, x.slice(0, 0, 1).softmax(-1).toDoubleArray(), 1e-15);
    assertArrayEquals(
        new double[] {-Math.log(2), -Math.log(2)},
        x.slice(0, 0, 1).logSoftmax(1).toDoubleArray(),
        1e-12);
  }

  @Test
  void theLogarithmOfASumOfNothingHasAGradientOfNothing() {
    Tensor none = Tensor.of(new double[0], 3, 0);
    Tensor y = none.logSumExp(1);
    assertEquals(Shape.of(3), y.shape());
    assertEquals(Double.NEGATIVE_INFINITY, y.max().item());
    assertEquals(none.shape(), Autodiff.gradient(y.sum(), none).shape());
  }

  @Test
  void meansAndVariances() {
    Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 9}, 2, 3);
    assertArrayEquals(new double[] {2, 6}, x.mean(1).toDoubleArray(), 1e-15);
    assertArrayEquals(new double[] {2 / 3.0, 14 / 3.0}, x.variance(1).toDoubleArray(), 1e-15);
    assertArrayEquals(new double[] {1, 7}, x.variance(new int[] {1}, 1).toDoubleArray(), 1e-15);
    assertEquals(Shape.of(2, 1), x.varianceKeep(new int[] {-1}, 0).shape());
    assertEquals(40.0 / 5, x.variance(new int[0], 1).item(), 1e-14);
    assertEquals(4, x.mean().item());
    assertEquals(Double.NaN, x.slice(0, 0, 0).mean().item());
  }

  /** The padding that keeps ⌈size / stride⌉ outputs, the odd row at the bottom. */
  @ParameterizedTest
  @CsvSource({
    "7, 3, 1, 1",
    "7, 3, 2, 1",
    "8, 3, 2, 1",
    "5, 4, 1, 1",
    "6, 5, 3, 2",
    "3, 1, 2, 1",
    "9, 3, 1, 2"
  })
  void samePadding(int size, int kernel, int stride, int dilation) {
    ConvSpec s =
        ConvSpec.VALID.withStride(stride).withDilation(dilation).same(size, size, kernel, kernel);
    assertEquals(Math.ceilDiv(size, stride), s.outHeight(size, kernel));
    assertEquals(Math.ceilDiv(size, stride), s.outWidth(size, kernel));
    assertTrue(s.padBottom() - s.padTop() == 0 || s.padBottom() - s.padTop() == 1);
  }
}
