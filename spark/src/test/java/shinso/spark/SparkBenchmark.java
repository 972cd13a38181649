package shinso.spark;

import java.io.IOException;
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
import shinso.spark.distributed.LearnerFactory;
import shinso.spark.distributed.MeetingBenchmark;
import shinso.spark.distributed.TrainingPlan;
import shinso.train.loop.SupervisedLearner;

/**
 * What training together costs, on a standalone cluster on the loopback interface: a job, a
 * meeting, the mean of vectors of several sizes, and steps of a network against one process.
 *
 * <p>Numbers are medians of steps of one run; the machine should have nothing else to do.
 */
public final class SparkBenchmark {
  private static final int[] KILOBYTES = {200, 2_000, 20_000};
  private static final int JOBS = 15;

  private SparkBenchmark() {}

  /** Runs with so many executors; 2 by default. */
  public static void main(String[] arguments) throws IOException {
    int executors = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    Path folder = Files.createTempDirectory("shinso-spark");
    try (LocalCluster cluster = LocalCluster.start(folder, executors);
        SparkSession spark = cluster.session(executors).getOrCreate()) {
      say("executors", executors, "");
      jobs(spark, executors);
      say(
          "meeting with Spark's own allGather",
          MeetingBenchmark.ownAllGather(spark, executors),
          "ms");
      for (int kilobytes : KILOBYTES) {
        for (TrainingPlan.Transport transport :
            List.of(TrainingPlan.Transport.GATHER, TrainingPlan.Transport.BLOCKS)) {
          for (boolean compressed : new boolean[] {false, true}) {
            double ms =
                MeetingBenchmark.mean(spark, executors, kilobytes * 250, transport, compressed);
            say(
                "mean of %,d kB, %s%s"
                    .formatted(
                        kilobytes,
                        transport.toString().toLowerCase(Locale.ROOT),
                        compressed ? ", bf16" : ""),
                ms,
                "ms");
          }
        }
      }
      throughput(spark, executors);
    }
  }

  private static void say(String what, double number, String unit) {
    System.out.println(String.format(Locale.ROOT, "%-45s %10.2f %s", what, number, unit));
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
    say("first job", times.getFirst(), "ms");
    say("a job", median(times.subList(JOBS / 3, JOBS)), "ms");
  }

  private static SupervisedLearner learner(shinso.nn.optim.Optimizer rule) {
    return SupervisedLearner.of(
        Network.of(784).dense(512).relu().dense(512).relu().dense(10).build(Rng.of(1)),
        Losses::softmaxCrossEntropy,
        rule);
  }

  private static void throughput(SparkSession spark, int executors) {
    int batch = 256;
    int steps = 150;
    LearnerFactory factory = sharing -> learner(sharing.rule(Adam.of(1e-3)));
    Dataset<Row> rows = MeetingBenchmark.pictures(spark, 2_048, executors);
    for (int local : new int[] {0, 10}) {
      SparkTrainer trainer =
          SparkTrainer.of(factory)
              .features(784, "pixels")
              .label("digit", 10)
              .workers(executors)
              .batch(batch)
              .epochs(1_000);
      if (local > 0) {
        trainer.localSteps(local);
      }
      // What few steps take is tracing and compiling; the difference is steps.
      double few = seconds(trainer.maxSteps(20), rows);
      double many = seconds(trainer.maxSteps(20 + steps), rows);
      double rate = steps * (double) batch / (many - few);
      say(local == 0 ? "synchronous" : "averaged every 10 steps", rate, "examples/s");
    }
    SupervisedLearner alone = learner(Adam.of(1e-3));
    Program program = Program.of(alone::train);
    Tensor x = Tensor.uniform(Rng.of(2), batch, 784).evaluate();
    Tensor y = Tensor.of(new int[batch], batch);
    List<Double> times = new ArrayList<>();
    for (int i = 0; i < 20 + steps; i++) {
      long start = System.nanoTime();
      program.run(Rng.of(i), x, y).metric("loss").item();
      times.add((System.nanoTime() - start) / 1e9);
    }
    say("one process", batch / median(times.subList(20, times.size())), "examples/s");
  }

  private static double seconds(SparkTrainer trainer, Dataset<Row> rows) {
    return trainer.fit(rows).seconds();
  }
}
