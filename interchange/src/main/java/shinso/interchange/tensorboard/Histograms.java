package shinso.interchange.tensorboard;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import shinso.interchange.proto.Message;

/** Histograms as TensorBoard has them: thirty parts of equal width from smallest to largest. */
final class Histograms {
  private static final int PARTS = 30;

  private Histograms() {}

  /** Returns the message {@code HistogramProto} of the finite values, null if there are none. */
  static @Nullable Message of(double[] all) {
    double[] values = Arrays.stream(all).filter(Double::isFinite).toArray();
    if (values.length == 0) {
      return null;
    }
    double min = Arrays.stream(values).min().orElseThrow();
    double max = Arrays.stream(values).max().orElseThrow();
    int parts = PARTS;
    if (min == max) {
      // A part without width wouldn't be seen.
      min -= 0.5;
      max += 0.5;
      parts = 1;
    }
    double width = max / parts - min / parts;
    double[] limits = new double[parts];
    double[] counts = new double[parts];
    for (int i = 0; i < parts; i++) {
      limits[i] = i == parts - 1 ? max : min + width * (i + 1);
    }
    double sum = 0;
    double squares = 0;
    for (double x : values) {
      // A part has its right limit, not its left one.
      int found = Arrays.binarySearch(limits, x);
      counts[found >= 0 ? found : Math.min(parts - 1, -found - 1)]++;
      sum += x;
      squares += x * x;
    }
    return new Message()
        .number(1, min)
        .number(2, max)
        .number(3, (double) values.length)
        .number(4, sum)
        .number(5, squares)
        .numbers(6, limits)
        .numbers(7, counts);
  }
}
