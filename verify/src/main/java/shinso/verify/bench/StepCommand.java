package shinso.verify.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import shinso.core.backend.NativeMemory;

/** Times our steps. */
@Command(
    name = "step",
    description = {
      "Times our training step of each workload; one JSON object a line.",
      "roofline is the least time that the step can take on this machine, by the operations and the"
          + " bytes that it cannot do without, as a fraction of the time that it takes; above 1"
          + " where data stays in cache. peak_rss_mb counts from the first workload on, where the"
          + " system cannot start anew."
    },
    mixinStandardHelpOptions = true)
final class StepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Measuring measuring;

  @Parameters(
      arity = "1..*",
      paramLabel = "WORKLOAD",
      converter = Measuring.Workloads.class,
      description = "what to train")
  private List<Workload> workloads = List.of();

  @Override
  public Integer call() {
    measuring.apply();
    PrintWriter out = spec.commandLine().getOut();
    Roofline roofline = null;
    for (Workload workload : workloads) {
      Sample sample = measure(workload);
      // After the first step, so that its memory doesn't count as that of the step.
      roofline = roofline == null ? Roofline.measure() : roofline;
      out.println(json(workload, sample, roofline));
    }
    return 0;
  }

  /**
   * What was measured of a step.
   *
   * @param peakBytes the largest resident size, −1 if unknown
   */
  record Sample(Timing timing, long heapBytes, long peakBytes, long nativeBytes) {}

  private Sample measure(Workload workload) {
    ProcessMemory.resetPeak();
    TrainingStep step = TrainingStep.of(workload);
    Runnable run = step::run;
    Timing timing = Timing.of(run, measuring.seconds());
    return new Sample(
        timing, ProcessMemory.heapBytes(run), ProcessMemory.status("VmHWM"), NativeMemory.used());
  }

  private String json(Workload workload, Sample s, Roofline roofline) {
    return json(
        workload.text(),
        Work.of(workload),
        measuring.threads(),
        measuring.precision(),
        s,
        roofline);
  }

  static String json(
      String workload,
      Work work,
      int threads,
      Measuring.Precision precision,
      Sample s,
      Roofline roofline) {
    double median = s.timing.medianMillis();
    return String.format(
        Locale.ROOT,
        "{\"system\": \"shinso\", \"workload\": \"%s\", \"threads\": %d, \"precision\": \"%s\","
            + " \"median_ms\": %.4f, \"steps\": %d, \"gflops\": %.1f, \"roofline\": %.3f,"
            + " \"bound\": \"%s\", \"peak_gflops\": %.0f, \"bandwidth_gbs\": %.1f,"
            + " \"heap_bytes_per_step\": %d, \"peak_rss_mb\": %s, \"native_mb\": %d}",
        workload,
        threads,
        precision,
        median,
        s.timing.steps(),
        work.flops() / median / 1e6,
        roofline.floorMillis(work) / median,
        roofline.bound(work),
        roofline.flops() / 1e9,
        roofline.bandwidth() / 1e9,
        s.heapBytes,
        megabytes(s.peakBytes),
        s.nativeBytes >> 20);
  }

  private static @Nullable Long megabytes(long bytes) {
    return bytes < 0 ? null : (Long) (bytes >> 20);
  }
}
