package shinso.core.backend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a step goes: a row for each kind of kernel, the longest first. {@link
 * #toString} is a table.
 *
 * <pre>{@code
 * System.out.println(StepProfile.of(() -> trainer.run()));
 * }</pre>
 */
public record StepProfile(List<Row> rows) {
  /**
   * All kernels of one name in a step.
   *
   * @param kernel what they compute, such as {@code matmul 128x784x512}
   * @param count how many there are in a step
   * @param millis how long they take together
   * @param flops the multiplications and additions of products and convolutions, 0 for others
   * @param bytes what they read and write, each value once
   */
  public record Row(String kernel, int count, double millis, double flops, double bytes) {}

  /** Keeps a copy in the order of time; rows of the same name are added up. */
  public StepProfile {
    Map<String, Row> sums = new LinkedHashMap<>();
    for (Row r : rows) {
      sums.merge(
          r.kernel(),
          r,
          (a, b) ->
              new Row(
                  a.kernel(),
                  a.count() + b.count(),
                  a.millis() + b.millis(),
                  a.flops() + b.flops(),
                  a.bytes() + b.bytes()));
    }
    List<Row> sorted = new ArrayList<>(sums.values());
    sorted.sort(Comparator.comparingDouble(Row::millis).reversed());
    rows = Collections.unmodifiableList(sorted);
  }

  /**
   * Does some work, such as a hundred steps of training, and returns the median time of each kernel
   * of the programs that ran most in it, on whatever thread. There are no rows if the backend
   * doesn't know, as the reference interpreter.
   *
   * @throws IllegalStateException if a profile is being made already
   */
  public static StepProfile of(Runnable work) {
    return new StepProfile(Backends.preferred().profile(work));
  }

  /** Returns the time of all kernels of a step, in milliseconds. */
  public double millis() {
    return rows.stream().mapToDouble(Row::millis).sum();
  }

  @Override
  public String toString() {
    int width = rows.stream().mapToInt(r -> r.kernel().length()).max().orElse(0);
    String name = "%-" + Math.max(width, "all kernels".length()) + "s";
    StringBuilder s = new StringBuilder();
    s.append(
        String.format(
            Locale.ROOT,
            name + "  %5s  %9s  %6s  %7s  %6s%n",
            "kernel",
            "count",
            "ms",
            "share",
            "GFLOP/s",
            "GB/s"));
    for (Row r : rows) {
      s.append(
          String.format(
              Locale.ROOT,
              name + "  %5d  %9.4f  %5.1f%%  %7s  %6s%n",
              r.kernel(),
              r.count(),
              r.millis(),
              100 * r.millis() / millis(),
              r.flops() == 0 ? "" : rate(r.flops(), r.millis()),
              rate(r.bytes(), r.millis())));
    }
    int count = rows.stream().mapToInt(Row::count).sum();
    return s.append(
            String.format(
                Locale.ROOT,
                name + "  %5d  %9.4f  %5.1f%%",
                "all kernels",
                count,
                millis(),
                rows.isEmpty() ? 0.0 : 100.0))
        .toString();
  }

  private static String rate(double amount, double millis) {
    return String.format(Locale.ROOT, "%.1f", amount / millis / 1e6);
  }
}
