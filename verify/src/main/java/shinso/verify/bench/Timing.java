package shinso.verify.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What a measurement gave.
 *
 * @param medianMillis the median of single steps
 * @param steps how many were timed
 */
record Timing(double medianMillis, int steps) {
  /** Warms up for a third of the time, then times single steps, as the peers do. */
  static Timing of(Runnable step, double seconds) {
    long start = System.nanoTime();
    for (int n = 0; n < 3 || (since(start) < seconds / 3 && n < 2000); n++) {
      step.run();
    }
    List<Double> times = new ArrayList<>();
    start = System.nanoTime();
    while (times.size() < 5 || (since(start) < seconds && times.size() < 20_000)) {
      long t = System.nanoTime();
      step.run();
      times.add((System.nanoTime() - t) / 1e6);
    }
    return new Timing(median(times), times.size());
  }

  /** Returns the least seconds that a run took, of five runs at least. */
  static double best(Runnable work, double seconds) {
    double best = Double.POSITIVE_INFINITY;
    long start = System.nanoTime();
    for (int n = 0; n < 5 || since(start) < seconds; n++) {
      long t = System.nanoTime();
      work.run();
      best = Math.min(best, since(t));
    }
    return best;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /**
   * Returns the middle value, or the mean of the two middle ones.
   *
   * @throws IllegalArgumentException if there are no values
   */
  static double median(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("the median of no values");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
