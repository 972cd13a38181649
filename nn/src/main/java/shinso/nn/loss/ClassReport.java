package shinso.nn.loss;

import java.util.Arrays;
import java.util.stream.IntStream;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/**
 * What a {@linkplain Metrics#confusion confusion matrix} says of each class. Matrices of several
 * batches are added up first.
 *
 * @param classes their number
 * @param confusion how often each class (rows) was taken for each class (columns), row by row
 */
public record ClassReport(int classes, double[] confusion) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if the numbers are no square matrix
   */
  public ClassReport {
    if (confusion.length != classes * classes) {
      throw new IllegalArgumentException(
          "class report: %d numbers for %d classes".formatted(confusion.length, classes));
    }
  }

  /** Returns the report of a confusion matrix {@code [classes, classes]}. */
  public static ClassReport of(Tensor confusion) {
    Shape s = confusion.shape();
    return new ClassReport(s.rank() == 0 ? 0 : s.dim(0), confusion.toDoubleArray());
  }

  private double at(int truth, int guess) {
    return confusion[truth * classes + guess];
  }

  /** Returns how many examples are of a class. */
  public double support(int c) {
    return IntStream.range(0, classes).mapToDouble(j -> at(c, j)).sum();
  }

  /** Returns how many examples were taken for a class. */
  public double predicted(int c) {
    return IntStream.range(0, classes).mapToDouble(i -> at(i, c)).sum();
  }

  /** Returns the share of those taken for a class that are of it; NaN if there are none. */
  public double precision(int c) {
    return at(c, c) / predicted(c);
  }

  /** Returns the share of those of a class that were taken for it; NaN if there are none. */
  public double recall(int c) {
    return at(c, c) / support(c);
  }

  /**
   * Returns the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); NaN if the class
   * neither occurs nor was predicted.
   */
  public double f1(int c) {
    return 2 * at(c, c) / (support(c) + predicted(c));
  }

  /** Returns the mean precision of the classes that were predicted. */
  public double macroPrecision() {
    return IntStream.range(0, classes)
        .mapToDouble(this::precision)
        .filter(p -> !Double.isNaN(p))
        .average()
        .orElse(Double.NaN);
  }

  /** Returns the mean of F1 over the classes that occur or were predicted. */
  public double macroF1() {
    return IntStream.range(0, classes)
        .mapToDouble(this::f1)
        .filter(f -> !Double.isNaN(f))
        .average()
        .orElse(Double.NaN);
  }

  /** Returns the share of examples that were taken for their class. */
  public double accuracy() {
    double right = IntStream.range(0, classes).mapToDouble(c -> at(c, c)).sum();
    return right / Arrays.stream(confusion).sum();
  }

  /** Returns the mean recall of the classes that occur, which guessing can't raise. */
  public double balancedAccuracy() {
    return IntStream.range(0, classes)
        .mapToDouble(this::recall)
        .filter(r -> !Double.isNaN(r))
        .average()
        .orElse(Double.NaN);
  }
}
