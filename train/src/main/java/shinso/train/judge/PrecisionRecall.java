package shinso.train.judge;

import java.util.Arrays;
import shinso.core.tensor.Tensor;

/**
 * How good samples are and how much of the data they cover, told apart. A set fills balls around its
 * examples, of which each reaches to the k-th nearest other example.
 *
 * <p>Sources: Kynkäänniemi, Karras, Laine, Lehtinen and Aila, "Improved precision and recall metric
 * for assessing generative models" (2019), equation 2; Naeem, Oh, Uh, Choi and Yoo, "Reliable
 * fidelity and diversity metrics for generative models" (2020), section 3.
 *
 * @param precision the share of samples that lie in a ball of the data
 * @param recall the share of data that lies in a ball of the samples
 * @param density in how many balls of the data a sample lies in the mean, divided by k: about 1 for
 *     samples of the distribution itself, and more for such that crowd where data is dense
 * @param coverage the share of the data's balls with a sample in them: {@link #expectedCoverage}
 *     for samples of the distribution itself
 */
public record PrecisionRecall(double precision, double recall, double density, double coverage) {
  /**
   * Compares samples with data.
   *
   * @param data features of examples, {@code [m, d]}
   * @param samples features of samples, {@code [n, d]}
   * @param k to which neighbour a ball reaches
   * @throws IllegalArgumentException if a set has no k + 1 members, or k is below 1, or features
   *     have different sizes
   */
  public static PrecisionRecall of(Tensor data, Tensor samples, int k) {
    double[] ofData = radii(data, k);
    double[] ofSamples = radii(samples, k);
    double[] between = distances(data, samples); // [m, n]
    int m = ofData.length;
    int n = ofSamples.length;
    boolean[] precise = new boolean[n];
    long recalled = 0;
    long inside = 0;
    long covered = 0;
    for (int i = 0; i < m; i++) {
      boolean recall = false;
      boolean cover = false;
      for (int j = 0; j < n; j++) {
        double d = between[i * n + j];
        if (d <= ofData[i]) {
          precise[j] = true;
          cover = true;
          inside++;
        }
        recall |= d <= ofSamples[j];
      }
      recalled += recall ? 1 : 0;
      covered += cover ? 1 : 0;
    }
    long good = 0;
    for (boolean p : precise) {
      good += p ? 1 : 0;
    }
    return new PrecisionRecall(
        (double) good / n,
        (double) recalled / m,
        (double) inside / k / n,
        (double) covered / m);
  }

  /**
   * Returns the mean coverage by n samples that are distributed as the m examples (Naeem et al.
   * 2020, lemma 2): nearly 1 − 2⁻ᵏ for equally many.
   *
   * <pre>
   * 1 − Πᵢ (m − i) / (m + n − i),   i = 1 .. k
   * </pre>
   *
   * @throws IllegalArgumentException if k is not in 1 to m − 1, or there are no samples
   */
  public static double expectedCoverage(int m, int n, int k) {
    requireNeighbours(k, m);
    if (n < 1) {
      throw new IllegalArgumentException("precision and recall: there are no samples");
    }
    // The k nearest of the m − 1 other examples and n samples are all examples.
    double missed = 1;
    for (int i = 1; i <= k; i++) {
      missed *= (double) (m - i) / (m + n - i);
    }
    return 1 - missed;
  }

  /** Returns the squared distance of each example from its k-th nearest other one. */
  private static double[] radii(Tensor x, int k) {
    int n = x.shape().dim(0);
    requireNeighbours(k, n);
    double[] all = distances(x, x);
    double[] radii = new double[n];
    for (int i = 0; i < n; i++) {
      double[] row = Arrays.copyOfRange(all, i * n, (i + 1) * n);
      row[i] = -1; // itself, before all others
      Arrays.sort(row);
      radii[i] = row[k];
    }
    return radii;
  }

  private static void requireNeighbours(int k, int n) {
    if (k < 1 || n <= k) {
      throw new IllegalArgumentException(
          "precision and recall: among %d there is no neighbour number %d".formatted(n, k));
    }
  }

  private static double[] distances(Tensor x, Tensor y) {
    return Distances.squared(x, y).toDoubleArray();
  }
}
