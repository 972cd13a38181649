package shinso.nn.linear;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.LUDecomposition_F64;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.ejml.interfaces.linsol.LinearSolverDense;
import shinso.core.tensor.Check;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * Decompositions of small matrices, the last two axes of a tensor; the axes before them are a
 * batch. Everything is computed in double on the host when the method is called, and has the
 * operand's type.
 *
 * <p>{@link #solve}, {@link #inverse} and {@link #logDeterminant} have derivatives, right up to
 * order 3; the results of the others have none, no gradient flows through them.
 *
 * <p>All methods throw {@link IllegalArgumentException} if the operand is no floating-point matrix,
 * not square where it must be, or has elements that are not finite.
 */
public final class LinearAlgebra {
  /** Distance from symmetry, in proportion to the largest element. */
  private static final double ASYMMETRY = 1e-4;

  /** A singular value is a rounding error of 0 below this part of the largest, for each row. */
  private static final double RANK = 1e-14;

  private LinearAlgebra() {}

  /** Computes with one matrix of a batch. */
  private interface Body {
    void of(DMatrixRMaj a, int number);
  }

  /**
   * Returns the lower triangular L with L Lᵀ = a: {@code [.., n, n] -> [.., n, n]}.
   *
   * @throws IllegalArgumentException if a matrix is not symmetric or not positive definite
   */
  public static Tensor cholesky(Tensor a) {
    Result result = new Result(a, square("cholesky", a), a.shape().dim(-1), a.shape().dim(-1));
    int n = a.shape().dim(-1);
    each(
        "cholesky",
        a,
        (m, i) -> {
          requireSymmetric("cholesky", m, i, a);
          CholeskyDecomposition_F64<DMatrixRMaj> c = DecompositionFactory_DDRM.chol(n, true);
          if (!c.decompose(m.copy())) {
            throw fail(
                "cholesky: %s is not positive definite, its smallest eigenvalue is %.3g; add a multiple"
                    + " of the identity",
                name(i, a), eigen(m).getFirst());
          }
          result.put(i, c.getT(null).data);
        });
    return result.tensor();
  }

  /**
   * Returns the x with a x = b: {@code [.., n, n]} and {@code [.., n, k]} give {@code [.., n, k]}.
   * Differentiable in both.
   *
   * @throws IllegalArgumentException if a matrix is singular, or shapes or types differ
   */
  public static Tensor solve(Tensor a, Tensor b) {
    Shape batch = square("solve", a);
    int n = a.shape().dim(-1);
    Check.sameType("solve", a.dtype(), b.dtype());
    if (b.shape().rank() != a.shape().rank()
        || b.shape().dim(-2) != n
        || !b.shape().slice(0, batch.rank()).equals(batch)) {
      throw fail(
          "solve: the right sides %s have not the rows and batch of the matrices %s; a vector is"
              + " a matrix of one column",
          b.shape(), a.shape());
    }
    int k = b.shape().dim(-1);
    double[] right = b.toDoubleArray();
    Result result = new Result(a, batch, n, k);
    each(
        "solve",
        a,
        (m, i) -> {
          DMatrixRMaj x = new DMatrixRMaj(n, k);
          DMatrixRMaj column = new DMatrixRMaj(n, k);
          System.arraycopy(right, i * n * k, column.data, 0, n * k);
          solver("solve", m, i, a).solve(column, x);
          result.put(i, x.data);
        });
    // Around this point (a + Δ)⁻¹ = a⁻¹ − a⁻¹ Δ a⁻¹ + …; all that is added is 0.
    Tensor inverse = invert("solve", a);
    Tensor change = b.sub(b.stopGradient());
    return result.tensor().add(inverse.matmul(change.sub(towards(a, inverse).matmul(b))));
  }

  /**
   * Returns the inverse: {@code [.., n, n] -> [.., n, n]}. Differentiable.
   *
   * @throws IllegalArgumentException if a matrix is singular
   */
  public static Tensor inverse(Tensor a) {
    Tensor inverse = invert("inverse", a);
    return inverse.sub(inverse.matmul(towards(a, inverse)));
  }

  /**
   * Returns log |det a|: {@code [.., n, n] -> [..]}, −∞ for a singular matrix. Differentiable where
   * no matrix is singular.
   */
  public static Tensor logDeterminant(Tensor a) {
    Result result = new Result(a, square("logDeterminant", a), 1, 1);
    int n = a.shape().dim(-1);
    boolean[] singular = {false};
    each(
        "logDeterminant",
        a,
        (m, i) -> {
          LUDecomposition_F64<DMatrixRMaj> lu = DecompositionFactory_DDRM.lu(n, n);
          DMatrixRMaj upper = lu.decompose(m.copy()) ? lu.getUpper(null) : new DMatrixRMaj(n, n);
          double sum = 0;
          for (int j = 0; j < n; j++) {
            sum += Math.log(Math.abs(upper.get(j, j)));
          }
          singular[0] |= sum == Double.NEGATIVE_INFINITY;
          result.put(i, new double[] {sum});
        });
    Tensor value = result.tensor().squeeze(-1).squeeze(-1);
    if (singular[0]) {
      return value;
    }
    // log det (1 + d) = tr (d − d² / 2 + d³ / 3 − …)
    Tensor d = a.sub(a.stopGradient()).matmul(invert("logDeterminant", a));
    Tensor square = d.matmul(d);
    return value.add(d.sub(square.mul(0.5)).add(square.matmul(d).mul(1.0 / 3)).trace());
  }

  /**
   * Eigenvalues and eigenvectors.
   *
   * @param values {@code [.., n]}, ascending
   * @param vectors {@code [.., n, n]}, orthonormal columns in their order
   */
  public record Eigen(Tensor values, Tensor vectors) {}

  /**
   * Returns the eigenvalues and eigenvectors of symmetric matrices {@code [.., n, n]}.
   *
   * @throws IllegalArgumentException if a matrix is not symmetric
   */
  public static Eigen symmetricEigen(Tensor a) {
    Shape batch = square("symmetricEigen", a);
    int n = a.shape().dim(-1);
    Result values = new Result(a, batch, n, 1);
    Result vectors = new Result(a, batch, n, n);
    each(
        "symmetricEigen",
        a,
        (m, i) -> {
          requireSymmetric("symmetricEigen", m, i, a);
          Eigens e = eigen(m);
          values.put(i, e.values);
          vectors.put(i, e.vectors);
        });
    return new Eigen(values.tensor().squeeze(-1), vectors.tensor());
  }

  /**
   * A singular value decomposition u diag(values) vᵀ, with k = min(m, n).
   *
   * @param u {@code [.., m, k]}, orthonormal columns
   * @param values {@code [.., k]}, descending
   * @param v {@code [.., n, k]}, orthonormal columns
   */
  public record Svd(Tensor u, Tensor values, Tensor v) {}

  /** Returns the singular value decomposition of matrices {@code [.., m, n]}. */
  public static Svd svd(Tensor a) {
    Shape batch = matrix("svd", a);
    int m = a.shape().dim(-2);
    int n = a.shape().dim(-1);
    int k = Math.min(m, n);
    Result u = new Result(a, batch, m, k);
    Result values = new Result(a, batch, k, 1);
    Result v = new Result(a, batch, n, k);
    each(
        "svd",
        a,
        (x, i) -> {
          SingularValueDecomposition_F64<DMatrixRMaj> s =
              DecompositionFactory_DDRM.svd(m, n, true, true, true);
          if (!s.decompose(x.copy())) {
            throw fail("svd: %s has no decomposition that the iteration finds", name(i, a));
          }
          DMatrixRMaj left = s.getU(null, false);
          DMatrixRMaj right = s.getV(null, false);
          double[] singular = Arrays.copyOf(s.getSingularValues(), k);
          SingularOps_DDRM.descendingOrder(left, false, singular, k, right, false);
          u.put(i, Arrays.copyOf(left.data, m * k));
          values.put(i, singular);
          v.put(i, Arrays.copyOf(right.data, n * k));
        });
    return new Svd(u.tensor(), values.tensor().squeeze(-1), v.tensor());
  }

  /**
   * Returns the x that makes {@code ‖a x − b‖² + λ ‖x‖²} small: {@code [.., m, n]} and {@code [..,
   * m, k]} give {@code [.., n, k]}. With λ = 0 this is least squares, and where several x are best,
   * the shortest of them.
   *
   * <pre>
   * x = V diag(s / (s² + λ)) Uᵀ b      with a = U diag(s) Vᵀ
   * </pre>
   *
   * <p>The normal equations, whose condition is that of a squared, are not formed.
   *
   * @param lambda λ ≥ 0; singular values below 10⁻¹⁴ max(m, n) of the largest count as 0
   * @throws IllegalArgumentException if λ is negative, or shapes or types differ
   */
  public static Tensor leastSquares(Tensor a, Tensor b, double lambda) {
    matrix("leastSquares", a);
    Check.sameType("leastSquares", a.dtype(), b.dtype());
    if (b.shape().rank() != a.shape().rank()
        || !b.shape().with(-1, 1).equals(a.shape().with(-1, 1))) {
      throw fail(
          "leastSquares: the right sides %s have not the rows and batch of the matrices %s; a"
              + " vector is a matrix of one column",
          b.shape(), a.shape());
    }
    if (!(lambda >= 0 && lambda < Double.POSITIVE_INFINITY)) {
      throw fail("leastSquares: λ is finite and not negative: %s", lambda);
    }
    // In double to the end: the small singular values are what matters.
    Svd svd = svd(a.cast(DType.F64));
    Tensor s = svd.values().unsqueeze(-1); // [.., r, 1]
    int longest = Math.max(a.shape().dim(-1), a.shape().dim(-2));
    Tensor counts = s.greater(s.maxKeep(-2).mul(RANK * longest)); // [.., r, 1]
    Tensor factor = Tensor.select(counts, s.div(s.square().add(lambda)), 0);
    Tensor coordinates = svd.u().swapAxes(-1, -2).matmul(b.cast(DType.F64)); // [.., r, k]
    return svd.v().matmul(coordinates.mul(factor)).cast(a.dtype()).evaluate();
  }

  // ---- parts

  /** d − d² + d³ with d = Δ a⁻¹, where Δ is 0 and has the derivatives of a. */
  private static Tensor towards(Tensor a, Tensor inverse) {
    Tensor d = a.sub(a.stopGradient()).matmul(inverse);
    Tensor square = d.matmul(d);
    return d.sub(square).add(square.matmul(d));
  }

  private static Tensor invert(String op, Tensor a) {
    int n = a.shape().dim(-1);
    Result result = new Result(a, square(op, a), n, n);
    each(
        op,
        a,
        (m, i) -> {
          DMatrixRMaj inverse = new DMatrixRMaj(n, n);
          solver(op, m, i, a).invert(inverse);
          result.put(i, inverse.data);
        });
    return result.tensor();
  }

  private static LinearSolverDense<DMatrixRMaj> solver(
      String op, DMatrixRMaj m, int number, Tensor a) {
    LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.lu(m.numRows);
    if (m.numRows > 0 && (!solver.setA(m.copy()) || !(solver.quality() > 1e-30))) {
      throw fail("%s: %s is singular", op, name(number, a));
    }
    return solver;
  }

  private record Eigens(double[] values, double[] vectors) {
    double getFirst() {
      return values[0];
    }
  }

  private static Eigens eigen(DMatrixRMaj m) {
    int n = m.numRows;
    EigenDecomposition_F64<DMatrixRMaj> e = DecompositionFactory_DDRM.eig(n, true, true);
    if (!e.decompose(m.copy())) {
      throw fail("symmetricEigen: the iteration finds no eigenvalues of a matrix of %d rows", n);
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> e.getEigenvalue(j).getReal()))
            .mapToInt(j -> j)
            .toArray();
    double[] values = new double[n];
    double[] vectors = new double[n * n];
    for (int j = 0; j < n; j++) {
      values[j] = e.getEigenvalue(order[j]).getReal();
      DMatrixRMaj v = e.getEigenVector(order[j]);
      for (int row = 0; row < n; row++) {
        vectors[row * n + j] = v.get(row, 0);
      }
    }
    return new Eigens(values, vectors);
  }

  /** Results of a batch, which become a tensor of the operand's type. */
  private static final class Result {
    private final Shape shape;
    private final DType dtype;
    private final double[] all;
    private final int size;

    Result(Tensor a, Shape batch, int rows, int columns) {
      shape = batch.concat(Shape.of(rows, columns));
      dtype = a.dtype();
      size = rows * columns;
      all = new double[shape.size()];
    }

    void put(int number, double[] values) {
      System.arraycopy(values, 0, all, number * size, size);
    }

    Tensor tensor() {
      if (dtype == DType.F64) {
        return Tensor.of(all, shape.dims());
      }
      float[] singles = new float[all.length];
      for (int i = 0; i < singles.length; i++) {
        singles[i] = (float) all[i];
      }
      return Tensor.owning(singles, shape);
    }
  }

  private static void each(String op, Tensor a, Body body) {
    double[] all = a.toDoubleArray();
    int rows = a.shape().dim(-2);
    int columns = a.shape().dim(-1);
    int size = rows * columns;
    int count = a.shape().slice(0, a.shape().rank() - 2).size();
    for (int i = 0; i < count; i++) {
      DMatrixRMaj m = new DMatrixRMaj(rows, columns);
      System.arraycopy(all, i * size, m.data, 0, size);
      for (double v : m.data) {
        if (!Double.isFinite(v)) {
          throw fail("%s: %s has the element %s", op, name(i, a), v);
        }
      }
      body.of(m, i);
    }
  }

  /** Returns the axes before the last two. */
  private static Shape matrix(String op, Tensor a) {
    Check.floating(op, a.dtype());
    Check.rankAtLeast(op, a.shape(), 2);
    if (a.shape().dim(-1) == 0 || a.shape().dim(-2) == 0) {
      throw fail("%s: the matrices %s have no elements", op, a.shape());
    }
    return a.shape().slice(0, a.shape().rank() - 2);
  }

  private static Shape square(String op, Tensor a) {
    Shape batch = matrix(op, a);
    if (a.shape().dim(-1) != a.shape().dim(-2)) {
      throw fail("%s: takes square matrices, not %s", op, a.shape());
    }
    return batch;
  }

  private static void requireSymmetric(String op, DMatrixRMaj m, int number, Tensor a) {
    double largest = 0;
    for (double v : m.data) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < i; j++) {
        if (Math.abs(m.get(i, j) - m.get(j, i)) > ASYMMETRY * largest) {
          throw fail(
              "%s: %s is not symmetric: %.6g at (%d, %d), %.6g at (%d, %d)",
              op, name(number, a), m.get(i, j), i, j, m.get(j, i), j, i);
        }
      }
    }
  }

  private static String name(int number, Tensor a) {
    int count = a.shape().slice(0, a.shape().rank() - 2).size();
    return count == 1
        ? "the matrix " + a.shape()
        : "matrix " + number + " of the " + count + " in " + a.shape();
  }

  private static IllegalArgumentException fail(String format, Object... values) {
    return new IllegalArgumentException(String.format(Locale.ROOT, format, values));
  }
}
