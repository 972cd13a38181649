package shinso.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static shinso.cpu.Programs.normal;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.plan.Precision;

/** Products and convolutions that went wrong, or threw, or ended the process. */
class KeptFromOneDnnTest {

  private static float[] run(boolean oneDnn, Tensor y) {
    return Programs.run(new CpuBackend(2, oneDnn), List.of(y)).getFirst();
  }

  private static float[] half(Tensor y) {
    return Programs.run(new CpuBackend(2, true, Precision.BF16), List.of(y)).getFirst();
  }

  private static Tensor counted(int... dims) {
    return Tensor.iota(Shape.of(dims).size()).cast(DType.F32).add(1).reshape(dims).evaluate();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void batchedProductsOverOneStepOfViewsWithGaps(boolean oneDnn) {
    Tensor ones = Tensor.ones(2, 1, 1).evaluate();
    float[] expected = {1, 2, 5, 6};
    assertArrayEquals(expected, run(oneDnn, ones.matmul(counted(2, 2, 2).slice(1, 0, 1))));
    assertArrayEquals(expected, run(oneDnn, ones.matmul(counted(2, 1, 4).slice(2, 0, 2))));
    // The same behind what is done to the product, and with both operands transposed.
    Tensor y =
        TensorAccess.apply(
            new ContractionOp.MatMul(true, true), ones, counted(2, 4, 1).slice(1, 0, 2));
    assertArrayEquals(new float[] {2, 3, 6, 7}, run(oneDnn, y.add(Tensor.ones(2).evaluate())));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSumOfOneProductThatIsNegativeZeroIsZero(boolean oneDnn) {
    Tensor a = Tensor.of(new float[] {-1, 0, Float.NaN}, 3, 1);
    Tensor b = Tensor.of(new float[] {0, -2}, 1, 2);
    float[] expected = {0, 2, 0, 0, Float.NaN, Float.NaN};
    assertArrayEquals(expected, run(oneDnn, a.matmul(b)));
    Tensor many = Tensor.concat(1, List.of(a, Tensor.zeros(3, 1)));
    Tensor rows = Tensor.concat(0, List.of(b, Tensor.of(new float[] {0, 0}, 1, 2)));
    assertArrayEquals(expected, run(oneDnn, many.matmul(rows)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everySecondRowOfEachMatrix(boolean oneDnn) {
    Tensor x = counted(3, 3, 2).slice(1, 0, 3, 2); // [[1, 2], [5, 6]], [[7, 8], [11, 12]], …
    Tensor y = Tensor.ones(3, 2, 1).evaluate();
    assertArrayEquals(new float[] {3, 11, 15, 23, 27, 35}, run(oneDnn, x.matmul(y)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void repeatedAndTurnedOperands(boolean oneDnn) {
    Tensor one = Tensor.ones(2, 1, 1);
    assertArrayEquals(new float[] {1, 1}, run(oneDnn, one.matmul(one)));
    Tensor two = Tensor.full(Shape.of(2, 3, 4), 2);
    float[] eights = new float[2 * 3 * 5];
    Arrays.fill(eights, 8);
    assertArrayEquals(eights, run(oneDnn, two.matmul(Tensor.ones(4, 5))));
    Tensor x = counted(2, 3);
    Tensor w = Tensor.ones(3, 2).evaluate();
    assertArrayEquals(new float[] {15, 15}, run(oneDnn, x.flip(0).slice(0, 0, 1).matmul(w)));
    Tensor row = Tensor.ones(1, 2).evaluate();
    assertArrayEquals(new float[] {3, 3, 6, 6}, run(oneDnn, x.flip(1).slice(1, 0, 1).matmul(row)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneChannelAndOutputsOfOneColumn(boolean oneDnn) {
    Tensor x = counted(1, 3, 2, 1);
    Tensor w = Tensor.ones(1, 2, 1, 1).evaluate();
    float[] expected = {3, 7, 11};
    assertArrayEquals(expected, run(oneDnn, x.conv2d(w, ConvSpec.VALID.withStride(1, 3))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void outputsThatSeePaddingOnly(boolean oneDnn) {
    ConvSpec spec = new ConvSpec(1, 2, 0, 0, 1, 1, 1, 2, 1);
    Tensor x = Tensor.ones(1, 1, 1, 1).evaluate();
    Tensor w = Tensor.ones(1, 1, 1, 8).evaluate();
    assertArrayEquals(
        new float[16], run(oneDnn, x.conv2d(w, spec).add(Tensor.zeros(8).evaluate())));
    float[] bias = {1, -2, 3, -4, 5, -6, 7, -8};
    float[] twice = {1, 0, 3, 0, 5, 0, 7, 0, 1, 0, 3, 0, 5, 0, 7, 0};
    assertArrayEquals(twice, run(oneDnn, x.conv2d(w, spec).add(Tensor.of(bias, 8)).relu()));
    Tensor dy = Tensor.ones(1, 1, 2, 8).evaluate();
    Tensor dx = TensorAccess.apply(new ContractionOp.Conv2dBackwardData(spec, 1, 1), dy, w);
    assertArrayEquals(new float[1], run(oneDnn, dx));
    Tensor dw = TensorAccess.apply(new ContractionOp.Conv2dBackwardWeights(spec, 1, 1), x, dy);
    assertArrayEquals(new float[8], run(oneDnn, dw));
  }

  @Test
  void gradientOfPointsWithAStride() {
    ConvSpec spec = ConvSpec.VALID.withStride(2);
    Tensor x = counted(1, 5, 3, 1);
    Tensor dy = Tensor.ones(1, 3, 2, 2).evaluate();
    Tensor dw = TensorAccess.apply(new ContractionOp.Conv2dBackwardWeights(spec, 1, 1), x, dy);
    float sum = 1 + 3 + 7 + 9 + 13 + 15;
    assertArrayEquals(new float[] {sum, sum}, run(true, dw));
  }

  /** Neighbours that are NaN or infinite are no part of a product. */
  @Test
  void rowsOfBfloat16BesideNaN() {
    for (int inner : new int[] {99, 100}) {
      Tensor nan = Tensor.full(Shape.of(200, 128 - inner), Double.NaN).evaluate();
      Tensor x = Tensor.concat(1, List.of(Tensor.ones(200, inner), nan)).evaluate();
      Tensor y = x.slice(1, 0, inner).matmul(Tensor.ones(inner, 200).evaluate());
      for (float f : half(y)) {
        assertEquals(inner, f);
      }
    }
  }

  /** An inner dimension that is cut, of rows beside each other: none reaches into the next. */
  @Test
  void slicesOfBfloat16BesideNaN() {
    int inner = 20_007;
    float[] values = new float[8 * inner];
    Arrays.fill(values, 1);
    values[3 * inner] = Float.NaN;
    float[] y = half(Tensor.of(values, 8, inner).matmul(Tensor.ones(inner, 9).evaluate()));
    for (int i = 0; i < y.length; i++) {
      assertEquals(i / 9 == 3 ? Float.NaN : 20_007, y[i], "element " + i);
    }
  }

  @Test
  void gradientOfTapsOfBfloat16ThatNeverMeetTheImage() {
    ConvSpec spec = ConvSpec.VALID.withStride(1, 3).withPadding(1);
    Tensor x = normal(1, 64, 16, 1, 24);
    Tensor dy = normal(2, 64, 16, 1, 64);
    ContractionOp op = new ContractionOp.Conv2dBackwardWeights(spec, 3, 3);
    float[] expected = run(false, TensorAccess.apply(op, x, dy));
    float[] found = half(TensorAccess.apply(op, x, dy));
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], 2, "element " + i);
    }
  }
}
