package shinso.nn.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import shinso.core.autodiff.GradientCheck;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

class LinearAlgebraTest {
  private static Tensor random(long seed, int... dims) {
    return Tensor.normal(Rng.of(seed), dims).cast(DType.F64).evaluate();
  }

  /** Symmetric and positive definite. */
  private static Tensor positive(long seed, int... dims) {
    Tensor x = random(seed, dims);
    int n = dims[dims.length - 1];
    return x.matmul(x.transpose()).add(Tensor.eye(n).cast(DType.F64)).evaluate();
  }

  private static void assertClose(Tensor expected, Tensor actual, double tolerance) {
    assertEquals(expected.shape(), actual.shape());
    assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), tolerance);
  }

  private static Tensor identities(int batch, int n) {
    return Tensor.stack(0, java.util.Collections.nCopies(batch, Tensor.eye(n))).cast(DType.F64);
  }

  @Test
  void choleskyTimesItsTransposeIsTheMatrix() {
    Tensor a = positive(1, 3, 5, 5);
    Tensor l = LinearAlgebra.cholesky(a);
    assertClose(a, l.matmul(l.transpose()), 1e-12);
    Tensor upper = Tensor.upperTriangle(5, 5, 1).cast(DType.F64);
    assertEquals(0, l.mul(upper).abs().max().item());
  }

  @Test
  void solutionsSolve() {
    Tensor a = random(2, 2, 3, 4, 4);
    Tensor b = random(3, 2, 3, 4, 2);
    assertClose(b, a.matmul(LinearAlgebra.solve(a, b)), 1e-10);
  }

  @Test
  void inverseTimesTheMatrixIsTheIdentity() {
    Tensor a = random(4, 3, 6, 6);
    assertClose(identities(3, 6), a.matmul(LinearAlgebra.inverse(a)), 1e-10);
  }

  @Test
  void logDeterminants() {
    Tensor a = Tensor.of(new double[] {2, 1, 4, 7, 0, 3, 5, 1}, 2, 2, 2);
    double[] expected = {Math.log(10), Math.log(15)};
    assertArrayEquals(expected, LinearAlgebra.logDeterminant(a).toDoubleArray(), 1e-14);
    Tensor spd = positive(5, 7, 7);
    double half = LinearAlgebra.cholesky(spd).diagonal().log().sum().item();
    assertEquals(2 * half, LinearAlgebra.logDeterminant(spd).item(), 1e-12);
    // A determinant that is no number.
    Tensor large = Tensor.eye(400).cast(DType.F64).mul(1e3);
    assertEquals(400 * Math.log(1e3), LinearAlgebra.logDeterminant(large).item(), 1e-9);
    Tensor singular = Tensor.of(new double[] {1, 2, 2, 4}, 2, 2);
    assertEquals(Double.NEGATIVE_INFINITY, LinearAlgebra.logDeterminant(singular).item());
  }

  @Test
  void eigenvectorsAreScaledByTheMatrix() {
    Tensor x = random(6, 2, 5, 5);
    Tensor a = x.add(x.transpose()).evaluate();
    LinearAlgebra.Eigen e = LinearAlgebra.symmetricEigen(a);
    assertClose(a.matmul(e.vectors()), e.vectors().mul(e.values().unsqueeze(1)), 1e-12);
    assertClose(identities(2, 5), e.vectors().transpose().matmul(e.vectors()), 1e-12);
    assertClose(e.values(), e.values().sort(false), 0);
  }

  @Test
  void singularVectorsGiveTheMatrixBack() {
    for (int[] dims : new int[][] {{2, 6, 4}, {2, 4, 6}, {1, 5, 5}, {1, 1, 3}}) {
      Tensor a = random(7, dims);
      LinearAlgebra.Svd s = LinearAlgebra.svd(a);
      int k = Math.min(dims[1], dims[2]);
      Tensor back = s.u().mul(s.values().unsqueeze(1)).matmul(s.v().transpose());
      assertClose(a, back, 1e-12);
      assertClose(identities(dims[0], k), s.u().transpose().matmul(s.u()), 1e-12);
      assertClose(identities(dims[0], k), s.v().transpose().matmul(s.v()), 1e-12);
      assertClose(s.values(), s.values().sort(true), 0);
      assertTrue(s.values().min().item() >= 0);
    }
  }

  @Test
  void derivativesOfBothOrders() {
    Tensor a = positive(8, 2, 3, 3);
    Tensor b = random(9, 2, 3, 2);
    Rng rng = Rng.of(10);
    GradientCheck.run(in -> LinearAlgebra.logDeterminant(in.get(0)), List.of(a), 2, rng)
        .requireBelow(1e-7);
    GradientCheck.run(in -> LinearAlgebra.inverse(in.get(0)), List.of(a), 2, rng)
        .requireBelow(1e-7);
    GradientCheck.run(in -> LinearAlgebra.solve(in.get(0), in.get(1)), List.of(a, b), 2, rng)
        .requireBelow(1e-7);
  }

  @Test
  void singlesStaySingles() {
    Tensor a = positive(11, 3, 3).cast(DType.F32);
    Tensor inverse = LinearAlgebra.inverse(a);
    assertEquals(DType.F32, inverse.dtype());
    assertClose(Tensor.eye(3), a.matmul(inverse), 1e-5);
    assertEquals(DType.F32, LinearAlgebra.symmetricEigen(a).vectors().dtype());
  }

  @Test
  void errorsNameTheMatrix() {
    Tensor a = Tensor.of(new double[] {1, 0, 0, 1, 1, 2, 2, 1}, 2, 2, 2);
    assertMessage(
        "cholesky: matrix 1 of the 2 in [2, 2, 2] is not positive definite, its smallest eigenvalue"
            + " is -1.00; add a multiple of the identity",
        () -> LinearAlgebra.cholesky(a));
    Tensor skew = Tensor.of(new double[] {1, 2, -2, 1}, 2, 2);
    assertMessage(
        "symmetricEigen: the matrix [2, 2] is not symmetric: -2.00000 at (1, 0), 2.00000 at (0, 1)",
        () -> LinearAlgebra.symmetricEigen(skew));
    Tensor singular = Tensor.of(new double[] {1, 2, 2, 4}, 2, 2);
    assertMessage("inverse: the matrix [2, 2] is singular", () -> LinearAlgebra.inverse(singular));
    assertMessage(
        "solve: the matrix [2, 2] is singular",
        () -> LinearAlgebra.solve(singular, Tensor.of(new double[] {1, 1}, 2, 1)));
    assertMessage(
        "svd: the matrix [1, 2] has the element NaN",
        () -> LinearAlgebra.svd(Tensor.of(new double[] {1, Double.NaN}, 1, 2)));
    assertMessage(
        "inverse: takes square matrices, not [2, 3]",
        () -> LinearAlgebra.inverse(Tensor.ones(2, 3)));
    assertMessage(
        "solve: the right sides [2] have not the rows and batch of the matrices [2, 2]; a vector is"
            + " a matrix of one column",
        () -> LinearAlgebra.solve(skew, Tensor.of(new double[] {1, 1})));
  }

  private static void assertMessage(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
