package shinso.verify.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import shinso.core.backend.NativeMemory;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** The benchmark command. */
@Command(name = "bench", description = "Times training steps.", mixinStandardHelpOptions = true)
public final class Bench {
  private Bench() {}

  /** Runs the command; the arguments are those of {@code bench --help}. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Bench());
    line.addSubcommand(new StepCommand())
        .addSubcommand(new CompareCommand())
        .addSubcommand(new SoakCommand());
    line.setExecutionExceptionHandler((error, command, result) -> {
      command.getErr().println("shinso bench: " + error.getMessage());
      return 1;
    });
    System.exit(line.execute(args));
  }

  /** What a measurement gave. */
  private record Timing(double medianMillis, int steps) {}

  /** Warms up for a third of the time, then takes the median of single steps, as the peers do. */
  private static Timing time(TrainingStep step, double seconds) {
    long start = System.nanoTime();
    for (int n = 0; n < 3 || (elapsed(start) < seconds / 3 && n < 2000); n++) {
      step.run();
    }
    List<Double> times = new ArrayList<>();
    start = System.nanoTime();
    while (times.size() < 5 || (elapsed(start) < seconds && times.size() < 20_000)) {
      long t = System.nanoTime();
      step.run();
      times.add((System.nanoTime() - t) / 1e6);
    }
    times.sort(null);
    return new Timing(times.get(times.size() / 2), times.size());
  }

  private static double elapsed(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static void useThreads(int threads) {
    System.setProperty("shinso.threads", Integer.toString(threads));
  }

  @Command(
      name = "step",
      description = "Times our training step of each workload; one JSON object a line.",
      mixinStandardHelpOptions = true)
  private static final class StepCommand implements Callable<Integer> {
    @Option(names = "--threads", defaultValue = "2", description = "worker threads (default 2)")
    int threads;

    @Option(names = "--seconds", defaultValue = "3", description = "time for each (default 3)")
    double seconds;

    @Parameters(arity = "1..*", paramLabel = "WORKLOAD")
    List<String> workloads = List.of();

    @Override
    public Integer call() {
      useThreads(threads);
      for (String text : workloads) {
        TrainingStep step = TrainingStep.of(Workload.parse(text));
        step.run();
        Timing t = time(step, seconds);
        System.out.printf(
            Locale.ROOT,
            "{\"system\": \"shinso\", \"workload\": \"%s\", \"threads\": %d, \"median_ms\": %.4f, \"steps\": %d, "
                + "\"native_mb\": %d}%n",
            text,
            threads,
            t.medianMillis,
            t.steps,
            NativeMemory.used() >> 20);
      }
      return 0;
    }
  }

  @Command(
      name = "soak",
      description =
          "Trains for many steps and evaluates many small expressions, and prints the memory in use.",
      mixinStandardHelpOptions = true)
  private static final class SoakCommand implements Callable<Integer> {
    @Option(
        names = "--steps",
        defaultValue = "20000",
        description = "training steps (default 20000)")
    int steps;

    @Option(
        names = "--evaluations",
        defaultValue = "100000",
        description = "expressions (default 100000)")
    int evaluations;

    @Override
    public Integer call() throws IOException {
      TrainingStep step = TrainingStep.of(Workload.parse("mlp:batch=32,sizes=784-100-10,opt=adam"));
      for (int i = 0; i <= steps; i++) {
        step.run();
        if (i % (steps / 10) == 0) {
          report("steps", i);
        }
      }
      Rng rng = Rng.of(1);
      double sum = 0;
      for (int i = 0; i <= evaluations; i++) {
        Tensor x = Tensor.normal(rng.split(i), 3 + i % 50, 7);
        sum += x.square().sub(Tensor.scalar(i)).logSumExp(-1).mean().item();
        if (i % (evaluations / 10) == 0) {
          report("evaluations", i);
        }
      }
      System.out.println("done, " + sum);
      return 0;
    }

    private static void report(String what, int count) throws IOException {
      String resident =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(l -> l.startsWith("VmRSS"))
              .findFirst()
              .orElse("VmRSS: unknown");
      System.out.printf(
          Locale.ROOT,
          "%8d %s: %s, outside of the heap %d bytes in %d allocations%n",
          count,
          what,
          resident.replaceAll("\\s+", " "),
          NativeMemory.used(),
          NativeMemory.allocations());
    }
  }

  @Command(
      name = "compare",
      description = "Times our step and a peer's in turn and prints the ratios peer / ours.",
      mixinStandardHelpOptions = true)
  private static final class CompareCommand implements Callable<Integer> {
    private static final Pattern MEDIAN = Pattern.compile("\"median_ms\": *([0-9.eE+-]+)");
    private static final Pattern SYSTEM = Pattern.compile("\"system\": *\"([^\"]*)\"");

    @Option(names = "--threads", defaultValue = "2", description = "threads of both (default 2)")
    int threads;

    @Option(names = "--seconds", defaultValue = "3", description = "time for each turn (default 3)")
    double seconds;

    @Option(names = "--rounds", defaultValue = "3", description = "turns of each (default 3)")
    int rounds;

    @Option(
        names = "--peer",
        required = true,
        description = "command of the peer; it gets --threads N --seconds S WORKLOAD")
    String peer = "";

    @Parameters(arity = "1..*", paramLabel = "WORKLOAD")
    List<String> workloads = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
      useThreads(threads);
      for (String text : workloads) {
        TrainingStep step = TrainingStep.of(Workload.parse(text));
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        String best = "";
        for (int i = 0; i < rounds; i++) {
          ours.add(time(step, seconds).medianMillis);
          Result r = askPeer(text);
          best = r.system;
          theirs.add(r.millis);
          ratios.add(r.millis / ours.getLast());
        }
        System.out.printf(
            Locale.ROOT,
            "%s, %d threads: ours %.3f ms, %s %.3f ms, ratio %.2f (%.2f to %.2f)%n",
            text,
            threads,
            median(ours),
            best,
            median(theirs),
            median(ratios),
            ratios.stream().min(Double::compare).orElseThrow(),
            ratios.stream().max(Double::compare).orElseThrow());
      }
      return 0;
    }

    private record Result(String system, double millis) {}

    /** The fastest of the variants that the peer reports. */
    private Result askPeer(String text) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>(Arrays.asList(peer.split(" +")));
      command.addAll(
          List.of(
              "--threads", Integer.toString(threads), "--seconds", Double.toString(seconds), text));
      Process p =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      Result best = null;
      try (BufferedReader out =
          new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          Matcher ms = MEDIAN.matcher(line);
          Matcher name = SYSTEM.matcher(line);
          if (ms.find() && name.find()) {
            double millis = Double.parseDouble(ms.group(1));
            if (best == null || millis < best.millis) {
              best = new Result(name.group(1), millis);
            }
          }
        }
      }
      int code = p.waitFor();
      if (best == null) {
        throw new IOException(
            "the peer '" + peer + "' gave no timing for " + text + " (exit code " + code + ")");
      }
      return best;
    }

    private static double median(List<Double> values) {
      return values.stream().sorted().toList().get(values.size() / 2);
    }
  }
}
