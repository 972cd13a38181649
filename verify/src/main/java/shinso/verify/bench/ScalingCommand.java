package shinso.verify.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Shows how the cost of a step grows. */
@Command(
    name = "scaling",
    description = {
      "Times steps over batch, width, depth, sequence length and threads; a Markdown table each.",
      "The last column is the time that the row takes for each of what grows, as a multiple of the"
          + " least in the table: near 1 where cost is in proportion."
    },
    mixinStandardHelpOptions = true)
final class ScalingCommand implements Callable<Integer> {
  /** What is varied. */
  enum Sweep {
    /** Examples of a step, for a dense and for a convolutional network. */
    BATCH,
    /** Units of each of three layers. */
    WIDTH,
    /** Hidden layers. */
    DEPTH,
    /** Length of sequences. */
    STEPS,
    /** Workers. */
    THREADS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A workload in a sweep.
   *
   * @param value what stands in the first column
   * @param growth what the work should grow with
   */
  record Point(String value, Workload workload, double growth) {}

  @Spec private CommandSpec spec;
  @Mixin private Measuring measuring;

  @Option(
      names = "--sweep",
      split = ",",
      defaultValue = "batch,width,depth,steps,threads",
      description = "which of ${COMPLETION-CANDIDATES} (default all)")
  private List<Sweep> sweeps = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    measuring.apply();
    Roofline roofline = Roofline.measure();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%d threads, %s: %.0f GFLOP/s, %.1f GB/s%n",
        measuring.threads(),
        measuring.precision(),
        roofline.flops() / 1e9,
        roofline.bandwidth() / 1e9);
    for (Sweep sweep : sweeps) {
      if (sweep == Sweep.THREADS) {
        out.printf("%n%s%n", threads());
      } else {
        for (String pattern : patterns(sweep)) {
          List<Point> points = points(sweep, pattern);
          List<Double> millis = new ArrayList<>();
          for (Point p : points) {
            millis.add(time(p.workload));
          }
          out.printf("%n`%s`%n%n%s%n", pattern, table(sweep, points, millis, roofline));
        }
      }
    }
    return 0;
  }

  /** The time of a step; NaN where there is no memory for it, which the other rows outlive. */
  private double time(Workload workload) {
    try {
      TrainingStep step = TrainingStep.of(workload);
      return Timing.of(step::run, measuring.seconds()).medianMillis();
    } catch (OutOfMemoryError | ArithmeticException e) {
      spec.commandLine().getErr().println(workload.text() + ": " + e.getMessage());
      return Double.NaN;
    }
  }

  /** The workloads that a sweep varies at the place of the star. */
  static List<String> patterns(Sweep sweep) {
    return switch (sweep) {
      case BATCH ->
          List.of(
              "mlp:batch=*,sizes=784-512-512-10",
              "cnn:batch=*,input=28x28x1,layers=c32k3-c64k3-p2-d128-d10");
      case WIDTH -> List.of("mlp:batch=128,sizes=*-*-*-10");
      case DEPTH -> List.of("mlp:batch=128,sizes=256*-10");
      case STEPS -> List.of("rnn:cell=lstm,batch=128,steps=*,features=28,hidden=128,classes=10");
      case THREADS -> List.of();
    };
  }

  static List<Point> points(Sweep sweep, String pattern) {
    int[] values =
        switch (sweep) {
          case BATCH -> new int[] {1, 4, 16, 64, 256, 1024};
          case WIDTH -> new int[] {64, 128, 256, 512, 1024, 2048};
          case DEPTH -> new int[] {1, 2, 4, 8, 16, 32};
          case STEPS -> new int[] {7, 14, 28, 56, 112, 224};
          case THREADS -> new int[0];
        };
    List<Point> points = new ArrayList<>();
    for (int n : values) {
      String star = sweep == Sweep.DEPTH ? "-256".repeat(n) : Integer.toString(n);
      // What a layer costs grows with the square of its width.
      double growth = sweep == Sweep.WIDTH ? (double) n * n : n;
      points.add(
          new Point(Integer.toString(n), Workload.parse(pattern.replace("*", star)), growth));
    }
    return points;
  }

  static Table table(Sweep sweep, List<Point> points, List<Double> millis, Roofline roofline) {
    List<Double> costs = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      costs.add(millis.get(i) / points.get(i).growth);
    }
    double least = costs.stream().filter(c -> !c.isNaN()).min(Double::compare).orElse(Double.NaN);
    Table table =
        new Table(sweep.toString(), "ms", "GFLOP/s", "roofline", "bound", "relative cost");
    for (int i = 0; i < points.size(); i++) {
      Work work = Work.of(points.get(i).workload);
      double ms = millis.get(i);
      table.row(
          points.get(i).value,
          Table.number(ms),
          Table.number(work.flops() / ms / 1e6),
          twoDigits(roofline.floorMillis(work) / ms),
          roofline.bound(work),
          twoDigits(costs.get(i) / least));
    }
    return table;
  }

  private static String twoDigits(double x) {
    return Double.isNaN(x) ? "" : String.format(Locale.ROOT, "%.2f", x);
  }

  /** A process for each number of threads, since the backend is made once in each. */
  private Table threads() throws IOException, InterruptedException {
    List<String> workloads =
        List.of(
            "mlp:batch=128,sizes=784-512-512-10",
            "cnn:batch=128,input=28x28x1,layers=c32k3-c64k3-p2-d128-d10",
            "rnn:cell=lstm,batch=128,steps=28,features=28,hidden=128,classes=10");
    Table table = new Table("workload", "threads", "ms", "GFLOP/s", "roofline", "speed-up");
    JsonMapper json = new JsonMapper();
    List<JsonNode> rows = new ArrayList<>();
    for (int n : threadCounts(Runtime.getRuntime().availableProcessors())) {
      List<String> arguments =
          new ArrayList<>(List.of("step", "--threads", Integer.toString(n), "--precision"));
      arguments.add(measuring.precision().toString());
      // Each process has its own warm-up to go through.
      double seconds = Math.max(3, measuring.seconds());
      arguments.addAll(List.of("--seconds", Double.toString(seconds)));
      arguments.addAll(workloads);
      Child.output(Child.bench(List.of(), arguments))
          .lines()
          .forEach(line -> rows.add(json.readTree(line)));
    }
    for (String w : workloads) {
      List<JsonNode> same =
          rows.stream().filter(r -> w.equals(r.path("workload").asString())).toList();
      double one = same.getFirst().path("median_ms").asDouble();
      for (JsonNode r : same) {
        double ms = r.path("median_ms").asDouble();
        table.row(
            "`" + w + "`",
            r.path("threads").asInt(),
            Table.number(ms),
            Table.number(r.path("gflops").asDouble()),
            twoDigits(r.path("roofline").asDouble()),
            twoDigits(one / ms));
      }
    }
    return table;
  }

  /** 1, 2, 4 and so on, and all that there are. */
  static List<Integer> threadCounts(int processors) {
    List<Integer> counts = new ArrayList<>();
    for (int n = 1; n < processors; n *= 2) {
      counts.add(n);
    }
    counts.add(processors);
    return counts;
  }
}
