package shinso.spark;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import shinso.core.program.Program;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.spark.distributed.Executors;
import shinso.spark.distributed.LearnerFactory;
import shinso.spark.distributed.MeetingBenchmark;
import shinso.spark.distributed.TrainingPlan;
import shinso.train.loop.SupervisedLearner;

/**
 * What training together costs, on a standalone cluster on the loopback interface: a job, a
 * meeting, the mean of vectors of several sizes, and steps of a network against one process with as
 * many threads as the executors have together. What it prints are the tables of docs/spark.md.
 *
 * <p>Times are medians of one run of about three minutes, examples a second means over its steps;
 * the machine should have nothing else to do.
 */
public final class SparkBenchmark {
  private static final double[] MEGABYTES = {0.2, 2, 20};
  private static final int JOBS = 15;
  private static final int BATCH = 256;
  private static final int WARM = 20;
  private static final int STEPS = 300;
  private static final String ALONE = "alone";

  private SparkBenchmark() {}

  /** Runs with so many executors; 2 by default. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length > 0 && arguments[0].equals(ALONE)) {
      say(String.format(Locale.ROOT, "%.1f", alone()));
      return;
    }
    int executors = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    long start = System.nanoTime();
    int cores = Runtime.getRuntime().availableProcessors();
    say(
        "JDK %s, %d cores, load %.1f before the first measurement\n"
            .formatted(
                Runtime.version(),
                cores,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    int threads = Math.min(executors, cores);
    double alone = process(threads);
    Path folder = Files.createTempDirectory("shinso-spark");
    try (LocalCluster cluster = LocalCluster.start(folder, executors);
        SparkSession spark = cluster.session(executors).getOrCreate()) {
      say("| | %d executors |\n|---|---|".formatted(executors));
      jobs(spark, executors);
      row(
          "a meeting by the task's own `allGather`",
          MeetingBenchmark.ownAllGather(spark, executors));
      double few = MeetingBenchmark.meeting(spark, 1);
      double all = MeetingBenchmark.meeting(spark, executors);
      row("a meeting of 1 worker; of all", few, all);
      double[] blocks = new double[MEGABYTES.length];
      for (int i = 0; i < blocks.length; i++) {
        for (TrainingPlan.Transport how :
            List.of(TrainingPlan.Transport.GATHER, TrainingPlan.Transport.BLOCKS)) {
          int count = (int) (MEGABYTES[i] * 250_000);
          double full = MeetingBenchmark.mean(spark, executors, count, how, false);
          double half = MeetingBenchmark.mean(spark, executors, count, how, true);
          boolean asBlocks = how == TrainingPlan.Transport.BLOCKS;
          String size =
              String.format(Locale.ROOT, MEGABYTES[i] < 1 ? "%.1f" : "%.0f", MEGABYTES[i]);
          row(
              "%s MB %s; bf16".formatted(size, asBlocks ? "as blocks" : "through the driver"),
              full,
              half);
          blocks[i] = asBlocks ? full : blocks[i];
        }
      }
      // The mean of blocks takes two meetings.
      double worker = Math.max(0, 2 * (all - few) / (executors - 1));
      ExchangeModel model = ExchangeModel.fit(MEGABYTES, blocks, executors, worker);
      throughput(spark, executors, threads, alone);
      say(
          String.format(
              Locale.ROOT,
              "\nT = %.0f ms + %.2f ms · P + %.1f ms · N + 2 N (P−1)/P ÷ bandwidth\n\n%s",
              model.start(),
              model.worker(),
              model.megabyte(),
              model.table()));
    }
    say("%.0f seconds in all".formatted((System.nanoTime() - start) / 1e9));
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static void row(String what, double... milliseconds) {
    List<String> texts = new ArrayList<>();
    for (double ms : milliseconds) {
      texts.add(String.format(Locale.ROOT, ms < 10 ? "%.1f" : "%,.0f", ms));
    }
    say("| %s | %s ms |".formatted(what, String.join("; ", texts)));
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static void jobs(SparkSession spark, int executors) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      long start = System.nanoTime();
      context.parallelize(Arrays.asList(1, 2, 3, 4), executors).map(x -> x + 1).collect();
      times.add((System.nanoTime() - start) / 1e6);
    }
    row("the first job; a later one", times.getFirst(), median(times.subList(JOBS / 3, JOBS)));
  }

  private static SupervisedLearner learner(shinso.nn.optim.Optimizer rule) {
    return SupervisedLearner.of(
        Network.of(784).dense(512).relu().dense(512).relu().dense(10).build(Rng.of(1)),
        Losses::softmaxCrossEntropy,
        rule);
  }

  private static void throughput(SparkSession spark, int executors, int threads, double alone) {
    say("\n| 784-512-512-10, batches of 256 | examples a second |\n|---|---|");
    rate("one process with %d thread(s)".formatted(threads), alone);
    LearnerFactory factory = sharing -> learner(sharing.rule(Adam.of(1e-3)));
    Dataset<Row> rows = MeetingBenchmark.pictures(spark, 2_048, executors);
    for (int local : new int[] {0, 10}) {
      SparkTrainer trainer =
          SparkTrainer.of(factory)
              .features(784, "pixels")
              .label("digit", 10)
              .workers(executors)
              .batch(BATCH)
              .epochs(1_000);
      if (local > 0) {
        trainer.localSteps(local);
      }
      // What few steps take is tracing and planning; the difference is steps. The first time is the
      // compiler's.
      trainer.maxSteps(WARM).fit(rows);
      double few = trainer.maxSteps(WARM).fit(rows).seconds();
      double many = trainer.maxSteps(WARM + STEPS).fit(rows).seconds();
      rate(
          "%d executors with 1 thread each, %s"
              .formatted(executors, local == 0 ? "synchronous" : "averaged every 10 steps"),
          STEPS * (double) BATCH / (many - few));
    }
  }

  private static void rate(String what, double rate) {
    say(String.format(Locale.ROOT, "| %s | %,.0f |", what, rate));
  }

  /** Measures in a process of its own, since the number of threads is one for each. */
  private static double process(int threads) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(List.of(Executors.JAVA_OPTIONS.split(" ")));
    command.add("-Dshinso.threads=" + threads);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path", ""),
            SparkBenchmark.class.getName(),
            ALONE));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException("the process that computes alone failed: " + text);
      }
      return Double.parseDouble(text.lines().reduce("", (a, b) -> b));
    }
  }

  /** Examples a second of this process. */
  private static double alone() {
    SupervisedLearner alone = learner(Adam.of(1e-3));
    Program program = Program.of(alone::train);
    Tensor x = Tensor.uniform(Rng.of(2), BATCH, 784).evaluate();
    Tensor y = Tensor.of(new int[BATCH], BATCH);
    long start = 0;
    for (int i = 0; i < 2 * WARM + STEPS; i++) {
      start = i == 2 * WARM ? System.nanoTime() : start;
      program.run(Rng.of(i), x, y).metric("loss").item();
    }
    return STEPS * (double) BATCH / ((System.nanoTime() - start) / 1e9);
  }
}
