package shinso.zoo.regularization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.nn.linear.LinearAlgebra;

/** OMP-k against a plain greedy search and against all subsets of small dictionaries. */
@Tag("row-C8")
class OrthogonalMatchingPursuitTest {
  /** Unit columns in F64: {@code [n, atoms]}. */
  private static Tensor dictionary(int n, int atoms, long seed) {
    Tensor d = Tensor.normal(Rng.of(seed), n, atoms).cast(DType.F64);
    return d.div(d.square().sumKeep(0).sqrt()).evaluate();
  }

  private static Tensor examples(int count, int n, long seed) {
    return Tensor.normal(Rng.of(seed), count, n).cast(DType.F64).evaluate();
  }

  private static double[][] rows(Tensor t) {
    double[] all = t.toDoubleArray();
    int width = t.shape().dim(1);
    double[][] rows = new double[t.shape().dim(0)][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * width, (i + 1) * width));
    return rows;
  }

  /** Least squares of x on some columns of d; returns the coefficients. */
  private static double[] fit(double[][] d, double[] x, List<Integer> support) {
    int m = support.size();
    double[] gram = new double[m * m];
    double[] right = new double[m];
    for (int i = 0; i < m; i++) {
      for (double[] row : d) {
        for (int j = 0; j < m; j++) {
          gram[i * m + j] += row[support.get(i)] * row[support.get(j)];
        }
      }
      for (int r = 0; r < d.length; r++) {
        right[i] += d[r][support.get(i)] * x[r];
      }
    }
    return LinearAlgebra.solve(Tensor.of(gram, m, m), Tensor.of(right, m, 1)).toDoubleArray();
  }

  private static double[] residual(double[][] d, double[] x, List<Integer> support) {
    double[] left = x.clone();
    if (!support.isEmpty()) {
      double[] s = fit(d, x, support);
      for (int r = 0; r < d.length; r++) {
        for (int i = 0; i < s.length; i++) {
          left[r] -= d[r][support.get(i)] * s[i];
        }
      }
    }
    return left;
  }

  private static double square(double[] v) {
    return Arrays.stream(v).map(a -> a * a).sum();
  }

  /** The greedy search as it is defined, with a residual and a fit from scratch in each round. */
  private static double[] greedy(double[][] d, double[] x, int k) {
    List<Integer> support = new ArrayList<>();
    for (int round = 0; round < k; round++) {
      double[] left = residual(d, x, support);
      int best = -1;
      double most = -1;
      for (int a = 0; a < d[0].length; a++) {
        double dot = 0;
        for (int r = 0; r < d.length; r++) {
          dot += d[r][a] * left[r];
        }
        if (!support.contains(a) && Math.abs(dot) > most) {
          most = Math.abs(dot);
          best = a;
        }
      }
      support.add(best);
    }
    double[] code = new double[d[0].length];
    double[] s = fit(d, x, support);
    for (int i = 0; i < s.length; i++) {
      code[support.get(i)] = s[i];
    }
    return code;
  }

  /** The least error of all subsets of k atoms. */
  private static double leastError(double[][] d, double[] x, int k) {
    double least = Double.POSITIVE_INFINITY;
    for (int subset = 0; subset < 1 << d[0].length; subset++) {
      if (Integer.bitCount(subset) == k) {
        List<Integer> support = new ArrayList<>();
        for (int a = 0; a < d[0].length; a++) {
          if ((subset >> a & 1) == 1) {
            support.add(a);
          }
        }
        least = Math.min(least, square(residual(d, x, support)));
      }
    }
    return least;
  }

  @ParameterizedTest
  @CsvSource({"6, 9, 1", "6, 9, 2", "6, 9, 3", "8, 20, 5", "5, 5, 5", "7, 30, 7"})
  void equalsTheGreedySearch(int n, int atoms, int k) {
    Tensor d = dictionary(n, atoms, 10L * n + k);
    Tensor x = examples(13, n, 20L * n + k);
    double[][] codes = rows(new OrthogonalMatchingPursuit(d, k).encode(x));
    double[][] xs = rows(x);
    for (int i = 0; i < xs.length; i++) {
      double[] expected = greedy(rows(d), xs[i], k);
      // Atoms that are nearly dependent have large entries, right to as many digits.
      double size = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      assertArrayEquals(expected, codes[i], 1e-9 * Math.max(1, size), "example " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void isTheBestOfAllSubsetsOfOrthogonalAtoms(int k) {
    Tensor square = Tensor.normal(Rng.of(3), 6, 6).cast(DType.F64);
    Tensor d = LinearAlgebra.svd(square).u().evaluate();
    Tensor x = examples(9, 6, 4);
    OrthogonalMatchingPursuit omp = new OrthogonalMatchingPursuit(d, k);
    double[][] left = rows(x.sub(omp.decode(omp.encode(x))));
    for (int i = 0; i < left.length; i++) {
      assertEquals(leastError(rows(d), rows(x)[i], k), square(left[i]), 1e-10);
    }
  }

  @Test
  void theFirstAtomIsTheBestOfAll() {
    Tensor d = dictionary(5, 12, 5);
    Tensor x = examples(20, 5, 6);
    OrthogonalMatchingPursuit omp = new OrthogonalMatchingPursuit(d, 1);
    double[][] left = rows(x.sub(omp.decode(omp.encode(x))));
    for (int i = 0; i < left.length; i++) {
      assertEquals(leastError(rows(d), rows(x)[i], 1), square(left[i]), 1e-10);
    }
  }

  /** Tropp (2004): a code of k entries is found where the coherence is below 1 / (2 k − 1). */
  @Test
  void sparseCodesOfIncoherentAtomsAreFoundExactly() {
    int n = 8;
    double[] columns = new double[n * 2 * n]; // the identity and Hadamard's matrix: coherence 1/√8
    for (int i = 0; i < n; i++) {
      columns[i * 2 * n + i] = 1;
      for (int j = 0; j < n; j++) {
        columns[i * 2 * n + n + j] = (Integer.bitCount(i & j) % 2 == 0 ? 1 : -1) / Math.sqrt(n);
      }
    }
    Tensor d = Tensor.of(columns, n, 2 * n);
    List<double[]> codes = new ArrayList<>();
    for (int a = 0; a < 2 * n; a++) {
      for (int b = 0; b < a; b++) {
        double[] code = new double[2 * n];
        code[a] = 1 + a / 5.0;
        code[b] = -0.5 - b;
        // 1/√8 is above 1/3, so not all pairs are sure; those within one basis are.
        if (a / n == b / n) {
          codes.add(code);
        }
      }
    }
    double[] flat = codes.stream().flatMapToDouble(Arrays::stream).toArray();
    Tensor s = Tensor.of(flat, codes.size(), 2 * n);
    OrthogonalMatchingPursuit omp = new OrthogonalMatchingPursuit(d, 2);
    double[] found = omp.encode(s.matmul(d.transpose())).toDoubleArray();
    assertArrayEquals(flat, found, 1e-10);
    for (double[] x : rows(s.matmul(d.transpose()))) {
      assertEquals(0, leastError(rows(d), x, 2), 1e-12);
    }
  }

  @Test
  void furtherAtomsNeverMakeTheErrorLargerAndAllOfThemNone() {
    Tensor d = dictionary(6, 10, 7);
    Tensor x = examples(11, 6, 8);
    double before = x.square().sum().item();
    for (int k = 1; k <= 6; k++) {
      OrthogonalMatchingPursuit omp = new OrthogonalMatchingPursuit(d, k);
      Tensor code = omp.encode(x);
      double error = x.sub(omp.decode(code)).square().sum().item();
      assertTrue(error < before, k + " atoms: " + error + " after " + before);
      assertTrue(code.notEqual(0).sum(1).max().item() <= k);
      before = error;
    }
    assertEquals(0, before, 1e-12);
  }

  /** Equal atoms, an example of 0, and one that a single atom explains: no division by 0. */
  @Test
  void dependentAtomsAreLeftOut() {
    double r = Math.sqrt(0.5);
    Tensor d = Tensor.of(new double[] {1, 1, r, 0, 0, r}, 2, 3);
    Tensor x = Tensor.of(new double[] {3, 0, 0, 0, 1, 1}, 3, 2);
    double[] codes = new OrthogonalMatchingPursuit(d, 3).encode(x).toDoubleArray();
    double[] expected = {3, 0, 0, 0, 0, 0, 0, 0, 1 / r};
    assertArrayEquals(expected, codes, 1e-12);
  }

  @Test
  void aDictionaryIsFoundAgain() {
    Tensor truth = dictionary(8, 8, 9);
    int count = 4_000;
    double[][] codes = new double[count][8];
    var random = Rng.of(11).generator();
    for (double[] code : codes) {
      code[random.nextInt(8)] = random.nextBoolean() ? 1 : -1;
    }
    double[] flat = Arrays.stream(codes).flatMapToDouble(Arrays::stream).toArray();
    Tensor noise = Tensor.normal(Rng.of(12), count, 8).mul(0.02);
    Tensor x =
        Tensor.of(flat, count, 8).matmul(truth.transpose()).cast(DType.F32).add(noise).evaluate();
    List<Double> errors = new ArrayList<>();
    OrthogonalMatchingPursuit omp =
        OrthogonalMatchingPursuit.learn(
            List.of(x.slice(0, 0, 2_000), x.slice(0, 2_000, count)),
            16,
            1,
            30,
            Rng.of(13),
            (round, error) -> errors.add(error));
    assertEquals(30, errors.size());
    // 8 · 0.02² of noise, less what the code takes of it
    assertTrue(errors.getLast() < 0.004, "errors " + errors);
    double[] likeness =
        truth.cast(DType.F32).transpose().matmul(omp.dictionary()).abs().max(1).toDoubleArray();
    assertTrue(Arrays.stream(likeness).min().orElseThrow() > 0.999, Arrays.toString(likeness));
    assertArrayEquals(
        new double[] {1, 1, 1}, // norms
        Arrays.copyOf(omp.dictionary().square().sum(0).toDoubleArray(), 3),
        1e-5);
  }

  @Test
  void turnsMakeTheErrorSmallWithTwoAtoms() {
    Tensor x = Tensor.normal(Rng.of(14), 500, 6).matmul(Tensor.normal(Rng.of(15), 6, 6)).evaluate();
    List<Double> errors = new ArrayList<>();
    OrthogonalMatchingPursuit.learn(
        List.of(x), 12, 2, 12, Rng.of(16), (round, error) -> errors.add(error));
    assertTrue(errors.getLast() < 0.7 * errors.getFirst(), errors.toString());
  }

  @Test
  void wrongUse() {
    Tensor d = dictionary(3, 4, 1);
    assertEquals(
        "omp: a code of 4 atoms has 1 to 4 entries, not 5",
        assertThrows(IllegalArgumentException.class, () -> new OrthogonalMatchingPursuit(d, 5))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> new OrthogonalMatchingPursuit(Tensor.ones(3), 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> OrthogonalMatchingPursuit.learn(List.of(), 3, 1, 1, Rng.of(1), (round, error) -> {}));
  }
}
