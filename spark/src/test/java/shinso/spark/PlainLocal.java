package shinso.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import shinso.core.random.Rng;
import shinso.nn.layer.Parameters;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.spark.model.DenseNetwork;
import shinso.spark.model.ModelPackage;
import shinso.train.checkpoint.ModelFile;
import shinso.train.loop.SupervisedLearner;

/** A program that somebody starts with {@code java} alone: it predicts and trains on local[2]. */
final class PlainLocal {
  static final int ROWS = 64;
  private static final int[] SIZES = {2, 8, 2};

  private PlainLocal() {}

  /** Predicts with the network that a file has. */
  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = Session.start("local[2]")) {
      for (double p : probabilities(spark, Path.of(arguments[0]))) {
        System.out.println("p " + p);
      }
      SparkOutcome outcome = trainer().fit(Disc.table(spark, ROWS, 2));
      outcome.warnings().forEach(line -> System.out.println("warning " + line));
      System.out.println("loss " + outcome.last("loss"));
    }
  }

  /** Writes the network. */
  static void write(Path file) {
    ModelFile.save(file, Parameters.all(new DenseNetwork(SIZES).network(Rng.of(3))), Map.of());
  }

  /** Returns what the network of a file says of some rows. */
  static double[] probabilities(SparkSession spark, Path file) throws IOException {
    ModelPackage source =
        ModelPackage.ofNetwork(
            DenseNetwork.class.getName(), SIZES, 2, new int[] {2}, Files.readAllBytes(file));
    Dataset<Row> answered =
        SparkModel.of(source).setFeaturesCol("at").transform(Disc.table(spark, ROWS, 2));
    return answered.collectAsList().stream()
        .mapToDouble(r -> r.<Vector>getAs("probability").apply(1))
        .toArray();
  }

  /** Returns what trains a small network. */
  static SparkTrainer trainer() {
    return SparkTrainer.of(sharing ->
            SupervisedLearner.of(
                new DenseNetwork(SIZES).network(Rng.of(7)),
                Losses::softmaxCrossEntropy,
                sharing.rule(Adam.of(0.01))))
        .features(2, "at")
        .label("label", 2)
        .batch(16);
  }
}
