package shinso.dashboard.run;

import org.jspecify.annotations.Nullable;

/**
 * A number on its way, with at most so many points as a screen can show: each stands for some rows
 * and has their mean, and their least and greatest value where they are more than one.
 *
 * @param name the column, such as {@code train.loss}
 * @param step the last step of each point
 * @param seconds the time that had been spent then; null where the table doesn't say
 * @param epoch the passes over the data by then; null where the table doesn't say
 * @param mean the means; NaN and infinities are null, since JSON has none of them
 * @param least the least values; null if each point is one row
 * @param greatest the greatest values; null if each point is one row
 */
record Curve(
    String name,
    long[] step,
    @Nullable Double @Nullable [] seconds,
    @Nullable Double @Nullable [] epoch,
    @Nullable Double[] mean,
    @Nullable Double @Nullable [] least,
    @Nullable Double @Nullable [] greatest) {
  /** Returns a column of a table, null if it has no numbers. */
  static @Nullable Curve of(MetricsLog log, int column, int most) {
    MetricsLog.Numbers values = log.column(column);
    int count = 0;
    for (int row = 0; row < log.rows(); row++) {
      // An infinite or undefined number that was measured shows as a gap where others are.
      count += Double.isNaN(values.get(row)) ? 0 : 1;
    }
    if (count == 0) {
      return null;
    }
    // A power of two, so that points stay what they are while rows are added.
    int size = 1;
    while (Math.ceilDiv(count, size) > most) {
      size *= 2;
    }
    return new Buckets(log, values, count, size).curve(log.names().get(column));
  }

  /** Puts rows together. */
  private static final class Buckets {
    private final MetricsLog log;
    private final MetricsLog.Numbers values;
    private final int size;
    private final long[] step;
    private final @Nullable Double[] mean;
    private final @Nullable Double[] least;
    private final @Nullable Double[] greatest;
    private final int[] last;

    Buckets(MetricsLog log, MetricsLog.Numbers values, int count, int size) {
      this.log = log;
      this.values = values;
      this.size = size;
      int points = Math.ceilDiv(count, size);
      step = new long[points];
      mean = new @Nullable Double[points];
      least = new @Nullable Double[points];
      greatest = new @Nullable Double[points];
      last = new int[points];
    }

    Curve curve(String name) {
      MetricsLog.Numbers steps = log.column(0);
      int point = 0;
      int inside = 0;
      double sum = 0;
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int row = 0; row < log.rows(); row++) {
        double value = values.get(row);
        if (Double.isNaN(value)) {
          continue;
        }
        sum += value;
        low = Math.min(low, value);
        high = Math.max(high, value);
        step[point] = (long) steps.get(row);
        last[point] = row;
        inside++;
        mean[point] = finite(sum / inside);
        least[point] = finite(low);
        greatest[point] = finite(high);
        if (inside == size) {
          point++;
          inside = 0;
          sum = 0;
          low = Double.POSITIVE_INFINITY;
          high = Double.NEGATIVE_INFINITY;
        }
      }
      boolean single = size == 1;
      return new Curve(
          name,
          step,
          axis("seconds"),
          axis("epoch"),
          mean,
          single ? null : least,
          single ? null : greatest);
    }

    private @Nullable Double @Nullable [] axis(String name) {
      MetricsLog.Numbers numbers = log.column(name);
      if (numbers == null) {
        return null;
      }
      @Nullable Double[] axis = new @Nullable Double[last.length];
      for (int i = 0; i < axis.length; i++) {
        axis[i] = finite(numbers.get(last[i]));
      }
      return axis;
    }

    private static @Nullable Double finite(double x) {
      return Double.isFinite(x) ? (Double) x : null;
    }
  }
}
