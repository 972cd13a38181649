package shinso.spark.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import shinso.core.random.Rng;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.loss.Metrics;
import shinso.nn.optim.Adam;
import shinso.spark.SparkModel;
import shinso.spark.SparkOutcome;
import shinso.spark.SparkTrainer;
import shinso.spark.model.DenseNetwork;
import shinso.spark.model.ModelPackage;
import shinso.train.UserException;
import shinso.train.data.Split;
import shinso.train.data.catalog.Catalog;
import shinso.train.loop.SupervisedLearner;

/** {@code ./shinso spark-demo}: digits, learned by two workers of a Spark in this process. */
public final class SparkDemo {
  private static final int[] SIZES = {784, 100, 10};
  private static final StructType SCHEMA =
      new StructType().add("pixels", DataTypes.BinaryType).add("digit", DataTypes.IntegerType);

  private SparkDemo() {}

  /** Trains on {@code local[2]}, or on the master that is given. */
  public static void main(String[] arguments) throws IOException {
    String master = arguments.length > 0 ? arguments[0] : "local[2]";
    try (SparkSession spark = Sessions.start(master, "shinso spark-demo")) {
      demonstrate(spark);
    } catch (UserException e) {
      System.err.println("shinso: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void demonstrate(SparkSession spark) throws IOException {
    Split digits = Catalog.load("glyphs");
    Dataset<Row> train = table(spark, digits.train().limit(8_000)).cache();
    Dataset<Row> test = table(spark, digits.test().limit(2_000));
    SparkOutcome outcome =
        SparkTrainer.of(sharing ->
                SupervisedLearner.of(
                        Network.of(784).dense(100).relu().dense(10).build(Rng.of(1)),
                        Losses::softmaxCrossEntropy,
                        sharing.rule(Adam.of(2e-3)))
                    .metric("accuracy", Metrics::accuracy))
            .features(784, "pixels")
            .label("digit", 10)
            .workers(2)
            .batch(100)
            .epochs(3)
            .fit(train);
    outcome.warnings().forEach(line -> System.err.println("shinso: " + line));
    SparkModel model =
        SparkModel.of(
                ModelPackage.ofNetwork(
                    DenseNetwork.class.getName(), SIZES, 10, new int[] {784}, outcome.model()))
            .setFeaturesCol("pixels");
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setLabelCol("digit")
            .setMetricName("accuracy")
            .evaluate(model.transform(test));
    Path file = Path.of("spark-demo.safetensors");
    outcome.save(file);
    say("two workers made %d steps together", outcome.steps());
    say("loss of the last step %.4f", outcome.last("loss"));
    say("test accuracy %.2f %%", 100 * accuracy);
    say("model: %s (%,d bytes)", file, Files.size(file));
  }

  private static void say(String form, Object... values) {
    byte[] line =
        (String.format(Locale.ROOT, form, values) + "\n").getBytes(StandardCharsets.UTF_8);
    System.out.write(line, 0, line.length);
    System.out.flush();
  }

  private static Dataset<Row> table(SparkSession spark, shinso.train.data.Dataset digits) {
    List<Row> rows = new ArrayList<>();
    int[] labels = digits.labels();
    float[] x = digits.whole().getFirst().toFloatArray();
    for (int i = 0; i < labels.length; i++) {
      byte[] pixels = new byte[SIZES[0]];
      for (int p = 0; p < pixels.length; p++) {
        pixels[p] = (byte) Math.round(255 * x[i * pixels.length + p]);
      }
      rows.add(RowFactory.create(pixels, labels[i]));
    }
    // Rows travel with their tasks, which Spark wants small.
    int partitions = 1 + rows.size() / 1_000;
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, partitions),
        SCHEMA);
  }
}
