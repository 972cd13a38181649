package shinso.zoo.recurrent;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;

/**
 * A series of numbers, one a year, of which each is to be predicted from those before it.
 *
 * @param first the first year
 * @param values the numbers
 * @param test how many of them come before the part that is for test
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares it
record Series(int first, double[] values, int test) {
  private static final int YEARS = 600;
  private static final int KNOWN = 400;

  /** Returns the series of a table of years and numbers. */
  static Series of(Split table) {
    Dataset all = Dataset.concat(List.of(table.train(), table.test()));
    List<Tensor> columns = all.whole();
    int first = (int) columns.getFirst().toDoubleArray()[0];
    return new Series(first, columns.getLast().toDoubleArray(), table.train().size());
  }

  /**
   * Returns a table of sizes of a damped oscillation that noise keeps going, y_t = 2 r cos(2π / 22)
   * y_{t−1} − r² y_{t−2} + ε with r = 0.98. Of a size |y| it can't be seen which sign y had, and a
   * linear predictor doesn't know that sizes are not negative.
   */
  static Split oscillation() {
    RandomGenerator random = Rng.of(1).split("oscillation").generator();
    float[] years = new float[YEARS];
    float[] sizes = new float[YEARS];
    double r = 0.98;
    double before = 0;
    double y = 10;
    for (int t = 0; t < YEARS; t++) {
      years[t] = t;
      sizes[t] = (float) Math.abs(y);
      double next = 2 * r * Math.cos(2 * Math.PI / 22) * y - r * r * before + normal(random);
      before = y;
      y = next;
    }
    Dataset all =
        InMemoryDataset.of(
            "oscillation",
            List.of(
                Column.floats("year", Shape.of(1), years),
                Column.floats("size", Shape.of(1), sizes)));
    return Split.of(all.limit(KNOWN), all.subset(IntStream.range(KNOWN, YEARS).toArray()));
  }

  /** Returns the sum of twelve uniform numbers less six, of mean 0 and variance 1. */
  private static double normal(RandomGenerator random) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += (random.nextLong() >>> 11) * 0x1p-53;
    }
    return sum;
  }

  double variance() {
    double mean = Arrays.stream(values).average().orElseThrow();
    return Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  /** Returns this with numbers divided by the largest one that is not for test. */
  Series scaled() {
    double largest = Arrays.stream(values).limit(test).max().orElseThrow();
    return new Series(first, Arrays.stream(values).map(x -> x / largest).toArray(), test);
  }

  /**
   * Returns the numbers from one position to another, each with those before it: {@code window}
   * {@code [steps, 1]} and {@code next} {@code [1]}.
   */
  Dataset windows(int from, int to, int steps) {
    int begin = Math.max(from, steps);
    int count = Math.max(0, to - begin);
    float[] windows = new float[count * steps];
    float[] next = new float[count];
    for (int i = 0; i < count; i++) {
      next[i] = (float) values[begin + i];
      for (int t = 0; t < steps; t++) {
        windows[i * steps + t] = (float) values[begin + i - steps + t];
      }
    }
    return InMemoryDataset.of(
        "years %d to %d".formatted(first + begin, first + to - 1),
        List.of(
            Column.floats("window", Shape.of(steps, 1), windows),
            Column.floats("next", Shape.of(1), next)));
  }
}
