package shinso.spark.distributed;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;
import shinso.core.random.Rng;

/** Measures meetings of workers in a barrier stage, without a learner. */
public final class MeetingBenchmark {
  private static final int TIMES = 24;

  /** How often large vectors are averaged, that it ends some time. */
  private static final int FEW = 9;

  private static final int LARGE = 2_000_000;

  private MeetingBenchmark() {}

  private interface Meeting extends Serializable {
    void meet(BarrierTaskContext context, List<Double> milliseconds);
  }

  private static final class Task extends AbstractFunction1<Iterator<Integer>, Iterator<Double>>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final Meeting meeting;

    Task(Meeting meeting) {
      this.meeting = meeting;
    }

    @Override
    public Iterator<Double> apply(Iterator<Integer> none) {
      List<Double> times = new ArrayList<>();
      meeting.meet(BarrierTaskContext.get(), times);
      List<Double> sorted = new ArrayList<>(times.subList(times.size() / 3, times.size()));
      sorted.sort(null);
      return CollectionConverters.asScala(List.of(sorted.get(sorted.size() / 2)).iterator());
    }
  }

  private static double run(SparkSession spark, int workers, Meeting meeting) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    ClassTag<Double> number = ClassTag$.MODULE$.apply(Double.class);
    List<Integer> tasks = IntStream.range(0, workers).boxed().toList();
    var medians =
        JavaRDD.fromRDD(
                context
                    .parallelize(tasks, workers)
                    .rdd()
                    .barrier()
                    .mapPartitions(new Task(meeting), false, number),
                number)
            .collect();
    return medians.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /** Returns the milliseconds of the method that tasks have. */
  public static double ownAllGather(SparkSession spark, int workers) {
    return run(
        spark,
        workers,
        (context, times) -> {
          for (int i = 0; i < 6; i++) {
            long start = System.nanoTime();
            context.allGather("x");
            times.add((System.nanoTime() - start) / 1e6);
          }
        });
  }

  /** Returns the milliseconds of a meeting at which nothing is said. */
  public static double meeting(SparkSession spark, int workers) {
    return run(
        spark,
        workers,
        (context, times) -> {
          Workers all = new Workers(context);
          for (int i = 0; i < 200; i++) {
            long start = System.nanoTime();
            all.meet("");
            times.add((System.nanoTime() - start) / 1e6);
          }
        });
  }

  /** Returns the milliseconds in which all workers have the mean of vectors of so many numbers. */
  public static double mean(
      SparkSession spark,
      int workers,
      int count,
      TrainingPlan.Transport transport,
      boolean compressed) {
    return run(
        spark,
        workers,
        (context, times) -> {
          Workers all = new Workers(context);
          Reduction reduction =
              transport == TrainingPlan.Transport.BLOCKS
                  ? new BlockReduction(all, compressed, "b" + context.stageId())
                  : new GatherReduction(all, compressed);
          float[] values = new float[count];
          Arrays.fill(values, 0.5f);
          for (int i = 0; i < (count < LARGE ? TIMES : FEW); i++) {
            long start = System.nanoTime();
            reduction.mean(new Contribution(values));
            times.add((System.nanoTime() - start) / 1e6);
          }
          // Others may still fetch.
          all.meet("");
          if (reduction instanceof BlockReduction blocks) {
            blocks.close();
          }
        });
  }

  /** Returns a table of made-up pictures. */
  public static Dataset<Row> pictures(SparkSession spark, int count, int partitions) {
    var random = Rng.of(1).generator();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] pixels = new byte[784];
      random.nextBytes(pixels);
      rows.add(RowFactory.create(pixels, i % 10));
    }
    StructType schema =
        new StructType().add("pixels", DataTypes.BinaryType).add("digit", DataTypes.IntegerType);
    return spark.createDataFrame(rows, schema).coalesce(partitions);
  }
}
