package shinso.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import shinso.core.autodiff.Autodiff;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/** Estimates of MMD² against its closed form, enumeration and sums written out. */
@Tag("row-J12")
final class MmdTest {
  private static final Mmd GAUSSIAN = new Mmd(Kernel.gaussian(0.5, 2));

  /** N(0, 1) against N(1, 1): the trapezoid rule for ∬ (p − q)(x) k(x, y) (p − q)(y). */
  @ParameterizedTest
  @CsvSource({"0.5, 0.132841731", "1, 0.177267635", "2, 0.130566924"})
  void normalDistributionsOneApart(double bandwidth, double expected) {
    assertEquals(expected, quadrature(Kernel.gaussian(bandwidth)), 1e-9);
    double s = bandwidth * bandwidth + 2;
    assertEquals(
        expected, 2 * bandwidth / Math.sqrt(s) * (1 - Math.exp(-1 / (2 * s))), 1e-9, "closed form");
  }

  /** With E (xy + 1)³ = m₃ m₃′ + 3 m₂ m₂′ + 3 m₁ m₁′ + 1, moments (0, 1, 0) and (1, 2, 4). */
  @Test
  void momentsOfTheCubicKernel() {
    assertEquals((3 + 1) + (16 + 12 + 3 + 1) - 2 * (6 + 1), quadrature(Kernel.cubic()), 1e-8);
  }

  private static double quadrature(Kernel kernel) {
    int n = 401;
    double step = 0.05;
    double[] x = new double[n];
    double[] difference = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = -9.5 + i * step;
      difference[i] = step * (density(x[i]) - density(x[i] - 1));
    }
    Tensor points = Tensor.of(x, n, 1);
    Tensor weights = Tensor.of(difference, 1, n);
    Tensor k = kernel.matrix(points, points);
    return weights.matmul(k).mul(weights).sum().item();
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** The linear-time estimate of many draws, within four standard errors. */
  @ParameterizedTest
  @CsvSource({"0.5, 0.132841731", "1, 0.177267635", "2, 0.130566924"})
  void manyDrawsOfNormalDistributions(double bandwidth, double expected) {
    int n = 100_000;
    Tensor x = Tensor.normal(Rng.of(1), n, 1);
    Tensor y = Tensor.normal(Rng.of(2), n, 1).add(1);
    double[] terms = new Mmd(Kernel.gaussian(bandwidth)).terms(x, y).toDoubleArray();
    double mean = Arrays.stream(terms).average().orElseThrow();
    double variance = Arrays.stream(terms).map(t -> (t - mean) * (t - mean)).sum() / (n / 2 - 1);
    assertEquals(expected, mean, 4 * Math.sqrt(variance / (n / 2)));
  }

  static Stream<Kernel> kernels() {
    return Stream.of(Kernel.gaussian(0.7), Kernel.gaussian(0.3, 1, 4), Kernel.cubic());
  }

  /** All pairs, written out. */
  @ParameterizedTest
  @MethodSource("kernels")
  void sumsWrittenOut(Kernel kernel) {
    Tensor x = normal(1, 5, 3);
    Tensor y = normal(2, 4, 3);
    double[][] a = rows(x);
    double[][] b = rows(y);
    double within = mean(kernel, a, a, false) + mean(kernel, b, b, false);
    double others = mean(kernel, a, a, true) + mean(kernel, b, b, true);
    double across = 2 * mean(kernel, a, b, false);
    assertEquals(within - across, new Mmd(kernel).biased(x, y).item(), 1e-12);
    assertEquals(others - across, new Mmd(kernel).unbiased(x, y).item(), 1e-12);
    double linear = 0;
    for (int i = 0; i < 4; i += 2) {
      linear += k(kernel, a[i], a[i + 1]) + k(kernel, b[i], b[i + 1]);
      linear -= k(kernel, a[i], b[i + 1]) + k(kernel, a[i + 1], b[i]);
    }
    assertEquals(linear / 2, new Mmd(kernel).linear(x.slice(0, 0, 4), y).item(), 1e-12);
  }

  private static double mean(Kernel kernel, double[][] a, double[][] b, boolean others) {
    double sum = 0;
    int pairs = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        if (!others || i != j) {
          sum += k(kernel, a[i], b[j]);
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  private static double k(Kernel kernel, double[] x, double[] y) {
    double product = 0;
    double distance = 0;
    for (int i = 0; i < x.length; i++) {
      product += x[i] * y[i];
      distance += (x[i] - y[i]) * (x[i] - y[i]);
    }
    double d = distance;
    return switch (kernel) {
      case Kernel.Gaussian g ->
          g.bandwidths().stream().mapToDouble(s -> Math.exp(-d / (2 * s * s))).sum();
      case Kernel.Polynomial p -> Math.pow(product / x.length + 1, p.degree());
    };
  }

  /** Over all samples of a distribution on 0, 1, 3 and of another: their mean is MMD². */
  @Test
  void meansOverAllSamples() {
    double[] values = {0, 1, 3};
    double[] p = {0.2, 0.5, 0.3};
    double[] q = {0.6, 0.1, 0.3};
    Kernel kernel = Kernel.gaussian(1);
    Mmd mmd = new Mmd(kernel);
    double truth = 0;
    double within = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        double k = k(kernel, new double[] {values[i]}, new double[] {values[j]});
        truth += (p[i] - q[i]) * (p[j] - q[j]) * k;
        within += (p[i] * p[j] + q[i] * q[j]) * k;
      }
    }
    double unbiased = 0;
    double linear = 0;
    double biased = 0;
    for (int s = 0; s < 81; s++) {
      int[] i = {s % 3, s / 3 % 3, s / 9 % 3, s / 27};
      double weight = p[i[0]] * p[i[1]] * q[i[2]] * q[i[3]];
      Tensor x = Tensor.of(new double[] {values[i[0]], values[i[1]]}, 2, 1);
      Tensor y = Tensor.of(new double[] {values[i[2]], values[i[3]]}, 2, 1);
      unbiased += weight * mmd.unbiased(x, y).item();
      linear += weight * mmd.linear(x, y).item();
      biased += weight * mmd.biased(x, y).item();
    }
    assertEquals(truth, unbiased, 1e-12);
    assertEquals(truth, linear, 1e-12);
    assertEquals(truth + (2 - within) / 2, biased, 1e-12, "k(x, x) = 1 in the place of E k(x, x′)");
  }

  /** Gradients in the samples against central differences, the square root included. */
  @ParameterizedTest
  @MethodSource("kernels")
  void gradientsAreRight(Kernel kernel) {
    Mmd mmd = new Mmd(kernel);
    for (BinaryOperator<Tensor> estimate :
        List.<BinaryOperator<Tensor>>of(
            mmd::biased, mmd::unbiased, mmd::linear, (a, b) -> mmd.biased(a, b).sqrt())) {
      Tensor x = normal(3, 4, 2);
      Tensor y = normal(4, 4, 2).add(0.5);
      double[] g =
          Autodiff.gradients(estimate.apply(x, y), List.of(x)).getFirst().toDoubleArray();
      double[] values = x.toDoubleArray();
      double h = 1e-5;
      double[] expected = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        double[] more = values.clone();
        double[] less = values.clone();
        more[i] += h;
        less[i] -= h;
        double up = estimate.apply(Tensor.of(more, 4, 2), y).item();
        double down = estimate.apply(Tensor.of(less, 4, 2), y).item();
        expected[i] = (up - down) / (2 * h);
      }
      assertArrayEquals(expected, g, 1e-7);
    }
  }

  @Test
  void equalSetsAreNotApart() {
    Tensor x = normal(5, 6, 4);
    assertEquals(0, GAUSSIAN.biased(x, x).item(), 1e-14);
    Tensor pictures = x.reshape(6, 2, 2, 1);
    assertEquals(
        GAUSSIAN.unbiased(x, x.neg()).item(),
        GAUSSIAN.unbiased(pictures, pictures.neg()).item(),
        1e-14);
  }

  @Test
  void badSetsAreRefused() {
    Tensor one = Tensor.zeros(1, 2);
    Tensor two = Tensor.zeros(2, 2);
    assertThrows(IllegalArgumentException.class, () -> GAUSSIAN.unbiased(one, two));
    assertThrows(IllegalArgumentException.class, () -> GAUSSIAN.linear(Tensor.zeros(3, 2), two));
    assertThrows(IllegalArgumentException.class, () -> GAUSSIAN.biased(two, Tensor.zeros(2, 3)));
    assertThrows(IllegalArgumentException.class, () -> GAUSSIAN.biased(two, Tensor.zeros(2)));
    assertThrows(IllegalArgumentException.class, () -> Kernel.gaussian());
    assertThrows(IllegalArgumentException.class, () -> Kernel.gaussian(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Kernel.Polynomial(0));
  }

  private static Tensor normal(long seed, int n, int d) {
    return Tensor.normal(Rng.of(seed), n, d).cast(DType.F64).evaluate();
  }

  private static double[][] rows(Tensor x) {
    double[] all = x.toDoubleArray();
    int d = x.shape().dim(1);
    double[][] rows = new double[x.shape().dim(0)][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(all, i * d, (i + 1) * d);
    }
    return rows;
  }
}
