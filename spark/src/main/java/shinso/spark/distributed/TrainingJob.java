package shinso.spark.distributed;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A training as a Spark job: the rows are numbered and dealt out, then one barrier stage trains.
 */
public final class TrainingJob {
  private static final int PATIENCE = 300;
  private static final long PAUSE = 100_000_000;

  private final TrainingPlan plan;
  private final ExampleForm form;
  private final int workers;

  /** Creates a job for so many workers. */
  public TrainingJob(TrainingPlan plan, ExampleForm form, int workers) {
    this.plan = plan;
    this.form = form;
    this.workers = workers;
  }

  /**
   * What came of it.
   *
   * @param steps how many steps were made
   * @param seconds the time that the steps of the last attempt took
   * @param model in the safetensors format
   * @param metrics by step
   * @param warnings what the user should know
   */
  public record Result(
      long steps,
      double seconds,
      byte[] model,
      SortedMap<Long, Map<String, Double>> metrics,
      List<String> warnings) {}

  /**
   * Trains.
   *
   * @throws DistributionException if the rows don't fit, the cluster is too small, the learner
   *     can't be distributed, or training went wrong
   */
  public Result run(Dataset<Row> rows) {
    form.check(rows.schema());
    SparkContext context = rows.sparkSession().sparkContext();
    requireRoom(context);
    JavaSparkContext java = JavaSparkContext.fromSparkContext(context);
    Broadcast<TrainingPlan> sent = java.broadcast(plan);
    ExampleForm form = this.form;
    List<String> names =
        Stream.concat(form.features().stream(), Stream.ofNullable(form.target())).toList();
    Column[] columns = names.stream().map(rows::col).toArray(Column[]::new);
    try {
      JavaRDD<Row> chosen = rows.select(columns).javaRDD();
      JavaPairRDD<Long, Example> numbered =
          chosen
              .zipWithIndex()
              .mapToPair(row -> new Tuple2<>(row._2(), form.read(row._1(), row._2())));
      // The hash of a row's number is the number; its remainder says which worker has it.
      RDD<Tuple2<Long, Example>> dealt = numbered.partitionBy(new HashPartitioner(workers)).rdd();
      ClassTag<Outcome> outcome = ClassTag$.MODULE$.apply(Outcome.class);
      RDD<Outcome> trained = dealt.barrier().mapPartitions(new Worker(sent, form), false, outcome);
      // Spark begins a lost barrier stage again only if it is not the last one of its job.
      List<Tuple2<Integer, Outcome>> gathered =
          JavaRDD.fromRDD(trained, outcome)
              .mapToPair(one -> new Tuple2<>(one.worker(), one))
              .partitionBy(new HashPartitioner(1))
              .collect();
      return result(
          gathered.stream().map(Tuple2::_2).sorted(Comparator.comparing(Outcome::worker)).toList());
    } catch (Exception e) {
      throw DistributionException.explained("training", e);
    } finally {
      sent.destroy();
    }
  }

  /** Spark itself waits for ten minutes before it says that a barrier stage has no room. */
  private void requireRoom(SparkContext context) {
    ResourceProfile usual = context.resourceProfileManager().defaultResourceProfile();
    int room = context.maxNumConcurrentTasks(usual);
    for (int i = 0; room < workers && i < PATIENCE && !context.isLocal(); i++) {
      LockSupport.parkNanos(PAUSE);
      room = context.maxNumConcurrentTasks(usual);
    }
    if (room < workers) {
      throw new DistributionException(
          "the cluster %s runs %d task(s) at once, and %d workers train together; take fewer workers, or give it more executors or cores"
              .formatted(context.master(), room, workers));
    }
  }

  private static Result result(List<Outcome> outcomes) {
    for (Outcome outcome : outcomes) {
      if (!outcome.error().isEmpty()) {
        throw new DistributionException(outcome.error());
      }
    }
    Outcome first = outcomes.getFirst();
    List<String> warnings =
        outcomes.stream().flatMap(o -> o.warnings().stream()).distinct().toList();
    return new Result(first.steps(), first.seconds(), first.model(), first.metrics(), warnings);
  }
}
