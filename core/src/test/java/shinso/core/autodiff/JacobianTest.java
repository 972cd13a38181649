package shinso.core.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** More results than operands, and fewer: the Jacobian is taken by columns, and by rows. */
class JacobianTest {
  private static Tensor random(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate();
  }

  @ParameterizedTest
  @CsvSource({"5, 3", "3, 5", "1, 4", "4, 1", "4, 4"})
  void ofAnAffineMapIsItsMatrix(int outputs, int inputs) {
    Tensor w = random(1, outputs, inputs);
    Tensor x = random(2, inputs);
    Tensor jacobian = Autodiff.jacobian(w.matmul(x), x);
    assertEquals(Shape.of(outputs, inputs), jacobian.shape());
    assertArrayEquals(w.toDoubleArray(), jacobian.toDoubleArray(), 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"5, 3", "3, 5"})
  void hasTheAxesOfBoth(int outputs, int inputs) {
    Tensor x = random(3, 2, inputs);
    Tensor w = random(4, inputs, outputs);
    Tensor y = x.matmul(w).tanh(); // [2, outputs]
    double[] jacobian = Autodiff.jacobian(y, x).toDoubleArray();
    double[] slope = y.square().rsub(1).toDoubleArray();
    double[] weights = w.toDoubleArray();
    int at = 0;
    for (int row = 0; row < 2; row++) {
      for (int o = 0; o < outputs; o++) {
        for (int other = 0; other < 2; other++) {
          for (int i = 0; i < inputs; i++) {
            double expected =
                row == other ? slope[row * outputs + o] * weights[i * outputs + o] : 0;
            assertEquals(expected, jacobian[at++], 1e-14);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 3", "3, 5", "1, 1"})
  void batchJacobianIsTheDiagonalOfTheWhole(int outputs, int inputs) {
    Tensor x = random(5, 4, inputs);
    Tensor w = random(6, inputs, outputs);
    Tensor y = x.matmul(w).tanh().square();
    Tensor each = Autodiff.batchJacobian(y, x);
    Tensor whole = Autodiff.jacobian(y, x); // [4, o, 4, i]
    assertEquals(Shape.of(4, outputs, inputs), each.shape());
    for (int row = 0; row < 4; row++) {
      assertArrayEquals(
          whole.at(0, row).at(1, row).toDoubleArray(), each.at(0, row).toDoubleArray(), 1e-14);
    }
  }

  @Test
  void batchJacobianKeepsAllAxes() {
    Tensor x = random(7, 3, 2, 2);
    Tensor y = Tensor.stack(3, List.of(x.exp(), x.square(), x));
    assertEquals(Shape.of(3, 2, 2, 3, 2, 2), Autodiff.batchJacobian(y, x).shape());
    Tensor sums = x.square().sum(1, 2);
    Tensor gradients = Autodiff.batchJacobian(sums, x);
    assertArrayEquals(x.mul(2).toDoubleArray(), gradients.toDoubleArray(), 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"4, 2", "2, 4"})
  void canBeDifferentiatedTwice(int outputs, int inputs) {
    Tensor x = random(8, 2, inputs);
    Tensor w = random(9, inputs, outputs);
    GradientCheck.run(
            in -> Autodiff.jacobian(in.get(0).matmul(in.get(1)).tanh(), in.get(0)),
            List.of(x, w),
            2,
            Rng.of(10))
        .requireBelow(1e-7);
    GradientCheck.run(
            in -> Autodiff.batchJacobian(in.get(0).matmul(in.get(1)).tanh(), in.get(0)),
            List.of(x, w),
            2,
            Rng.of(11))
        .requireBelow(1e-7);
  }

  @Test
  void ofAGradientIsTheHessian() {
    Tensor x = random(12, 3);
    Tensor y = x.slice(0, 0, 1).mul(x.slice(0, 1, 2)).mul(x.slice(0, 2, 3)).sum();
    double[] v = x.toDoubleArray();
    double[] expected = {0, v[2], v[1], v[2], 0, v[0], v[1], v[0], 0};
    Tensor hessian = Autodiff.jacobian(Autodiff.gradient(y, x), x);
    assertArrayEquals(expected, hessian.toDoubleArray(), 1e-15);
  }

  @Test
  void ofWhatDoesNotDependIsZero() {
    Tensor x = random(13, 2);
    Tensor y = random(14, 3);
    assertArrayEquals(new double[6], Autodiff.jacobian(y, x).toDoubleArray());
    assertEquals(Shape.of(0, 2), Autodiff.jacobian(y.slice(0, 0, 0), x).shape());
    assertEquals(Shape.of(3, 0), Autodiff.jacobian(y, x.slice(0, 0, 0)).shape());
  }

  @Test
  void byAParameter() {
    Param w = Param.of(Tensor.of(new float[] {2, 3}));
    Tensor y = w.value().square();
    assertArrayEquals(new float[] {4, 0, 0, 6}, Autodiff.jacobian(y, w).toFloatArray());
  }

  @Test
  void errors() {
    Tensor x = random(15, 3, 2);
    assertEquals(
        "batchJacobian: [2] and [3, 2] have no common first axis; use jacobian",
        assertThrows(IllegalArgumentException.class, () -> Autodiff.batchJacobian(x.sum(0), x))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Autodiff.jacobian(x.cast(DType.I32), x));
  }
}
