package shinso.nn.distribution;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import shinso.core.tensor.Tensor;

/**
 * Integrals over the line with a density in double, by the trapezoidal rule after a substitution
 * that makes smooth integrands fall off fast: the error of these is that of the ends, where t =
 * ±40.
 */
final class Quadrature {
  private static final int HALF = 2000;
  private static final double STEP = 0.02;

  final double[] x = new double[2 * HALF + 1];
  final double[] weight = new double[2 * HALF + 1];

  private Quadrature() {}

  /** Points x = centre + scale · sinh t. */
  static Quadrature line(double centre, double scale) {
    Quadrature q = new Quadrature();
    for (int i = 0; i < q.x.length; i++) {
      double t = (i - HALF) * STEP;
      q.x[i] = centre + scale * Math.sinh(t);
      q.weight[i] = STEP * scale * Math.cosh(t);
    }
    return q;
  }

  /** Points x = eᵗ. */
  static Quadrature positive() {
    Quadrature q = new Quadrature();
    for (int i = 0; i < q.x.length; i++) {
      q.x[i] = Math.exp((i - HALF) * STEP);
      q.weight[i] = STEP * q.x[i];
    }
    return q;
  }

  /** The density times the weight at each point. */
  double[] masses(Distribution p) {
    double[] log = p.logProbability(Tensor.of(x)).toDoubleArray();
    double[] m = new double[x.length];
    Arrays.setAll(m, i -> Math.exp(log[i]) * weight[i]);
    return m;
  }

  /** The mean of a function under a density. */
  double mean(Distribution p, DoubleUnaryOperator f) {
    double[] m = masses(p);
    double sum = 0;
    for (int i = 0; i < m.length; i++) {
      sum += m[i] == 0 ? 0 : m[i] * f.applyAsDouble(x[i]);
    }
    return sum;
  }

  /** The mean of log p − log q under p; of −log p if there is no q. */
  double logRatio(Distribution p, Distribution q) {
    double[] m = masses(p);
    double[] a = p.logProbability(Tensor.of(x)).toDoubleArray();
    double[] b = q.logProbability(Tensor.of(x)).toDoubleArray();
    double sum = 0;
    for (int i = 0; i < m.length; i++) {
      sum += m[i] == 0 ? 0 : m[i] * (a[i] - b[i]);
    }
    return sum;
  }

  double entropy(Distribution p) {
    double[] m = masses(p);
    double[] a = p.logProbability(Tensor.of(x)).toDoubleArray();
    double sum = 0;
    for (int i = 0; i < m.length; i++) {
      sum -= m[i] == 0 ? 0 : m[i] * a[i];
    }
    return sum;
  }

  /**
   * The largest distance of the distribution functions of draws and of a density (Kolmogorov and
   * Smirnov), times √n: above 1.95 in one of a thousand samples.
   */
  double distance(Distribution p, double[] draws) {
    double[] sorted = draws.clone();
    Arrays.sort(sorted);
    double[] m = masses(p);
    double below = 0;
    double worst = 0;
    int seen = 0;
    for (int i = 0; i < x.length; i++) {
      below += i == 0 ? 0 : (m[i - 1] + m[i]) / 2;
      while (seen < sorted.length && sorted[seen] <= x[i]) {
        seen++;
      }
      worst = Math.max(worst, Math.abs(below - (double) seen / sorted.length));
    }
    return worst * Math.sqrt(sorted.length);
  }
}
