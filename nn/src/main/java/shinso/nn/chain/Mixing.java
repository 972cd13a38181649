package shinso.nn.chain;

import java.util.Arrays;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * How well chains mix, judged by one number of their states, such as the free energy or the value
 * of a unit.
 *
 * <pre>
 * R̂ = √(((n − 1) W / n + B / n) / W)
 * τ = 1 + 2 Σₜ ρₜ,   effective sample size = m n / τ
 * </pre>
 *
 * <p>for m chains of n draws, each cut in two halves, so that one that drifts isn't at rest with
 * itself: W is the mean of the chains' variances, B / n the variance of their means, and ρₜ the
 * autocorrelation at lag t of all chains together, 1 − (W − mean autocovariance) / (W (n − 1) / n +
 * B / n). The sum ends where a pair ρ₂ₜ + ρ₂ₜ₊₁ is negative, and pairs never rise (Geyer 1992).
 *
 * {@snippet :
 * Tensor draws = chains.draws(500, 10, rng); // [draws, chains, units]
 * Mixing m = Mixing.of(draws.at(2, 0));
 * }
 *
 * <p>Source: Gelman, Carlin, Stern, Dunson, Vehtari and Rubin, "Bayesian data analysis" (2013),
 * sections 11.4 and 11.5.
 *
 * @param mean over all draws of all chains
 * @param deviation the standard deviation of the distribution, √(W (n − 1) / n + B / n)
 * @param rHat R̂: near 1 if chains can't be told apart; above 1.1 they have not mixed
 * @param autocorrelationTime τ: so many draws of a chain are worth an independent one
 * @param effectiveSampleSize how many independent draws tell as much about the mean
 * @param autocorrelation ρₜ for lags from 0, as far as half a chain goes
 */
public record Mixing(
    double mean,
    double deviation,
    double rHat,
    double autocorrelationTime,
    double effectiveSampleSize,
    double[] autocorrelation) {
  /** Fewer draws of a chain don't make two halves with a variance. */
  private static final int LEAST = 4;

  /**
   * Returns the numbers for chains.
   *
   * @param draws {@code [draws, chains]}, at least four draws
   * @throws IllegalArgumentException if the shape is another one or a value is not finite
   */
  public static Mixing of(Tensor draws) {
    Shape shape = draws.shape();
    if (shape.rank() != 2 || shape.dim(0) < LEAST || shape.dim(1) < 1) {
      throw new IllegalArgumentException(
          "mixing: numbers [draws, chains] of at least %d draws, not %s".formatted(LEAST, shape));
    }
    int chains = shape.dim(1);
    int n = shape.dim(0) / 2;
    double[] all = draws.toDoubleArray();
    double[][] halves = new double[2 * chains][n];
    for (int c = 0; c < chains; c++) {
      for (int t = 0; t < n; t++) {
        halves[2 * c][t] = all[t * chains + c];
        // The draw in the middle of an odd number is left out.
        halves[2 * c + 1][t] = all[(shape.dim(0) - n + t) * chains + c];
      }
    }
    for (int i = 0; i < all.length; i++) {
      if (!Double.isFinite(all[i])) {
        throw new IllegalArgumentException(
            "mixing: draw %d of chain %d is %s".formatted(i / chains, i % chains, all[i]));
      }
    }
    return of(halves, Arrays.stream(all).average().orElseThrow());
  }

  private static Mixing of(double[][] chains, double mean) {
    int m = chains.length;
    int n = chains[0].length;
    double[] means = Arrays.stream(chains).mapToDouble(c -> sum(c) / n).toArray();
    double[][] rest = new double[m][n];
    for (int c = 0; c < m; c++) {
      for (int t = 0; t < n; t++) {
        rest[c][t] = chains[c][t] - means[c];
      }
    }
    double within = covariance(rest, 0) * n / (n - 1); // W
    double middle = sum(means) / m;
    double between =
        Arrays.stream(means).map(x -> (x - middle) * (x - middle)).sum() / (m - 1); // B / n
    double pooled = within * (n - 1) / n + between;
    if (pooled == 0) { // all draws are alike: nothing to tell apart, and all is known
      double[] none = new double[n];
      none[0] = 1;
      return new Mixing(mean, 0, 1, 1, m * n, none);
    }
    double[] rho = new double[n];
    rho[0] = 1;
    for (int t = 1; t < n; t++) {
      rho[t] = 1 - (within - covariance(rest, t)) / pooled;
    }
    double rHat = within == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(pooled / within);
    double time = time(rho, m * n);
    return new Mixing(mean, Math.sqrt(pooled), rHat, time, m * n / time, rho);
  }

  /** τ by Geyer's initial monotone sequence of pairs. */
  private static double time(double[] rho, int draws) {
    double sum = 0;
    double last = Double.POSITIVE_INFINITY;
    for (int t = 0; t + 1 < rho.length; t += 2) {
      double pair = Math.min(last, rho[t] + rho[t + 1]);
      if (pair < 0) {
        break;
      }
      sum += pair;
      last = pair;
    }
    // Chains that alternate may know more than independent draws, but not without limit.
    return Math.max(2 * sum - 1, 1 / Math.log10(Math.max(10, draws)));
  }

  /** The mean over chains of the autocovariance at a lag, divided by n. */
  private static double covariance(double[][] rest, int lag) {
    double sum = 0;
    for (double[] x : rest) {
      for (int t = lag; t < x.length; t++) {
        sum += x[t] * x[t - lag];
      }
    }
    return sum / rest.length / rest[0].length;
  }

  private static double sum(double[] x) {
    return Arrays.stream(x).sum();
  }

  /** Returns the standard error of the mean, deviation / √(effective sample size). */
  public double standardError() {
    return deviation / Math.sqrt(effectiveSampleSize);
  }

  /** Returns whether R̂ is below 1.1 and the draws are worth a hundred independent ones or more. */
  public boolean isMixed() {
    return rHat < 1.1 && effectiveSampleSize >= 100;
  }
}
