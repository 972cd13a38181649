package shinso.zoo.harness;

import java.util.Arrays;
import shinso.train.data.Dataset;

/**
 * The guess that looks at no input: what a classifier has to be better than.
 *
 * @param shares how often each class occurs in the training part
 */
@SuppressWarnings("ArrayRecordComponent") // lives only while something is measured
public record Frequencies(double[] shares) {
  /**
   * Returns the frequencies of the classes of a training part.
   *
   * @throws shinso.train.data.DataException if there are no class labels
   */
  public static Frequencies of(Dataset train) {
    double all = train.size();
    return new Frequencies(Arrays.stream(train.labelCounts()).mapToDouble(n -> n / all).toArray());
  }

  /** Returns the share of examples that are of the most frequent class, the first of equals. */
  public double accuracy(Dataset data) {
    int best = 0;
    for (int c = 1; c < shares.length; c++) {
      best = shares[c] > shares[best] ? c : best;
    }
    return (double) data.labelCounts()[best] / data.size();
  }

  /** Returns the mean of −log p of the true class, p being its frequency, in nats. */
  public double logLoss(Dataset data) {
    return Arrays.stream(data.labels()).mapToDouble(c -> -Math.log(shares[c])).average().orElse(0);
  }
}
