package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.nn.layer.Parameters;
import shinso.nn.layer.Pass;
import shinso.nn.model.DensityModel;
import shinso.spark.distributed.DistributionException;
import shinso.spark.model.DenseNetwork;
import shinso.spark.model.ModelPackage;
import shinso.train.checkpoint.ModelFile;
import shinso.train.judge.Estimate;
import shinso.zoo.Recipes;
import shinso.zoo.harness.RecipeRun;

/** What models are worth on a table is what it is without Spark. */
class SparkEvaluationTest {
  private static final int[] SIZES = {2, 8, 2};
  private static final int ROWS = 150;

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Dataset<Row> table;
  private static Layer network;

  @BeforeAll
  static void start() {
    spark = Session.start("local[2]");
    table = Disc.table(spark, ROWS, 3).cache();
    network = new DenseNetwork(SIZES).network(Rng.of(3));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static SparkModel model(int classes) throws IOException {
    Path file = folder.resolve("net.safetensors");
    ModelFile.save(file, Parameters.all(network), Map.of());
    return SparkModel.of(
            ModelPackage.ofNetwork(
                DenseNetwork.class.getName(),
                SIZES,
                classes,
                new int[] {2},
                Files.readAllBytes(file)))
        .setFeaturesCol("at")
        .setBatchSize(16);
  }

  private static Tensor inputs() {
    List<Row> rows = table.collectAsList();
    float[] x = new float[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      Vector at = rows.get(i).getAs("at");
      x[2 * i] = (float) at.apply(0);
      x[2 * i + 1] = (float) at.apply(1);
    }
    return Tensor.of(x, ROWS, 2);
  }

  private static int[] labels() {
    return table.collectAsList().stream().mapToInt(r -> r.<Integer>getAs("label")).toArray();
  }

  private static void assertClose(Estimate expected, Estimate actual) {
    assertEquals(expected.value(), actual.value(), 1e-6 * (1 + Math.abs(expected.value())));
    assertEquals(expected.error(), actual.error(), 1e-6 * (1 + expected.error()));
  }

  @Test
  void classesHaveALossAndAShare() throws IOException {
    double[] log = network.forward(inputs(), Pass.inference()).logSoftmax(-1).toDoubleArray();
    int[] labels = labels();
    double[] loss = new double[ROWS];
    double[] right = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      loss[i] = -log[2 * i + labels[i]];
      right[i] = log[2 * i + labels[i]] > log[2 * i + 1 - labels[i]] ? 1 : 0;
    }
    SparkEvaluation.Result result = SparkEvaluation.of(model(2)).target("label").evaluate(table);
    assertEquals(ROWS, result.rows());
    assertEquals(0, result.leftOut());
    assertClose(Estimate.mean(loss), result.estimate(SparkEvaluation.LOG_LOSS));
    assertClose(Estimate.mean(right), result.estimate(SparkEvaluation.ACCURACY));
    assertEquals(
        Math.exp(Estimate.mean(loss).value()),
        result.estimate(SparkEvaluation.PERPLEXITY).value(),
        1e-5);
    // Same partitions, same bits; others, the same but for rounding.
    assertEquals(result, SparkEvaluation.of(model(2)).target("label").evaluate(table));
    SparkEvaluation.Result one =
        SparkEvaluation.of(model(2)).target("label").evaluate(table.coalesce(1));
    assertClose(one.estimate(SparkEvaluation.LOG_LOSS), result.estimate(SparkEvaluation.LOG_LOSS));
  }

  /** Spark's evaluators work on the columns that models write. */
  @Test
  void sparksOwnEvaluatorsSayTheSame() throws IOException {
    SparkEvaluation.Result result = SparkEvaluation.of(model(2)).target("label").evaluate(table);
    Dataset<Row> answered = model(2).transform(table);
    MulticlassClassificationEvaluator classes = new MulticlassClassificationEvaluator();
    assertEquals(
        result.estimate(SparkEvaluation.ACCURACY).value(),
        classes.setMetricName("accuracy").evaluate(answered),
        1e-12);
    assertEquals(
        result.estimate(SparkEvaluation.LOG_LOSS).value(),
        classes.setMetricName("logLoss").evaluate(answered),
        1e-6);
    double area =
        new BinaryClassificationEvaluator().setRawPredictionCol("probability").evaluate(answered);
    assertEquals(area(), area, 1e-6);

    Dataset<Row> numbers =
        table.withColumn(
            "y",
            org.apache.spark.ml.functions.vector_to_array(table.col("at"), "float64").getItem(0));
    Path single = folder.resolve("single.safetensors");
    Layer line = new DenseNetwork(new int[] {2, 1}).network(Rng.of(5));
    ModelFile.save(single, Parameters.all(line), Map.of());
    SparkModel regressor =
        SparkModel.of(
                ModelPackage.ofNetwork(
                    DenseNetwork.class.getName(),
                    new int[] {2, 1},
                    0,
                    new int[] {2},
                    Files.readAllBytes(single)))
            .setFeaturesCol("at");
    double error =
        new RegressionEvaluator()
            .setLabelCol("y")
            .setMetricName("mse")
            .evaluate(regressor.transform(numbers));
    assertEquals(
        error,
        SparkEvaluation.of(regressor)
            .target("y")
            .evaluate(numbers)
            .estimate(SparkEvaluation.SQUARED_ERROR)
            .value(),
        1e-6);
  }

  /** The share of pairs of a 1 and a 0 in which the 1 is the more probable one. */
  private static double area() {
    double[] p = network.forward(inputs(), Pass.inference()).softmax(-1).toDoubleArray();
    int[] labels = labels();
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < ROWS; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          won += Math.signum(p[2 * i + 1] - p[2 * j + 1]) / 2 + 0.5;
        }
      }
    }
    return won / pairs;
  }

  @Test
  void densitiesAndFreeEnergiesHaveMeans() {
    RecipeRun flow =
        Trained.run(
            folder.resolve("runs"),
            Recipes.named("flow-moons"),
            Map.of("steps", "20", "couplings", "2", "hidden", "8"));
    double[] each =
        flow.model(DensityModel.class, "judge").logProbability(inputs()).toDoubleArray();
    SparkModel density =
        SparkModel.of(flow.folder().path()).setFeaturesCol("at").setAbility("logLikelihood");
    assertClose(
        Estimate.mean(each),
        SparkEvaluation.of(density).evaluate(table).estimate(SparkEvaluation.LOG_LIKELIHOOD));
    DistributionException e =
        assertThrows(
            DistributionException.class,
            () -> SparkEvaluation.of(density.setAbility("encode")).evaluate(table));
    assertTrue(e.getMessage().contains("can encode is not measured"), e.getMessage());
  }

  @Test
  void rowsWithoutTruthAreAnErrorOrLeftOut() throws IOException {
    Dataset<Row> holed =
        table.selectExpr("at", "CASE WHEN label = 1 THEN label END AS label").cache();
    long ones = Arrays.stream(labels()).filter(l -> l == 1).count();
    DistributionException e =
        assertThrows(
            DistributionException.class,
            () -> SparkEvaluation.of(model(2)).target("label").evaluate(holed));
    assertTrue(e.getMessage().contains("label is null"), e.getMessage());
    SparkEvaluation.Result result =
        SparkEvaluation.of(model(2).setHandleInvalid("skip")).target("label").evaluate(holed);
    assertEquals(ones, result.rows());
    assertEquals(ROWS - ones, result.leftOut());
  }

  @Test
  void emptyPartitionsCountForNothingAndAnEmptyTableIsAnError() throws IOException {
    SparkEvaluation evaluation = SparkEvaluation.of(model(2)).target("label");
    Dataset<Row> few = table.limit(3).repartition(7);
    assertEquals(3, evaluation.evaluate(few).rows());
    DistributionException e =
        assertThrows(
            DistributionException.class, () -> evaluation.evaluate(table.filter("label = 7")));
    assertTrue(e.getMessage().contains("no rows"), e.getMessage());
  }

  @Test
  void whatDoesNotFitIsSaidBeforeAnyJob() throws IOException {
    SparkModel model = model(2);
    DistributionException e =
        assertThrows(DistributionException.class, () -> SparkEvaluation.of(model).evaluate(table));
    assertTrue(e.getMessage().contains("target(\"label\")"), e.getMessage());
    e =
        assertThrows(
            DistributionException.class,
            () -> SparkEvaluation.of(model).target("digit").evaluate(table));
    assertTrue(e.getMessage().contains("no column 'digit'"), e.getMessage());
    e =
        assertThrows(
            DistributionException.class,
            () -> SparkEvaluation.of(model).target("label").evaluate(table.drop("at")));
    assertTrue(e.getMessage().contains("no column 'at'"), e.getMessage());
    e =
        assertThrows(
            DistributionException.class,
            () ->
                SparkEvaluation.of(model)
                    .target("day")
                    .evaluate(table.selectExpr("at", "current_date() AS day")));
    assertTrue(e.getMessage().contains("'day' has the type date"), e.getMessage());
    e =
        assertThrows(
            DistributionException.class,
            () ->
                SparkEvaluation.of(model)
                    .target("side")
                    .evaluate(table.selectExpr("at", "'in' AS side")));
    assertTrue(e.getMessage().contains("side is 'in', which is no class"), e.getMessage());
    SparkEvaluation.Result result = SparkEvaluation.of(model).target("label").evaluate(table);
    e =
        assertThrows(
            DistributionException.class, () -> result.estimate(SparkEvaluation.SQUARED_ERROR));
    assertTrue(e.getMessage().contains("only log loss, perplexity, accuracy"), e.getMessage());
  }
}
