package shinso.nn.loss;

import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;

/**
 * Whether a classifier is right as often as it says. Examples are put into bins by the probability
 * of the predicted class.
 *
 * <p>Source: Guo et al., "On calibration of modern neural networks" (2017), equations 2 and 3.
 *
 * @param bins their number; bin i takes confidences of i / bins up to (i + 1) / bins
 * @param sums for each bin the number of examples, the sum of confidences and the number of right
 *     answers
 */
public record CalibrationReport(int bins, double[] sums) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if there are not three numbers a bin
   */
  public CalibrationReport {
    if (bins < 1 || sums.length != 3 * bins) {
      throw new IllegalArgumentException(
          "calibration: three numbers for each of %d bins, not %d".formatted(bins, sums.length));
    }
  }

  /**
   * Returns what a report is made of, as an F32 tensor {@code [bins, 3]}; those of several batches
   * are added up.
   *
   * @param logits {@code [*, classes]}
   * @param target I32 classes {@code [*]}, or probabilities {@code [*, classes]} whose largest is
   *     the class
   */
  public static Tensor sums(Tensor logits, Tensor target, int bins) {
    Tensor classes = Metrics.classes("calibration", logits, target);
    Tensor right = logits.argmax(-1).equal(classes).cast(DType.F32).reshape(-1); // [b]
    Tensor confidence = logits.softmax(-1).max(-1).cast(DType.F32).reshape(-1); // [b]
    Tensor bin = confidence.mul(bins).floor().clip(0, bins - 1).cast(DType.I32);
    Tensor parts = Tensor.stack(1, List.of(right.fullLike(1), confidence, right));
    return bin.oneHot(bins).transpose().matmul(parts);
  }

  /** Returns the report of sums {@code [bins, 3]}. */
  public static CalibrationReport of(Tensor sums) {
    return new CalibrationReport(sums.shape().dim(0), sums.toDoubleArray());
  }

  /** Returns the number of examples in a bin. */
  public double count(int bin) {
    return sums[3 * bin];
  }

  /** Returns the mean confidence in a bin, NaN if it is empty. */
  public double confidence(int bin) {
    return sums[3 * bin + 1] / sums[3 * bin];
  }

  /** Returns the share of right answers in a bin, NaN if it is empty. */
  public double accuracy(int bin) {
    return sums[3 * bin + 2] / sums[3 * bin];
  }

  /** Returns the mean over examples of the distance of confidence and accuracy in their bin. */
  public double expectedError() {
    double n = IntStream.range(0, bins).mapToDouble(this::count).sum();
    return IntStream.range(0, bins)
            .filter(i -> count(i) > 0)
            .mapToDouble(i -> Math.abs(sums[3 * i + 1] - sums[3 * i + 2]))
            .sum()
        / n;
  }
}
