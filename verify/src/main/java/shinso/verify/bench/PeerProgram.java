package shinso.verify.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** What the programs that time peers on the JVM have in common: arguments, measuring, output. */
final class PeerProgram {
  private PeerProgram() {}

  /** Prepares the step of a workload. */
  @FunctionalInterface
  interface Steps {
    /**
     * Returns a step: forward, backward and update on a batch that stays the same. It gives the
     * loss, so that one sees that something is learned.
     *
     * @throws UnsupportedOperationException if this peer doesn't do such a workload
     */
    DoubleSupplier of(Workload workload, int threads) throws Exception;
  }

  /**
   * Times a step of each workload and prints a JSON object a line, also for one that fails.
   *
   * @param args {@code [--threads N] [--seconds S] WORKLOAD…}
   * @throws IllegalArgumentException if the arguments make no sense
   */
  static void run(String system, String[] args, Steps steps, PrintStream out) {
    int threads = 2;
    double seconds = 3;
    List<String> workloads = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--threads" -> threads = Integer.parseInt(args[++i]);
        case "--seconds" -> seconds = Double.parseDouble(args[++i]);
        default -> workloads.add(args[i]);
      }
    }
    for (String workload : workloads) {
      try {
        DoubleSupplier step = steps.of(Workload.parse(workload), threads);
        double first = step.getAsDouble();
        double[] last = {first};
        Timing timing = Timing.of(() -> last[0] = step.getAsDouble(), seconds);
        out.printf(
            Locale.ROOT,
            "{\"system\": \"%s\", \"workload\": \"%s\", \"threads\": %d, \"median_ms\": %.4f,"
                + " \"steps\": %d, \"first_loss\": %.4f, \"last_loss\": %.4f}%n",
            system,
            workload,
            threads,
            timing.medianMillis(),
            timing.steps(),
            first,
            last[0]);
      } catch (Exception | LinkageError e) {
        String message = String.valueOf(e).replaceAll("[\\\\\"\\p{Cntrl}]", "'");
        out.printf(
            "{\"system\": \"%s\", \"workload\": \"%s\", \"error\": \"%s\"}%n",
            system, workload, message);
      }
    }
  }
}
